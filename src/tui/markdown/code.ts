import { type Line, span, type Tone } from '../text/line.ts';
import { expandTabs } from '../text/tabs.ts';
import { wrapLine } from '../text/wrap.ts';
import { hasGrammar, highlight } from './highlight.ts';

/** Rows of code: indented, so that it stands out without colours and can be copied from the screen. */
export function codeRows(lines: readonly string[], lang: string, width: number): readonly Line[] {
  const code = lang === 'diff' || lang === 'patch' ? lines.map((one): Line => [span(one, signTone(one))]) : highlight(lines, lang)?.lines;
  const indent = width > 20 ? [span('  ')] : [];
  return (code ?? lines.map((one): Line => [span(expandTabs(one), 'code')])).flatMap((one) => (isEmpty(one) ? [[]] : wrapLine([...indent, ...one], width, 4)));
}

const isEmpty = (of: Line): boolean => of.every((one) => one.text === '');

/**
 * How many of the first lines of open code need nothing that follows. Code in a language comes in groups, each
 * highlighted for itself: a group ends where no string and no comment goes over the end of a line.
 */
export function settledLines(lines: readonly string[], lang: string): number {
  if (!hasGrammar(lang)) return lines.length;
  if (lines.length % GROUP > 0) return 0;
  const known = highlight(lines, lang);
  return !known || lines.length >= LONGEST ? lines.length : known.ends;
}

/** Lines of a group: few, so that the open one costs little to lay out again. */
const GROUP = 16;
/** A comment as long as this is cut. */
const LONGEST = 160;

function signTone(text: string): Tone {
  if (text.startsWith('@@')) return 'hunk';
  if (text.startsWith('+')) return 'added';
  return text.startsWith('-') ? 'removed' : 'text';
}
