import type { Exit } from '../kernel/events.ts';
import type { Pid } from '../kernel/ids.ts';
import type { BodyContext } from '../kernel/kernel-types.ts';
import type { Job } from './job.ts';
import { createMask } from './mask.ts';
import { pauseOn } from './pause.ts';
import { workerTask } from './prompts.ts';
import type { State } from './state.ts';

type Item = Job['criteria'] extends ReadonlyMap<string, infer T> ? T : never;

/** One worker for one criterion. What it says at the end is kept and believed by nobody. */
export async function work(ctx: BodyContext, job: Job, item: Item, emit: State['emit']): Promise<void> {
  const attempt = 1;
  await emit({ type: 'ac.started', criterion: item.id, title: item.description, attempt });
  const pid = await ctx.fork({
    name: `worker ${item.id}`,
    body: 'agent',
    args: { task: taskOf(job, item), labels: { role: 'worker', criterion: item.id } },
  });
  const exit = await ctx.wait(pid);
  if (exit.how === 'failed') pauseOn(exit);
  const denials = await deniedTo(ctx, pid);
  const { claim, ...ended } = account(exit);
  await emit({ type: 'ac.worked', criterion: item.id, attempt, worker: pid, denials: [...denials], claim, ...ended });
}

function taskOf(job: Job, item: Item): string {
  const { seed } = job;
  const mask = createMask(seed.acceptance_criteria.flatMap((one) => [one.verify_command, one.output_assertion]));
  const brownfield = seed.brownfield_context;
  return workerTask({
    goal: seed.goal,
    constraints: seed.constraints.map(mask),
    criterion: { id: item.id, description: item.description, artifacts: item.expected_artifacts },
    siblings: [...job.criteria.values()].filter((one) => one.id !== item.id).map((one) => ({ id: one.id, description: one.description })),
    context: [
      ...brownfield.context_references.map((one) => `${one.path} (${one.role}) ${one.summary}`),
      ...brownfield.existing_patterns,
      ...brownfield.existing_dependencies,
    ].map(mask),
  });
}

function account(exit: Exit): { how: string; claim: string; code?: string } {
  if (exit.how === 'done') return { how: 'done', claim: exit.text };
  if (exit.how === 'killed') return { how: `killed by ${exit.signal}`, claim: '' };
  return { how: `failed: ${exit.code}`, claim: exit.message, code: exit.code };
}

/** What a worker was refused, from the kernel's own record of it. */
async function deniedTo(ctx: BodyContext, pid: Pid): Promise<readonly string[]> {
  return ctx.denials(pid).map((denial) => `${denial.tool}: ${denial.action}: ${denial.reason}`);
}
