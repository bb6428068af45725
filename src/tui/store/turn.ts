import type { EventOf, KERNEL_EVENTS, KernelEvent } from '../../kernel/events.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import type { Part } from '../../kernel/message.ts';
import type { Item } from '../state.ts';
import { cutText, textIn } from './clean.ts';
import { blockId, changeTool, type Draft, put } from './draft.ts';
import { answerItem, MAX_TEXT, noteItem, type ToolItem, toolItem, userItem } from './items.ts';
import { overwritten } from './stream.ts';

/** Writes down what the event adds to the transcript of its process. */
export function follow(draft: Draft, event: KernelEvent): void {
  const step = STEPS[event.type as keyof typeof STEPS] as ((draft: Draft, event: KernelEvent) => void) | undefined;
  step?.(draft, event);
}

/** Nothing goes on any more: what streamed is void, what ran has no outcome. */
export function rest(draft: Draft): void {
  draft.blocks = [];
  draft.tails.clear();
  for (const item of draft.items) if (item.is === 'tool' && isOpen(item)) changeTool(draft, item.call, { how: 'failed', text: CUT_OFF });
  draft.turn = { ...draft.turn, isBusy: false, isAsking: false, compacts: false, wanted: [] };
}

const CUT_OFF = 'it was ended before it was done';

const isOpen = ({ how }: ToolItem): boolean => how === 'runs' || how === 'asks';

type Known = keyof typeof KERNEL_EVENTS;
type Steps = { readonly [T in Known]?: (draft: Draft, event: EventOf<T>) => void };

const STEPS: Steps = {
  'process.forked'(draft, { body, args, at }) {
    if (body === 'agent') put(draft, ...opening(draft, args as Json, at));
  },
  'message.sent'(draft, { actor, kind, text, leaf, at }) {
    if (actor !== 'user' || kind !== undefined) return;
    const item = userItem(`u${leaf}`, at, text);
    // What was queued when a turn was interrupted waits for what is said next, and is taken before it.
    if (draft.turn.isBusy || draft.turn.waiting.length > 0) draft.turn = { ...draft.turn, waiting: [...draft.turn.waiting, item] };
    else put(draft, item);
  },
  'model.requested'(draft, { request, purpose, est_tokens }) {
    const compacts = purpose === 'compaction';
    if (compacts) draft.blocks = [];
    else taken(draft);
    draft.turn = { ...draft.turn, isBusy: true, isAsking: true, request, attempt: 0, compacts, tokens: compacts ? draft.turn.tokens : est_tokens };
  },
  'model.answered'(draft, { request, purpose, parts, at }) {
    const { attempt } = draft.turn;
    draft.blocks = [];
    draft.turn = { ...draft.turn, isAsking: false, compacts: false };
    if (purpose) return;
    const said = parts as unknown as readonly Part[];
    put(draft, ...stretches(said).map((one, nth) => answerItem(blockId(draft, { request, attempt }, nth), at, one)));
    draft.turn = { ...draft.turn, wanted: said.flatMap((part) => (part.type === 'call' ? [part.name] : [])) };
  },
  'model.failed'(draft, { attempt, final }) {
    draft.blocks = [];
    draft.turn = { ...draft.turn, attempt, isAsking: draft.turn.isAsking && !final, compacts: draft.turn.compacts && !final };
  },
  'context.compacted'(draft, { after_tokens }) {
    draft.turn = { ...draft.turn, tokens: after_tokens };
  },
  'turn.interrupted'(draft, { text, leaf, at }) {
    rest(draft);
    if (text.trim() !== '') put(draft, answerItem(`i${leaf}`, at, { is: 'answer', text }));
  },
  'process.moved'(draft, { to }) {
    if (to === 'waiting') draft.turn = { ...draft.turn, isBusy: false };
  },
  'process.exited'(draft) {
    taken(draft);
    rest(draft);
  },
  'approval.asked'(draft, { kind, call, ask, text, at, key, detail }) {
    if (call !== '' && changeTool(draft, call, { how: 'asks', ask })) return;
    if (kind === 'approval') {
      const [tool = ''] = draft.turn.wanted;
      put(draft, toolItem(call, at, { tool, action: text, how: 'asks', ask, ...(detail === undefined ? {} : { text: cutText(detail, MAX_TEXT).text }) }));
    } else if (key === undefined) put(draft, noteItem(`q${ask}`, at, ['warn', text]));
  },
  'approval.answered'(draft, { ask, verdict, text, leaf, at }) {
    const item = draft.items.findLast((one): one is ToolItem => one.is === 'tool' && one.ask === ask);
    if (item && verdict !== 'deny') changeTool(draft, item.call, { how: 'runs', text: '' });
    else if (draft.items.some(({ id }) => id === `q${ask}`)) put(draft, userItem(`u${leaf}`, at, text));
  },
  'tool.intended'(draft, { call, tool, action, pid, at }) {
    tried(draft, tool);
    // The root of a conversation has no wishes of its own.
    const known = { tool, action, how: 'runs', ...(pid !== draft.pid && tool === 'bash' ? { typed: true } : {}) } as const;
    if (!changeTool(draft, call, { ...known, text: '', began: at })) put(draft, toolItem(call, at, known));
  },
  'tool.finished'(draft, { call, ok, text, diff, ms }) {
    draft.tails.delete(call);
    changeTool(draft, call, { how: ok ? 'ok' : 'failed', ...cutText(overwritten(text), MAX_TEXT), diff: diff === undefined ? undefined : cutDiff(diff), ms });
  },
  'tool.denied'(draft, { call, tool, action, decision, at }) {
    tried(draft, tool);
    draft.tails.delete(call);
    const end = { tool, action, how: 'denied', text: decision.reason } as const;
    if (!changeTool(draft, call, end)) put(draft, toolItem(call, at, end));
  },
  'tool.indoubt'(draft, { call, tool, text, at }) {
    const end = { how: 'unknown', text: cutText(text, MAX_TEXT).text } as const;
    if (!changeTool(draft, call, end)) put(draft, toolItem(call, at, { tool, action: tool, ...end }));
  },
};

/** What was said meanwhile is with the agent now. */
function taken(draft: Draft): void {
  put(draft, ...draft.turn.waiting);
  draft.turn = { ...draft.turn, waiting: [] };
}

/** The call that the answer asked for is known by now. */
function tried(draft: Draft, tool: string): void {
  const at = draft.turn.wanted.indexOf(tool);
  if (at >= 0) draft.turn = { ...draft.turn, wanted: draft.turn.wanted.toSpliced(at, 1) };
}

/** Neighbouring parts of one kind are one stretch, as they stream; calls come as tools of their own. */
function stretches(parts: readonly Part[]): readonly { readonly is: 'answer' | 'thinking'; readonly text: string }[] {
  const all: { is: 'answer' | 'thinking'; text: string }[] = [];
  for (const part of parts) {
    if (part.type !== 'text' && part.type !== 'thinking') continue;
    const is = part.type === 'text' ? 'answer' : 'thinking';
    const last = all.at(-1);
    if (last?.is === is) last.text += part.text;
    else if (part.text !== '') all.push({ is, text: part.text });
  }
  return all;
}

/** What an agent begins with: what was said in another run, and its task. */
function opening({ pid }: Draft, args: Json, at: number): readonly Item[] {
  const history = isObject(args) && Array.isArray(args.history) ? (args.history as readonly { role?: string; parts?: readonly Part[] }[]) : [];
  const before = history.flatMap(({ role, parts = [] }, nth): Item[] => {
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    if (text === '') return [];
    return [role === 'user' ? userItem(`h${pid}.${nth}`, at, text) : answerItem(`h${pid}.${nth}`, at, { is: 'answer', text })];
  });
  const task = textIn(args, 'task') ?? '';
  return task === '' ? before : [...before, userItem(`t${pid}`, at, task)];
}

/** Whole lines of it. */
function cutDiff(diff: string): string {
  if (diff.length <= MAX_DIFF) return diff;
  const { text } = cutText(diff, MAX_DIFF);
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** Characters of a diff. */
const MAX_DIFF = 256 * 1024;
