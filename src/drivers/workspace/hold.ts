import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { errnoOf } from '../../kernel/errors.ts';
import { native } from './names.ts';

/** Folders below a root, each entered from the one above and never through a link: one that is swapped for a link meanwhile leads nowhere. */
export interface Hold {
  /** Where the names of a folder are, by its path below the root: good until the next call. Throws ELOOP or ENOTDIR for what is no folder. */
  at(folder: string, options?: { readonly make: boolean }): string;
  close(): void;
}

/** Only to step through; Linux's asm-generic/fcntl.h, Node does not name it. */
const O_PATH = 0o10000000;
export const STEP = constants.O_DIRECTORY | constants.O_NOFOLLOW | (process.platform === 'linux' ? O_PATH : 0);
/** How a held folder is named; elsewhere than on Linux it is not held, and only its name is known. */
const hasProc = process.platform === 'linux';

export function createHold(root: string): Hold {
  let folder: string | undefined;
  let fd = -1;
  const let_go = (): void => {
    if (fd >= 0) closeSync(fd);
    fd = -1;
    folder = undefined;
  };
  return {
    at(wanted, { make } = { make: false }) {
      if (folder !== wanted) {
        let_go();
        fd = enter(root, wanted, make);
        folder = wanted;
      }
      return hasProc ? `/proc/self/fd/${fd}` : wanted === '' ? root : `${root}/${wanted}`;
    },
    close: let_go,
  };
}

function enter(root: string, folder: string, make: boolean): number {
  let fd = openSync(root, constants.O_DIRECTORY | (hasProc ? O_PATH : 0));
  let path = root;
  for (const name of folder === '' ? [] : folder.split('/')) {
    const next = hasProc ? `/proc/self/fd/${fd}/${name}` : `${path}/${name}`;
    path = `${path}/${name}`;
    try {
      const entered = step(next, make);
      closeSync(fd);
      fd = entered;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }
  return fd;
}

function step(at: string, make: boolean): number {
  try {
    return openSync(native(at), STEP);
  } catch (error) {
    if (!make || errnoOf(error) !== 'ENOENT') throw error;
    mkdirSync(native(at));
    return openSync(native(at), STEP);
  }
}
