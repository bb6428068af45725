import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import type { FileRead, WriteOptions } from '../kernel/host.ts';
import { type AbsPath, sha256 } from '../kernel/ids.ts';
import { defineTool, type Sys } from '../kernel/tool.ts';
import { seen } from './seen.ts';
import { marked, unified } from './unified.ts';

const input = z.object({ path: z.string().describe('file to write'), content: z.string().describe('the whole new content') });

export const write = defineTool<z.infer<typeof input>>({
  name: 'write',
  summary: 'Write a whole file, making it and its folders if need be. To change part of a file use edit.',
  input,
  effect: 'idempotent',
  audience: 'model',
  needs: ({ path }, sys) => [{ on: 'fs', right: 'write', under: sys.resolve(path) }],
  describe: ({ path, content }) => `write ${path} (${Buffer.byteLength(content)} bytes)`,
  preview: ({ content }) => marked('+', content),
  async run({ path, content }, sys) {
    const full = sys.resolve(path);
    const bytes = new TextEncoder().encode(content);
    const before = await lookAt(full, sys);
    const done = await sys.fs.write(full, bytes, (await isDone(full, bytes, sys)) ? {} : expected(before, sys));
    seen(sys.notes).set(done.path, done.sha256);
    return {
      ok: true,
      text: `${done.created ? 'made' : 'replaced'} ${path}, ${bytes.length} bytes`,
      details: { path: full, created: done.created, bytes: bytes.length },
      ...diffOf(path, before, content),
    };
  },
});

/** No difference is shown of files beyond this, bytes. */
const MAX_DIFF = 200_000;

/** The file as it is; `closed` when it may be written but not looked at. */
type Before = FileRead | 'absent' | 'closed';

async function lookAt(full: AbsPath, sys: Sys): Promise<Before> {
  try {
    return await sys.fs.read(full, { limit: MAX_DIFF });
  } catch (error) {
    if (error instanceof OxiosError && error.code === 'FILE_MISSING') return 'absent';
    if (error instanceof OxiosError && error.code === 'PATH_DENIED') return 'closed';
    throw error;
  }
}

/** Made again after a crash, it may find its own work: that is no change by somebody else. */
async function isDone(full: AbsPath, bytes: Uint8Array, sys: Sys): Promise<boolean> {
  if (sys.again === undefined) return false;
  try {
    return sha256((await sys.fs.read(full)).bytes) === sha256(bytes);
  } catch (error) {
    if (error instanceof OxiosError) return false;
    throw error;
  }
}

/** What was read must still be so; what was not there must still be free. */
function expected(before: Before, sys: Sys): WriteOptions {
  if (before === 'absent') return { expect: before };
  const known = before === 'closed' ? undefined : seen(sys.notes).get(before.path);
  return known === undefined ? {} : { expect: known };
}

function diffOf(path: string, before: Before, content: string): { readonly diff?: string } {
  if (before === 'closed' || content.length > MAX_DIFF) return {};
  if (before === 'absent') return { diff: unified(path, '', content) };
  return before.size > MAX_DIFF || before.bytes.includes(0) ? {} : { diff: unified(path, new TextDecoder().decode(before.bytes), content) };
}
