import type { Seen } from './seen.ts';
import { FILE_PROGRAMS } from './special-files.ts';
import { gitCall } from './special-git.ts';
import { NETWORK_PROGRAMS } from './special-network.ts';
import { RUNNING_PROGRAMS } from './special-running.ts';
import { TEXT_PROGRAMS } from './special-text.ts';

/** What a table cannot say of a program, by its name. */
export const SPECIAL: Readonly<Record<string, (seen: Seen) => void>> = Object.assign(Object.create(null), {
  ...FILE_PROGRAMS,
  ...NETWORK_PROGRAMS,
  ...RUNNING_PROGRAMS,
  ...TEXT_PROGRAMS,
  git: gitCall,
});
