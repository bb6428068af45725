import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import { inPlace } from './place.ts';
import { work } from './worker.ts';

/** The criteria of one level, as many at once as there may be workers. A fault of one is thrown when the others under way have ended. */
export async function workOff(ctx: BodyContext, job: Job, level: readonly string[], state: State): Promise<void> {
  const open = level.filter((id) => !job.completed.has(id) && !state.now().criteria.get(id)?.worked);
  const faults: unknown[] = [];
  const next = async (): Promise<void> => {
    const item = job.criteria.get(open.shift() ?? '');
    if (!item || faults.length > 0) return;
    await work(ctx, job, item, state, inPlace(ctx, job, item.id)).catch((fault: unknown) => void faults.push(fault));
    await next();
  };
  await Promise.all(Array.from({ length: Math.min(job.workers, open.length) }, next));
  if (faults.length > 0) throw faults[0];
}
