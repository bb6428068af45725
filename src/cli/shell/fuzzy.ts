/**
 * How well a path fits what was typed: letters in this order, better together, at the beginning of a name, and in the last
 * name of the path. Undefined: it does not fit. Case counts only where a capital was typed.
 */
export function fuzzyScore(query: string, path: string): number | undefined {
  if (query === '') return -path.length * LENGTH;
  const text = query === query.toLowerCase() ? path.toLowerCase() : path;
  const whole = text.lastIndexOf(query);
  if (whole >= 0) return SCORES.whole + bonusAt(path, whole) - path.length * LENGTH;
  return scattered(query, text, path);
}

/** The best first; of equals the shorter, then by the alphabet. */
export function fuzzyBest(query: string, paths: Iterable<string>, most: number): readonly string[] {
  const found: { readonly path: string; readonly score: number }[] = [];
  for (const path of paths) {
    const score = fuzzyScore(query, path);
    if (score !== undefined) found.push({ path, score });
  }
  found.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return found.slice(0, most).map((one) => one.path);
}

/** What one letter that fits is worth, and where it stands; a longer path loses a little. */
const SCORES = { letter: 1, next: 5, begins: 8, lastName: 6, whole: 100 };
const LENGTH = 0.05;

function scattered(query: string, text: string, path: string): number | undefined {
  let score = -path.length * LENGTH;
  let before = -2;
  // From the end: the last name of a path is what people type.
  let from = text.length - 1;
  for (let at = query.length - 1; at >= 0; at--) {
    const found = text.lastIndexOf(query[at] ?? '', from);
    if (found < 0) return undefined;
    score += SCORES.letter + bonusAt(path, found) + (found + 1 === before ? SCORES.next : 0);
    before = found;
    from = found - 1;
    if (from < -1) return undefined;
  }
  return score;
}

const bonusAt = (path: string, at: number): number =>
  (at > path.lastIndexOf('/', path.length - 2) ? SCORES.lastName : 0) + (begins(path, at) ? SCORES.begins : 0);

/** A name begins there, or a word of one: `fooBar`, `foo-bar`, `foo_bar`, `foo.bar`. */
const begins = (path: string, at: number): boolean =>
  at === 0 || /[/\-_. ]/u.test(path[at - 1] ?? '') || (/[A-Z]/u.test(path[at] ?? '') && /[a-z]/u.test(path[at - 1] ?? ''));
