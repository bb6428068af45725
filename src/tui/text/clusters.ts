import { cellAt, complexEnd, measure, standsAlone } from './cells.ts';

/** What is not one column for each UTF-16 unit. Without a quantifier: a repeated class overflows V8's stack on megabytes. */
const NOT_ASCII = /[^\x20-\x7e]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** UTF-16 units that one character on the screen may have: the longest emoji have 15. A heap of combining marks is cut there. */
const MOST_UNITS = 32;
/** Units that are taken apart at once, so that what needs only the beginning of a long text looks at no more. */
const CHUNK = 4096;

export const isAscii = (text: string): boolean => !NOT_ASCII.test(text);

/** One character as a reader sees it. */
export interface Cluster {
  readonly text: string;
  readonly columns: number;
}

/** Whole characters one by one, as far as the caller asks. */
export function* clustersOf(text: string): Generator<Cluster> {
  for (const chunk of chunksOf(text)) for (let at = 0; at < chunk.length; ) at = yield* charactersAt(chunk, at);
}

/** The same, with characters of one column that follow each other as one piece: words, and the spaces between them. */
export function* wordsOf(text: string): Generator<Cluster> {
  for (let at = 0; at < text.length; ) {
    const end = wordEnd(text, at);
    if (end > at) yield { text: text.slice(at, end), columns: end - at };
    at = end > at ? end : yield* charactersAt(text, at);
  }
}

function wordEnd(text: string, from: number): number {
  const isSpace = text.charCodeAt(from) === SPACE;
  let at = from;
  while (at < text.length && (text.charCodeAt(at) === SPACE) === isSpace && cellAt(text, at) === 1 && standsAlone(text, at)) at++;
  return at;
}

const SPACE = 32;

/** One character that stands alone, or those that have to be looked at together; returns the place behind them. */
function* charactersAt(text: string, at: number): Generator<Cluster, number> {
  if (standsAlone(text, at)) {
    yield { text: text.charAt(at), columns: cellAt(text, at) };
    return at + 1;
  }
  const end = complexEnd(text, at);
  for (const { segment } of graphemes.segment(text.slice(at, end))) yield { text: segment, columns: measure(segment) };
  return end;
}
/** A character without the heap of marks that somebody put on it. */
export const trimmed = (cluster: string): string => (cluster.length > MOST_UNITS ? whole(cluster, MOST_UNITS) : cluster);

/** A text in pieces of bounded size; no character is cut in two. */
export function* chunksOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const to = boundary(text, from, from + CHUNK);
    yield text.slice(from, to);
    from = to;
  }
}

/** The first units of a text, up to the last place between two characters. */
export const whole = (text: string, units: number): string => text.slice(0, boundary(text, 0, units));

/** The last units of a text, from the first place between two characters. */
export function wholeEnd(text: string, units: number): string {
  const from = text.length - units;
  return from <= 0 ? text : text.slice(boundary(text, from, from + MOST_UNITS));
}

/** The place between two characters at or before `to`, always behind `from`. */
function boundary(text: string, from: number, to: number): number {
  if (to >= text.length) return text.length;
  if (isPlain(text, to - 1) && isPlain(text, to)) return to;
  const start = Math.max(from, to - 2 * MOST_UNITS);
  const inside = graphemes.segment(text.slice(start, to + MOST_UNITS)).containing(to - start);
  const at = start + (inside?.index ?? to - start);
  if (at > from) return at;
  return isLowHalf(text, to) ? to - 1 : to;
}

const isPlain = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0x20 && code < 0x7f;
};
const isLowHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/** Units at the start of `next` that belong to the last character of `text`. */
export function joins(text: string, next: string): number {
  if (next === '' || text === '' || next.charCodeAt(0) < 0x300) return 0;
  const tail = text.slice(-MOST_UNITS);
  const inside = graphemes.segment(tail + next.slice(0, MOST_UNITS)).containing(tail.length);
  return inside && inside.index < tail.length ? inside.index + inside.segment.length - tail.length : 0;
}
