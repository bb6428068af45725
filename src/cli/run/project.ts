import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isUnder } from '../../kernel/capability.ts';
import type { Config } from '../../kernel/config.ts';
import { faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { ProjectContext } from '../../kernel/kernel-types.ts';

const FILE = 'AGENTS.md';
/** Each request carries it, and each costs: characters. */
const MOST = 32_000;

export interface Trust {
  /** `--trust`. */
  readonly flag: boolean;
  readonly config: Config;
  /** Says what is left out. */
  say(text: string): void;
}

/** The AGENTS.md files from the repository's root down to the folder; untrusted ones are named and not read. Throws FILE_UNREADABLE. */
export function projectOf(cwd: AbsPath, { flag, config, say }: Trust): { readonly project?: ProjectContext } {
  const folders = foldersTo(cwd);
  const found = folders.map((folder) => join(folder, FILE)).filter((file) => isOwn(file, folders[0] ?? cwd));
  if (found.length === 0) return {};
  const files = found.map((file) => relative(cwd, file));
  const trusted = flag || config.trusted.some((folder) => isUnder(cwd, folder));
  if (!trusted) say(`${files.join(', ')} is not told to agents: the folder is not trusted (--trust, or the key trusted of config.json)`);
  return { project: { files, trusted, text: trusted ? found.map(read).join('\n\n').slice(0, MOST) : '' } };
}

/** From the folder that holds `.git` to this one; this one alone outside a repository. */
function foldersTo(cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = cwd; ; folder = dirname(folder)) {
    folders.unshift(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return [cwd];
  }
}

/** A file of the project: no pipe, which would never end, and no link that leads out of it, to what agents may not read. */
function isOwn(file: string, top: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.isFile() ?? false) && isUnder(realpathSync(file), realpathSync(top));
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
