import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({
  question: z.string().min(1),
  options: z.array(z.string()).max(6).optional().describe('answers to choose from'),
});

export const ask = defineTool<z.infer<typeof input>>({
  name: 'ask',
  summary: 'Ask the user something you cannot find out and must not guess. Where nobody can answer, the work stops there until somebody does.',
  input,
  effect: 'idempotent',
  audience: 'model',
  needs: () => [],
  describe: ({ question }) => `ask: ${question}`,
  async run({ question, options }, sys) {
    return { ok: true, text: await sys.user.ask({ text: question, ...(options ? { options } : {}) }) };
  },
});
