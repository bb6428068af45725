import stringWidth from 'string-width';
import { sanitize } from '../../kernel/text/sanitize.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Text from outside as one line of a terminal. */
export const oneLine = (text: string): string =>
  sanitize(text)
    .replace(/\s*[\n\t]\s*/gu, ' ')
    .trim();

/** At most `width` columns, whole characters only; what is cut off leaves `…`. The text is clean already. */
export function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const wide = stringWidth(segment);
    if (used + wide > width - 1) break;
    used += wide;
    out += segment;
  }
  return width > 0 ? `${out}…` : '';
}

/**
 * Text as lines of at most `width` columns, broken between words where that is possible, what follows indented. Without
 * a width (no terminal) it stays as it is.
 */
export function flow(text: string, width: number | undefined, indent = 2): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .map((line) => broken(line, width, Math.min(indent + leading(line), Math.floor(width / 2))))
    .join('\n');
}

const leading = (line: string): number => line.length - line.trimStart().length;

function broken(line: string, width: number, indent: number): string {
  if (stringWidth(line) <= width) return line;
  const lines = [' '.repeat(leading(line))];
  for (const word of line.trimStart().split(' ')) {
    const last = lines.at(-1) ?? '';
    const joined = last.trim() === '' ? last + word : `${last} ${word}`;
    if (stringWidth(joined) <= width) lines[lines.length - 1] = joined;
    else if (last.trim() === '') lines[lines.length - 1] = joined;
    else lines.push(' '.repeat(indent) + word);
  }
  return lines.join('\n');
}
