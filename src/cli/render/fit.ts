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
