import stringWidth from 'string-width';

/** What a piece of text is; the theme says how it looks. */
export type Tone =
  | ('text' | 'dim' | 'strong' | 'good' | 'bad' | 'warn' | 'accent' | 'user' | 'title' | 'border' | 'focus' | 'select')
  | ('heading' | 'emphasis' | 'code' | 'link' | 'quote' | 'rule')
  | ('added' | 'removed' | 'hunk')
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

/** What has one column each. */
const ASCII = /^[\x20-\x7e]*$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns of clean text. The one function that says so. */
export const columnsOf = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));
export const widthOf = (of: Line): number => of.reduce((sum, one) => sum + columnsOf(one.text), 0);

/** Whole characters of at most so many columns, and what is left. */
export function split(text: string, columns: number): readonly [head: string, rest: string] {
  if (ASCII.test(text)) return [text.slice(0, Math.max(0, columns)), text.slice(Math.max(0, columns))];
  let used = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    used += columnsOf(segment);
    if (used > columns) return [text.slice(0, index), text.slice(index)];
  }
  return [text, ''];
}

/** At most so many columns; what is cut off leaves `…`. */
export function fitLine(of: Line, columns: number): Line {
  if (columns <= 0) return [];
  if (widthOf(of) <= columns) return of;
  const kept: Span[] = [];
  let room = columns - 1;
  for (const one of of) {
    const [head, rest] = split(one.text, room);
    if (head !== '') kept.push({ ...one, text: head });
    room -= columnsOf(head);
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
