import { diffWordsWithSpace } from 'diff';
import type { Line, Span, Tone } from '../text/line.ts';

/** Units of a line that is compared word by word: longer ones take too long, and no eye follows them. */
const MOST_UNITS = 400;
/** Of two lines that have less in common, nothing is said to have changed in them. */
const ALIKE = 0.4;

/** Two lines of which the second took the place of the first, with the words marked that differ; undefined when too little is the same. */
export function changedWords(before: string, after: string): readonly [before: Line, after: Line] | undefined {
  if (before.length > MOST_UNITS || after.length > MOST_UNITS) return undefined;
  const parts = diffWordsWithSpace(before, after, { timeout: 20 });
  if (!parts) return undefined;
  const same = parts.reduce((sum, one) => sum + (one.added || one.removed ? 0 : one.value.trim().length), 0);
  if (same < ALIKE * Math.min(before.trim().length, after.trim().length) || same === 0) return undefined;
  const side = (skip: 'added' | 'removed', plain: Tone, changed: Tone): Line =>
    parts.flatMap((one): readonly Span[] => (one[skip] ? [] : [{ text: one.value, tone: one.added || one.removed ? changed : plain }]));
  return [side('added', 'removed', 'removed-word'), side('removed', 'added', 'added-word')];
}
