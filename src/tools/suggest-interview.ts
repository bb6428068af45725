import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({
  idea: z.string().min(1).max(20_000).describe('what the user wants, in their words, with all they said of it'),
  why: z.string().min(1).max(1000).describe('one sentence for the user: what is large or unclear about it'),
});

/** Nothing is begun: whoever shows the conversation offers it. */
export const suggestInterview = defineTool<z.infer<typeof input>>({
  name: 'suggest_interview',
  summary:
    'Offer the user an interview, which turns an idea into a specification that is then worked on and checked. For ideas that are too large or too unclear to begin with.',
  input,
  effect: 'read',
  audience: 'model',
  needs: () => [],
  describe: ({ idea }) => `suggest an interview: ${idea}`,
  async run() {
    return { ok: true, text: 'The user has been offered an interview. Say in a sentence why it is worth it, and do not begin with the work.' };
  },
});
