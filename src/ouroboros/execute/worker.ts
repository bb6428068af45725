import type { KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { runCheck } from '../evaluate/check.ts';
import { NOTHING_RESTORED } from '../evaluate/restore.ts';
import { contractOf, type Job } from '../job.ts';
import type { State } from '../state.ts';
import { foldCourse } from '../view/course.ts';
import { type At, attemptOf, baselineOf, courseOf, triesOf, underWay } from './at.ts';
import { type Item, modelFor, taskOf } from './brief.ts';
import type { Place } from './place.ts';
import { wholeOf, workers } from './staff.ts';
import { personaFor, routeFor, stuckAt, weighTry, whyUnchecked } from './tries.ts';

/**
 * Tries at one criterion until it holds or no other try may help. Each step is in the log before the next, so that a crash repeats
 * nothing. Beside others there is one try: what it lacks may be in theirs, and it goes on in the workspace when all are merged.
 */
export async function work(ctx: BodyContext, job: Job, item: Item, state: State, place: Place): Promise<void> {
  const at: At = { ctx, job, item, state, place };
  if (place.mount === undefined && triesOf(at).at(-1)?.end?.beside) await weigh(at);
  while (!isOver(at)) {
    if (!underWay(at)) await begin(at);
    if (!underWay(at)?.worked) await workers(at);
    await weigh(at);
  }
}

function isOver(at: At): boolean {
  if (underWay(at)) return false;
  const end = triesOf(at).at(-1)?.end;
  return (end !== undefined && (end.next !== 'again' || end.beside)) || courseOf(at).stagnated.has(at.item.criterion.semantic_ac_key);
}

/** The next try, and who makes it: one commit. */
async function begin(at: At): Promise<void> {
  const { ctx, item, job, place, state } = at;
  const tries = triesOf(at);
  const attempt = tries.length + 1;
  const persona = personaFor(courseOf(at), item, baselineOf(at), attempt);
  const task = taskOf(job, item, { part: wholeOf(item), others: [], before: tries.at(-1), persona, note: place.note });
  const { tier, complexity, why } = routeFor(job, item, { attempt, first: tries[0]?.route?.tier, task, streaks: courseOf(at).streaks });
  await Promise.all([
    state.emit({
      type: 'ac.started',
      criterion: item.id,
      title: item.description,
      attempt,
      generation: job.generation,
      round: place.round,
      key: item.criterion.semantic_ac_key,
      ...(persona === undefined ? {} : { persona }),
    }),
    state.emit({ type: 'router.decided', criterion: item.id, attempt, tier, model: modelFor(ctx, job, tier), complexity, why }),
  ]);
}

/** What the try left is checked in a copy: its contract alone. */
async function weigh(at: At): Promise<void> {
  const { ctx, item, place, state } = at;
  const attempt = attemptOf(at);
  const before = state.now().baseline;
  const tree = whyUnchecked(item.criterion) === undefined ? await place.tree() : undefined;
  const contract = contractOf(item.criterion);
  const facts = tree === undefined ? undefined : await runCheck(ctx, contract, { tree, baseline: before ?? tree, restored: NOTHING_RESTORED, without: [] });
  const weighed = weighTry(item, { baseline: baselineOf(at), facts, worked: triesOf(at).at(-1)?.worked, attempt });
  const { holds, signature, unmet } = weighed;
  const known = {
    type: 'ac.tried',
    criterion: item.id,
    attempt,
    holds,
    signature,
    unmet,
    ...(tree === undefined ? {} : { tree }),
    ...(facts ? { facts: facts as unknown as Json } : {}),
  };
  if (place.mount !== undefined && weighed.next === 'again') return state.emit({ ...known, type: 'ac.tried', next: 'again', beside: true, why: BESIDE });
  const after = foldCourse(courseOf(at), known as unknown as KernelEvent);
  const stuck = holds === false ? stuckAt(after, item, baselineOf(at)) : undefined;
  if (!stuck) return state.emit({ ...known, type: 'ac.tried', next: weighed.next, why: weighed.why });
  // Written together: a crash between the two would forget the second.
  await Promise.all([
    state.emit({ ...known, type: 'ac.tried', next: 'over', why: `it goes nowhere: ${stuck.pattern}, also as ${stuck.personas.join(' and ')}` }),
    state.emit({ type: 'ac.stagnated', criterion: item.id, key: item.criterion.semantic_ac_key, pattern: stuck.pattern, personas: [...stuck.personas] }),
  ]);
}

const BESIDE = 'it does not hold without what others do beside it';
