import { FENCE } from './blocks.ts';

/**
 * Text that is still being written, as it will probably go on: what is half written must not flash as signs and then
 * turn into something else. Nothing of this is kept; a block that has ended is laid out as it is.
 */
export function mended(raw: string): string {
  const text = undone(raw);
  const table = mendedTable(text);
  if (table !== undefined) return table;
  const from = leafStart(text);
  return text.slice(0, from) + closed(text.slice(from));
}

/** Whether the line so far says nothing yet: signs of which only what follows tells what they are. */
export const isUndecided = (line: string, isCode: boolean): boolean => (isCode ? /^ {0,3}[`~]+ *$/u.test(line) : UNDECIDED.test(line) || FENCE.test(line));

const UNDECIDED = /^\s*(?:[-+=*#>|`~_:\s]*|\d{1,9}[.)]?|(?:[-+*]|\d{1,9}[.)]) +\[[ xX]?\]?)\s*$/u;

/** A first row becomes a table when the line of dashes follows. */
function mendedTable(text: string): string | undefined {
  const blank = text.lastIndexOf('\n\n');
  const start = blank < 0 ? 0 : blank + 2;
  const rows = text.slice(start).trim().split('\n');
  if (!rows[0]?.startsWith('|') || rows.length > 1) return undefined;
  const row = rows[0].replace(/\|?\s*$/u, '');
  const cells = row.replaceAll('\\|', '').split('|').length - 1;
  return `${text.slice(0, start)}${closed(row)}|\n${'|-'.repeat(cells)}|`;
}

/** Where the last paragraph, item, heading or cell begins: marks are closed where they were opened. */
function leafStart(text: string): number {
  const blank = text.lastIndexOf('\n\n');
  const line = Math.max(blank < 0 ? 0 : blank + 2, lastMarked(text));
  return /^ *\|/u.test(text.slice(line)) ? Math.max(line, text.lastIndexOf('|') + 1) : line;
}

function lastMarked(text: string): number {
  let at = 0;
  for (const found of text.matchAll(/^(?: *(?:[-+*]|\d{1,9}[.)]|>|#{1,6}) +)+|^ *(?=\|)/gmu)) at = found.index + found[0].length;
  return at;
}

/** What is opened and not closed is closed at the end; a link that is not whole is held back. */
function closed(text: string, holds = true): string {
  const at: Reading = { text, place: 0, open: [], link: undefined };
  while (at.place < text.length) step(at);
  if (holds && at.link !== undefined) return closed(undone(text.slice(0, at.link)), false);
  return at.open.length > MOST_OPEN ? text : text.trimEnd() + at.open.toReversed().join('');
}

/** Signs at the end, of which what follows decides what they are: marks, and the beginning of a reference, a tag or an address. */
const undone = (text: string): string => text.replace(/(?:&#?\w{0,10}|<[a-z][^\s<>]{0,200}|[!*_~`\\<]+)$/iu, '').replace(/[*_~`]+$/u, '');

/** Marks that may be open at once; more were not meant as such. */
const MOST_OPEN = 12;

/** Characters that are held back at most. */
const MOST_HELD = 300;

interface Reading {
  readonly text: string;
  place: number;
  readonly open: string[];
  /** Where a link begins, near the end, that is not closed yet. */
  link: number | undefined;
}

const MARK = /^(?:`+|\*\*\*?|\*|__|_|~~)/u;

function step(at: Reading): void {
  const { text, place } = at;
  const mark = MARK.exec(text.slice(place, place + 8))?.[0] ?? '';
  if (text[place] === '\\') at.place += 2;
  else if (mark === '') {
    bracket(at);
    at.place++;
  } else if (mark.startsWith('`')) code(at, mark);
  else {
    emphasis(at.open, mark, text[place - 1], text[place + mark.length]);
    at.place += mark.length;
  }
}

function code(at: Reading, mark: string): void {
  const end = at.text.indexOf(mark, at.place + mark.length);
  if (end < 0) at.open.push(mark);
  at.place = end < 0 ? at.text.length : end + mark.length;
}

function bracket(at: Reading): void {
  const { text, place } = at;
  const char = text[place];
  const next = text[place + 1];
  if (char === '[' && text.length - place < MOST_HELD) at.link ??= text[place - 1] === '!' ? place - 1 : place;
  else if (char === ')' || char === '\n' || (char === ']' && next !== '(' && next !== undefined)) at.link = undefined;
}

function emphasis(open: string[], mark: string, before: string | undefined, after: string | undefined): void {
  const at = open.lastIndexOf(mark);
  if (at >= 0 && !isSpace(before)) open.splice(at);
  else if (!isSpace(after) && (isSpace(before) || OPENS.test(before ?? ''))) open.push(mark);
}

/** Behind these a mark opens; behind other letters of ASCII it is mostly none: `2**3`, `a_b`. */
const OPENS = /[([{"'*_~>]|[^\x20-\x7e]/u;

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char);
