/** The name that was most likely meant: at most one slip for every three letters. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(word.length / 3));
  const found = names.map((name) => ({ name, slips: slips(name, word) })).sort((a, b) => a.slips - b.slips)[0];
  return found && found.slips <= most && found.slips < word.length ? found.name : undefined;
}

/** Letters left out, added, changed or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) rows[i]?.push(cheapest(rows, [a, i], [b, j]));
  }
  return rows[a.length]?.[b.length] ?? 0;
}

type Prefix = readonly [text: string, length: number];

function cheapest(rows: readonly (readonly number[])[], [a, i]: Prefix, [b, j]: Prefix): number {
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  const swapped = i > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
  return Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, changed, swapped);
}
