import {
  type Model,
  type ModelDone,
  type ModelEvent,
  type ModelFacts,
  type ModelRequest,
  NO_USAGE,
  type Rates,
  ratesFor,
  totalTokens,
  type Usage,
} from '../../kernel/model.ts';
import { attempt } from './attempt.ts';
import { type Breaker, FAILURES } from './breaker.ts';
import { estimatedUsage, lostUsage } from './estimate.ts';
import { Failure, failureOf } from './failure.ts';
import { fitted, signed, withoutThoughts } from './fitted.ts';
import type { Decoder, Wire } from './wire.ts';

/** A model that may answer: the one asked for, or one of the fallback list. */
export interface Candidate {
  readonly facts: ModelFacts;
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly breaker: Breaker;
  /** Rejects with OxiosError when the model cannot be asked at all. */
  wire(): Promise<Wire>;
}

export interface Patience {
  readonly idle_ms: number;
  readonly retries: number;
}

const BASE_WAIT_MS = 500;
const MAX_WAIT_MS = 60_000;
/** A server that is not there will not be there in a minute either. */
const MAX_ABSENT = 2;
/** Codes after which another model may do. */
const NEXT: ReadonlySet<string> = new Set(['PROVIDER_UNAVAILABLE', 'PROVIDER_PROTOCOL', 'AUTH', 'PROVIDER', 'NO_KEY', 'NO_MODEL']);

/** A model that tries again with growing, jittered waits, and then the next of its list. It never throws and ends with one `done`. */
export const createModel = (candidates: readonly [Candidate, ...Candidate[]], patience: Patience): Model => ({
  facts: { ...candidates[0].facts, price: dearest(candidates) },
  stream: (request, signal) => answer(candidates, patience, request, signal),
});

/** What is reserved before a request must be enough whoever answers it; unknown when one of them has no known price. */
function dearest([first, ...others]: readonly [Candidate, ...Candidate[]]): ModelFacts['price'] {
  const prices = [first, ...others].map((one) => one.facts.price);
  if (others.length === 0 || prices.includes(null)) return prices.includes(null) ? null : first.facts.price;
  const all = prices.flatMap((price): Rates[] => (price ? [price, price.long ?? price] : []));
  const most = (field: keyof Rates) => Math.max(...all.map((rates) => rates[field]));
  return { input: most('input'), output: most('output'), cache_read: most('cache_read'), cache_write: most('cache_write') };
}

async function* answer(candidates: readonly Candidate[], patience: Patience, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
  const began = performance.now();
  const tries = { count: 0 };
  for (const [at, candidate] of candidates.entries()) {
    const next = candidates[at + 1]?.facts.id;
    const outcome = yield* insist({ candidate, patience, tries, next }, request, signal);
    const ms = Math.round(performance.now() - began);
    if (!('failure' in outcome)) return yield { ...outcome, ms };
    if (signal.aborted || next === undefined || !NEXT.has(outcome.failure.code)) return yield { ...ended(candidate, outcome, signal.aborted), ms };
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
async function* insist(turn: Turn, request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, Lost | Answered> {
  const rounds = { failed: 0, blocked: 0 };
  let asked = request;
  for (;;) {
    const outcome = yield* once(turn.candidate, turn.patience, asked, signal);
    if (signal.aborted || !('failure' in outcome)) return outcome;
    const { failure, usage, cost_usd } = outcome;
    const { kind } = failure.prospects;
    turn.tries.count += 1;
    // Who was not let in has not used up a try.
    const plan = planFor(failure, rounds[kind === 'blocked' ? 'blocked' : 'failed']++, turn);
    if (!plan) return outcome;
    const { code, message } = failure;
    const model = turn.candidate.facts.id;
    yield { type: 'retry', attempt: turn.tries.count, code, message, model, ...limitedBy(failure), usage, cost_usd, ...plan };
    if (plan.next_model !== model) return outcome;
    if (kind === 'thoughts') asked = withoutThoughts(request);
    await until(failure, plan.wait_ms, turn.candidate.breaker, signal);
  }
}

const limitedBy = ({ prospects }: Failure): { limited?: true } => (prospects.kind === 'limited' ? { limited: true } : {});

const until = ({ prospects }: Failure, ms: number, breaker: Breaker, signal: AbortSignal): Promise<void> =>
  prospects.kind === 'blocked' ? breaker.changed(signal) : pause(ms, signal);

/** Again after a wait, or the next model at once; undefined when neither helps. A long wait is one for the next model. */
function planFor(failure: Failure, round: number, { candidate, patience, next }: Turn): { wait_ms: number; next_model: string } | undefined {
  const { retry, kind, wait_ms = 0 } = failure.prospects;
  const pause_ms = candidate.breaker.left();
  const most = kind === 'absent' ? Math.min(MAX_ABSENT, patience.retries) : patience.retries;
  const other = NEXT.has(failure.code) ? next : undefined;
  const tooLong = other !== undefined && (kind === 'blocked' || pause_ms > 0 || wait_ms > MAX_WAIT_MS);
  if (retry && round < most && !tooLong) return { wait_ms: Math.max(pause_ms, waitFor(failure, round)), next_model: candidate.facts.id };
  return other === undefined ? undefined : { wait_ms: 0, next_model: other };
}

/** An attempt that came to nothing, and what it used all the same. */
interface Lost {
  readonly failure: Failure;
  readonly usage: Usage;
  readonly cost_usd: number | null;
}

type Answered = Omit<Extract<ModelDone, { ok: true }>, 'ms'>;

/** One try of one model; a failure is returned, deltas pass through. */
async function* once(candidate: Candidate, patience: Patience, asked: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent, Lost | Answered> {
  const { breaker, facts } = candidate;
  if (signal.aborted || !breaker.enters()) return { failure: blocked(facts, breaker), usage: NO_USAGE, cost_usd: 0 };
  const request = fitted(asked, facts);
  const heard = { chars: 0 };
  let decoder: Decoder | undefined;
  let told = false;
  try {
    const wire = await candidate.wire();
    decoder = wire.decoder();
    const { stop, parts } = yield* attempt({ wire, decoder, request, signal, idle_ms: patience.idle_ms, heard });
    breaker.succeeded();
    told = true;
    const usage = totalTokens(decoder.usage()) > 0 ? decoder.usage() : estimatedUsage(request, parts);
    return { type: 'done', ok: true, stop, parts: signed(parts, facts.id), usage, cost_usd: costOf(facts, usage), model: facts.id };
  } catch (error) {
    const failure = failureOf(error, candidate.secrets, candidate.provider);
    told = !signal.aborted && tell(breaker, failure);
    const usage = lostUsage(request, decoder?.usage() ?? NO_USAGE, heard.chars);
    return { failure, usage, cost_usd: totalTokens(usage) === 0 ? 0 : costOf(facts, usage) };
  } finally {
    if (!told) breaker.leaves();
  }
}

/** False when it says nothing. */
function tell(breaker: Breaker, { message, prospects }: Failure): boolean {
  const says = prospects.says ?? (prospects.retry ? 'down' : 'nothing');
  if (says === 'down') breaker.failed(message);
  if (says === 'up') breaker.succeeded();
  return says !== 'nothing';
}

const blocked = (facts: ModelFacts, breaker: Breaker): Failure =>
  new Failure('PROVIDER_UNAVAILABLE', `${facts.id} failed ${FAILURES} times in a row and is left alone for a while; the last time: ${breaker.why()}`, {
    retry: true,
    kind: 'blocked',
    wait_ms: breaker.left(),
    hint: 'try again in a while, or name another model with --model',
  });

/** Full jitter: anywhere between nothing and a bound that doubles. What the provider asks for is waited out, and a little more, so that not everybody is back at once. */
function waitFor({ prospects: { wait_ms, kind } }: Failure, round: number): number {
  if (kind === 'blocked') return Math.round(wait_ms ?? 0);
  const jitter = Math.random() * BASE_WAIT_MS * (wait_ms === undefined ? 2 ** round : 1);
  return Math.round(Math.min(MAX_WAIT_MS, (wait_ms ?? 0) + jitter));
}

function costOf({ price }: ModelFacts, usage: Usage): number | null {
  if (!price) return null;
  const rates = ratesFor(price, usage.input + usage.cache_read + usage.cache_write);
  return (usage.input * rates.input + usage.output * rates.output + usage.cache_read * rates.cache_read + usage.cache_write * rates.cache_write) / 1e6;
}

const ended = (candidate: Candidate, { failure, usage, cost_usd }: Lost, aborted: boolean): Omit<Extract<ModelDone, { ok: false }>, 'ms'> => ({
  type: 'done',
  ok: false,
  code: aborted ? 'ABORTED' : failure.code,
  message: failure.message,
  ...(failure.prospects.hint === undefined ? {} : { hint: failure.prospects.hint }),
  parts: [],
  usage,
  cost_usd,
  model: candidate.facts.id,
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
