import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({ name: z.string().regex(/^[a-z\d][a-z\d.-]*$/u) });

/** Ends a folder that `isolate` made. */
export const release = defineTool<z.infer<typeof input>>({
  name: 'release',
  summary: 'Remove a folder that was worked in instead of the workspace.',
  input,
  effect: 'idempotent',
  audience: 'body',
  needs: () => [],
  describe: ({ name }) => `remove the copy ${name}`,
  async run({ name }, sys) {
    await sys.workspace.release(name);
    return { ok: true, text: `removed ${name}` };
  },
});
