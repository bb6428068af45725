import { type Hunk, hunksOf } from './hunks.ts';

/**
 * A file's text with some hunks of a diff taken back; `rejected` are places in `hunksOf(diff)`. Undefined when the text
 * has no longer what the diff made of it: each hunk must stand where it was put, or else, since other lines may have
 * come and gone, in exactly one place.
 */
export function withoutHunks(text: string, diff: string, rejected: readonly number[]): string | undefined {
  const lines = linesOf(text);
  const hunks = hunksOf(diff);
  const places: Place[] = [];
  for (const nth of new Set(rejected)) {
    const hunk = hunks[nth];
    const place = hunk && !hunk.isLoose ? placeOf(lines, hunk) : undefined;
    if (!place) return undefined;
    places.push(place);
  }
  places.sort((a, b) => a.at - b.at);
  if (places.some((one, nth) => nth > 0 && one.at < endOf(places[nth - 1]))) return undefined;
  const whole = places.reduceRight((all, one) => all.toSpliced(one.at, one.now.length, ...one.old), lines);
  // Only the last line of a text may lack its newline.
  return whole.every((one, at) => at === whole.length - 1 || one.endsWith('\n')) ? whole.join('') : undefined;
}

interface Place {
  readonly at: number;
  readonly now: readonly string[];
  readonly old: readonly string[];
}

const endOf = (place: Place | undefined): number => (place ? place.at + place.now.length : 0);

/** Each with its newline. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+/gu) ?? [];

function placeOf(lines: readonly string[], hunk: Hunk): Place | undefined {
  const side = (without: '+' | '-'): readonly string[] => hunk.lines.flatMap((one) => (one.sign === without ? [] : [one.text + (one.ends ? '\n' : '')]));
  const [now, old] = [side('-'), side('+')];
  // A hunk that left nothing says nothing of where it was, but for an empty file.
  if (now.length === 0) return lines.length === 0 ? { at: 0, now, old } : undefined;
  const stands = (at: number): boolean => now.every((one, nth) => lines[at + nth] === one);
  if (stands(hunk.after - 1)) return { at: hunk.after - 1, now, old };
  const found = lines.flatMap((_, at) => (stands(at) ? [at] : []));
  return found.length === 1 && found[0] !== undefined ? { at: found[0], now, old } : undefined;
}
