import type { Millis } from '../../kernel/ids.ts';
import type { Item } from '../state.ts';
import { cutText } from './clean.ts';

export type ToolItem = Extract<Item, { is: 'tool' }>;
export type NoteTone = Extract<Item, { is: 'note' }>['tone'];

/** Characters of an item's text; a longer one is whole in the log. Answers are read whole: the longest a model gives fits. */
export const MAX_TEXT = 64 * 1024;
const MAX_ANSWER = 256 * 1024;

/**
 * `rev` counts what the log changed in its upper part and what only streamed in its lower part: shells that saw less of
 * the streaming have the same in the end.
 */
const LOGGED = 2 ** 20;

export function userItem(id: string, at: Millis, said: string): Item {
  const { text, cut } = cutText(said, MAX_TEXT);
  return { id, rev: LOGGED, at, is: 'user', text, ...(cut === 0 ? {} : { cut }) };
}

export function answerItem(id: string, at: Millis, said: { readonly is: 'answer' | 'thinking'; readonly text: string }): Item {
  const { text, cut } = cutText(said.text, MAX_ANSWER);
  return { id, rev: LOGGED, at, is: said.is, text, streams: false, ...(cut === 0 ? {} : { cut }) };
}

export const noteItem = (id: string, at: Millis, [tone, text]: readonly [tone: NoteTone, text: string]): Item => ({
  id,
  rev: LOGGED,
  at,
  is: 'note',
  tone,
  text: cutText(text, MAX_TEXT).text,
});

export const toolItem = (call: string, at: Millis, known: Pick<ToolItem, 'tool' | 'action' | 'how'> & Partial<ToolItem>): ToolItem => ({
  text: '',
  cut: 0,
  diff: undefined,
  ms: undefined,
  ...known,
  ...{ id: call, rev: LOGGED, at, is: 'tool', call, began: at },
});

/** As the log changed it. */
export const changedTool = (item: ToolItem, change: Partial<ToolItem>): ToolItem => ({ ...item, ...change, rev: (Math.floor(item.rev / LOGGED) + 1) * LOGGED });

/** What the item costs to keep, characters. */
export function weightOf(item: Item): number {
  const own = item.text.length + ITEM_WEIGHT;
  return item.is === 'tool' ? own + item.action.length + (item.diff?.length ?? 0) : own;
}

/** Of an item without any text. */
const ITEM_WEIGHT = 200;
