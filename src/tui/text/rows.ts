import { isAscii } from './clusters.ts';
import { type Line, type Span, split, type Tone, widthOf } from './line.ts';

/** Takes words, spaces and characters in order, and makes rows of them. */
export interface Rows {
  /** A word or a part of one, spaces, or one character. */
  put(text: string, columns: number, tone: Tone): void;
  /** There are as many rows as were asked for. */
  isFull(): boolean;
  end(): readonly Line[];
}

interface Part {
  readonly text: string;
  readonly columns: number;
  readonly tone: Tone;
}

interface Wrapping {
  readonly columns: number;
  readonly indent: Line;
  readonly rows: Line[];
  row: Span[];
  used: number;
  /** Columns that the indent took. */
  start: number;
  /** Spaces behind the row, left out when the row ends here. */
  gap: Part[];
  /** What is not broken where it can be helped. */
  word: Part[];
}

export function createRows(columns: number, indent: Line, most: number): Rows {
  const at: Wrapping = { columns, indent, rows: [], row: [], used: 0, start: 0, gap: [], word: [] };
  return {
    put(text, wide, tone) {
      const part = { text, columns: wide, tone };
      if (text.startsWith(' ')) {
        settle(at, true);
        at.gap.push(part);
      } else if (wide > 0) {
        if (breaksBetween(at.word.at(-1), part)) settle(at, true);
        at.word.push(part);
        if (at.used + total(at.gap) + total(at.word) > columns) settle(at, false);
      }
    },
    isFull: () => at.rows.length >= most,
    end() {
      settle(at, true);
      if (at.used > at.start || at.rows.length === 0) at.rows.push(at.row);
      return at.rows.slice(0, most);
    },
  };
}

/** Typography of Chinese and Japanese: no row begins with these, and none ends with those. */
const NOT_FIRST = /^[、。，．！？：；）］｝」』】〉》〕”’…ー々〜・%,.!?:;)\]}]/u;
const NOT_LAST = /[（［｛「『【〈《〔“‘([{]$/u;

const total = (parts: readonly Part[]): number => parts.reduce((sum, one) => sum + one.columns, 0);

const isWide = (part: Part): boolean => part.columns === 2 && !isAscii(part.text);

function breaksBetween(one: Part | undefined, next: Part): boolean {
  if (!one || !(isWide(one) || isWide(next))) return false;
  return !NOT_FIRST.test(next.text) && !NOT_LAST.test(one.text);
}

/** Rows that are full are ended. What is left of the word stays open, unless it `ends` here. */
function settle(at: Wrapping, ends: boolean): void {
  if (at.word.length === 0) return;
  if (at.used + total(at.gap) + total(at.word) > at.columns) breakRow(at);
  if (!ends) return;
  for (const one of [...at.gap, ...at.word]) push(at, one);
  at.gap = [];
  at.word = [];
}

/** The word begins in a row of its own, and fills as many as it needs. */
function breakRow(at: Wrapping): void {
  const half = at.columns >> 1;
  // The spaces a line begins with are its indent; they leave half of the row to the text.
  if (at.rows.length > 0 || at.used > 0) {
    if (at.used > at.start) newRow(at);
  } else for (const one of at.gap) push(at, { ...one, text: one.text.slice(0, half), columns: Math.min(one.columns, half) });
  at.gap = [];
  while (at.used + total(at.word) > at.columns) fill(at);
}

/** As much of the word as the row takes, and the row ends. */
function fill(at: Wrapping): void {
  let left = at.word;
  for (let first = left[0]; first; first = left[0]) {
    const [head, rest] = split(first.text, at.columns - at.used);
    const wide = first.columns - (rest === '' ? 0 : widthOf([{ text: rest, tone: first.tone }]));
    if (head !== '') push(at, { text: head, columns: wide, tone: first.tone });
    left = rest === '' ? left.slice(1) : [{ ...first, text: rest, columns: first.columns - wide }, ...left.slice(1)];
    if (rest !== '') break;
  }
  // A character wider than the whole row.
  if (at.used === at.start && left.length > 0) {
    push(at, { text: '…', columns: 1, tone: left[0]?.tone ?? 'text' });
    left = left.slice(1);
  }
  at.word = left;
  newRow(at);
}

function newRow(at: Wrapping): void {
  at.rows.push(at.row);
  at.row = [...at.indent];
  at.start = widthOf(at.indent);
  at.used = at.start;
}

function push(at: Wrapping, { text, columns, tone }: Part): void {
  const last = at.row.at(-1);
  if (last && last.tone === tone && at.used > at.start) at.row[at.row.length - 1] = { text: last.text + text, tone };
  else at.row.push({ text, tone });
  at.used += columns;
}
