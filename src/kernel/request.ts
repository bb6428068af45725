import { type Amounts, type Exceeded, isExceeded, type Reservation, untilSettled } from './budget.ts';
import type { TokenMeter } from './context.ts';
import { OxiosError } from './errors.ts';
import type { Payload } from './events.ts';
import type { Pid } from './ids.ts';
import type { Message, Part } from './message.ts';
import { addUsage, type Model, type ModelDone, type ModelEvent, type ModelFacts, type ModelRequest, ratesFor, totalTokens, type Usage } from './model.ts';
import { type Process, takeSlot, unstopped } from './process.ts';
import { callSignal, Interrupted, isHalted, requestSignal } from './turning.ts';

/** An agent as far as asking its model goes. */
export interface Requester {
  readonly deps: RequestDeps;
  readonly proc: Process;
  readonly model: Model;
  readonly meter: TokenMeter;
  readonly messages: readonly Message[];
  /** Takes what was said to the agent into the conversation. False when it has to do something else before it asks. */
  listen(purpose: 'compaction' | undefined): boolean;
  /** What the model has answered so far, of the request under way. */
  partial: string;
}

export interface RequestDeps {
  /** See `Ports.heard`. */
  heard(pid: Pid): Promise<void>;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
  delta(proc: Process, body: { type: 'model.delta'; kind: 'text' | 'thinking'; text: string }): void;
  exceeded(proc: Process, what: Exceeded): Promise<never>;
}

/** One request to the model: budget reserved, intent logged, streamed, outcome logged, budget settled. Undefined when something came before it. */
export async function request(agent: Requester, wanted: ModelRequest, purpose?: 'compaction'): Promise<ModelDone | undefined> {
  const { proc } = agent;
  const tab: Tab = { used: { ...NOTHING }, held: [] };
  await takeSlot(proc, 'model');
  try {
    const begun = await begin(agent, wanted, purpose);
    if (!begun) return undefined;
    tab.held.push(begun.held);
    await unstopped(proc);
    const done = await stream(agent, { ...wanted, max_output: begun.max_output, number: begun.number }, tab, purpose);
    if (done.ok && wanted.messages === agent.messages) agent.meter.learn(done.usage);
    return done;
  } finally {
    proc.seat.release();
    proc.state = { is: 'running', turn: proc.turn };
    const [first, ...others] = tab.held;
    first?.settle(tab.used);
    for (const one of others) one.settle(NOTHING);
  }
}

const NOTHING: Amounts = { tokens: 0, usd: 0, tool_calls: 0 };

/** What a request has used so far, and what is reserved for it. */
interface Tab {
  readonly used: Spent;
  readonly held: Reservation[];
}

interface Begun {
  readonly held: Reservation;
  readonly number: number;
  readonly max_output: number;
}

/**
 * Between the last look for messages and the entry nothing is waited for: what is in the log before a request is in the request.
 * The commit overlaps the provider's time: what a crash loses of it is asked again, and changed nothing here.
 */
async function begin(agent: Requester, wanted: ModelRequest, purpose: 'compaction' | undefined): Promise<Begun | undefined> {
  const { proc, deps, model } = agent;
  for (;;) {
    if (!(await mayAsk(agent, purpose))) return undefined;
    const estimate = agent.meter.estimate();
    const { held, max_output } = reserve(agent, estimate, wanted.max_output);
    if (!isExceeded(held)) {
      const number = proc.requests++;
      const requested: Payload = {
        type: 'model.requested',
        request: number,
        model: model.facts.id,
        turn: proc.turn,
        messages: wanted.messages.length,
        est_tokens: estimate,
        max_output,
        ...purposeIn(purpose),
      };
      deps.note(proc, 'agent', reservedEvent(number, estimate + max_output, model.facts, estimate, max_output), requested);
      if (!purpose) asked(proc, estimate);
      return { held, number, max_output };
    }
    if (!held.waits || proc.controller.signal.aborted) await deps.exceeded(proc, held);
    await untilSettled(proc.budget, callSignal(proc));
  }
}

function asked(proc: Process, estimate: number): void {
  proc.ledger.asked();
  proc.context_tokens = estimate;
}

async function mayAsk(agent: Requester, purpose: 'compaction' | undefined): Promise<boolean> {
  await agent.deps.heard(agent.proc.pid);
  if (isHalted(agent.proc)) throw new Interrupted();
  return agent.listen(purpose);
}

const purposeIn = (purpose: 'compaction' | undefined): { purpose?: 'compaction' } => (purpose ? { purpose } : {});

const reservedEvent = (number: number, tokens: number, facts: ModelFacts, input: number, output: number): Payload => ({
  type: 'budget.reserved',
  what: `m${number}`,
  tokens,
  usd: bound(facts, input, output),
  turns: 1,
  tool_calls: 0,
});

/** Sums what is used, also by attempts that come to nothing, as it is told. */
async function stream(agent: Requester, wanted: ModelRequest, tab: Tab, purpose: 'compaction' | undefined): Promise<ModelDone> {
  const { proc, deps, model } = agent;
  const { number } = wanted;
  let attempt = 0;
  agent.partial = '';
  for await (const event of model.stream(wanted, requestSignal(proc))) {
    if (event.type === 'text' || event.type === 'thinking') {
      deps.delta(proc, { type: 'model.delta', kind: event.type, text: event.text });
      if (!purpose) heard(agent, event);
    } else if (event.type === 'retry') {
      attempt = event.attempt;
      await retried(agent, event, tab, number);
    } else if (event.type === 'done') {
      count(proc, event, tab.used);
      noteDone(agent, event, tab.used, { number, attempt, purpose });
      return event;
    }
  }
  throw new OxiosError('INTERNAL', `the model driver of ${model.facts.id} ended a stream without saying how`);
}

function heard(agent: Requester, { type, text }: { readonly type: 'text' | 'thinking'; readonly text: string }): void {
  if (type === 'text') agent.partial += text;
}

/** An attempt failed, and what it said is void. */
async function retried(agent: Requester, event: Extract<ModelEvent, { type: 'retry' }>, tab: Tab, number: number): Promise<void> {
  const { proc, deps } = agent;
  agent.partial = '';
  count(proc, event, tab.used);
  const { model, code, message, attempt, wait_ms, next_model, usage, cost_usd, limited } = event;
  const failure = failed({ model, code, message, attempt, wait_ms, next_model, usage, cost_usd });
  await deps.write(proc, 'kernel', { type: 'model.failed', request: number, ...failure, ...(limited ? { limited } : {}), final: false });
  await reserveAgain(agent, event, tab, number);
}

/** The next attempt may cost as much as was reserved, so that what this one used must fit beside it. */
async function reserveAgain({ proc, deps }: Requester, lost: { usage: Usage; cost_usd: number | null }, tab: Tab, number: number): Promise<void> {
  const tokens = totalTokens(lost.usage);
  if (tokens === 0) return;
  const more = proc.budget.reserve({ tokens, usd: lost.cost_usd ?? 0, tool_calls: 0 });
  if (!isExceeded(more)) return void tab.held.push(more);
  deps.note(proc, 'kernel', settledEvent(number, tab.used));
  await deps.exceeded(proc, more);
}

const settledEvent = (number: number, used: Amounts): Payload => ({ type: 'budget.settled', what: `m${number}`, turns: 1, ...used });

/** In one commit with the intent of the first call; nothing the answer asks for happens before. */
function noteDone(agent: Requester, done: ModelDone, used: Spent, { number, attempt, purpose: why }: How): void {
  const { proc, deps } = agent;
  const settled = settledEvent(number, used);
  const { model, cost_usd, ms } = done;
  if (done.ok) {
    const parts = done.parts as unknown as (Part & { [key: string]: unknown })[];
    deps.note(
      proc,
      'agent',
      { type: 'model.answered', request: number, model, stop: done.stop, parts, usage: done.usage, cost_usd, ms, ...purposeIn(why) },
      settled,
    );
  } else {
    const { code, message, usage } = done;
    const hint = done.hint === undefined ? {} : { hint: done.hint };
    deps.note(
      proc,
      'kernel',
      { type: 'model.failed', request: number, ...failed({ model, code, message, attempt, usage, cost_usd }), ...hint, final: true },
      settled,
    );
  }
}

/** What an attempt used stands in its event when it is more than nothing. */
const failed = <F extends { usage: Usage; cost_usd: number | null }>({ usage, cost_usd, ...rest }: F) => ({
  ...rest,
  ...(totalTokens(usage) > 0 ? { usage, cost_usd } : {}),
});

interface How {
  readonly number: number;
  readonly attempt: number;
  readonly purpose: 'compaction' | undefined;
}

type Spent = { -readonly [K in keyof Amounts]: Amounts[K] };

function count(proc: Process, done: { readonly usage: Usage; readonly cost_usd: number | null }, used: Spent): void {
  used.tokens += totalTokens(done.usage);
  used.usd += done.cost_usd ?? 0;
  proc.tokens += totalTokens(done.usage);
  proc.cost_usd = plus(proc.cost_usd, done.cost_usd, done.usage);
  proc.run.usage = addUsage(proc.run.usage, done.usage);
  proc.run.cost_usd = plus(proc.run.cost_usd, done.cost_usd, done.usage);
}

/** An unknown price makes the sum unknown, unless nothing was used. */
const plus = (sum: number | null, cost: number | null, usage: Usage): number | null =>
  sum === null || (cost === null && totalTokens(usage) > 0) ? null : sum + (cost ?? 0);

/** The smallest answer worth asking for, tokens. */
const MIN_OUTPUT = 64;

function reserve({ proc, model }: Requester, estimate: number, wish: number): { held: Reservation | Exceeded; max_output: number } {
  const room = proc.budget.left('tokens') - estimate;
  const dollars = proc.budget.left('usd') - bound(model.facts, estimate, 0);
  const perToken = model.facts.price ? ratesFor(model.facts.price, atMost(estimate)).output / 1e6 : 0;
  const affordable = perToken > 0 ? Math.floor(dollars / perToken) : Number.POSITIVE_INFINITY;
  const max_output = Math.max(MIN_OUTPUT, Math.min(wish, room, affordable));
  return { held: proc.budget.reserve({ tokens: estimate + max_output, usd: bound(model.facts, estimate, max_output), tool_calls: 0 }), max_output };
}

/** The most a request can cost, dollars: nothing of the input comes from a cache. */
function bound({ price }: ModelFacts, input: number, output: number): number {
  if (!price) return 0;
  const rates = ratesFor(price, atMost(input));
  return (input * Math.max(rates.input, rates.cache_write) + output * rates.output) / 1e6;
}

/** An estimate of tokens may be short of the count by this much. */
const atMost = (estimate: number): number => estimate * 1.5;
