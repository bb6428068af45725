import { chunksOf, isAscii, joins, trimmed, whole, wordsOf } from './clusters.ts';
import { fitLine, type Line, type Span, span, type Tone, widthOf } from './line.ts';
import { createRows, type Rows } from './rows.ts';
import { expandTabs } from './tabs.ts';

/**
 * Rows of at most so many columns. Words stay whole where they fit, wide characters (CJK, emoji) may be parted from
 * their neighbours, longer words are broken; spaces at a break are left out. `indent` stands before every row but the
 * first. No more than `most` rows are made, and no more of the line is looked at than they need.
 */
export function wrapLine(of: Line, columns: number, indent: Line | number = 0, most = Number.POSITIVE_INFINITY): readonly Line[] {
  const units = of.reduce((sum, one) => sum + one.text.length, 0);
  const parts = joined(of);
  if (units <= columns * UNITS && widthOf(parts) <= columns) return [parts];
  const rows = createRows(Math.max(1, columns), before(indent, columns), most);
  for (const { text, tone } of parts) {
    for (const chunk of chunksOf(text)) {
      if (rows.isFull()) break;
      feed(rows, chunk, tone);
    }
  }
  return rows.end();
}

/** Plain text in one tone, line by line, with its tabs as spaces. */
export function wrapText(text: string, columns: number, tone: Tone = 'text', most = Number.POSITIVE_INFINITY): readonly Line[] {
  const rows: Line[] = [];
  for (let from = 0; from <= text.length && rows.length < most; ) {
    const end = text.indexOf('\n', from);
    const to = end < 0 ? text.length : end;
    // No row needs more of it; the rest is not copied and not measured.
    const one = most === Number.POSITIVE_INFINITY ? text.slice(from, to) : whole(text.slice(from, to), (most - rows.length + 1) * columns * UNITS);
    rows.push(...wrapLine([span(expandTabs(one), tone)], columns, 0, most - rows.length));
    from = to + 1;
  }
  return rows;
}

const WORDS = / +|[^ ]+/gu;
/** Units a column may have, for a bound before anything is measured. */
const UNITS = 16;

function feed(rows: Rows, chunk: string, tone: Tone): void {
  if (isAscii(chunk)) for (const word of chunk.match(WORDS) ?? []) rows.put(word, word.length, tone);
  else for (const one of wordsOf(chunk)) rows.put(one.text.length > one.columns ? trimmed(one.text) : one.text, one.columns, tone);
}

/** A hanging indent leaves half of the row to the text, and room for a wide character. */
function before(indent: Line | number, columns: number): Line {
  const most = columns < 4 ? 0 : columns >> 1;
  if (typeof indent !== 'number') return fitLine(indent, most);
  const wide = Math.min(indent, most);
  return wide > 0 ? [span(' '.repeat(wide))] : [];
}

/** A character that begins in one span and goes on in the next belongs to the first. */
function joined(of: Line): Line {
  if (of.every((one, at) => at === 0 || !joins(of[at - 1]?.text ?? '', one.text))) return of;
  const parts: Span[] = [];
  for (const one of of) {
    const last = parts.at(-1);
    const length = last ? joins(last.text, one.text) : 0;
    if (last && length > 0) parts[parts.length - 1] = { ...last, text: last.text + one.text.slice(0, length) };
    if (one.text.length > length) parts.push(length > 0 ? { ...one, text: one.text.slice(length) } : one);
  }
  return parts;
}
