import { z } from 'zod';
import { defineTool } from '../kernel/tool.ts';

/** Of a sub-agent's answer, characters. */
const MAX_ANSWER = 50_000;

const input = z.object({
  name: z.string().min(1).max(60).describe('short name of the sub-agent'),
  task: z.string().min(1).describe('all it has to know: it sees nothing of this conversation'),
  allow: z.array(z.string()).optional().describe('narrow it to these rules, such as fs:read:src or exec:npm:test; default what you hold, less fork'),
  tools: z.array(z.string()).optional().describe('only these tools'),
  max_turns: z.number().int().positive().optional(),
});

export const fork = defineTool<z.infer<typeof input>>({
  name: 'fork',
  summary:
    'Give a task to a sub-agent and wait for its answer. It works in the same folder with at most your rights. Several calls in one answer work side by side.',
  input,
  // Done again after a crash, it goes on with the same sub-agent.
  effect: 'idempotent',
  audience: 'model',
  needs: () => [{ on: 'proc', right: 'fork' }],
  describe: ({ name }) => `fork ${name}`,
  async run({ name, task, allow, tools, max_turns }, sys) {
    const child = await sys.proc.fork({ name, task, ...(allow ? { allow } : {}), ...(tools ? { tools } : {}), ...(max_turns ? { max_turns } : {}) });
    const answer = child.text.length > MAX_ANSWER ? `${child.text.slice(0, MAX_ANSWER)}\n[answer cut]` : child.text;
    return { ok: child.ok, text: `[process ${child.pid} ${child.ok ? 'is done' : 'failed'}]\n${answer}`, details: { pid: child.pid } };
  },
});
