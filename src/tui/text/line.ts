import { sanitize } from '../../kernel/text/sanitize.ts';
import { measure } from './cells.ts';
import { clustersOf, isAscii, whole } from './clusters.ts';

/** What a piece of text is; the theme says how it looks. */
export type Tone =
  | ('text' | 'dim' | 'strong' | 'good' | 'bad' | 'warn' | 'accent' | 'user' | 'title' | 'border' | 'focus' | 'select')
  | ('heading' | 'emphasis' | 'code' | 'link' | 'quote' | 'rule')
  | ('added' | 'removed' | 'added-word' | 'removed-word' | 'hunk' | 'struck')
  | ('keyword' | 'string' | 'number' | 'comment' | 'function' | 'type' | 'variable');

export interface Span {
  /** Clean text of one line: no control character, no escape sequence. */
  readonly text: string;
  readonly tone: Tone;
}

/** One row of the screen. It is measured and cut as it is; colour comes when it is painted. */
export type Line = readonly Span[];

export const span = (text: string, tone: Tone = 'text'): Span => ({ text, tone });
export const line = (...parts: readonly (string | Span)[]): Line => parts.map((part) => (typeof part === 'string' ? span(part) : part));
export const plainText = (of: Line): string => of.map((one) => one.text).join('');

/** Units a column may have in a text that is measured whole; what has more is cut unseen. */
const UNITS = 16;

/** Columns of clean text. The one function that says so. */
export const columnsOf = (text: string): number => measure(text);
export const widthOf = (of: Line): number => of.reduce((sum, one) => sum + measure(one.text), 0);

/** Whether a row may be written as it is: nothing a terminal obeys, no break, and as wide as its parts say, at most so many columns. */
export function isClean(of: Line, columns = Number.POSITIVE_INFINITY): boolean {
  const text = plainText(of);
  const width = measure(text);
  return !/[\t\n]/u.test(text) && sanitize(text) === text && width === widthOf(of) && width <= columns;
}

/** Whole characters of at most so many columns, and what is left. Looks at no more of the text than it needs. */
export function split(text: string, columns: number): readonly [head: string, rest: string] {
  const room = Math.max(0, columns);
  if (isAscii(text.slice(0, room + 1))) return [text.slice(0, room), text.slice(room)];
  const seen = whole(text, (room + 1) * UNITS);
  let used = 0;
  let units = 0;
  for (const one of clustersOf(seen)) {
    used += one.columns;
    if (used > room) return [text.slice(0, units), text.slice(units)];
    units += one.text.length;
  }
  return [seen, text.slice(seen.length)];
}

/** At most so many columns; what is cut off leaves `…`. */
export function fitLine(of: Line, columns: number): Line {
  if (columns <= 0) return [];
  if (of.reduce((sum, one) => sum + one.text.length, 0) <= columns * UNITS && widthOf(of) <= columns) return of;
  const kept: Span[] = [];
  let room = columns - 1;
  for (const one of of) {
    const [head, rest] = split(one.text, room);
    if (head !== '') kept.push({ ...one, text: head });
    room -= measure(head);
    if (rest !== '') return [...kept, { ...one, text: '…' }];
  }
  return kept;
}

/** Exactly so many columns. */
export function padLine(of: Line, columns: number, tone: Tone = 'text'): Line {
  const fitted = fitLine(of, columns);
  const rest = columns - widthOf(fitted);
  return rest > 0 ? [...fitted, span(' '.repeat(rest), tone)] : fitted;
}
