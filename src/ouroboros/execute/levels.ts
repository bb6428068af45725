import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import { workBeside } from './beside.ts';
import { inPlace } from './place.ts';
import { work } from './worker.ts';

/**
 * The criteria of one level: side by side, each in a copy, and what was done there merged in the order of the seed. One that is alone,
 * or whose work could not be merged, is worked on in the workspace itself, one after the other.
 */
export async function workOff(ctx: BodyContext, job: Job, level: readonly string[], state: State): Promise<void> {
  const open = (): readonly string[] => level.filter((id) => !job.completed.has(id) && !isSettled(job, state, id));
  await workBeside(ctx, job, open(), state);
  for (const id of open()) {
    const item = job.criteria.get(id);
    const { round, again } = state.now().criteria.get(id) ?? {};
    if (item) await work(ctx, job, item, state, inPlace(ctx, job, id, { round: round ?? 1, again }));
  }
}

/** No further try follows, and what was done is in the workspace. */
function isSettled(job: Job, state: State, id: string): boolean {
  const { over, isolated } = state.now().criteria.get(id) ?? {};
  const isGivenUp = state.now().course.stagnated.has(job.criteria.get(id)?.criterion.semantic_ac_key ?? '');
  return (over === true || isGivenUp) && !isolated;
}
