import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';
import { seen } from './seen.ts';
import { unified } from './unified.ts';

const input = z.object({ path: z.string().describe('file to write'), content: z.string().describe('the whole new content') });

export const write = defineTool<z.infer<typeof input>>({
  name: 'write',
  summary: 'Write a whole file, making it and its folders if need be. To change part of a file use edit.',
  input,
  effect: 'idempotent',
  audience: 'model',
  needs: ({ path }, sys) => [{ on: 'fs', right: 'write', under: sys.resolve(path) }],
  describe: ({ path, content }) => `write ${path} (${Buffer.byteLength(content)} bytes)`,
  async run({ path, content }, sys) {
    const full = sys.resolve(path);
    const known = seen(sys.notes).get(full);
    const bytes = new TextEncoder().encode(content);
    const before = (await sys.fs.stat(full)) ? await sys.fs.read(full, { limit: MAX_DIFF }) : undefined;
    const done = await sys.fs.write(full, bytes, known === undefined ? {} : { expect: known });
    seen(sys.notes).set(done.path, done.sha256);
    const old = before && before.size <= MAX_DIFF ? new TextDecoder().decode(before.bytes) : '';
    return {
      ok: true,
      text: `${done.created ? 'made' : 'replaced'} ${path}, ${bytes.length} bytes`,
      details: { path: full, created: done.created, bytes: bytes.length },
      ...(bytes.length <= MAX_DIFF ? { diff: unified(path, old, content) } : {}),
    };
  },
});

/** No difference is shown of files beyond this, bytes. */
const MAX_DIFF = 200_000;
