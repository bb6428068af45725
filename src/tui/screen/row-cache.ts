import type { Line } from '../text/line.ts';

/** What was laid out once, by what it was laid out from. */
export interface RowCache {
  /** `key` says all that the rows depend on but the thing's own revision; a new revision takes the place of the one before. */
  rows(key: string, rev: string, make: () => readonly Line[]): readonly Line[];
}

/** Forgets what was not asked for the longest, when it holds more rows than this: about 10 MB of styled text. */
const MOST_ROWS = 20_000;

export function createRowCache(most: number = MOST_ROWS): RowCache {
  /** In the order in which they were last asked for. */
  const known = new Map<string, { readonly rev: string; readonly rows: readonly Line[] }>();
  let held = 0;
  const forget = (key: string, count: number): void => {
    known.delete(key);
    held -= count;
  };
  return {
    rows(key, rev, make) {
      const found = known.get(key);
      const rows = found?.rev === rev ? found.rows : make();
      if (found) forget(key, found.rows.length);
      known.set(key, { rev, rows });
      held += rows.length;
      for (const [oldest, { rows: old }] of known) {
        if (held <= most || oldest === key) break;
        forget(oldest, old.length);
      }
      return rows;
    },
  };
}
