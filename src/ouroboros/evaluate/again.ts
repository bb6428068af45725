import { OxiosError } from '../../kernel/errors.ts';
import type { Exit, KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { progressOf } from '../evolve/start.ts';
import { outcomeOf } from '../evolve/weigh.ts';
import { generation, verdictsOf } from '../generation.ts';
import { type Evaluates, type Job, openJob, PROTOCOL_ARGS } from '../job.ts';
import { assertUntouched } from '../seed/digest.ts';
import { toYaml } from '../seed/to-yaml.ts';
import type { Seed } from '../seed/types.ts';
import { createState } from '../state.ts';
import { type CriterionProgress, NO_PROGRESS, type Progress } from '../view/progress.ts';

/** What a run is started with that evaluates what another one did: its newest seed, and the workspace it began with. */
export interface Again {
  readonly seed: Seed;
  readonly args: { readonly seed: string; readonly digest: string; readonly completed: readonly string[]; readonly evaluates: Evaluates };
}

/** From what a run was started with and has logged. Throws NOT_FOUND, REDACTED, SEED_TAMPERED. */
export function evaluating(run: string, args: Json, events: readonly KernelEvent[]): Again {
  const given = PROTOCOL_ARGS.parse(args);
  const progress = given.evaluates ? progressFrom(given.evaluates) : progressOf(args, events);
  const { baseline } = progress;
  if (baseline === undefined)
    throw new OxiosError('NOT_FOUND', `run ${run} has not looked at the workspace yet`, { hint: `let it go on: oxios resume ${run}` });
  const known = newestOf(given, progress, events);
  const facts = known.seed.acceptance_criteria.flatMap(({ id }) => {
    const found = progress.criteria.get(id)?.baseline;
    return found ? [{ criterion: id, facts: found }] : [];
  });
  const work = given.evaluates?.work ?? known.seed.acceptance_criteria.map(({ id }) => workOn(progress, id));
  const evaluates: Evaluates = { run, baseline, facts, work, ...(known.parent === undefined ? {} : { parent: known.parent }) };
  return { seed: known.seed, args: { seed: known.text, digest: known.digest, completed: known.seed.acceptance_criteria.map((one) => one.id), evaluates } };
}

/** An approach that failed is not what holds now: somebody else mended it. */
function workOn({ course, criteria }: Progress, criterion: string): Evaluates['work'][number] {
  const models = course.tries.flatMap((one) => (one.criterion === criterion && one.route ? [one.route.model] : []));
  const { lateral, verdict } = criteria.get(criterion) ?? {};
  const persona = verdict?.status === 'FAIL' ? undefined : lateral;
  return { criterion, models: [...new Set(models)], ...(persona === undefined ? {} : { persona }) };
}

interface Newest {
  readonly seed: Seed;
  readonly text: string;
  readonly digest: string;
  readonly parent: Evaluates['parent'];
}

/** The seed of the generation the workspace is of: the last one, or the one that was gone back to. */
function newestOf(given: ReturnType<typeof PROTOCOL_ARGS.parse>, { generations }: Progress, events: readonly KernelEvent[]): Newest {
  const left = generations.filter((one) => one.generation <= backTo(events));
  const [before, last] = [left.at(-2), left.at(-1)];
  if (!before || !last) return { seed: openJob(given as unknown as Json).seed, text: given.seed, digest: given.digest, parent: given.evaluates?.parent };
  if (!('goal' in last.seed)) throw new OxiosError('REDACTED', 'the seed of the run was redacted', { hint: 'start a new run with oxios run' });
  assertUntouched(last.seed, last.digest);
  return { seed: last.seed, text: toYaml(last.seed), digest: last.digest, parent: before.seed as unknown as Evaluates['parent'] };
}

/** The generation whose files were put back last, unless that was taken back. */
function backTo(events: readonly KernelEvent[]): number {
  const stack: number[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type !== 'workspace.restored') continue;
    const before = events[at - 1] as unknown as { readonly type: string; readonly generation: number } | undefined;
    if (event.redo) stack.pop();
    else stack.push(before?.type === 'lineage.rewound' ? before.generation : Number.POSITIVE_INFINITY);
  }
  return Math.min(...stack, Number.POSITIVE_INFINITY);
}

function progressFrom({ baseline, facts, work }: Evaluates): Progress {
  const criteria = work.map(({ criterion, persona }): [string, CriterionProgress] => {
    const found = facts.find((one) => one.criterion === criterion)?.facts;
    return [criterion, { ...(found ? { baseline: found } : {}), ...(persona === undefined ? {} : { lateral: persona }) }];
  });
  return { ...NO_PROGRESS, baseline, criteria: new Map(criteria) };
}

/** Judges the workspace as it is now; nobody works. Goes on from its own events. */
export async function evaluateAgain(ctx: BodyContext, job: Job, evaluates: Evaluates): Promise<Exit> {
  const state = createState(ctx, progressFrom(evaluates));
  const { run: of, baseline } = evaluates;
  if (!ctx.past.some((event) => (event.type as string) === 'evaluation.requested')) await state.emit({ type: 'evaluation.requested', of, baseline });
  const { digest, file, seed } = job;
  if (state.now().digest === undefined) await state.emit({ type: 'seed.loaded', digest, file, seed: seed as unknown as Json });
  await generation(ctx, job, state);
  const judged = verdictsOf(job, state.now());
  const { outcome, exit_code } = outcomeOf(judged);
  if (state.now().outcome === undefined) await state.emit({ type: 'evaluation.finished', outcome, exit_code });
  const data = { outcome, exit_code, criteria: judged as unknown as Json, files_changed: [...state.now().changed] };
  return { how: 'done', text: outcome, data: data as never };
}
