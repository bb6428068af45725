import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isUnder } from '../../kernel/capability.ts';
import { faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { ProjectContext } from '../../kernel/kernel-types.ts';
import { foldersTo } from '../project/folders.ts';

const FILE = 'AGENTS.md';
/** Each request carries it, and each costs: characters. */
const MOST = 32_000;

/** The AGENTS.md files from the repository's root down to the folder; untrusted ones are named and not read. `say`s what is none. Throws FILE_UNREADABLE. */
export function projectOf(cwd: AbsPath, trusted: boolean, say: (line: string) => void): { readonly project?: ProjectContext } {
  const folders = foldersTo(cwd);
  const there = folders.map((folder) => join(folder, FILE)).filter((file) => existsSync(file));
  const found = there.filter((file) => isOwn(file, folders[0] ?? cwd));
  for (const other of there.filter((file) => !found.includes(file))) say(`left alone, as it is no file of this project: ${relative(cwd, other)}`);
  if (found.length === 0) return {};
  const files = found.map((file) => relative(cwd, file));
  return { project: { files, trusted, text: trusted ? found.map(read).join('\n\n').slice(0, MOST) : '' } };
}

/** A file of the project: no pipe, which would never end, and no link that leads out of it, to what agents may not read. */
function isOwn(file: string, top: string): boolean {
  return statSync(file).isFile() && isUnder(realpathSync(file), realpathSync(top));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const fault = faultOf(error);
    if (fault) throw fault;
    throw new OxiosError('FILE_UNREADABLE', `${file} cannot be read: ${messageOf(error)}`, { hint: 'mend it, or leave out --trust', cause: error });
  }
}
