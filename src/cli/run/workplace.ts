import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { workspace } from '../authority.ts';
import { isFolder } from './files.ts';

/** The folder agents work in: one for files, and not where Git keeps a repository, whose hooks others run. Throws FILE_MISSING, USAGE. */
export function workplace(named: string | undefined): AbsPath {
  const folder = workspace(named);
  if (!isFolder(folder)) throw new OxiosError('FILE_MISSING', `${folder} is no folder`, { hint: 'name a folder to work in' });
  const store = storeOf(folder);
  if (store === undefined) return folder;
  throw new OxiosError(
    'USAGE',
    `${folder} is ${store === folder ? '' : 'inside '}a bare Git repository or a .git folder: no files of a project are there to work on`,
    {
      hint: `take them out of it and work there: git clone ${store} NEW-FOLDER`,
    },
  );
}

/** Work that nothing could come of is not begun. Throws IO. */
export function assertWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = errnoOf(cause) === 'EROFS' ? 'its file system is read-only' : 'you may not write there';
    throw new OxiosError('IO', `no file can be made in ${folder}: ${why}`, { hint: 'make it writable, or work in a copy: --project-dir FOLDER', cause });
  }
}

/** The folder Git keeps a repository in, this one or one above it. */
function storeOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const isStore = ['objects', 'refs'].every((name) => isFolder(join(at, name))) && statSync(join(at, 'HEAD'), { throwIfNoEntry: false })?.isFile() === true;
    if (isStore) return at;
    if (at === dirname(at)) return undefined;
  }
}
