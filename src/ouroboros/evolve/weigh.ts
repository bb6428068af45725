import { EXIT } from '../../kernel/error-codes.ts';
import type { Judged } from '../evaluate/evaluate.ts';
import { noProgress } from '../execute/stagnation.ts';
import type { Job } from '../job.ts';
import type { State } from '../state.ts';
import type { Course } from '../view/course.ts';
import type { GenerationJudged, GenerationRecord } from '../view/generations.ts';
import { converge, type Generation, type GenerationResult, regressions, STOP_RULES, type Wanted } from './converge.ts';
import { compareOntologies } from './similarity.ts';

export interface Outcome {
  readonly outcome: string;
  readonly exit_code: number;
}

/** settled.md: no criteria -> unverified; any FAIL -> 1; else UNAVAILABLE -> 5; else anything but PASS -> 4. */
export function outcomeOf(judged: readonly Pick<Judged, 'status'>[]): Outcome {
  const has = (...statuses: readonly Judged['status'][]) => judged.some((one) => statuses.includes(one.status));
  if (judged.length === 0) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  if (has('FAIL')) return { outcome: 'REJECTED', exit_code: EXIT.rejected };
  if (has('UNAVAILABLE')) return { outcome: 'ERROR', exit_code: EXIT.environment };
  if (has('INVALID', 'BLOCKED', 'UNVERIFIED')) return { outcome: 'UNVERIFIED', exit_code: EXIT.blocked };
  return { outcome: 'APPROVED', exit_code: EXIT.ok };
}

/** What the run comes to when its last generation ended so. Limits that the loop ran into are said as such. */
export function endOf(judged: readonly Pick<Judged, 'status'>[], decision: GenerationJudged['decision']): Outcome {
  if (decision === 'exhausted') return { outcome: 'EXHAUSTED', exit_code: EXIT.limit };
  if (decision === 'stagnated') return { outcome: 'STAGNATED', exit_code: EXIT.limit };
  return outcomeOf(judged);
}

/** Says in the log how the generation under way ended and whether another one follows. */
export async function weigh(job: Job, judged: readonly Judged[], state: State): Promise<void> {
  const outcome = outcomeOf(judged);
  if (state.now().outcome === undefined) await state.emit({ type: 'evaluation.finished', ...outcome });
  const results = judged.map(({ id, status }) => ({ criterion: id, key: job.criteria.get(id)?.criterion.semantic_ac_key ?? id, status }));
  const score = judged.length === 0 ? null : judged.filter((one) => one.status === 'PASS').length / judged.length;
  const past = state
    .now()
    .generations.map((one) => (one.generation === job.generation ? asGeneration(one, { ...outcome, score, results }) : asGeneration(one)));
  const { decision, reason, similarity } = decide(job, judged, past, state);
  // What is only not known any more is not lost.
  const failed = results.filter((one) => one.status === 'FAIL');
  const regressed = regressions(past).flatMap(({ key }) => failed.filter((one) => one.key === key).map((one) => one.criterion));
  await state.emit({
    type: 'lineage.judged',
    generation: job.generation,
    outcome: outcome.outcome,
    score,
    similarity,
    decision,
    reason,
    results,
    ...(regressed.length > 0 ? { regressed } : {}),
  });
}

function decide(job: Job, judged: readonly Judged[], past: readonly Generation[], state: State): Pick<GenerationJudged, 'decision' | 'reason' | 'similarity'> {
  const wanted: Wanted = [...job.criteria.values()].map(({ description, criterion }) => ({ description, key: criterion.semantic_ac_key }));
  const rules = { max_generations: job.max_generations, min_generations: Math.min(STOP_RULES.min_generations, job.max_generations) };
  const found = converge(past, wanted, past.at(-1)?.questions, rules);
  const [before, last] = [past.at(-2), past.at(-1)];
  const similarity = before && last ? compareOntologies(before.fields, last.fields).similarity : 0;
  const why = found.decision === 'converged' ? undefined : whyLast(judged, job);
  const stuck = found.decision === 'continue' ? whyStuck(job, judged, past, state.now().course) : undefined;
  if (why === undefined && stuck !== undefined) return { decision: 'stagnated', reason: stuck, similarity };
  return why === undefined ? { ...found, similarity } : { decision: 'stands', reason: why, similarity };
}

/** Verdicts that no other work would change: something outside of it stands in the way. */
const OUTSIDE: readonly Judged['status'][] = ['BLOCKED', 'UNAVAILABLE', 'INVALID'];

/** Why no generation can follow, whatever the stop rules say. */
function whyLast(judged: readonly Judged[], { max_generations }: Job): string | undefined {
  if (judged.length === 0) return 'without criteria there is nothing to evolve';
  const open = judged.filter((one) => one.status !== 'PASS');
  if (open.length > 0 && open.every((one) => OUTSIDE.includes(one.status)))
    return `only what no work can change stands in the way: ${open.map((one) => `${one.id} ${one.status}`).join(', ')}`;
  return max_generations === 1 ? 'only one generation was asked for' : undefined;
}

/** Why the work goes nowhere, where that is all there is to say of what is still open. */
function whyStuck(job: Job, judged: readonly Judged[], past: readonly Generation[], { stagnated }: Course): string | undefined {
  const open = judged.filter((one) => one.status !== 'PASS').map((one) => one.id);
  if (open.length > 0 && open.every((id) => stagnated.has(job.criteria.get(id)?.criterion.semantic_ac_key ?? '')))
    return `no other try brings on what is open: ${open.join(', ')}`;
  const unmet = past.map(({ evaluation }) => (evaluation?.results ?? []).filter((one) => !one.passed).map((one) => one.key));
  return noProgress(unmet) ? `no progress: the same criteria are open as two generations ago: ${open.join(', ')}` : undefined;
}

function asGeneration({ seed, questions, judged }: GenerationRecord, now?: Outcome & Pick<GenerationJudged, 'score' | 'results'>): Generation {
  const said = now ?? judged;
  return { fields: seed.ontology_schema.fields, questions, evaluation: said && asResult(seed, said) };
}

function asResult(seed: GenerationRecord['seed'], { outcome, score, results }: Pick<GenerationJudged, 'outcome' | 'score' | 'results'>): GenerationResult {
  return {
    approved: outcome === 'APPROVED',
    completed: true,
    score,
    results: results.map(({ criterion, key, status }) => {
      const at = seed.acceptance_criteria.findIndex((one) => one.id === criterion);
      return { at, description: seed.acceptance_criteria[at]?.description ?? '', key, passed: status === 'PASS', authoritative: true };
    }),
  };
}
