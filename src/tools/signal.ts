import { z } from 'zod';
import { pidOf } from '../kernel/ids.ts';
import { defineTool } from '../kernel/tool.ts';

const input = z.object({
  pid: z.number().int().positive().optional().describe('the agent; without one, those at work are listed'),
  signal: z
    .enum(['TERM', 'KILL', 'STOP', 'CONT', 'INT'])
    .optional()
    .describe('TERM ends after the running tool (default), KILL at once, STOP pauses, CONT goes on, INT ends only the turn of one that converses'),
});

/** For supervisors: agents of this and of other runs of the kernel. */
export const signal = defineTool<z.infer<typeof input>>({
  name: 'signal',
  summary: 'See the agents at work, or end, pause or go on with one of them and all below it. Not yourself, nor those that forked you.',
  input,
  effect: ({ pid }) => (pid === undefined ? 'read' : 'idempotent'),
  audience: 'model',
  needs: () => [{ on: 'proc', right: 'kill' }],
  describe: ({ pid, signal: name = 'TERM' }) => (pid === undefined ? 'list the agents' : `${name} to process ${pid}`),
  async run({ pid, signal: name = 'TERM' }, sys) {
    if (pid === undefined) {
      const rows = sys.proc.others().map((one) => `${one.pid} ${one.name} (${one.run}): ${one.state}${one.tool === null ? '' : `, ${one.tool}`}`);
      return { ok: true, text: rows.join('\n') || 'no other agent is at work' };
    }
    await sys.proc.signal(pidOf(pid), name);
    return { ok: true, text: `sent ${name} to process ${pid}`, details: { pid, signal: name } };
  },
});
