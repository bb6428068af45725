import { EXIT } from '../kernel/error-codes.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { Exit, KernelEvent } from '../kernel/events.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Body, BodyContext } from '../kernel/kernel-types.ts';
import { runCheck } from './evaluate/check.ts';
import { evaluate, type Judged } from './evaluate/evaluate.ts';
import { NOTHING_RESTORED } from './evaluate/restore.ts';
import { work } from './execute.ts';
import { contractOf, type Job, PROTOCOL_ARGS, planItems } from './job.ts';
import { makePlan } from './plan.ts';
import { assertUntouched } from './seed/digest.ts';
import { readSeed } from './seed/read.ts';
import type { State } from './state.ts';
import { foldProgress, NO_PROGRESS } from './view/progress.ts';

/** The protocol as a process body: read the seed, plan, look at the untouched workspace, work, evaluate. Goes on from its own events. */
export const protocol: Body = async (ctx) => {
  const job = openJob(ctx);
  const state = createState(ctx);
  await load(job, state);
  const levels = await plan(job, state);
  const baseline = await lookFirst(ctx, job, state);
  for (const level of levels) await workOff(ctx, job, level, state);
  assertUntouched(job.seed, job.digest);
  const judged = await evaluate({ ctx, job, state, baseline });
  return conclude(await stillTrue(ctx, judged, state), state);
};

function createState(ctx: BodyContext): State {
  let progress = ctx.past.reduce(foldProgress, NO_PROGRESS);
  return {
    now: () => progress,
    async emit(payload) {
      const event: KernelEvent = await ctx.emit(payload);
      progress = foldProgress(progress, event);
    },
  };
}

function openJob(ctx: BodyContext): Job {
  const args = PROTOCOL_ARGS.parse(ctx.args);
  const reading = readSeed(new TextEncoder().encode(args.seed), args.file);
  if (!reading.ok) throw new OxiosError('SEED_INVALID', `${args.file} is not a valid seed`, { hint: `see what is wrong: oxios seed lint ${args.file}` });
  const { seed } = reading;
  assertUntouched(seed, args.digest);
  return {
    seed,
    digest: args.digest,
    file: args.file,
    workers: args.workers ?? 1,
    completed: new Set(args.completed),
    criteria: new Map(planItems(seed).map((item, at) => [item.id, { ...item, criterion: seed.acceptance_criteria[at] as never }])),
  };
}

async function load(job: Job, state: State): Promise<void> {
  const before = state.now().digest;
  if (before !== undefined && before !== job.digest)
    throw new OxiosError('SEED_TAMPERED', 'the run was started with another seed', { hint: 'check the log: oxios audit verify' });
  if (before === undefined) await state.emit({ type: 'seed.loaded', digest: job.digest, file: job.file, seed: job.seed as unknown as Json });
}

async function plan(job: Job, state: State): Promise<readonly (readonly string[])[]> {
  const made = makePlan([...job.criteria.values()]);
  if (!state.now().levels) await state.emit({ type: 'plan.made', levels: made.levels as unknown as Json, edges: made.edges as unknown as Json });
  return made.levels;
}

/** The criteria of one level, as many at once as there may be workers. A fault of one is thrown when the others under way have ended. */
async function workOff(ctx: BodyContext, job: Job, level: readonly string[], state: State): Promise<void> {
  const open = level.filter((id) => !job.completed.has(id) && !state.now().criteria.get(id)?.worked);
  const faults: unknown[] = [];
  const next = async (): Promise<void> => {
    const item = job.criteria.get(open.shift() ?? '');
    if (!item || faults.length > 0) return;
    await work(ctx, job, item, state.emit).catch((fault: unknown) => void faults.push(fault));
    await next();
  };
  await Promise.all(Array.from({ length: Math.min(job.workers, open.length) }, next));
  if (faults.length > 0) throw faults[0];
}

/** Every contract runs on the untouched workspace first: one that already holds proves nothing alone. */
async function lookFirst(ctx: BodyContext, job: Job, state: State): Promise<string> {
  const tree = state.now().baseline ?? (await ctx.snapshot('the work'));
  for (const [id, item] of job.criteria) {
    if (state.now().criteria.get(id)?.baseline) continue;
    const facts = await runCheck(ctx, contractOf(item.criterion), { tree, baseline: tree, restored: NOTHING_RESTORED, without: [] });
    await state.emit({ type: 'ac.baseline', criterion: id, tree, facts: facts as unknown as JsonObject });
  }
  return tree;
}

/** A verdict is on what was evaluated: it proves nothing of a workspace that something has changed since. */
async function stillTrue(ctx: BodyContext, judged: readonly Judged[], state: State): Promise<readonly Judged[]> {
  const tree = state.now().final;
  if (tree === undefined || judged.length === 0) return judged;
  if (!state.now().outdated) {
    const now = await ctx.snapshot('the end');
    const changed: string[] = [];
    for (const { path } of await ctx.changes(tree, now)) if (!(await isGrowingLog(ctx, { tree, now }, path))) changed.push(path);
    if (changed.length > 0) await state.emit({ type: 'evaluation.outdated', tree, now, changed });
  }
  const { outdated } = state.now();
  if (!outdated) return judged;
  const text = `the workspace changed while it was evaluated: ${outdated.slice(0, MAX_NAMED).join(', ')}`;
  return judged.map((one) =>
    one.status === 'PASS' ? { ...one, status: 'UNVERIFIED', evidence: [...one.evidence, { kind: 'workspace', ok: false, text }] } : one,
  );
}

const LOG = /(^|\/)nohup\.out$|\.(log|txt|jsonl|ndjson|json|out|err)$/u;

/** What somebody has the run's own output written to, such as by `tee`: what was judged of it still stands. */
async function isGrowingLog(ctx: BodyContext, { tree, now }: { readonly tree: string; readonly now: string }, path: string): Promise<boolean> {
  if (!LOG.test(path)) return false;
  const [before] = await ctx.written(tree, [path]);
  const [after] = await ctx.written(now, [path]);
  return before !== undefined && after?.startsWith(before) === true;
}

const MAX_NAMED = 8;

async function conclude(judged: readonly Judged[], state: State): Promise<Exit> {
  const { outcome, exit_code } = outcomeOf(judged);
  if (state.now().outcome === undefined) await state.emit({ type: 'evaluation.finished', outcome, exit_code });
  const criteria = judged.map(({ id, description, status, evidence }) => ({ id, description, status, evidence }));
  const data = { outcome, exit_code, criteria: criteria as unknown as Json, files_changed: [...state.now().changed] };
  return { how: 'done', text: outcome, data: data as never };
}

/** settled.md: no criteria -> unverified; any FAIL -> 1; else UNAVAILABLE -> 5; else anything but PASS -> 4. */
export function outcomeOf(judged: readonly Pick<Judged, 'status'>[]): { outcome: string; exit_code: number } {
  const has = (...statuses: readonly Judged['status'][]) => judged.some((one) => statuses.includes(one.status));
  if (judged.length === 0) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  if (has('FAIL')) return { outcome: 'REJECTED', exit_code: EXIT.rejected };
  if (has('UNAVAILABLE')) return { outcome: 'ERROR', exit_code: EXIT.environment };
  if (has('INVALID', 'BLOCKED', 'UNVERIFIED')) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  return { outcome: 'APPROVED', exit_code: EXIT.ok };
}
