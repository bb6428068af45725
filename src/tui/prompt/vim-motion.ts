import { after, before, lineEnd, lineStart, snapped } from './units.ts';

/** Where a motion leads, and what an operator takes with it: up to it, with the character there, or whole lines. */
export interface Motion {
  readonly to: number;
  readonly takes: 'before' | 'with' | 'lines';
}

/** Undefined: no motion of this name. `count` is at least 1; undefined: none was typed. */
export function motionOf(name: string, text: string, at: number, count: number | undefined): Motion | undefined {
  const lines = LINES[name];
  if (lines) return { to: snapped(text, lines(text, at, count)), takes: 'lines' };
  const to = STEPS[name]?.(text, at, count ?? 1);
  return to === undefined ? undefined : { to: snapped(text, to), takes: name === 'e' || name === 'E' ? 'with' : 'before' };
}

/** `count` times further; one call, so that a count of thousands costs no more than the text is long. */
type Step = (text: string, at: number, count: number) => number;

const STEPS: Readonly<Record<string, Step>> = {
  h: (text, at, count) => bordersOf(text, lineStart(text, at), at).at(-1 - count) ?? lineStart(text, at),
  l: (text, at, count) => bordersOf(text, at, lineEnd(text, at))[count] ?? lineEnd(text, at),
  '0': lineStart,
  '^': (text, at) => lineStart(text, at) + (/^[^\S\n]*/u.exec(text.slice(lineStart(text, at)))?.[0].length ?? 0),
  $: lineEnd,
  w: (text, at, count) => startAfter(text, at, count, WORD),
  W: (text, at, count) => startAfter(text, at, count, BIG_WORD),
  b: (text, at, count) => startBefore(text, at, count, WORD),
  B: (text, at, count) => startBefore(text, at, count, BIG_WORD),
  e: (text, at, count) => endAfter(text, at, count, WORD),
  E: (text, at, count) => endAfter(text, at, count, BIG_WORD),
};

const WORD = /[\p{L}\p{N}\p{M}_]+|[^\p{L}\p{N}\p{M}_\s]+/gu;
const BIG_WORD = /\S+/gu;

/** Places between whole characters, both ends included. */
const bordersOf = (text: string, from: number, to: number): readonly number[] => [
  ...Array.from(graphemes.segment(text.slice(from, to)), ({ index }) => from + index),
  to,
];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function startAfter(text: string, at: number, count: number, words: RegExp): number {
  let left = count;
  for (const { index } of text.matchAll(words)) {
    if (index > at) left -= 1;
    if (left === 0) return index;
  }
  return text.length;
}

function startBefore(text: string, at: number, count: number, words: RegExp): number {
  const starts = [...text.slice(0, at).matchAll(words)].map(({ index }) => index);
  return starts.at(-count) ?? 0;
}

/** Onto the last character of a word, or the text's. */
function endAfter(text: string, at: number, count: number, words: RegExp): number {
  let left = count;
  const from = after(text, at);
  for (const { 0: word, index } of text.matchAll(words)) {
    if (index + word.length > from) left -= 1;
    if (left === 0) return before(text, snapped(text, index + word.length));
  }
  return before(text, text.length);
}

const LINES: Readonly<Record<string, (text: string, at: number, count: number | undefined) => number>> = {
  j: (text, at, count = 1) => lineBy(text, at, count),
  k: (text, at, count = 1) => lineBy(text, at, -count),
  gg: (text, _, count = 1) => nthLine(text, count),
  G: (text, _, count) => (count === undefined ? lineStart(text, text.length) : nthLine(text, count)),
};

/** Lines further, as far in as before. */
function lineBy(text: string, at: number, by: number): number {
  const inside = at - lineStart(text, at);
  let start = lineStart(text, at);
  for (let n = 0; n < Math.abs(by); n += 1) {
    const next = by < 0 ? lineStart(text, start - 1) : lineEnd(text, start) + 1;
    if (by < 0 ? start === 0 : next > text.length) break;
    start = next;
  }
  return Math.min(start + inside, lineEnd(text, start));
}

function nthLine(text: string, count: number): number {
  let start = 0;
  for (let n = 1; n < count && lineEnd(text, start) < text.length; n += 1) start = lineEnd(text, start) + 1;
  return start;
}
