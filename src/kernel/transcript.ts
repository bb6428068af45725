import type { EventOf, KernelEvent } from './events.ts';
import type { Message, Part, ToolAnswer, ToolCall } from './message.ts';

/** A conversation as the model sees it, and what the last answer still waits for. */
export interface Transcript {
  readonly messages: Message[];
  /** Calls of the last answer without an outcome, and the outcomes its other calls have had. */
  readonly pending: ToolCall[];
  readonly answers: ToolAnswer[];
  /** Text that arrived and will go with the next request. */
  readonly unread: string[];
  readonly turns: number;
}

/** Folds a process's own events, its task first; the live loop builds the same list step by step. */
export function foldTranscript(task: string, events: readonly KernelEvent[]): Transcript {
  const state = { messages: [] as Message[], pending: [] as ToolCall[], unread: [task], answers: [] as ToolAnswer[], turns: 0 };
  const answersOf = new Map<string, string>();
  for (const event of events) foldEvent(state, answersOf, event);
  if (state.pending.length === 0 && state.answers.length > 0) flushAnswers(state);
  return { messages: state.messages, pending: state.pending, answers: state.answers, unread: state.unread, turns: state.turns };
}

/** Orders answers as the calls were made and puts waiting text behind them, in one user message. */
export function userMessage(calls: readonly ToolCall[], answers: readonly ToolAnswer[], texts: readonly string[]): Message | undefined {
  const ordered = calls.flatMap((call) => answers.find((answer) => answer.id === call.id) ?? []);
  const parts: Part[] = [...ordered, ...texts.map((text) => ({ type: 'text', text }) as const)];
  return parts.length > 0 ? { role: 'user', parts } : undefined;
}

export const summaryMessage = (summary: string): Message => ({
  role: 'user',
  parts: [{ type: 'text', text: `[Earlier part of this conversation, summarized]\n${summary}` }],
});

function foldEvent(state: State, answersOf: Map<string, string>, event: KernelEvent): void {
  if (event.type === 'tool.intended') answersOf.set(event.call, event.answers);
  else if (event.type === 'message.sent') state.unread.push(event.text);
  else if (event.type === 'context.compacted') state.messages.splice(0, event.dropped_messages, summaryMessage(event.summary));
  else if (event.type === 'model.requested' || event.type === 'model.answered') foldTurn(state, event);
  else foldOutcome(state, answersOf, event);
}

/** A summarizing request is no turn of the conversation, and a turn is over with its answer: one that was cut off is taken again. */
function foldTurn(state: State, event: EventOf<'model.requested'> | EventOf<'model.answered'>): void {
  if (event.purpose) return;
  if (event.type === 'model.requested') {
    state.turns = event.turn - 1;
    flush(state);
    return;
  }
  const parts = event.parts as unknown as readonly Part[];
  state.turns += 1;
  state.messages.push({ role: 'assistant', parts });
  state.pending = parts.filter((part) => part.type === 'call');
}

function foldOutcome(state: State, answersOf: ReadonlyMap<string, string>, event: KernelEvent): void {
  if (event.type === 'tool.denied') answered(state, event.answers, { ok: false, text: event.text });
  if (event.type === 'tool.finished')
    answered(state, answersOf.get(event.call) ?? '', { ok: event.ok, text: event.text, ...(event.images ? { images: event.images } : {}) });
  if (event.type === 'tool.indoubt') answered(state, answersOf.get(event.call) ?? '', { ok: false, text: event.text });
}

interface State {
  turns: number;
  messages: Message[];
  pending: ToolCall[];
  unread: string[];
  answers: ToolAnswer[];
}

function answered(state: State, id: string, outcome: Omit<ToolAnswer, 'type' | 'id'>): void {
  if (id === '') return;
  state.pending = state.pending.filter((call) => call.id !== id);
  state.answers.push({ type: 'answer', id, ...outcome });
}

function flush(state: State): void {
  flushAnswers(state);
  const message = userMessage([], [], state.unread.splice(0));
  if (message) push(state.messages, message);
}

function flushAnswers(state: State): void {
  const last = state.messages.at(-1);
  const calls = last ? last.parts.filter((part) => part.type === 'call') : [];
  const message = userMessage(calls, state.answers.splice(0), []);
  if (message) push(state.messages, message);
}

/** Two user messages in a row become one: providers want turns that alternate. */
export function push(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (last?.role === message.role && message.role === 'user') messages[messages.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
  else messages.push(message);
}
