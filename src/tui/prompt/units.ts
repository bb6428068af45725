import { columnsOf } from '../text/line.ts';
import { labelOf } from './paste.ts';

/** One character of the prompt as it is seen: the cursor stands between them. */
export interface Unit {
  readonly from: number;
  readonly to: number;
  /** What is shown: a marker's label, a tab as spaces, nothing for a newline. */
  readonly shown: string;
  readonly columns: number;
  readonly is: 'text' | 'newline' | 'marker';
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ASCII = /^[\t\n\x20-\x7e]*$/u;
const TAB = '    ';

export function unitsOf(text: string, pastes: readonly string[]): readonly Unit[] {
  const pieces = ASCII.test(text) ? [...text] : Array.from(graphemes.segment(text), (one) => one.segment);
  let from = 0;
  return pieces.map((piece) => {
    const unit = unitOf(piece, from, pastes);
    from = unit.to;
    return unit;
  });
}

function unitOf(piece: string, from: number, pastes: readonly string[]): Unit {
  const to = from + piece.length;
  if (piece === '\n') return { from, to, shown: '', columns: 0, is: 'newline' };
  if (piece === '\t') return { from, to, shown: TAB, columns: TAB.length, is: 'text' };
  const label = labelOf(piece, pastes);
  if (label !== undefined) return { from, to, shown: label, columns: columnsOf(label), is: 'marker' };
  return { from, to, shown: piece, columns: columnsOf(piece), is: 'text' };
}

/** The place one character before; 0 at the start. */
export function before(text: string, at: number): number {
  if (at <= 0) return 0;
  const start = lineStart(text, at - 1);
  let last = start;
  for (const { index } of graphemes.segment(text.slice(start, at))) last = start + index;
  return last;
}

/** The place one character on; the length at the end. */
export function after(text: string, at: number): number {
  const [first] = graphemes.segment(text.slice(at, at + LONGEST));
  if (first && first.segment.length < LONGEST) return at + first.segment.length;
  const [whole] = graphemes.segment(text.slice(at));
  return whole ? at + whole.segment.length : text.length;
}

/** UTF-16 units that are looked at first. */
const LONGEST = 64;

/** The nearest place between whole characters that is not before `at`. */
export function snapped(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.max(0, Math.min(at, text.length));
  const start = lineStart(text, at);
  for (const { index, segment } of graphemes.segment(text.slice(start))) {
    if (start + index >= at) return start + index;
    if (start + index + segment.length >= at) return start + index + segment.length;
  }
  return text.length;
}

/** The start of the word before. */
export function wordBefore(text: string, at: number): number {
  let found = 0;
  for (const word of wordsOf(text)) {
    if (word.from >= at) break;
    found = word.from;
  }
  return snapped(text, found) < at ? snapped(text, found) : before(text, at);
}

/** The end of the word at or after. */
export function wordAfter(text: string, at: number): number {
  for (const word of wordsOf(text)) if (word.to > at) return snapped(text, word.to);
  return text.length;
}

export interface Word {
  readonly from: number;
  readonly to: number;
}

/** Runs of letters and digits, a marker each; where a script has no spaces between words, what the dictionary says. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const { 0: run, index } of text.matchAll(WORDS)) {
    if (!UNSPACED.test(run)) words.push({ from: index, to: index + run.length });
    else for (const one of dictionary.segment(run)) words.push({ from: index + one.index, to: index + one.index + one.segment.length });
  }
  return words;
}

const WORDS = /[\p{L}\p{N}\p{M}_]+|[\ufdd0-\ufdef]/gu;
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}]/u;
const dictionary = new Intl.Segmenter(undefined, { granularity: 'word' });

export const lineStart = (text: string, at: number): number => (at <= 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1);
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
