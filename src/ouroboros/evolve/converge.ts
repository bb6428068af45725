import type { OntologyField } from '../seed/types.ts';
import { compareOntologies } from './similarity.ts';

/** What the stop rules know of one generation that was worked on and evaluated. */
export interface Generation {
  readonly fields: readonly Pick<OntologyField, 'name' | 'type' | 'description'>[];
  /** What was asked before it was made; none for the first. */
  readonly questions: readonly string[];
  /** Undefined: it was not evaluated. */
  readonly evaluation: GenerationResult | undefined;
}

export interface GenerationResult {
  readonly approved: boolean;
  /** The work itself came to its end. */
  readonly completed: boolean;
  /** 0 to 1; null where nothing was scored. */
  readonly score: number | null;
  readonly results: readonly CriterionResult[];
}

export interface CriterionResult {
  /** Place in the seed, from 0. */
  readonly at: number;
  readonly description: string;
  /** The criterion's `semantic_ac_key`. */
  readonly key: string;
  readonly passed: boolean;
  /** The verdict is final, and not only a first opinion. */
  readonly authoritative: boolean;
}

/** The criteria every one of which needs a verdict. */
export type Wanted = readonly { readonly description: string; readonly key: string }[];

/** Where the rules draw their lines; omitted: as in `STOP_RULES`. */
export interface StopRules {
  readonly max_generations: number;
  readonly min_generations: number;
  /** Two ontologies at least this similar are the same. */
  readonly convergence_threshold: number;
  /** So many generations in a row show that nothing moves. */
  readonly stagnation_window: number;
  /** Scores that differ by less are the same. */
  readonly evaluation_plateau_epsilon: number;
  readonly enable_oscillation_detection: boolean;
  readonly regression_gate_enabled: boolean;
  readonly outcome_gate_enabled: boolean;
  /** Whether a score below `eval_min_score` stands in the way of an end. */
  readonly eval_gate_enabled: boolean;
  readonly eval_min_score: number;
}

export const STOP_RULES: StopRules = {
  max_generations: 30,
  min_generations: 2,
  convergence_threshold: 0.95,
  stagnation_window: 3,
  evaluation_plateau_epsilon: 0.01,
  enable_oscillation_detection: true,
  regression_gate_enabled: true,
  outcome_gate_enabled: true,
  eval_gate_enabled: false,
  eval_min_score: 0.7,
};

export interface Verdict {
  readonly decision: 'converged' | 'exhausted' | 'stagnated' | 'continue';
  readonly reason: string;
  /** Of the last two ontologies; 0 where that was not looked at. */
  readonly similarity: number;
}

/**
 * Whether to go on after these generations: the stop rules of ouroboros.md, section 5, the first that fits. Pure.
 * `latest` are the questions that led to the last generation; undefined where none were asked.
 */
export function converge(past: readonly Generation[], wanted: Wanted, latest: readonly string[] | undefined, options: Partial<StopRules> = {}): Verdict {
  const rules = { ...STOP_RULES, ...options };
  const similarity = latestSimilarity(past);
  const last = past.at(-1)?.evaluation;
  if (rules.outcome_gate_enabled && last && satisfies(past, last, wanted, rules))
    return { decision: 'converged', reason: `Outcome gate passed: evaluation approved (${scoreText(last)})`, similarity };
  if (past.length >= rules.max_generations) return { decision: 'exhausted', reason: `Max generations reached (${rules.max_generations})`, similarity };
  if (past.length < rules.min_generations)
    return { decision: 'continue', reason: `Below minimum generations (${past.length}/${rules.min_generations})`, similarity: 0 };
  const isStable = similarity >= rules.convergence_threshold;
  const block = isStable ? stableBlock(past, wanted, rules) : undefined;
  if (isStable && block === undefined)
    return {
      decision: 'converged',
      reason: `Ontology converged: similarity ${fixed(similarity)} >= threshold ${rules.convergence_threshold}`,
      similarity,
    };
  const standstill = standstillOf(past, latest, rules);
  if (standstill !== undefined) return { decision: 'stagnated', reason: standstill, similarity };
  return { decision: 'continue', reason: block ?? `Continuing: similarity ${fixed(similarity)} < ${rules.convergence_threshold}`, similarity };
}

/** Criteria that fail now and passed in an earlier generation, by key; in the order of the last generation. */
export function regressions(past: readonly Pick<Generation, 'evaluation'>[]): readonly CriterionResult[] {
  const passed = new Set(past.slice(0, -1).flatMap(({ evaluation }) => (evaluation?.results ?? []).filter((one) => one.passed).map((one) => one.key)));
  return (past.at(-1)?.evaluation?.results ?? []).filter((one) => !one.passed && passed.has(one.key));
}

/** Rule 1: every criterion has one authoritative PASS, all is approved, and nothing was lost. */
function satisfies(past: readonly Generation[], last: GenerationResult, wanted: Wanted, rules: StopRules): boolean {
  if (coverageFault(last, wanted) !== undefined || !isPassed(last) || !last.approved) return false;
  if (last.results.some(isUnresolved) || isBelow(last, rules)) return false;
  return !rules.regression_gate_enabled || regressions(past).length === 0;
}

/** Rule 4: why a stable ontology is no end yet; undefined when it is. */
function stableBlock(past: readonly Generation[], wanted: Wanted, rules: StopRules): string | undefined {
  const last = past.at(-1)?.evaluation;
  const stable = `Ontology stable (similarity ${fixed(latestSimilarity(past))})`;
  if (!last) return `${stable} but evaluation unavailable`;
  const unresolved = last.results.filter(isUnresolved);
  if (unresolved.length > 0) return `Per-AC authority: ${unresolved.length} AC(s) still unresolved (AC ${numbers(unresolved)})`;
  if (!last.approved || !isPassed(last) || isBelow(last, rules)) return `${stable} but evaluation unsatisfactory`;
  const fault = coverageFault(last, wanted);
  if (fault !== undefined) return `Per-AC gate: ${fault}`;
  const lost = rules.regression_gate_enabled ? regressions(past) : [];
  if (lost.length > 0) return `Regression detected: ${lost.length} AC(s) regressed (AC ${numbers(lost)})`;
  return hasEvolved(past, rules) ? undefined : withheld(past);
}

const withheld = (past: readonly Generation[]): string =>
  `Convergence withheld: similarity ${fixed(latestSimilarity(past))} but ontology unchanged across ${past.length} generations (evolution required before convergence is accepted)`;

/** Rules 5 to 8: why another generation would bring nothing new; undefined when it might. */
function standstillOf(past: readonly Generation[], latest: readonly string[] | undefined, rules: StopRules): string | undefined {
  const window = past.slice(-rules.stagnation_window);
  const isFull = window.length >= rules.stagnation_window;
  if (isFull && neighbours(window).every((one) => one >= rules.convergence_threshold))
    return `Stagnation detected: ontology unchanged for ${rules.stagnation_window} consecutive generations`;
  const scores = isFull ? plateau(window, rules) : undefined;
  if (scores)
    return `Stagnation detected: evaluation score plateau over ${rules.stagnation_window} generations (scores=${scores.map((one) => fixed(one)).join(', ')})`;
  if (rules.enable_oscillation_detection && oscillates(past, rules)) return 'Oscillation detected: ontology is cycling between similar states';
  return repeats(past, latest) ? 'Stagnation detected: repetitive feedback questions across generations' : undefined;
}

/** The scores of rejected generations that do not move; undefined when one moves, passes or has none. */
function plateau(window: readonly Generation[], rules: StopRules): readonly number[] | undefined {
  const scores = window.flatMap(({ evaluation }) => (evaluation && evaluation.score !== null && !isPassed(evaluation) ? [evaluation.score] : []));
  if (scores.length < window.length) return undefined;
  return scores.every((score, at) => at === 0 || Math.abs(score - (scores[at - 1] ?? score)) < rules.evaluation_plateau_epsilon) ? scores : undefined;
}

/** A, B, A, B; of only three generations A, B, A. */
function oscillates(past: readonly Generation[], rules: StopRules): boolean {
  const [fourth, third, second, first] = [past.at(-4), past.at(-3), past.at(-2), past.at(-1)];
  if (!third || !second || !first || alike(third, first) < rules.convergence_threshold) return false;
  return !fourth || alike(fourth, second) >= rules.convergence_threshold;
}

/** Generations that are looked at for the same questions, how many of them must have asked them, and what share makes them the same. */
const ASKED_WINDOW = 3;
const ASKED_TIMES = 2;
const ASKED_OVERLAP = 0.7;

function repeats(past: readonly Generation[], latest: readonly string[] | undefined): boolean {
  const now = new Set(latest);
  if (now.size === 0 || past.length < ASKED_WINDOW) return false;
  const asked = past.slice(-ASKED_WINDOW).filter(({ questions }) => {
    const then = new Set(questions);
    return then.size > 0 && [...now].filter((one) => then.has(one)).length >= now.size * ASKED_OVERLAP;
  });
  return asked.length >= ASKED_TIMES;
}

/** Why the verdicts do not cover every criterion of the seed once; undefined when they do. */
function coverageFault({ results }: GenerationResult, wanted: Wanted): string | undefined {
  const given = results.map((one) => one.at);
  const list = (places: readonly number[]): string => `[${places.join(', ')}]`;
  if (new Set(given).size < given.length) return 'duplicate per-AC verdict indices';
  const outside = given.filter((at) => wanted[at] === undefined);
  if (outside.length > 0) return `out-of-range per-AC verdict indices: ${list(outside)}`;
  const missing = [...wanted.keys()].filter((at) => !given.includes(at));
  if (missing.length > 0) return `missing per-AC verdict indices: ${list(missing)}`;
  const of = (differs: (one: CriterionResult) => boolean): readonly number[] => results.filter(differs).map((one) => one.at);
  const other = of((one) => one.description.trim() !== wanted[one.at]?.description.trim());
  if (other.length > 0) return `per-AC verdict content differs from Seed at indices: ${list(other)}`;
  const keys = of((one) => one.key !== wanted[one.at]?.key);
  if (keys.length > 0) return `per-AC verdict semantic identity differs from Seed at indices: ${list(keys)}`;
  const open = of((one) => !one.authoritative);
  return open.length > 0 ? `non-authoritative per-AC verdict states at indices: ${list(open)}` : undefined;
}

/** What the verdicts say counts more than what was said of the whole. */
const isPassed = ({ completed, results, approved }: GenerationResult): boolean =>
  completed && (results.length > 0 ? results.every((one) => one.passed) : approved);

const isUnresolved = (one: CriterionResult): boolean => !one.passed || !one.authoritative;

const isBelow = ({ score }: GenerationResult, rules: StopRules): boolean => rules.eval_gate_enabled && score !== null && score < rules.eval_min_score;

const hasEvolved = (past: readonly Generation[], rules: StopRules): boolean => neighbours(past).some((one) => one < rules.convergence_threshold);

const latestSimilarity = (past: readonly Generation[]): number => neighbours(past.slice(-2))[0] ?? 0;

/** Of each to the one before it. */
const neighbours = (past: readonly Generation[]): readonly number[] => past.slice(1).map((one, at) => alike(past[at] ?? one, one));

const alike = (a: Generation, b: Generation): number => compareOntologies(a.fields, b.fields).similarity;

const numbers = (results: readonly CriterionResult[]): string => results.map((one) => one.at + 1).join(', ');

const scoreText = ({ score }: GenerationResult): string => (score === null ? 'unscored' : `score ${fixed(score)}`);

/** As it is said: three digits. */
const fixed = (value: number): string => value.toFixed(3);
