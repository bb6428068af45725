import type { Home } from './home.ts';
import { openDatabase } from './schema.ts';

/** Entries as lines of JSON: `leaf`, `hash` (hex) and `bytes`, the exact text the hash is over, so that other programs can check the tree. */
export function* exportLog(home: Home, run: string | undefined): Iterable<string> {
  const db = openDatabase(home.db, true);
  try {
    const rows =
      run === undefined
        ? db.prepare('SELECT leaf, hash, bytes FROM entries ORDER BY leaf').iterate()
        : db.prepare('SELECT leaf, hash, bytes FROM entries WHERE run = (SELECT id FROM runs WHERE run = ?) ORDER BY leaf').iterate(run);
    for (const row of rows)
      yield JSON.stringify({ leaf: Number(row.leaf), hash: Buffer.from(row.hash as Uint8Array).toString('hex'), bytes: String(row.bytes) });
  } finally {
    db.close();
  }
}
