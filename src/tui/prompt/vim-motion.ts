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
  const step = STEPS[name];
  if (!step) return undefined;
  let to = at;
  for (let n = 0; n < Math.min(count ?? 1, text.length + 1); n += 1) to = step(text, to);
  return { to: snapped(text, to), takes: name === 'e' || name === 'E' ? 'with' : 'before' };
}

type Step = (text: string, at: number) => number;

const STEPS: Readonly<Record<string, Step>> = {
  h: (text, at) => Math.max(lineStart(text, at), before(text, at)),
  l: (text, at) => Math.min(lineEnd(text, at), after(text, at)),
  '0': lineStart,
  '^': (text, at) => lineStart(text, at) + (/^[^\S\n]*/u.exec(text.slice(lineStart(text, at)))?.[0].length ?? 0),
  $: lineEnd,
  w: (text, at) => startAfter(text, at, WORD),
  W: (text, at) => startAfter(text, at, BIG_WORD),
  b: (text, at) => startBefore(text, at, WORD),
  B: (text, at) => startBefore(text, at, BIG_WORD),
  e: (text, at) => endAfter(text, at, WORD),
  E: (text, at) => endAfter(text, at, BIG_WORD),
};

const WORD = /[\p{L}\p{N}\p{M}_]+|[^\p{L}\p{N}\p{M}_\s]+/gu;
const BIG_WORD = /\S+/gu;

function startAfter(text: string, at: number, words: RegExp): number {
  for (const { index } of text.matchAll(words)) if (index > at) return index;
  return text.length;
}

function startBefore(text: string, at: number, words: RegExp): number {
  let found = 0;
  for (const { index } of text.matchAll(words)) {
    if (index >= at) break;
    found = index;
  }
  // A place inside a character is the start of it.
  return snapped(text, found) < at ? found : before(text, at);
}

function endAfter(text: string, at: number, words: RegExp): number {
  for (const { 0: word, index } of text.matchAll(words)) {
    const last = before(text, snapped(text, index + word.length));
    if (last > at) return last;
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
