import { isVacuous } from '../evaluate/gaming.ts';
import type { CheckFacts } from '../events.ts';
import { contractOf, type Job } from '../job.ts';
import type { Course, TryEnd, WorkerEnd } from '../view/course.ts';
import type { Item } from './brief.ts';
import { faultOfContract, isCheckable, lacksIn, signatureOf, unmetShare } from './facts.ts';
import { complexityOf, type Load, type Route, route, type Streaks, type Tier } from './router.ts';
import { type History, lateralFor, MAX_LATERAL, type Pattern, patternIn } from './stagnation.ts';

/** Tries at one criterion in one generation. */
export const MAX_TRIES = 3;

/** What is known of a try when its worker has ended. */
export interface Ended {
  readonly baseline: CheckFacts | undefined;
  /** Undefined: it was not checked. */
  readonly facts: CheckFacts | undefined;
  readonly worked: (WorkerEnd & { readonly blocked: boolean }) | undefined;
  readonly attempt: number;
}

export type Weighed = Omit<TryEnd, 'beside'> & { readonly why: string };

/** Whether a try did it, and if not, whether another may. Pure. */
export function weighTry({ criterion }: Item, ended: Ended): Weighed {
  const contract = contractOf(criterion);
  const { facts, baseline } = ended;
  const none = { holds: null, facts, signature: '', unmet: 0, next: 'over' } as const;
  if (!facts) return { ...none, why: whyUnchecked(criterion) ?? 'it was not checked' };
  const fault = faultOfContract(contract, baseline, facts);
  if (fault !== undefined) return { ...none, signature: signatureOf(facts), why: fault };
  const unmet = unmetShare(contract, facts);
  const known = { holds: unmet === 0, facts, signature: signatureOf(facts), unmet };
  if (unmet === 0) return { ...known, next: 'done', why: 'what can be checked holds' };
  const stop = whyLast(ended);
  return stop === undefined
    ? { ...known, next: 'again', why: `it does not hold yet: ${lacksIn(contract, facts).join('; ')}` }
    : { ...known, next: 'over', why: stop };
}

/** Why a criterion cannot be checked between two tries; undefined: it can. */
export function whyUnchecked(criterion: Item['criterion']): string | undefined {
  if (!isCheckable(contractOf(criterion))) return 'there is nothing to check it by between two tries';
  return criterion.verify_command !== null && isVacuous(criterion.verify_command) ? 'its command succeeds whatever is done' : undefined;
}

/** Another try would not go better, or may not be made. */
function whyLast({ worked, attempt }: Ended): string | undefined {
  if (worked?.blocked) return 'the worker was refused something it may have needed';
  if (worked?.how.startsWith('killed')) return 'somebody ended the worker';
  if (worked?.code === 'SCRIPT_EXHAUSTED') return 'the script has nobody to try again';
  return attempt >= MAX_TRIES ? `${MAX_TRIES} tries were made` : undefined;
}

/** All that was done for this very criterion, in every generation; what was found before the work is the first outcome. */
function historyOf(course: Course, { criterion }: Item, baseline: CheckFacts | undefined): { history: History; personas: readonly string[] } {
  const tries = course.tries.filter((one) => one.key === criterion.semantic_ac_key);
  const ends = tries.flatMap((one) => (one.end && one.end.signature !== '' ? [one.end] : []));
  const first =
    baseline && whyUnchecked(criterion) === undefined ? [{ signature: signatureOf(baseline), unmet: unmetShare(contractOf(criterion), baseline) }] : [];
  const outcomes = [...first, ...ends];
  return {
    history: {
      outputs: outcomes.map((one) => one.signature),
      errors: tries.map((one, at) => (one.worked?.code === undefined ? `none ${at}` : `${one.worked.code}: ${one.worked.claim}`)),
      drift: outcomes.map((one) => one.unmet),
    },
    personas: tries.flatMap((one) => one.persona ?? []),
  };
}

export interface Stuck {
  readonly pattern: Pattern;
  readonly personas: readonly string[];
}

/** The work goes nowhere, and every other approach that it is worth was tried. */
export function stuckAt(course: Course, item: Item, baseline: CheckFacts | undefined): Stuck | undefined {
  const { history, personas } = historyOf(course, item, baseline);
  const pattern = personas.length >= MAX_LATERAL ? patternIn(history) : undefined;
  return pattern === undefined ? undefined : { pattern, personas };
}

/** Who goes about the next try in another way: where the work goes nowhere, and at the latest for the third. */
export function personaFor(course: Course, item: Item, baseline: CheckFacts | undefined, attempt: number): string | undefined {
  const { history, personas } = historyOf(course, item, baseline);
  const pattern = patternIn(history);
  return pattern !== undefined || attempt >= MAX_TRIES ? lateralFor(pattern, personas) : undefined;
}

export interface RouteRequest {
  readonly attempt: number;
  /** Of the first try. */
  readonly first: Tier | undefined;
  /** What the worker is told. */
  readonly task: string;
  readonly streaks: Streaks;
}

/** The tier of a try. */
export function routeFor(job: Job, item: Item, { task, ...rest }: RouteRequest): Route & { readonly complexity: number } {
  const { investment } = item.criterion;
  const complexity = complexityOf(loadOf(job, item, task));
  return { ...route({ ...rest, complexity, difficulty: investment?.difficulty ?? null, stakes: investment?.stakes ?? null }), complexity };
}

/** About so many characters are a token. */
const CHARS_PER_TOKEN = 4;

function loadOf(job: Job, item: Item, task: string): Load {
  const { expected_artifacts, verify_command } = item.criterion;
  return {
    tokens: Math.ceil(task.length / CHARS_PER_TOKEN),
    tools: expected_artifacts.length + (verify_command === null ? 0 : 1) + (job.seed.brownfield_context.context_references.length > 0 ? 1 : 0),
    depth: depthOf(job, item.id, new Set()),
  };
}

/** Criteria that it rests on, one after the other. */
function depthOf(job: Job, id: string, seen: ReadonlySet<string>): number {
  const before = job.criteria.get(id)?.depends_on.filter((one) => !seen.has(one) && job.criteria.has(one)) ?? [];
  return before.length === 0 ? 0 : 1 + Math.max(...before.map((one) => depthOf(job, one, new Set([...seen, id]))));
}
