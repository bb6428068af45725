/** The known word that a mistyped one most likely means: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const scored = known.map((one) => ({ one, distance: editDistance(word.toLowerCase(), one.toLowerCase()) }));
  const best = scored.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.one : undefined;
}

/** Longer words are no typing errors of a key. */
const MAX_LENGTH = 40;

/** Insertions, deletions, replacements and swaps of neighbours. */
function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) row.push(stepCost({ from, to, rows, row }, i, j));
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}

interface Grid {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly (readonly number[])[];
  readonly row: readonly number[];
}

function stepCost({ from, to, rows, row }: Grid, i: number, j: number): number {
  const cell = (up: number, left: number): number => (up === 0 ? row : rows[i - up])?.[j - left] ?? Number.POSITIVE_INFINITY;
  const same = from[i - 1] === to[j - 1];
  const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
  return Math.min(cell(1, 0) + 1, cell(0, 1) + 1, cell(1, 1) + (same ? 0 : 1), swapped ? cell(2, 2) + 1 : Number.POSITIVE_INFINITY);
}
