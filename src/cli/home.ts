import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { AbsPath } from '../kernel/ids.ts';

/** `--home`, else `OXIOS_HOME` where it is not empty, else `~/.oxios`. */
export const homePath = (flag: string | undefined): AbsPath => resolve(flag ?? (process.env.OXIOS_HOME || `${homedir()}/.oxios`)) as AbsPath;
