import { lstatSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import type { ProjectExtra } from '../../kernel/kernel-types.ts';
import type { OxiosSettings } from '../../ouroboros/seed/types.ts';
import { foldersTo, readOwn } from './folders.ts';

/** What decides what Oxios does, by the place it has in a project. A policy is none: it only narrows, and always holds. */
const PLACES: readonly (readonly [path: string, kind: ProjectExtra['kind']])[] = [
  ['.oxios/config.json', 'config'],
  ['AGENTS.md', 'context'],
  ['.oxios/programs', 'programs'],
  ['.oxios/hooks', 'hooks'],
  ['.mcp.json', 'mcp'],
  ['.oxios/mcp.json', 'mcp'],
];

/** What the project brings along, from its root down to the folder. Nothing of it is opened. */
export const extrasIn = (cwd: AbsPath, home: AbsPath): readonly ProjectExtra[] =>
  foldersTo(cwd).flatMap((folder) =>
    PLACES.filter(([path]) => !(path.startsWith('.oxios/') && isHome(join(folder, '.oxios'), home)) && isThere(join(folder, path))).map(([path, kind]) => ({
      kind,
      path: relative(cwd, join(folder, path)),
    })),
  );

/** The user's own folder, where the home lies above the one agents work in. */
export function isHome(folder: string, home: string): boolean {
  try {
    return realpathSync(folder) === realpathSync(home);
  } catch {
    return folder === home;
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** A seed that names programs or servers the untrusted project alone has cannot be worked on. Throws UNTRUSTED. */
export function checkNeeded(cwd: AbsPath, { programs = [], mcp = [] }: OxiosSettings, ignored: readonly ProjectExtra[]): void {
  const of = (kind: ProjectExtra['kind']) => ignored.filter((one) => one.kind === kind).map((one) => join(cwd, one.path));
  const program = programs.find((name) => of('programs').some((folder) => /^[\w.-]+$/u.test(name) && isThere(join(folder, name))));
  const server = mcp.find((name) => of('mcp').some((file) => serversIn(file).includes(name)));
  const needed = program === undefined ? server && `the MCP server ${server}` : `the program ${program}`;
  if (needed === undefined) return;
  throw new OxiosError('UNTRUSTED', `the seed needs ${needed} of this project, and its folder is not trusted`, {
    hint: `look at it, then say --trust for this run, or for good: oxios trust ${cwd}`,
  });
}

/** Only their names, and nothing where the file is not what it should be: an untrusted one is none of ours to mend. */
function serversIn(file: string): readonly string[] {
  try {
    const value = JSON.parse(readOwn(file) ?? '{}') as Json;
    return isObject(value) && isObject(value.mcpServers) ? Object.keys(value.mcpServers) : [];
  } catch {
    return [];
  }
}
