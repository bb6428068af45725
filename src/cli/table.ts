import stringWidth from 'string-width';
import { sanitize } from '../kernel/text/sanitize.ts';

/** Columns that stay straight with CJK and emoji; the last one is cut to the terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], columns = process.stdout.columns ?? 120): string {
  const clean = [head, ...rows].map((row) => row.map((cell) => sanitize(cell).replaceAll('\n', ' ')));
  const widths = head.map((_, at) => Math.max(...clean.map((row) => stringWidth(row[at] ?? ''))));
  return clean
    .map((row) =>
      cut(row.map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - stringWidth(cell))))).join('  '), columns),
    )
    .join('\n');
}

const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function cut(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line.trimEnd();
  let out = '';
  let width = 0;
  for (const { segment } of segments.segment(line)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    out += segment;
  }
  return `${out}…`;
}
