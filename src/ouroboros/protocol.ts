import { OxiosError } from '../kernel/errors.ts';
import type { Exit } from '../kernel/events.ts';
import type { Json } from '../kernel/json.ts';
import type { Body, BodyContext } from '../kernel/kernel-types.ts';
import { evaluateAgain } from './evaluate/again.ts';
import { beginEdited } from './evolve/edited.ts';
import { advance } from './evolve/next.ts';
import { progressBefore } from './evolve/start.ts';
import { endOf, weigh } from './evolve/weigh.ts';
import { generation, verdictsOf } from './generation.ts';
import { type Job, jobOf, openJob } from './job.ts';
import { createState, type State } from './state.ts';

/** The protocol as a process body: generation after generation until the stop rules say so. Goes on from its own events. */
export const protocol: Body = async (ctx) => {
  const first = openJob(ctx.args);
  if (first.evaluates) return evaluateAgain(ctx, first, first.evaluates);
  const before = progressBefore(ctx.args);
  const state = createState(ctx, before);
  await load(first, state);
  for (;;) {
    const job = jobOf(first, state.now());
    const known = underWay(state)?.judged;
    // A run that goes on from another one begins where that one ended, and not with work.
    const begins = known !== undefined && state.now().generations.length === before.generations.length;
    const now = begins ? await ctx.snapshot('the next generation') : undefined;
    if (!known) {
      await generation(ctx, job, state);
      await weigh(job, verdictsOf(job, state.now()), state);
    }
    if (!(await goesOn({ ctx, job, state }, begins))) return conclude(first.lineage ?? ctx.run, job, await asOfNow(ctx, now, state));
  }
};

interface Now {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly state: State;
}

/** To the next generation: as a person wrote it where the run begins with one, else as it is thought out. */
async function goesOn({ ctx, job, state }: Now, begins: boolean): Promise<boolean> {
  if (begins && job.edited) return beginEdited(job.edited, job, state);
  return (begins || underWay(state)?.judged?.decision === 'continue') && advance(ctx, job, state);
}

/** Verdicts of another run say nothing of files that are not the ones it evaluated. */
async function asOfNow(ctx: BodyContext, now: string | undefined, state: State): Promise<State> {
  const tree = underWay(state)?.tree;
  if (now === undefined || tree === undefined || state.now().outdated) return state;
  const changed = (await ctx.changes(tree, now)).map((one) => one.path);
  if (changed.length > 0) await state.emit({ type: 'evaluation.outdated', tree, now, changed });
  return state;
}

const underWay = (state: State) => state.now().generations.at(-1);

async function load(job: Job, state: State): Promise<void> {
  const { digest, seed, file } = job;
  const before = state.now().digest;
  if (before !== undefined && before !== digest)
    throw new OxiosError('SEED_TAMPERED', 'the run was started with another seed', { hint: 'check the log: oxios audit verify' });
  if (before === undefined) await state.emit({ type: 'seed.loaded', digest, file, seed: seed as unknown as Json });
  if (underWay(state)) return;
  await state.emit({ type: 'lineage.advanced', generation: 1, digest, seed: seed as unknown as Json, parent_seed_id: null, parent_digest: null });
}

function conclude(lineage: string, job: Job, state: State): Exit {
  const judged = verdictsOf(job, state.now());
  const { outcome, exit_code } = endOf(judged, underWay(state)?.judged?.decision ?? 'stands');
  const criteria = judged.map(({ id, description, status, evidence }) => ({ id, description, status, evidence }));
  const data = {
    outcome,
    exit_code,
    criteria: criteria as unknown as Json,
    files_changed: [...state.now().changed],
    lineage: { generations: job.generation, lineage },
  };
  return { how: 'done', text: outcome, data: data as never };
}
