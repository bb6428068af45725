import { FENCE } from './blocks.ts';

/**
 * Text that is still being written, as it will probably go on: what is half written must not flash as signs and then
 * turn into something else. Nothing of this is kept; a block that has ended is laid out as it is.
 */
export function mended(raw: string): string {
  const text = raw.replace(/[*_~`\\]+$/u, '');
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

/** Marks of emphasis, code and links: what is opened and not closed is closed at the end. */
function closed(text: string): string {
  const open: string[] = [];
  for (let at = 0; at < text.length; ) {
    const mark = MARK.exec(text.slice(at, at + 8))?.[0] ?? '';
    if (text[at] === '\\') at += 2;
    else if (mark === '') at++;
    else if (mark.startsWith('`')) {
      const end = text.indexOf(mark, at + mark.length);
      if (end < 0) return text.trimEnd() + mark + open.toReversed().join('');
      at = end + mark.length;
    } else {
      take(open, mark, text[at - 1], text[at + mark.length]);
      at += mark.length;
    }
  }
  return `${link(text.trimEnd())}${open.toReversed().join('')}`;
}

const MARK = /^(?:`+|\*\*\*?|\*|__|_|~~)/u;

function take(open: string[], mark: string, before: string | undefined, after: string | undefined): void {
  const at = open.lastIndexOf(mark);
  if (at >= 0 && !isSpace(before)) open.splice(at);
  else if (!isSpace(after) && (isSpace(before) || /[([{"'*_~>]/u.test(before ?? ''))) open.push(mark);
}

const isSpace = (char: string | undefined): boolean => char === undefined || /\s/u.test(char);

/** An address that is still being written. */
const link = (text: string): string => (/!?\[[^\]\n]*\]\([^)\s]*$/u.test(text) ? `${text})` : text);
