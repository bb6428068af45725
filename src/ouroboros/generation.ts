import type { Json, JsonObject } from '../kernel/json.ts';
import type { BodyContext } from '../kernel/kernel-types.ts';
import { runCheck } from './evaluate/check.ts';
import { evaluate, type Judged } from './evaluate/evaluate.ts';
import { NOTHING_RESTORED } from './evaluate/restore.ts';
import { workOff } from './execute/levels.ts';
import { makePlan } from './execute/plan.ts';
import { contractOf, type Job, within } from './job.ts';
import { assertUntouched } from './seed/digest.ts';
import type { State } from './state.ts';
import type { Progress } from './view/progress.ts';

/** One generation of a seed: plan, look at the untouched workspace, work, evaluate. Goes on from what is in the log of it. */
export async function generation(ctx: BodyContext, job: Job, state: State): Promise<void> {
  const levels = await plan(job, state);
  const baseline = await lookFirst(ctx, job, state);
  for (const level of levels) await workOff(ctx, job, level, state);
  assertUntouched(job.seed, job.digest);
  const judged = await evaluate({ ctx, job, state, baseline });
  if (judged.length > 0) await stillTrue(ctx, job, state);
}

async function plan(job: Job, state: State): Promise<readonly (readonly string[])[]> {
  const made = makePlan([...job.criteria.values()]);
  if (!state.now().levels) await state.emit({ type: 'plan.made', levels: made.levels as unknown as Json, edges: made.edges as unknown as Json });
  return made.levels;
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
async function stillTrue(ctx: BodyContext, job: Job, state: State): Promise<void> {
  const { final: tree, outdated } = state.now();
  if (tree === undefined || outdated) return;
  const now = await ctx.snapshot(within(job, 'the end'));
  const changed: string[] = [];
  const expected = new Set(job.seed.acceptance_criteria.flatMap((one) => one.expected_artifacts));
  for (const { path } of await ctx.changes(tree, now)) if (expected.has(path) || !(await isGrowingLog(ctx, { tree, now }, path))) changed.push(path);
  if (changed.length > 0) await state.emit({ type: 'evaluation.outdated', tree, now, changed });
}

/** The verdicts of the generation under way, as far as they are known. */
export function verdictsOf(job: Job, { criteria, outdated }: Progress): readonly Judged[] {
  const text = `the workspace changed while it was evaluated: ${(outdated ?? []).slice(0, MAX_NAMED).join(', ')}`;
  return [...job.criteria.values()].flatMap(({ id, description }): Judged[] => {
    const verdict = criteria.get(id)?.verdict;
    if (!verdict) return [];
    const { status, evidence } = verdict;
    const stands = !outdated || status !== 'PASS';
    return [{ id, description, ...(stands ? verdict : { status: 'UNVERIFIED', evidence: [...evidence, { kind: 'workspace', ok: false, text }] }) }];
  });
}

const LOG = /(^|\/)nohup\.out$|\.(log|txt|jsonl|ndjson|json|out|err)$/u;

/** What somebody has the run's own output written to, such as by `tee`: what was judged of it still stands. */
async function isGrowingLog(ctx: BodyContext, { tree, now }: { readonly tree: string; readonly now: string }, path: string): Promise<boolean> {
  if (!LOG.test(path)) return false;
  const [before] = await ctx.written(tree, [path]);
  const [after] = await ctx.written(now, [path]);
  return before !== undefined && before !== '' && after?.startsWith(before) === true;
}

const MAX_NAMED = 8;
