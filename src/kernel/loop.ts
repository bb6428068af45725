import { z } from 'zod';
import { runCalls } from './calls.ts';
import { type Circles, createCircles } from './circles.ts';
import { compact, failureOf, type Summarizer } from './compact.ts';
import { createMeter, isNearlyFull } from './context.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent } from './events.ts';
import type { Outcome } from './invoke.ts';
import { type Message, type Part, type ToolCall, textOf } from './message.ts';
import type { Model, ModelDone, ModelRequest, ToolSpec, Usage } from './model.ts';
import type { Call } from './prepare.ts';
import { type Process, ready } from './process.ts';
import type { Instructions } from './prompt.ts';
import { type RequestDeps, request } from './request.ts';
import { breakOff, rest, type Talker } from './rest.ts';
import { foldTranscript, push, type Transcript, userMessage } from './transcript.ts';
import { haltTurn, Interrupted, isHalted } from './turning.ts';

const image = z.object({ mime: z.string(), base64: z.string() });
/** One of `Part`, as the log has it. */
const part = z.custom<Part>((value) => typeof value === 'object' && value !== null && 'type' in value);

/** What an agent process is started with. */
export const AGENT_ARGS = z.object({
  /** With nothing to do, one that converses waits for a message. */
  task: z.string(),
  /** Where another agent ends, it waits for what is said next. */
  converses: z.boolean().optional(),
  /** Added to the standing instructions. */
  system: z.string().optional(),
  /** Not told what the project says of itself. */
  apart: z.boolean().optional(),
  /** Names of the tools it is offered; omitted: all. */
  tools: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  max_output: z.number().int().positive().optional(),
  thinking: z.enum(['off', 'low', 'medium', 'high']).optional(),
  images: z.array(image).default([]),
  /** What was said before, in another run. */
  history: z.array(z.object({ role: z.enum(['user', 'assistant']), parts: z.array(part) })).default([]),
});

export interface LoopDeps extends RequestDeps {
  openModel(id: string): Promise<Model>;
  toolSpecs(proc: Process, names: readonly string[] | undefined): readonly ToolSpec[];
  /** Tools that may run beside each other. */
  parallel(name: string): boolean;
  invoke(proc: Process, call: Call): Promise<Outcome>;
  systemPrompt(proc: Process, instructions: Instructions): string;
}

/** Answers cut by the length limit that are followed by "go on", in a row. */
const MAX_CONTINUATIONS = 3;

interface Agent extends Summarizer, Talker {
  readonly deps: LoopDeps;
  readonly args: z.infer<typeof AGENT_ARGS>;
  readonly system: string;
  readonly tools: readonly ToolSpec[];
  readonly circles: Circles;
  /** Of the task, not shown yet. */
  images: readonly { readonly mime: string; readonly base64: string }[];
  /** The model was asked, and has not answered. */
  owes: boolean;
  answered: number;
  continuations: number;
}

/** One agent: request, answer, calls, results, until an answer calls nothing. Goes on from the process's own past. */
export async function runAgent(deps: LoopDeps, proc: Process): Promise<Exit> {
  const args = AGENT_ARGS.parse(proc.args);
  const past = foldTranscript(args, proc.past);
  const agent = await agentOf(deps, proc, args, past);
  proc.turn = past.turns;
  proc.inbox.unshift(...past.unread);
  proc.wishes.unshift(...past.wishes);
  await unlessHalted(agent, async () => {
    if (past.halted !== undefined) haltTurn(proc, past.halted);
    agent.answers = [...past.answers, ...(await runCalls(agent, past.pending))];
  });
  for (;;) {
    const exit = await unlessHalted(agent, () => round(agent));
    if (exit) return exit;
  }
}

async function agentOf(deps: LoopDeps, proc: Process, args: Agent['args'], past: Transcript): Promise<Agent> {
  const system = deps.systemPrompt(proc, args);
  const tools = deps.toolSpecs(proc, args.tools);
  const had = proc.past.filter((event) => event.type === 'model.answered');
  const summaries = had.filter((event) => event.purpose).length;
  const agent: Agent = {
    deps,
    proc,
    model: await deps.openModel(proc.model),
    args,
    system,
    tools,
    meter: createMeter(system, tools),
    messages: past.messages,
    circles: createCircles(proc.past),
    calls: lastCalls(past.messages),
    answers: past.answers,
    images: past.images,
    owes: past.owes,
    partial: '',
    asked: past.turns,
    answered: had.length - summaries + past.cut,
    summaries,
    continuations: 0,
    append: (message) => append(agent, message),
    wanted: () => requestOf(agent),
    hear: () => hear(agent),
    listen(purpose) {
      // A summary is of all that was said before it, and keeps all that was wished for.
      if (purpose) return proc.inbox.length === 0 && proc.wishes.length === agent.granted;
      hear(agent);
      agent.owes = proc.wishes.length === 0;
      if (agent.owes) agent.asked = proc.turn;
      return agent.owes;
    },
    granted: 0,
  };
  agent.meter.reset(agent.messages);
  for (const [estimate, usage] of countedIn(proc.past)) agent.meter.recall(estimate, usage);
  return agent;
}

/** A turn that a person ended is over, and the agent is not. */
async function unlessHalted<T>(agent: Agent, work: () => Promise<T>): Promise<T | undefined> {
  const { proc } = agent;
  try {
    return await work();
  } catch (error) {
    const by = proc.turning?.by;
    if (by === undefined || !isHalted(proc)) throw error;
    await breakOff(agent, by);
    if (agent.owes) agent.answered += 1;
    agent.owes = false;
    return undefined;
  }
}

/** What came in, a request with it, and the calls it answers with. Its exit when nothing is left to do; an agent that converses waits then. */
async function round(agent: Agent): Promise<Exit | undefined> {
  const { proc, deps } = agent;
  await ready(proc);
  await deps.heard(proc.pid);
  if (isHalted(proc)) throw new Interrupted();
  agent.circles.look(agent.calls);
  if (!take(agent)) {
    const last = agent.messages.at(-1);
    if (!agent.args.converses) return { how: 'done', text: last ? textOf(last.parts) : '' };
    return idle(agent);
  }
  const done = await takeTurn(agent);
  agent.calls = done.parts.filter((part) => part.type === 'call');
  agent.answers = await runCalls(agent, agent.calls);
  if (agent.calls.length === 0) await nudge(agent, done.stop);
  return undefined;
}

/** Nothing is to be answered: it summarizes, where somebody wished for that, or waits. */
async function idle(agent: Agent): Promise<undefined> {
  const { proc } = agent;
  if (proc.wishes.length === 0) return void (await rest(agent));
  await compact(agent);
}

/** Puts results and what was said into the conversation. False when the model has nothing to answer. */
function take(agent: Agent): boolean {
  const { proc, calls, answers, owes } = agent;
  const isCalled = answers.length > 0 || owes || proc.inbox.some((letter) => letter.wakes);
  if (agent.args.converses && !isCalled) return false;
  const texts = proc.inbox.splice(0).map((letter) => letter.text);
  if (texts.length > 0) agent.circles.cut();
  const message = userMessage(calls, answers, { texts, images: agent.images });
  if (message) append(agent, message);
  agent.calls = [];
  agent.answers = [];
  agent.images = [];
  agent.owes = false;
  return isCalled || message !== undefined || agent.messages.at(-1)?.role !== 'assistant';
}

/** What requests of earlier lives were estimated at, and what they counted. */
function countedIn(past: readonly KernelEvent[]): readonly (readonly [estimate: number, usage: Usage])[] {
  const estimates = new Map(past.flatMap((event) => (event.type === 'model.requested' && !event.purpose ? [[event.request, event.est_tokens] as const] : [])));
  return past.flatMap((event) => {
    const estimate = event.type === 'model.answered' ? estimates.get(event.request) : undefined;
    return event.type === 'model.answered' && estimate !== undefined ? [[estimate, event.usage] as const] : [];
  });
}

/** An answer cut at its length limit is followed by a word to go on; a refusal ends the process. */
async function nudge(agent: Agent, stop: string): Promise<void> {
  if (stop === 'refusal')
    throw new OxiosError('MODEL_REFUSED', 'the model refused the request', { hint: 'reword the task or choose another model with --model' });
  if (stop !== 'length') {
    agent.continuations = 0;
    return;
  }
  agent.continuations += 1;
  if (agent.continuations > MAX_CONTINUATIONS)
    throw new OxiosError('LIMIT', 'the answer was cut at its length limit again and again', { hint: 'raise max_output of the model in config.json' });
  const text = '[Your answer was cut at its length limit. Go on exactly where it stopped.]';
  agent.proc.inbox.push({ text, wakes: true });
  await agent.deps.write(agent.proc, 'kernel', { type: 'message.sent', from: 'kernel', text });
}

type Answered = Extract<ModelDone, { ok: true }>;

async function takeTurn(agent: Agent): Promise<Answered> {
  const { proc, deps } = agent;
  const max = proc.budget.limits.turns;
  if (max !== null && proc.turn >= max) await deps.exceeded(proc, { limit: 'turns', of: proc.pid, asked: 1, spent: proc.turn, max, waits: false });
  proc.turn += 1;
  if (isNearlyFull(agent.meter.estimate(), agent.model.facts.context_tokens, outputWish(agent))) await compact(agent);
  let done = await ask(agent);
  if (!done.ok && done.code === 'CONTEXT_FULL' && (await compact(agent))) done = await ask(agent);
  if (!done.ok) throw failureOf(done);
  append(agent, { role: 'assistant', parts: done.parts });
  agent.owes = false;
  agent.partial = '';
  agent.answered += 1;
  return done;
}

/** Behind every summary that was asked for meanwhile. */
async function ask(agent: Agent): Promise<ModelDone> {
  for (;;) {
    const done = await request(agent, requestOf(agent));
    if (done) return done;
    await compact(agent);
  }
}

const requestOf = (agent: Agent): ModelRequest => ({
  system: agent.system,
  messages: agent.messages,
  tools: agent.tools,
  max_output: outputWish(agent),
  session: `${agent.proc.run.id}/${agent.proc.pid}`,
  number: agent.proc.requests,
  answered: agent.answered,
  labels: { agent: agent.proc.name, ...(agent.proc.nth > 1 ? { nth: String(agent.proc.nth) } : {}), ...agent.args.labels },
  ...(agent.args.thinking ? { thinking: agent.args.thinking } : {}),
});

const outputWish = (agent: Agent): number => Math.min(agent.args.max_output ?? agent.model.facts.max_output, agent.model.facts.max_output);

/** What was said to the agent after its answers were put together. */
function hear(agent: Agent): void {
  const message = userMessage([], [], { texts: agent.proc.inbox.splice(0).map((letter) => letter.text) });
  if (message) append(agent, message);
}

function append(agent: Agent, message: Message): void {
  agent.meter.add(message);
  push(agent.messages, message);
}

const lastCalls = (messages: readonly Message[]): readonly ToolCall[] => {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? last.parts.filter((part) => part.type === 'call') : [];
};
