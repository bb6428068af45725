import { relative, resolve } from 'node:path';
import { createHostFs } from '../../drivers/fs/host-fs.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { PathGuard } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Files } from '../../tui/ports.ts';
import { writeSeed } from '../interview/write.ts';
import { readNamed } from '../named-file.ts';
import { fuzzyBest } from './fuzzy.ts';

/** A person looks through their own files. */
const ANYWHERE: PathGuard = { roots: ['/' as AbsPath], allows: () => true };
/** Files that are looked through; a larger workspace is completed in part. */
const MOST_FILES = 100_000;
/** While somebody types, the list is as old as this at most, milliseconds. */
const FRESH_MS = 3000;

/** The files of the workspace. */
export function createFiles(cwd: AbsPath, now: () => number = Date.now): Files {
  const { find } = createHostFs();
  let listed: { readonly at: number; readonly paths: Promise<readonly string[]> } | undefined;
  const list = async (): Promise<readonly string[]> => {
    const { lines } = await find({ under: cwd, hidden: true, max_results: MOST_FILES }, ANYWHERE, new AbortController().signal);
    return [...foldersOf(lines), ...lines];
  };
  const paths = (): Promise<readonly string[]> => {
    if (!listed || now() - listed.at > FRESH_MS) listed = { at: now(), paths: list() };
    return listed.paths;
  };
  return {
    find: async (query, most) => fuzzyBest(query, await paths(), most),
    async read(path) {
      const text = new TextDecoder().decode(readNamed(resolve(cwd, path), { missing: 'name a file that is there', folder: 'name a file in it' }));
      return text;
    },
    async write(path, text, replace) {
      const file = resolve(cwd, path);
      try {
        writeSeed(file, text, replace);
      } catch (error) {
        if (error instanceof OxiosError && error.code === 'USAGE')
          throw new OxiosError('USAGE', `${relative(cwd, file)} exists already`, { hint: 'give it another name', cause: error });
        throw error;
      }
    },
  };
}

function foldersOf(files: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const file of files) for (let at = file.indexOf('/'); at >= 0; at = file.indexOf('/', at + 1)) found.add(file.slice(0, at + 1));
  return [...found];
}
