import type { Millis, Pid } from '../../kernel/ids.ts';
import type { Item, Transcript, TurnNow } from '../state.ts';
import { changedTool, type ToolItem, weightOf } from './items.ts';
import { createHead, createTail, type Stream } from './stream.ts';

/** A transcript that is being written. What streams stands behind `items` until the log has it: the order is that of the log. */
export interface Draft {
  readonly pid: Pid;
  /** Items that are kept. */
  readonly most: number;
  readonly items: Item[];
  /** Of all items, characters. */
  weight: number;
  dropped: number;
  turn: TurnNow;
  /** What the model says now. */
  blocks: readonly Block[];
  /** What tools print now, by call. */
  readonly tails: Map<string, Stream>;
}

/** One stretch of an answer or of thinking. */
export interface Block {
  readonly is: 'answer' | 'thinking';
  readonly id: string;
  readonly at: Millis;
  readonly stream: Stream;
}

/** Nothing was asked of a model yet. */
export const NO_TURN: TurnNow = {
  isBusy: false,
  isAsking: false,
  request: -1,
  attempt: 0,
  compacts: false,
  waiting: [],
  wanted: [],
  tokens: undefined,
};

/** Items of one transcript, and what they may weigh each on average, characters; older ones are only in the log. */
const MAX_ITEMS = 1000;
const WEIGHT_EACH = 512;

/** The most of a streamed answer and the last part of what a running tool prints that is kept, characters. */
const HEAD = 256 * 1024;
const TAIL = 8 * 1024;

export function draftFrom(pid: Pid, from?: Transcript, most = MAX_ITEMS): Draft {
  const items = (from?.items ?? []).filter((item) => !('streams' in item && item.streams));
  return {
    pid,
    most,
    items,
    weight: items.reduce((sum, item) => sum + weightOf(item), 0),
    dropped: from?.dropped ?? 0,
    turn: from?.turn ?? NO_TURN,
    blocks: [],
    tails: new Map(),
  };
}

export function put(draft: Draft, ...items: readonly Item[]): void {
  for (const item of items) {
    draft.items.push(item);
    draft.weight += weightOf(item);
  }
  let over = 0;
  const mostWeight = draft.most * WEIGHT_EACH;
  for (; draft.items.length - over > draft.most || (draft.weight > mostWeight && draft.items.length - over > 1); over++) {
    const oldest = draft.items[over];
    if (oldest) draft.weight -= weightOf(oldest);
  }
  draft.items.splice(0, over);
  draft.dropped += over;
}

/** False when there is no such call. */
export function changeTool(draft: Draft, call: string, change: Partial<ToolItem>): boolean {
  const at = draft.items.findLastIndex((item) => item.is === 'tool' && item.call === call);
  const item = draft.items[at];
  if (item?.is !== 'tool') return false;
  const next = changedTool(item, change);
  draft.items[at] = next;
  draft.weight += weightOf(next) - weightOf(item);
  return true;
}

/** Where the next piece of an answer goes. */
export function blockFor(draft: Draft, is: Block['is'], at: Millis): Block {
  const last = draft.blocks.at(-1);
  if (last?.is === is) return last;
  const { isAsking, request, attempt } = draft.turn;
  // What is said first can be here before the log has the request.
  const of = isAsking ? { request, attempt } : { request: request + 1, attempt: 0 };
  const block: Block = { is, id: blockId(draft, of, draft.blocks.length), at, stream: createHead(HEAD) };
  draft.blocks = [...draft.blocks, block];
  return block;
}

export const blockId = ({ pid }: Draft, { request, attempt }: { readonly request: number; readonly attempt: number }, nth: number): string =>
  `m${pid}.${request}.${attempt}.${nth}`;

export function tailOf({ tails }: Draft, call: string): Stream {
  const tail = tails.get(call) ?? createTail(TAIL);
  tails.set(call, tail);
  return tail;
}

export function transcriptOf(draft: Draft): Transcript {
  const items = draft.tails.size === 0 ? [...draft.items] : draft.items.map((item) => withTail(draft, item));
  for (const { is, id, at, stream } of draft.blocks) {
    const { text, cut, changes } = stream.look();
    if (text !== '') items.push({ id, rev: changes, at, is, text, streams: true, ...(cut === 0 ? {} : { cut }) });
  }
  return { items, dropped: draft.dropped, turn: draft.turn };
}

function withTail({ tails }: Draft, item: Item): Item {
  const tail = item.is === 'tool' ? tails.get(item.call) : undefined;
  if (!tail || item.is !== 'tool' || item.how !== 'runs') return item;
  const { text, cut, changes } = tail.look();
  return { ...item, rev: item.rev + changes, text, cut };
}
