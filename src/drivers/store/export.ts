import { createBlobs } from './blobs.ts';
import type { Home } from './home.ts';
import { openDatabase } from './schema.ts';

export interface ExportOptions {
  readonly run: string | undefined;
  /** Also `salt` and `body` of entries that have them: SHA-256 over both is the entry's `c`. */
  readonly bodies: boolean;
}

/** Entries as lines of JSON: `leaf`, `hash` (hex) and `bytes`, the exact text the hash is over, so that other programs can check the tree. */
export function* exportLog(home: Home, { run, bodies }: ExportOptions): Iterable<string> {
  const db = openDatabase(home.db, true);
  const { get } = createBlobs(home.blobs);
  const where = run === undefined ? '' : 'WHERE run = (SELECT id FROM runs WHERE run = ?)';
  try {
    for (const row of db
      .prepare(`SELECT leaf, hash, bytes, salt, body, blob FROM entries ${where} ORDER BY leaf`)
      .iterate(...(run === undefined ? [] : [run]))) {
      const { leaf, hash, bytes, salt } = row;
      const body = row.body ?? (row.blob === null ? null : (get(String(row.blob))?.toString('utf8') ?? null));
      yield JSON.stringify({ leaf, hash, bytes, ...(bodies && body !== null ? { salt, body } : {}) });
    }
  } finally {
    db.close();
  }
}
