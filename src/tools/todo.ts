import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

const item = z.object({ text: z.string().min(1).max(500), state: z.enum(['open', 'doing', 'done']) });
const input = z.object({ items: z.array(item).max(100).describe('the whole list, in order') });
const MARK = { open: '[ ]', doing: '[>]', done: '[x]' } as const;

export const todo = defineTool<z.infer<typeof input>>({
  name: 'todo',
  summary: 'Keep a list of steps for work of several parts. Send the whole list each time.',
  input,
  effect: 'idempotent',
  audience: 'model',
  needs: () => [],
  describe: ({ items }) => `todo: ${items.filter((one) => one.state === 'done').length} of ${items.length} done`,
  async run({ items }, sys) {
    sys.notes.set('todo', items);
    return { ok: true, text: items.map((one) => `${MARK[one.state]} ${one.text}`).join('\n') || '[the list is empty]' };
  },
});
