import type { EventOf, KernelEvent } from './events.ts';
import type { Message, Part, ToolAnswer, ToolCall } from './message.ts';
import type { Letter } from './process.ts';
import { restoredText } from './undo/history.ts';

/** A conversation as the model sees it, and what the last answer still waits for. */
export interface Transcript {
  readonly messages: Message[];
  /** Calls of the last answer without an outcome, and the outcomes its other calls have had. */
  readonly pending: ToolCall[];
  readonly answers: ToolAnswer[];
  /** Text that arrived and will go with the next request. */
  readonly unread: Letter[];
  /** What summaries that were asked for have to keep, one for each. */
  readonly wishes: string[];
  /** The model was asked, or has to be, and has not answered. */
  readonly owes: boolean;
  /** Answers that were interrupted. */
  readonly cut: number;
  /** Who interrupted the turn under way, where that was not carried out. */
  readonly halted: string | undefined;
  /** Images of the task that have not been shown yet. */
  readonly images: Image[];
  readonly turns: number;
}

/** What a process begins with. */
export interface Opening {
  /** Nothing for one that converses: it waits. */
  readonly task: string;
  readonly converses?: boolean | undefined;
  readonly images: readonly Image[];
  readonly history: readonly Message[];
}

interface Image {
  readonly mime: string;
  readonly base64: string;
}

/** Folds a process's own events, its task first; the live loop builds the same list step by step. */
export function foldTranscript({ task, images, history, converses = false }: Opening, events: readonly KernelEvent[]): Transcript {
  const state: State = {
    messages: [...history],
    pending: [],
    unread: task === '' && converses ? [] : [{ text: task, wakes: true }],
    images: [...images],
    answers: [],
    wishes: [],
    granted: 0,
    turns: 0,
    owes: false,
    cut: 0,
    halted: undefined,
  };
  const answersOf = new Map<string, string>();
  for (const event of events) foldEvent(state, answersOf, event);
  if (state.pending.length === 0 && state.answers.length > 0) {
    flushAnswers(state);
    state.owes = true;
  }
  return state;
}

/** What becomes of an answer in the middle of which the user ended the turn: what there is of it stays, and calls without an outcome have had none. */
export function interruptedBy(text: string, calls: readonly ToolCall[], answers: readonly ToolAnswer[], texts: readonly string[]): readonly Message[] {
  const lost = calls.filter((call) => !answers.some((answer) => answer.id === call.id));
  const said = userMessage(calls, [...answers, ...lost.map(({ id }) => ({ type: 'answer', id, ok: false, text: NOT_RUN }) as const)], { texts });
  return [
    ...(text.trim() === '' ? [] : [{ role: 'assistant', parts: [{ type: 'text', text }] } as const]),
    ...(said ? [said] : []),
    { role: 'user', parts: [{ type: 'text', text: CUT_SHORT }] },
  ];
}

/** What the model reads of a call that an interruption came before. */
export const NOT_RUN = '[interrupted by the user: not run, or not to its end]';
const CUT_SHORT = '[The user interrupted you here. Do not go on with it by yourself: do what they say next.]';

interface News {
  readonly texts?: readonly string[];
  readonly images?: readonly Image[];
}

/** Orders answers as the calls were made and puts what has arrived behind them, in one user message. */
export function userMessage(calls: readonly ToolCall[], answers: readonly ToolAnswer[], { texts = [], images = [] }: News): Message | undefined {
  const ordered = calls.flatMap((call) => answers.find((answer) => answer.id === call.id) ?? []);
  const shown = images.map((image) => ({ type: 'image', ...image }) as const);
  const parts: Part[] = [...ordered, ...texts.map((text) => ({ type: 'text', text }) as const), ...shown];
  return parts.length > 0 ? { role: 'user', parts } : undefined;
}

/** Puts a summary in the place of the first messages. The thoughts of the others go: a provider takes them back only behind what they followed. */
export function shorten(messages: Message[], dropped: number, summary: string): void {
  const kept = messages.splice(0).slice(dropped);
  messages.push({ role: 'user', parts: [{ type: 'text', text: `[Earlier part of this conversation, summarized]\n${summary}` }] });
  for (const { role, parts } of kept) messages.push({ role, parts: parts.filter((part) => part.type !== 'thinking') });
}

function foldEvent(state: State, answersOf: Map<string, string>, event: KernelEvent): void {
  if (event.type === 'tool.intended') answersOf.set(event.call, event.answers);
  else if (event.type === 'message.sent') foldMessage(state, event);
  else if (event.type === 'workspace.restored') state.unread.push({ text: restoredText(event), wakes: false });
  else if (event.type === 'context.compacted') {
    shorten(state.messages, event.dropped_messages, event.summary);
    state.wishes.splice(0, state.granted);
  } else if (event.type === 'process.signalled' || event.type === 'process.moved' || event.type === 'turn.interrupted') foldStop(state, event);
  else if (event.type === 'model.requested' || event.type === 'model.answered') foldTurn(state, event);
  else foldOutcome(state, answersOf, event);
}

function foldMessage(state: State, { kind, text }: EventOf<'message.sent'>): void {
  if (kind === 'compaction') state.wishes.push(text);
  else state.unread.push({ text, wakes: kind !== 'context' });
}

/** An interruption is carried out where it says so; until then it is only asked for. */
function foldStop(state: State, event: EventOf<'process.signalled'> | EventOf<'process.moved'> | EventOf<'turn.interrupted'>): void {
  if (event.type === 'process.signalled') {
    const isUnderWay = state.owes || state.pending.length + state.answers.length > 0;
    if (event.signal === 'INT' && isUnderWay) state.halted = event.by;
    return;
  }
  if (event.type === 'process.moved' && event.to !== 'waiting') return;
  if (event.type === 'turn.interrupted') {
    cutShort(state, event.text);
    state.turns = event.turn;
  }
  state.wishes = [];
  state.granted = 0;
  state.halted = undefined;
}

function cutShort(state: State, text: string): void {
  const calls = lastCalls(state.messages);
  if (state.owes) state.cut += 1;
  const texts = state.unread.splice(0).map((letter) => letter.text);
  for (const message of interruptedBy(text, calls, calls.length > 0 ? state.answers : [], texts)) push(state.messages, message);
  state.answers = [];
  state.pending = [];
  state.owes = false;
}

const lastCalls = (messages: readonly Message[]): readonly ToolCall[] => {
  const last = messages.at(-1);
  return last?.role === 'assistant' ? last.parts.filter((part) => part.type === 'call') : [];
};

/** A summarizing request is no turn of the conversation, and a turn is over with its answer: one that was cut off is taken again. */
function foldTurn(state: State, event: EventOf<'model.requested'> | EventOf<'model.answered'>): void {
  if (event.type === 'model.requested') {
    state.granted = event.purpose ? state.wishes.length : 0;
    if (event.purpose) return;
    state.wishes = [];
    state.turns = event.turn - 1;
    state.owes = true;
    flush(state);
    return;
  }
  if (event.purpose) return;
  state.owes = false;
  const parts = event.parts as unknown as readonly Part[];
  state.turns += 1;
  state.messages.push({ role: 'assistant', parts });
  state.pending = parts.filter((part) => part.type === 'call');
}

function foldOutcome(state: State, answersOf: ReadonlyMap<string, string>, event: KernelEvent): void {
  if (event.type === 'tool.denied') answered(state, event.answers, { ok: false, text: event.text });
  if (event.type === 'tool.finished')
    answered(state, answersOf.get(event.call) ?? '', { ok: event.ok, text: event.text, ...imagesOf(event), ...taintOf(event) });
  if (event.type === 'tool.indoubt') answered(state, answersOf.get(event.call) ?? '', { ok: false, text: event.text });
}

const imagesOf = ({ images }: EventOf<'tool.finished'>) => (images ? { images } : {});
const taintOf = ({ taint }: EventOf<'tool.finished'>) => (taint ? { taint } : {});

interface State {
  turns: number;
  owes: boolean;
  cut: number;
  halted: string | undefined;
  wishes: string[];
  /** Of them, those that the summary under way keeps. */
  granted: number;
  images: Image[];
  messages: Message[];
  pending: ToolCall[];
  unread: Letter[];
  answers: ToolAnswer[];
}

function answered(state: State, id: string, outcome: Omit<ToolAnswer, 'type' | 'id'>): void {
  if (id === '') return;
  state.pending = state.pending.filter((call) => call.id !== id);
  state.answers.push({ type: 'answer', id, ...outcome });
}

function flush(state: State): void {
  flushAnswers(state);
  const message = userMessage([], [], { texts: state.unread.splice(0).map((letter) => letter.text), images: state.images.splice(0) });
  if (message) push(state.messages, message);
}

function flushAnswers(state: State): void {
  const last = state.messages.at(-1);
  const calls = last ? last.parts.filter((part) => part.type === 'call') : [];
  const message = userMessage(calls, state.answers.splice(0), {});
  if (message) push(state.messages, message);
}

/** Two user messages in a row become one: providers want turns that alternate. */
export function push(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (last?.role === message.role && message.role === 'user') messages[messages.length - 1] = { role: 'user', parts: [...last.parts, ...message.parts] };
  else messages.push(message);
}
