import type { Json, JsonObject } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { AcStatus, Evidence } from '../events.ts';
import { measureDrift } from '../execute/measure.ts';
import { contractOf, type Job, within } from '../job.ts';
import type { State } from '../state.ts';
import type { CriterionProgress } from '../view/progress.ts';
import { askBallots } from './ballots.ts';
import { runCheck } from './check.ts';
import { diffOf } from './diff.ts';
import { isTest, isVacuous, toLeaveOut, writesAssertion } from './gaming.ts';
import { firstSeed, givenArtifacts } from './given.ts';
import { meddlingIn, type Written } from './meddling.ts';
import { checkProject, type ProjectVerdict } from './project-checks.ts';
import { NOTHING_RESTORED, type Restoration, restoration } from './restore.ts';
import { askJudge, factsLine, type Subject } from './semantic.ts';
import { type Circumstances, triggersIn } from './triggers.ts';
import { holds, judge, type Known, mechanical, proves, refutes } from './verdict.ts';

export interface Judged {
  readonly id: string;
  readonly description: string;
  readonly status: AcStatus;
  readonly evidence: readonly Evidence[];
}

export interface Evaluation {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly state: State;
  readonly baseline: string;
}

type Item = Job['criteria'] extends ReadonlyMap<string, infer T> ? T : never;

/** An evaluation that knows what there is to be judged. */
interface Stage extends Evaluation {
  readonly tree: string;
  readonly changes: Awaited<ReturnType<BodyContext['changes']>>;
  /** What was written, for the assertions to be looked for in. */
  readonly written: readonly string[];
  /** Files of the work that reach for what checks them. */
  readonly meddling: readonly string[];
}

/** All three stages for every criterion; each step is in the log before the next, so that a crash repeats nothing. */
export async function evaluate(evaluation: Evaluation): Promise<readonly Judged[]> {
  const { job, state } = evaluation;
  const stage = await open(evaluation);
  const items = [...job.criteria.values()];
  for (const item of items) if (!seenOf(stage, item).checked && !seenOf(stage, item).verdict) await check(stage, item);
  const nobody = items.every((item) => seenOf(stage, item).verdict ?? isLost(knownOf(stage, item, NO_VERDICT)));
  const project = nobody ? NO_VERDICT : await checkProject(stage);
  const out: Judged[] = [];
  for (const item of items) {
    const verdict = state.now().criteria.get(item.id)?.verdict ?? (await judgeOne(stage, item, project));
    out.push({ id: item.id, description: item.description, ...verdict });
  }
  return out;
}

const NO_VERDICT: ProjectVerdict = { status: undefined, evidence: [] };

async function open(evaluation: Evaluation): Promise<Stage> {
  const { ctx, state, baseline } = evaluation;
  const tree = state.now().final ?? (await ctx.snapshot(within(evaluation.job, 'evaluation')));
  const changes = await ctx.changes(baseline, tree);
  if (state.now().final === undefined) await state.emit({ type: 'evaluation.started', tree, baseline, changed: changes.map((one) => one.path) });
  await measureDrift({ ...evaluation, tree, changes });
  const there = changes.filter((one) => one.change !== 'removed').map((one) => one.path);
  const files = await textsOf(ctx, tree, there);
  const meddling = meddlingIn(files.filter((one) => !isTest(one.path)));
  return { ...evaluation, tree, changes, written: files.map((one) => one.text), meddling };
}

const textsOf = async (ctx: BodyContext, tree: string, paths: readonly string[]): Promise<readonly Written[]> =>
  (await Promise.all(paths.map(async (path) => (await ctx.written(tree, [path])).map((text) => ({ path, text }))))).flat();

const seenOf = ({ state }: Stage, item: Item): CriterionProgress => state.now().criteria.get(item.id) ?? {};

/** Nothing a judge says changes what failed mechanically. */
const isLost = (known: Known): boolean => !['PASS', 'NOTHING'].includes(mechanical(known).status);

async function judgeOne(stage: Stage, item: Item, project: ProjectVerdict): Promise<{ status: AcStatus; evidence: readonly Evidence[] }> {
  const known = () => knownOf(stage, item, project);
  if (!isLost(known()) && project.status === undefined) {
    if (!seenOf(stage, item).judged) await hearJudge(stage, item, await subjectOf(stage, item, known()));
    if (!seenOf(stage, item).convened) await convene(stage, item, known());
    if (seenOf(stage, item).convened) await hearBallots(stage, item, known());
  }
  const verdict = judge(known());
  await stage.state.emit({ type: 'ac.judged', criterion: item.id, status: verdict.status, evidence: verdict.evidence as unknown as Json });
  return verdict;
}

async function hearJudge({ ctx, state }: Stage, item: Item, subject: Subject): Promise<void> {
  const { judge, judgement, why_not, dropped, unusable } = await askJudge(ctx, subject);
  await state.emit({
    type: 'evaluation.judged',
    criterion: item.id,
    judge,
    judgement: (judgement ?? null) as unknown as Json,
    why_not,
    ...(dropped.length > 0 ? { dropped: [...dropped] } : {}),
    ...(unusable ? { unusable: true } : {}),
  });
}

/** What a judge refused by itself stays refused, unless a contract says otherwise. */
async function convene(stage: Stage, item: Item, known: Known): Promise<void> {
  const circumstances = circumstancesOf(stage, item, known);
  const { judgement, atOdds } = circumstances;
  if (judgement && refutes(judgement) && !atOdds) return;
  const triggers = triggersIn(circumstances);
  if (triggers.length > 0) await stage.state.emit({ type: 'evaluation.convened', criterion: item.id, triggers: [...triggers] });
}

async function hearBallots(stage: Stage, item: Item, known: Known): Promise<void> {
  const { ctx, job, state } = stage;
  const tries = state.now().course.tries.flatMap((one) => (one.criterion === item.id && one.route ? [one.route.model] : []));
  const workers = job.evaluates?.work.find((one) => one.criterion === item.id)?.models ?? tries;
  const ballots = await askBallots(ctx, await subjectOf(stage, item, known), {
    before: seenOf(stage, item).ballots ?? [],
    workers: workers.length > 0 ? workers : [ctx.model],
  });
  for (const ballot of ballots) await stage.state.emit({ type: 'evaluation.balloted', ...(ballot as unknown as JsonObject) });
}

function circumstancesOf(stage: Stage, item: Item, known: Known): Circumstances {
  const { job, state } = stage;
  const { checked, lateral } = seenOf(stage, item);
  const { criterion } = item;
  const first = mechanical(known);
  const { judgement, without } = known;
  const has = known.command !== null;
  const expected = givenArtifacts(job, state);
  // A vote holds as long as what was voted for does; what never held is compared with what was asked for first.
  const parent = job.parent && !job.completed.has(item.id) ? firstSeed(job, state) : job.parent;
  const decisive = without && !holds(known, without.facts) ? without.paths : [];
  return {
    manual: job.consensus,
    seed: job.seed,
    parent,
    key: criterion.semantic_ac_key,
    stakes: criterion.investment?.stakes ?? undefined,
    judgement,
    drift: state.now().course.drift.get(job.generation)?.score ?? undefined,
    lateral,
    heldBefore: has && holds(known, known.baseline),
    changedTests: [...(checked?.restored ?? []).filter((path) => !expected.includes(path)), ...decisive],
    atOdds: proves(first) && judgement !== undefined && refutes(judgement),
    proved: proves(first),
  };
}

async function check({ ctx, job, state, tree, baseline, changes }: Stage, item: Item): Promise<void> {
  const contract = contractOf(item.criterion);
  const has = contract.command !== null;
  const given = new Set(givenArtifacts(job, state));
  const own = { command: contract.command, artifacts: contract.artifacts.filter((path) => given.has(path)) };
  const restored = await restoration(ctx, { from: baseline, to: tree }, changes, own);
  const leftOut = has ? toLeaveOut(changes, own) : [];
  const run = (put: Restoration, without: readonly string[]) => runCheck(ctx, contract, { tree, baseline, restored: put, without });
  const facts = await run(NOTHING_RESTORED, []);
  const again = has && restored.paths.length > 0 ? await run(restored, []) : undefined;
  const without = leftOut.length > 0 && facts.exit_code === 0 ? await run(restored, leftOut) : undefined;
  await state.emit({
    type: 'evaluation.checked',
    criterion: item.id,
    facts: facts as unknown as JsonObject,
    restored: [...restored.paths],
    ...(again ? { with_restored: again as unknown as JsonObject } : {}),
    ...(without ? { left_out: [...leftOut], without_added: without as unknown as JsonObject } : {}),
  });
}

function knownOf(stage: Stage, item: Item, project: ProjectVerdict): Known {
  const { criterion } = item;
  const { baseline, checked, judged, convened, ballots = [], worked } = seenOf(stage, item);
  return {
    command: criterion.verify_command,
    assertion: criterion.output_assertion,
    artifacts: criterion.expected_artifacts,
    timeout_ms: contractOf(criterion).timeout_ms,
    vacuous: criterion.verify_command !== null && isVacuous(criterion.verify_command),
    baseline,
    facts: checked?.facts,
    restored: checked?.with_restored && { paths: checked.restored, facts: checked.with_restored },
    without: checked?.without_added && { paths: checked.left_out, facts: checked.without_added },
    assertionWritten: writesAssertion(criterion.output_assertion, stage.written),
    meddling: stage.meddling,
    judgement: judged?.judgement,
    unjudged: judged?.why_not ?? '',
    dropped: judged?.dropped ?? [],
    unusable: judged?.unusable ?? false,
    consensus: convened && { triggers: convened, ballots },
    worker: worked,
    project,
  };
}

async function subjectOf({ ctx, job, state, tree, baseline, changes }: Stage, item: Item, known: Known): Promise<Subject> {
  const brief = {
    goal: job.seed.goal,
    constraints: job.seed.constraints,
    principles: job.seed.evaluation_principles.map((one) => `${one.name}: ${one.description}`),
    criterion: { id: item.id, description: item.description },
    facts: factsLine(known.command === null && known.artifacts.length === 0 ? undefined : known.facts),
    changed: changes.map((one) => `${one.path} (${one.change})`),
    diff: await diffOf(ctx, { from: baseline, to: tree }, changes),
    claim: state.now().criteria.get(item.id)?.worked?.claim ?? '',
  };
  return { tree, key: `g${job.generation}`, brief };
}
