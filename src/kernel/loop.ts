import { z } from 'zod';
import { type Circles, createCircles } from './circles.ts';
import { compactionRequest, createMeter, droppable, isNearlyFull, type TokenMeter } from './context.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent } from './events.ts';
import type { Outcome } from './invoke.ts';
import { type Message, type Part, type ToolAnswer, type ToolCall, textOf } from './message.ts';
import type { Model, ModelDone, ModelRequest, ToolSpec, Usage } from './model.ts';
import type { Call } from './prepare.ts';
import { Ended, type Process, ready, takeSlot } from './process.ts';
import type { Instructions } from './prompt.ts';
import { type RequestDeps, type Requester, request } from './request.ts';
import { foldTranscript, push, shorten, userMessage } from './transcript.ts';

const image = z.object({ mime: z.string(), base64: z.string() });
/** One of `Part`, as the log has it. */
const part = z.custom<Part>((value) => typeof value === 'object' && value !== null && 'type' in value);

/** What an agent process is started with. */
export const AGENT_ARGS = z.object({
  task: z.string(),
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

/** Share of the window that unsummarized messages may keep, and bytes that are summarized at once for each of its tokens: three would fill it. */
const KEPT = 0.4;
const SUMMARIZED = 1.8;

interface Agent extends Requester {
  readonly deps: LoopDeps;
  readonly proc: Process;
  readonly model: Model;
  readonly args: z.infer<typeof AGENT_ARGS>;
  readonly system: string;
  readonly tools: readonly ToolSpec[];
  readonly meter: TokenMeter;
  readonly messages: Message[];
  readonly circles: Circles;
  answered: number;
  summaries: number;
  continuations: number;
}

/** One agent: request, answer, calls, results, until an answer calls nothing. Goes on from the process's own past. */
export async function runAgent(deps: LoopDeps, proc: Process): Promise<Exit> {
  const args = AGENT_ARGS.parse(proc.args);
  const past = foldTranscript(args, proc.past);
  const system = deps.systemPrompt(proc, args);
  const tools = deps.toolSpecs(proc, args.tools);
  const meter = createMeter(system, tools);
  const model = await deps.openModel(proc.model);
  const had = proc.past.filter((event) => event.type === 'model.answered');
  const summaries = had.filter((event) => event.purpose).length;
  const answered = had.length - summaries;
  const agent: Agent = {
    deps,
    proc,
    model,
    args,
    system,
    tools,
    meter,
    messages: past.messages,
    circles: createCircles(proc.past),
    answered,
    summaries,
    continuations: 0,
    listen: () => hear(agent),
  };
  meter.reset(agent.messages);
  for (const [estimate, usage] of countedIn(proc.past)) meter.recall(estimate, usage);
  proc.turn = past.turns;
  proc.inbox.unshift(...past.unread);
  let answers: readonly ToolAnswer[] = past.answers;
  let calls: readonly ToolCall[] = lastCalls(past.messages);
  answers = [...answers, ...(await runCalls(agent, past.pending))];
  for (;;) {
    await ready(proc);
    await deps.heard(proc.pid);
    agent.circles.look(calls);
    const texts = proc.inbox.splice(0);
    if (texts.length > 0) agent.circles.cut();
    const message = userMessage(calls, answers, { texts, images: past.images.splice(0) });
    if (message) append(agent, message);
    const last = agent.messages.at(-1);
    if (last?.role === 'assistant' && !message) return { how: 'done', text: textOf(last.parts) };
    const done = await takeTurn(agent);
    calls = done.parts.filter((part) => part.type === 'call');
    answers = await runCalls(agent, calls);
    if (calls.length === 0) await nudge(agent, done.stop);
  }
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
  agent.proc.inbox.push(text);
  await agent.deps.write(agent.proc, 'kernel', { type: 'message.sent', from: 'kernel', text });
}

type Answered = Extract<ModelDone, { ok: true }>;

async function takeTurn(agent: Agent): Promise<Answered> {
  const { proc, deps } = agent;
  const max = proc.budget.limits.turns;
  if (max !== null && proc.turn >= max) await deps.exceeded(proc, { limit: 'turns', of: proc.pid, asked: 1, spent: proc.turn, max, waits: false });
  proc.turn += 1;
  if (isNearlyFull(agent.meter.estimate(), agent.model.facts.context_tokens, outputWish(agent))) await compact(agent);
  let done = await request(agent, requestOf(agent));
  if (!done.ok && done.code === 'CONTEXT_FULL' && (await compact(agent))) done = await request(agent, requestOf(agent));
  if (!done.ok) throw failure(done);
  append(agent, { role: 'assistant', parts: done.parts });
  agent.answered += 1;
  return done;
}

function failure(done: Extract<ModelDone, { ok: false }>): Error {
  if (done.code === 'ABORTED') return new Ended();
  return new OxiosError(done.code, done.message, done.hint === undefined ? {} : { hint: done.hint });
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

/** Replaces older messages by a summary; the log keeps them. False when there is nothing to summarize. */
async function compact(agent: Agent): Promise<boolean> {
  const { context_tokens } = agent.model.facts;
  const dropped = droppable(agent.messages, (kept) => agent.meter.of(kept) <= context_tokens * KEPT);
  if (dropped === 0) return false;
  const before_tokens = agent.meter.estimate();
  const asked = compactionRequest(requestOf(agent), agent.messages.slice(0, dropped), context_tokens * SUMMARIZED, agent.summaries);
  const done = await request(agent, asked, 'compaction');
  if (!done.ok) throw failure(done);
  agent.summaries += 1;
  const summary = textOf(done.parts);
  shorten(agent.messages, dropped, summary);
  agent.meter.reset(agent.messages);
  await agent.deps.write(agent.proc, 'kernel', {
    type: 'context.compacted',
    summary,
    dropped_messages: dropped,
    kept_messages: agent.messages.length - 1,
    before_tokens,
    after_tokens: agent.meter.estimate(),
  });
  return true;
}

/** In the order the model wrote them; neighbours that cannot disturb each other run side by side. */
async function runCalls(agent: Agent, calls: readonly ToolCall[]): Promise<readonly ToolAnswer[]> {
  const answers: ToolAnswer[] = [];
  for (let at = 0; at < calls.length; ) {
    let end = at + 1;
    while (end < calls.length && [calls[end - 1], calls[end]].every((call) => call && agent.deps.parallel(call.name))) end += 1;
    answers.push(...(await allEnded(calls.slice(at, end).map((call) => runCall(agent, call)))));
    at = end;
  }
  return answers;
}

/** As `Promise.all`, but nothing goes on behind a failure: what ends a process ends its other calls too. */
async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

async function runCall(agent: Agent, call: ToolCall): Promise<ToolAnswer> {
  const { proc, deps } = agent;
  await ready(proc);
  await takeSlot(proc, 'tool');
  try {
    const outcome = await deps.invoke(proc, {
      answers: call.id,
      name: call.name,
      input: call.input,
      audience: 'model',
      ...(call.malformed === undefined ? {} : { malformed: call.malformed }),
    });
    agent.circles.ended(call.id, outcome);
    return { type: 'answer', id: call.id, ok: outcome.ok, text: outcome.text, ...(outcome.images ? { images: outcome.images } : {}) };
  } finally {
    proc.seat.release();
    proc.state = { is: 'running', turn: proc.turn };
  }
}

/** What was said to the agent after its answers were put together. */
function hear(agent: Agent): void {
  const message = userMessage([], [], { texts: agent.proc.inbox.splice(0) });
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
