/** How well a text answers a query, and which of its UTF-16 units were meant. */
export interface Match {
  readonly score: number;
  readonly at: ReadonlySet<number>;
}

/** Every word of the query, its letters in order but not side by side; undefined: one of them is not in it. Case says nothing. */
export function fuzzy(query: string, text: string): Match | undefined {
  const words = query
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const hay = text.toLowerCase();
  // Where small letters are longer than capital ones, places would be off.
  const same = hay.length === text.length ? hay : text;
  let score = 0;
  const at = new Set<number>();
  for (const word of words) {
    const found = wordIn(word, same);
    if (!found) return undefined;
    score += found.score;
    for (const place of found.at) at.add(place);
  }
  return { score: score - text.length / LENGTH, at };
}

/** What is ranked before what: more of one word, starts of words, and short texts. */
const LENGTH = 100;
const BESIDE = 3;
const START = 4;
const WHOLE = 12;

function wordIn(word: string, hay: string): Match | undefined {
  let best: Match | undefined;
  for (let from = hay.indexOf(word[0] ?? ''); from >= 0; from = hay.indexOf(word[0] ?? '', from + 1)) {
    const found = wordFrom(word, hay, from);
    if (found && (!best || found.score > best.score)) best = found;
  }
  return best;
}

function wordFrom(word: string, hay: string, from: number): Match | undefined {
  const at = new Set<number>();
  let score = 0;
  let place = from - 1;
  for (let unit = 0; unit < word.length; unit++) {
    const next = hay.indexOf(word[unit] ?? '', place + 1);
    if (next < 0) return undefined;
    score += 1 + (next === place + 1 && at.size > 0 ? BESIDE : 0) + (startsWord(hay, next) ? START : 0);
    at.add(next);
    place = next;
  }
  return { score: score + (hay.replace(/^\//u, '').startsWith(word.replace(/^\//u, '')) ? WHOLE : 0), at };
}

const startsWord = (hay: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(hay[at - 1] ?? '');
