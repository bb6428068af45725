import { measure } from './cells.ts';

/** Columns from one stop to the next: code stays narrow, and a file's own columns stay straight. */
const STOP = 4;

/** One line with spaces in the place of its tabs; `from` is the column it begins in. */
export function expandTabs(text: string, from = 0): string {
  if (!text.includes('\t')) return text;
  let out = '';
  let column = from;
  text.split('\t').forEach((part, nth) => {
    const gap = nth === 0 ? 0 : STOP - (column % STOP);
    out += ' '.repeat(gap) + part;
    column += gap + measure(part);
  });
  return out;
}
