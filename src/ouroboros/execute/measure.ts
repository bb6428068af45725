import { isUnder } from '../../kernel/capability.ts';
import type { Denial } from '../../kernel/denial.ts';
import type { AbsPath, Pid } from '../../kernel/ids.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { isOutOfBounds } from '../../kernel/protect.ts';
import { compareOntologies } from '../evolve/similarity.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import { driftOf, type Goal } from './drift.ts';
import { outsideOf } from './scope.ts';

export interface Measured {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly state: State;
  readonly tree: string;
  readonly changes: Awaited<ReturnType<BodyContext['changes']>>;
}

/** Files that are looked into for what they use; the rest of a very large change says nothing more. */
const MAX_READ = 200;
/** What a file uses stands near its beginning, characters. */
const MAX_CHARS = 100_000;

/** Says in the log how far the work of a generation went beyond what was asked for, once. */
export async function measureDrift({ ctx, job, state, tree, changes }: Measured): Promise<void> {
  const { course, generations } = state.now();
  if (course.drift.has(job.generation)) return;
  const violations = job.criteria.size === 0 ? [] : violationsIn(ctx, course.tries.filter((one) => one.generation === job.generation).flatMap(workersOf));
  const before = (generations[0]?.seed ?? job.seed).ontology_schema.fields;
  const drift = driftOf({
    goal: await goalOf(ctx, job, tree, changes),
    violations: violations.length,
    ontology: before.length === 0 ? undefined : 1 - compareOntologies(before, job.seed.ontology_schema.fields).similarity,
  });
  await state.emit({ type: 'drift.measured', generation: job.generation, ...drift, outside: [...drift.outside], violations: [...violations] });
}

/** What lies beyond the criteria; files are only looked into where something seems to. */
async function goalOf(ctx: BodyContext, { seed }: Job, tree: string, changes: Measured['changes']): Promise<Goal | undefined> {
  const changed = changes.map((one) => one.path);
  const goal = outsideOf(seed, changed, new Map());
  if (!goal || goal.outside.length === 0) return goal;
  const there = changes.filter((one) => one.change !== 'removed').slice(0, MAX_READ);
  const contents = new Map<string, string>();
  for (const { path } of there) contents.set(path, (await ctx.written(tree, [path]))[0]?.slice(0, MAX_CHARS) ?? '');
  return outsideOf(seed, changed, contents);
}

const workersOf = ({
  worked,
  ended,
  splits,
}: {
  worked: { worker: number } | undefined;
  ended: ReadonlyMap<string, { worker: number }>;
  splits: ReadonlyMap<string, { worker: number | undefined }>;
}) => new Set([worked?.worker, ...[...ended.values(), ...splits.values()].map((one) => one.worker)].filter((one): one is number => one !== undefined));

/** Calls that reached for the specification or the records of the run, or that would have written outside of the workspace. */
function violationsIn(ctx: BodyContext, workers: readonly ReadonlySet<number>[]): readonly string[] {
  const all = new Set(workers.flatMap((one) => [...one]));
  return [...all].flatMap((pid) =>
    ctx
      .denials(pid as Pid)
      .filter((one) => isViolation(one, ctx.cwd))
      .map((one) => `${one.tool}: ${one.action}`),
  );
}

const WRITES = 'fs:write:';

const isViolation = ({ reason, needs }: Denial, cwd: AbsPath): boolean =>
  isOutOfBounds(reason) || needs.some((need) => need.startsWith(WRITES) && !isUnder(need.slice(WRITES.length), cwd));
