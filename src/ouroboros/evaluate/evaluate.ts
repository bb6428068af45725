import type { Json, JsonObject } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { AcStatus, CheckFacts, Evidence } from '../events.ts';
import { contractOf, type Job } from '../job.ts';
import type { CriterionProgress, Progress } from '../view/progress.ts';
import { runCheck } from './check.ts';
import { isVacuous, toRestore, writesAssertion } from './gaming.ts';
import { askJudge, factsLine } from './semantic.ts';
import { judge, type Known, mechanical } from './verdict.ts';

export interface Judged {
  readonly id: string;
  readonly description: string;
  readonly status: AcStatus;
  readonly evidence: readonly Evidence[];
}

export interface Evaluation {
  readonly ctx: BodyContext;
  readonly job: Job;
  readonly order: readonly string[];
  readonly baseline: string;
  progress(): Progress;
  emit(payload: Parameters<BodyContext['emit']>[0]): Promise<void>;
}

type Item = Job['criteria'] extends ReadonlyMap<string, infer T> ? T : never;

/** Stages 1 and 2 for every criterion; each step is in the log before the next, so that a crash repeats nothing. */
export async function evaluate(evaluation: Evaluation): Promise<readonly Judged[]> {
  const { ctx, job, baseline } = evaluation;
  const tree = evaluation.progress().final ?? (await ctx.snapshot('evaluation'));
  const changes = await ctx.changes(baseline, tree);
  if (evaluation.progress().final === undefined) await evaluation.emit({ type: 'evaluation.started', tree, baseline, changed: changes.map((one) => one.path) });
  const out: Judged[] = [];
  for (const [id, item] of job.criteria) {
    const before = evaluation.progress().criteria.get(id) ?? {};
    const verdict = before.verdict ?? (await judgeOne(evaluation, item, tree, changes));
    out.push({ id, description: item.description, ...verdict });
  }
  return out;
}

async function judgeOne(
  evaluation: Evaluation,
  item: Item,
  tree: string,
  changes: Awaited<ReturnType<BodyContext['changes']>>,
): Promise<{ status: AcStatus; evidence: readonly Evidence[] }> {
  const { ctx, emit } = evaluation;
  const { criterion } = item;
  const seen = () => evaluation.progress().criteria.get(item.id) ?? {};
  if (!seen().checked) await check(evaluation, item, tree, toRestore(changes, item.expected_artifacts));
  const written = await ctx.written(
    tree,
    changes.filter((one) => one.change !== 'removed').map((one) => one.path),
  );
  const known = knownOf(item, seen(), writesAssertion(criterion.output_assertion, written));
  if (!seen().judged && needsJudge(known)) {
    const opinion = await askJudge(ctx, tree, briefOf(evaluation, item, known));
    await emit({
      type: 'evaluation.judged',
      criterion: item.id,
      judge: opinion.judge,
      judgement: (opinion.judgement ?? null) as unknown as Json,
      why_not: opinion.why_not,
    });
  }
  const verdict = judge(knownOf(item, seen(), known.assertionWritten));
  await emit({ type: 'ac.judged', criterion: item.id, status: verdict.status, evidence: verdict.evidence as unknown as Json });
  return verdict;
}

/** Nothing a judge says changes what failed mechanically. */
const needsJudge = (known: Known): boolean => ['PASS', 'NOTHING'].includes(mechanical(known).status);

async function check(evaluation: Evaluation, item: Item, tree: string, restore: readonly string[]): Promise<void> {
  const { ctx, baseline } = evaluation;
  const contract = contractOf(item.criterion);
  const facts = await runCheck(ctx, contract, { tree, baseline, restore: [] });
  const again = restore.length > 0 && contract.command !== null ? await runCheck(ctx, contract, { tree, baseline, restore }) : undefined;
  await evaluation.emit({
    type: 'evaluation.checked',
    criterion: item.id,
    facts: facts as unknown as JsonObject,
    restored: [...restore],
    ...(again ? { with_restored: again as unknown as JsonObject } : {}),
  });
}

function knownOf(item: Item, seen: CriterionProgress, assertionWritten: boolean): Known {
  const { criterion } = item;
  const restoredFacts: CheckFacts | undefined = seen.checked?.with_restored;
  return {
    command: criterion.verify_command,
    assertion: criterion.output_assertion,
    artifacts: criterion.expected_artifacts,
    vacuous: criterion.verify_command !== null && isVacuous(criterion.verify_command),
    baseline: seen.baseline,
    facts: seen.checked?.facts,
    restored: restoredFacts ? { paths: seen.checked?.restored ?? [], facts: restoredFacts } : undefined,
    assertionWritten,
    judgement: seen.judged?.judgement,
    unjudged: seen.judged?.why_not ?? '',
    worker: seen.worked,
  };
}

function briefOf(evaluation: Evaluation, item: Item, known: Known): Parameters<typeof askJudge>[2] {
  const { job } = evaluation;
  return {
    goal: job.seed.goal,
    constraints: job.seed.constraints,
    principles: job.seed.evaluation_principles.map((one) => `${one.name}: ${one.description}`),
    criterion: { id: item.id, description: item.description },
    facts: factsLine(known.command === null && known.artifacts.length === 0 ? undefined : known.facts),
    changed: evaluation.progress().changed,
    claim: evaluation.progress().criteria.get(item.id)?.worked?.claim ?? '',
  };
}
