import type { Denial } from '../../kernel/denial.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Exit } from '../../kernel/events.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { isOutOfBounds } from '../../kernel/protect.ts';
import type { Job } from '../job.ts';
import { pauseOn } from '../pause.ts';
import { workerTask } from '../prompts.ts';
import type { State } from '../state.ts';
import { createMask, maskOf } from './mask.ts';
import { keyOf, type Place } from './place.ts';

type Item = Job['criteria'] extends ReadonlyMap<string, infer T> ? T : never;

/** One worker for one criterion. What it says at the end is kept and believed by nobody. */
export async function work(ctx: BodyContext, job: Job, item: Item, state: State, place: Place): Promise<void> {
  const attempt = 1;
  const { emit } = state;
  await emit({ type: 'ac.started', criterion: item.id, title: item.description, attempt });
  const pid = await ctx.fork({
    name: `worker ${item.id}`,
    key: `${keyOf(job, place.round)}.t${attempt}`,
    body: 'agent',
    args: { task: [taskOf(job, item), place.note ?? ''].filter(Boolean).join('\n\n'), labels: { role: 'worker', criterion: item.id } },
    ...(place.mount ? { mount: place.mount } : {}),
  });
  const exit = await ctx.wait(pid);
  if (exit.how === 'failed') pauseOn(exit);
  if (exit.how === 'failed') stopAtLimit(exit);
  const denials = ctx.denials(pid);
  const { claim, ...ended } = account(exit);
  await emit({
    type: 'ac.worked',
    criterion: item.id,
    attempt,
    worker: pid,
    denials: denials.map((one) => `${one.tool}: ${one.action}: ${one.reason}`),
    blocked: denials.some(mayHaveBeenNeeded),
    claim,
    ...ended,
  });
}

/** A worker that ran into a limit has not failed: the run stops there, and goes on with a higher one. */
function stopAtLimit({ code, message, hint }: Extract<Exit, { how: 'failed' }>): void {
  if (code === 'LIMIT') throw new OxiosError(code, message, hint === undefined ? {} : { hint });
}

function taskOf(job: Job, item: Item): string {
  const { seed } = job;
  const mask = createMask(seed.acceptance_criteria.flatMap((one) => [one.verify_command, one.output_assertion]));
  // What a criterion asks for may have to name the output it is about; how it is checked never has to be named.
  const maskCommands = createMask(seed.acceptance_criteria.map((one) => one.verify_command));
  const brownfield = seed.brownfield_context;
  return workerTask({
    goal: maskCommands(seed.goal),
    constraints: seed.constraints.map(mask),
    criterion: { id: item.id, description: maskCommands(item.description), artifacts: item.expected_artifacts },
    siblings: [...job.criteria.values()].filter((one) => one.id !== item.id).map((one) => ({ id: one.id, description: maskCommands(one.description) })),
    findings: (job.findings.get(item.id) ?? []).map(maskOf(job)),
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

/** A call that nobody could have made sense of, or that reached for the specification, kept nobody from the work. */
const mayHaveBeenNeeded = (denial: Denial): boolean => denial.needs.length > 0 && !isOutOfBounds(denial.reason);
