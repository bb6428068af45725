import { whole, wholeEnd } from './clusters.ts';
import { fitLine, type Line, span, type Tone } from './line.ts';
import { expandTabs } from './tabs.ts';
import { wrapLine } from './wrap.ts';

/**
 * The beginning and the end of a long text, with a row between them that says how much is left out: at most `rows`
 * rows of `columns` columns. `hint`: how to see all of it. What is left out is counted, and else not looked at.
 */
export function fold(text: string, rows: number, columns: number, tone: Tone = 'dim', hint = 'p: pager'): readonly Line[] {
  const of: Folding = { text, end: text.endsWith('\n') ? text.length - 1 : text.length, columns, tone };
  const all = headOf(of, rows);
  if (all.isWhole) return all.rows;
  const above = Math.max(0, rows - 1) >> 1;
  const head = headOf(of, above);
  const tail = tailOf(of, Math.max(0, rows - 1) - above);
  const left = linesIn(of) - head.lines - tail.lines;
  const said = left > 0 ? `${left.toLocaleString('en-US')} ${left === 1 ? 'line' : 'lines'} more` : 'part of a long line';
  return [...head.rows, fitLine([span(`… ${said} (${hint})`, 'dim')], columns), ...tail.rows].slice(0, rows);
}

interface Folding {
  readonly text: string;
  readonly end: number;
  readonly columns: number;
  readonly tone: Tone;
}

interface Part {
  readonly rows: readonly Line[];
  /** Lines that it shows, the last of them perhaps in part. */
  readonly lines: number;
  /** Nothing of the text is left. */
  readonly isWhole: boolean;
}

/** Units a column may have: so much of a line is looked at, and no more. */
const UNITS = 16;

function headOf({ text, end, columns, tone }: Folding, most: number): Part {
  const rows: Line[] = [];
  let lines = 0;
  let from = 0;
  let isWhole = true;
  while (from <= end && rows.length < most) {
    const found = text.indexOf('\n', from);
    const to = found < 0 || found > end ? end : found;
    const seen = whole(text.slice(from, to), (most + 1) * columns * UNITS);
    const more = wrapLine([span(expandTabs(seen), tone)], columns, 0, most + 1 - rows.length);
    isWhole = seen.length === to - from && rows.length + more.length <= most;
    rows.push(...more.slice(0, most - rows.length));
    lines++;
    from = to + 1;
  }
  return { rows, lines, isWhole: isWhole && from > end };
}

function tailOf({ text, end, columns, tone }: Folding, most: number): Part {
  let rows: readonly Line[] = [];
  let lines = 0;
  for (let to = end; to >= 0 && rows.length < most; lines++) {
    const from = to === 0 ? 0 : text.lastIndexOf('\n', to - 1) + 1;
    const seen = wholeEnd(text.slice(from, to), (most + 1) * columns * UNITS);
    const more = wrapLine([span(expandTabs(seen), tone)], columns);
    rows = [...more, ...rows].slice(-most);
    to = from - 1;
  }
  return { rows, lines, isWhole: false };
}

function linesIn({ text, end }: Folding): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
