import { type Model, type ModelDone, type ModelEvent, type ModelFacts, type ModelRequest, NO_USAGE, type Usage } from '../../kernel/model.ts';
import { attempt } from './attempt.ts';
import type { Breaker } from './breaker.ts';
import { failureOf } from './failure.ts';
import { Failure, type Wire } from './wire.ts';

/** A model that may answer: the one asked for, or one of the fallback list. */
export interface Candidate {
  readonly facts: ModelFacts;
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly breaker: Breaker;
  wire(): Promise<Wire>;
}

export interface Patience {
  readonly idle_ms: number;
  readonly retries: number;
}

const BASE_WAIT_MS = 500;
const MAX_WAIT_MS = 60_000;
/** A server that is not there will not be there in a minute either. */
const MAX_REFUSED = 2;
/** Codes after which another model may do. */
const NEXT = new Set(['PROVIDER_UNAVAILABLE', 'PROVIDER_PROTOCOL', 'AUTH', 'PROVIDER']);

/** A model that tries again with growing, jittered waits, and then the next of its list. It never throws and ends with one `done`. */
export const createModel = (candidates: readonly [Candidate, ...Candidate[]], patience: Patience): Model => ({
  facts: candidates[0].facts,
  stream: (request, signal) => answer(candidates, patience, request, signal),
});

async function* answer(candidates: readonly Candidate[], patience: Patience, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
  const began = performance.now();
  const tries = { count: 0 };
  for (const [at, candidate] of candidates.entries()) {
    const next = candidates[at + 1]?.facts.id;
    const outcome = yield* insist({ candidate, patience, tries, next }, request, signal);
    const ms = Math.round(performance.now() - began);
    if (!(outcome instanceof Failure)) return yield { ...outcome, ms };
    if (signal.aborted || next === undefined || !NEXT.has(outcome.code)) return yield failed(candidate, outcome, ms, signal.aborted);
  }
}

interface Turn {
  readonly candidate: Candidate;
  readonly patience: Patience;
  readonly tries: { count: number };
  /** Who is asked when this one cannot answer. */
  readonly next: string | undefined;
}

/** One model, again and again as long as it may help. The last failure is returned. */
async function* insist({ candidate, patience, tries, next }: Turn, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, Failure | Answered> {
  for (let round = 0; ; round++) {
    const outcome = yield* once(candidate, patience, request, signal);
    if (signal.aborted || !(outcome instanceof Failure)) return outcome;
    tries.count += 1;
    const plan = planFor(outcome, round, { patience, self: candidate.facts.id, next });
    if (!plan) return outcome;
    const { again, wait_ms, next_model } = plan;
    yield { type: 'retry', attempt: tries.count, wait_ms, code: outcome.code, message: outcome.message, next_model };
    await pause(wait_ms, signal);
    if (!again) return outcome;
  }
}

interface Choice {
  readonly patience: Patience;
  readonly self: string;
  readonly next: string | undefined;
}

/** Again after a wait, or the next model at once; undefined when neither helps. */
function planFor(failure: Failure, round: number, { patience, self, next }: Choice): { again: boolean; wait_ms: number; next_model: string } | undefined {
  if (failure.retry && round < roundsFor(failure, patience.retries)) return { again: true, wait_ms: waitFor(failure, round), next_model: self };
  const next_model = whoIsNext(failure, next);
  return next_model === undefined ? undefined : { again: false, wait_ms: 0, next_model };
}

const whoIsNext = (failure: Failure, next: string | undefined): string | undefined => (NEXT.has(failure.code) ? next : undefined);

type Answered = Omit<Extract<ModelDone, { ok: true }>, 'ms'>;

const roundsFor = (failure: Failure, retries: number): number => (/cannot be reached/u.test(failure.message) ? Math.min(MAX_REFUSED, retries) : retries);

/** One try of one model; a failure is returned, deltas pass through. */
async function* once(candidate: Candidate, patience: Patience, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, Failure | Answered> {
  const { breaker, facts } = candidate;
  if (!breaker.allows())
    return new Failure('PROVIDER_UNAVAILABLE', `${facts.id} failed too often in a row and is left alone for 30 s`, {
      retry: false,
      hint: 'try again in a while, or name another model with --model',
    });
  try {
    const { stop, parts, usage } = yield* attempt({ wire: await candidate.wire(), request, signal, idle_ms: patience.idle_ms });
    breaker.succeeded();
    return { type: 'done', ok: true, stop, parts, usage, cost_usd: costOf(facts, usage), model: facts.id };
  } catch (error) {
    const failure = failureOf(error, candidate.secrets, candidate.provider);
    if (!signal.aborted && failure.retry) breaker.failed();
    return failure;
  }
}

/** Full jitter: anywhere between nothing and a bound that doubles; what the provider asks for is a floor. */
function waitFor(failure: Failure, round: number): number {
  const bound = Math.min(MAX_WAIT_MS, BASE_WAIT_MS * 2 ** round);
  return Math.round(Math.min(MAX_WAIT_MS, failure.wait_ms ?? Math.random() * bound));
}

const costOf = (facts: ModelFacts, usage: Usage): number | null =>
  facts.price
    ? (usage.input * facts.price.input +
        usage.output * facts.price.output +
        usage.cache_read * facts.price.cache_read +
        usage.cache_write * facts.price.cache_write) /
      1e6
    : null;

const failed = (candidate: Candidate, failure: Failure, ms: number, aborted: boolean): ModelDone => ({
  type: 'done',
  ok: false,
  code: aborted ? 'ABORTED' : failure.code,
  message: failure.message,
  ...(failure.hint === undefined ? {} : { hint: failure.hint }),
  parts: [],
  usage: NO_USAGE,
  cost_usd: 0,
  model: candidate.facts.id,
  ms,
});

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
