import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import { makeChild } from './child.ts';
import { seekConsent } from './consent.ts';
import { proposedIn } from './guard.ts';
import { passedIn, reflect } from './reflect.ts';
import { REFLECTION } from './reflection.ts';
import { wonder } from './wonder.ts';

/**
 * From a generation that was evaluated to the next: wonder, reflect, a child seed. Each step is in the log before the next
 * begins. False: nobody was there to think about it, or nothing can be made of what was said, and the last verdict stands.
 */
export async function advance(ctx: BodyContext, job: Job, state: State): Promise<boolean> {
  const next = () => state.now().next;
  if (!next().wondered) await wonder(ctx, job, state);
  if (next().wondered?.why_not !== undefined) return false;
  if (!next().reflected) await reflect(ctx, job, state);
  const reflection = REFLECTION.safeParse(next().reflected?.reflection);
  if (!reflection.success) return false;
  const family = { parent: job.seed, frozen: passedIn(state) };
  const changes = proposedIn(reflection.data, family);
  if (changes.length > 0 && next().applied === undefined) await seekConsent(ctx, job, changes, state);
  const child = makeChild(reflection.data, { ...family, applied: next().applied ?? true });
  if (!child.ok) return false;
  await state.emit({
    type: 'lineage.advanced',
    generation: job.generation + 1,
    digest: child.digest,
    seed: child.seed as unknown as Json,
    parent_seed_id: job.seed.metadata.seed_id,
    parent_digest: job.digest,
  });
  return true;
}
