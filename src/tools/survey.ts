import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import { defineTool, type Sys } from '../kernel/tool.ts';

const input = z.object({
  /** Files of the working directory that are read where they are there. */
  read: z.array(z.string()).max(40),
  /** Of each, bytes. */
  max_bytes: z.number().int().positive().max(65_536),
  max_files: z.number().int().positive().max(5000),
  max_depth: z.number().int().positive().max(12),
});
type Input = z.infer<typeof input>;

/** What is in the working directory: the names of its files, and the beginning of some. It judges nothing, and runs nothing. */
export const survey = defineTool<Input>({
  name: 'survey',
  summary: 'Look over the working directory: names of files, and the text of those that say what the project is.',
  input,
  effect: 'read',
  audience: 'body',
  needs: (_, sys) => [{ on: 'fs', right: 'read', under: sys.cwd }],
  describe: () => 'look over the working directory',
  async run({ read, max_bytes, max_files, max_depth }, sys) {
    const found = await sys.fs.find({ under: sys.cwd, max_results: max_files, max_depth });
    const texts: { path: string; text: string }[] = [];
    for (const path of read) {
      const text = await textOf(path, max_bytes, sys);
      if (text !== undefined) texts.push({ path, text });
    }
    const git = await isThere('.git', sys);
    const names = [...found.lines].sort();
    return { ok: true, text: `${names.length} files`, details: { names, truncated: found.truncated, texts, git } };
  },
});

/** Undefined for what is no plain text, is not there or must not be read. */
async function textOf(path: string, limit: number, sys: Sys): Promise<string | undefined> {
  try {
    const at = sys.resolve(path);
    if ((await sys.fs.stat(at))?.kind !== 'file') return undefined;
    const { bytes } = await sys.fs.read(at, { limit });
    return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  } catch (error) {
    // A file that is closed to us says nothing.
    if (error instanceof OxiosError) return undefined;
    throw error;
  }
}

/** Without Git the folder is none of its own; one that is closed to us counts as not there. */
async function isThere(path: string, sys: Sys): Promise<boolean> {
  try {
    return (await sys.fs.stat(sys.resolve(path))) !== undefined;
  } catch (error) {
    if (error instanceof OxiosError) return false;
    throw error;
  }
}
