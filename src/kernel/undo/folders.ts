import { isUnder } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { AbsPath } from '../ids.ts';

export interface Folders {
  /** Throws USAGE while files are put back there. */
  work(folder: AbsPath): void;
  leave(folder: AbsPath): void;
  /** Throws USAGE while somebody works there. */
  alone<T>(folder: AbsPath, work: () => Promise<T>): Promise<T>;
}

/** Folders agents work in, and folders in which files are put back. */
export function createFolders(): Folders {
  const worked: AbsPath[] = [];
  const restored: AbsPath[] = [];
  const meet = (folders: readonly AbsPath[], one: AbsPath) => folders.some((other) => isUnder(one, other) || isUnder(other, one));
  const remove = (folders: AbsPath[], one: AbsPath) => folders.splice(folders.indexOf(one), 1);
  return {
    work(folder) {
      if (meet(restored, folder)) throw new OxiosError('USAGE', `files of ${folder} are being put back`, { hint: 'wait until oxios undo has ended' });
      worked.push(folder);
    },
    leave: (folder) => void remove(worked, folder),
    async alone(folder, work) {
      if (meet(worked, folder) || meet(restored, folder))
        throw new OxiosError('USAGE', `another run works in ${folder}`, { hint: 'wait until it has ended, or end it: oxios ps' });
      restored.push(folder);
      try {
        return await work();
      } finally {
        remove(restored, folder);
      }
    },
  };
}
