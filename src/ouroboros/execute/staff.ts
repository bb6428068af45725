import type { Denial } from '../../kernel/denial.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Exit } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import { isOutOfBounds } from '../../kernel/protect.ts';
import { pauseOn } from '../pause.ts';
import type { Part, WorkerEnd } from '../view/course.ts';
import { type At, attemptOf, triesOf, underWay } from './at.ts';
import { type Assignment, type Item, modelFor, workerArgs } from './brief.ts';
import { keyOf } from './place.ts';
import { askForSplit, MAX_DEPTH } from './split.ts';
import { MAX_TRIES } from './tries.ts';

export const wholeOf = ({ id, description, expected_artifacts }: Item): Part => ({ id, description, artifacts: expected_artifacts });

function assignmentOf(at: At, part: Part): Assignment {
  const tries = triesOf(at);
  const others = leavesOf(at).filter((one) => one.id !== part.id);
  return { part, others, before: tries.at(-2), persona: tries.at(-1)?.persona, note: at.place.note };
}

/** One agent for the whole, unless it turns out to be too big; then one for each part, in order. What they say at the end is believed by nobody. */
export async function workers(at: At): Promise<void> {
  const { item } = at;
  const whole = wholeOf(item);
  if (attemptOf(at) === MAX_TRIES && isUntouched(at)) await split(at, whole, { evidence: `${MAX_TRIES - 1} tries at it as a whole did not do` });
  for (;;) {
    const part = leavesOf(at).find((one) => !underWay(at)?.ended.has(one.id));
    if (!part) return tellAll(at);
    const { pid, exit } = await workOn(at, part);
    const evidence = tooBig(exit);
    if (evidence !== undefined && (await split(at, part, { evidence, worker: pid }))) continue;
    stopAtLimit(exit);
    const end = { worker: pid, ...account(exit) };
    if (part.id === item.id) return tell(at, [end]);
    await tell(at, [end], part);
  }
}

const isUntouched = (at: At): boolean => {
  const now = underWay(at);
  return now !== undefined && now.splits.size === 0 && now.ended.size === 0;
};

/** What is worked on by one agent each: the whole, or the parts it was split into. */
function leavesOf(at: At): readonly Part[] {
  const splits = underWay(at)?.splits;
  const below = (part: Part): readonly Part[] => splits?.get(part.id)?.parts.flatMap(below) ?? [part];
  return below(wholeOf(at.item));
}

async function workOn(at: At, part: Part): Promise<{ pid: number; exit: Exit }> {
  const { ctx, job, item, place } = at;
  const tier = underWay(at)?.route?.tier ?? 'standard';
  const pid = await ctx.fork({
    name: `worker ${part.id}`,
    key: keyNow(at),
    body: 'agent',
    args: workerArgs(job, item, assignmentOf(at, part)),
    model: modelFor(ctx, job, tier),
    ...(place.mount ? { mount: place.mount } : {}),
  });
  const exit = await ctx.wait(pid);
  if (exit.how === 'failed') pauseOn(exit);
  return { pid, exit };
}

const keyNow = (at: At): string => `${keyOf(at.job, at.place.round)}.t${attemptOf(at)}`;

/** What an agent ran into because there was too much for it to do; undefined: nothing of the kind. */
function tooBig(exit: Exit): string | undefined {
  if (exit.how !== 'failed' || !(exit.code === 'CONTEXT_FULL' || exit.code === 'LIMIT')) return undefined;
  return `the agent that worked on it came to no end: ${exit.message}`;
}

/** Into the parts that a planner sees in it. False: it stays whole. */
async function split(at: At, part: Part, { evidence, worker }: { readonly evidence: string; readonly worker?: number }): Promise<boolean> {
  const { ctx, job, item, state, place } = at;
  const depth = part.id.slice(item.id.length).split('.').length - 1;
  if (depth >= MAX_DEPTH) return false;
  const plan = await askForSplit(ctx, job, item, { part, evidence, key: keyNow(at), place });
  if (!plan) return false;
  await state.emit({
    type: 'ac.split',
    criterion: item.id,
    attempt: attemptOf(at),
    ...(part.id === item.id ? {} : { part: part.id }),
    evidence,
    reason: plan.reason,
    ...(worker === undefined ? {} : { worker }),
    parts: plan.parts as unknown as Json,
  });
  return true;
}

/** A worker that ran into a limit has not failed: the run stops there, and goes on with a higher one. */
function stopAtLimit(exit: Exit): void {
  if (exit.how === 'failed' && exit.code === 'LIMIT') throw new OxiosError(exit.code, exit.message, exit.hint === undefined ? {} : { hint: exit.hint });
}

/** All parts have ended: what is said of the whole. */
async function tellAll(at: At): Promise<void> {
  const now = underWay(at);
  const gaveUp = [...(now?.splits.values() ?? [])].flatMap(({ worker }) => (worker === undefined ? [] : [{ worker, how: 'done', claim: '', code: undefined }]));
  await tell(at, [...gaveUp, ...(now?.ended.values() ?? [])]);
}

async function tell({ ctx, item, state, ...rest }: At, ends: readonly WorkerEnd[], part?: Part): Promise<void> {
  const denials = ends.flatMap((one) => ctx.denials(one.worker as Pid));
  const failed = ends.findLast((one) => one.how !== 'done');
  const last = failed ?? ends.at(-1);
  await state.emit({
    type: 'ac.worked',
    criterion: item.id,
    attempt: attemptOf({ ctx, item, state, ...rest }),
    worker: last?.worker ?? 0,
    denials: denials.map((one) => `${one.tool}: ${one.action}: ${one.reason}`),
    blocked: denials.some(mayHaveBeenNeeded),
    how: last?.how ?? 'done',
    claim: ends
      .map((one) => one.claim)
      .filter((text) => text !== '')
      .join('\n\n'),
    ...(last?.code === undefined ? {} : { code: last.code }),
    ...(part ? { part: part.id } : {}),
  });
}

function account(exit: Exit): Omit<WorkerEnd, 'worker'> {
  if (exit.how === 'done') return { how: 'done', claim: exit.text, code: undefined };
  if (exit.how === 'killed') return { how: `killed by ${exit.signal}`, claim: '', code: undefined };
  return { how: `failed: ${exit.code}`, claim: exit.message, code: exit.code };
}

/** A call that nobody could have made sense of, or that reached for the specification, kept nobody from the work. */
const mayHaveBeenNeeded = (denial: Denial): boolean => denial.needs.length > 0 && !isOutOfBounds(denial.reason);
