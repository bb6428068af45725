import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Entry } from './numbering.ts';

/** Inserts entries within the transaction that is open. */
export interface Insert {
  /** `blob` names the body when it is a file. */
  add(entry: Entry, hash: string, blob: string | null): void;
  /** What was added is in the table now. */
  flush(): void;
}

/** Rows that one statement takes: alone a row costs 1.1 µs, among 16 .7, among 64 .6. */
const SIZES = [64, 16, 1] as const;
const COLUMNS = 10;

export function createInsert(db: DatabaseSync): Insert {
  const marks = `(${Array(COLUMNS).fill('?').join(', ')})`;
  const prepared = new Map<number, StatementSync>();
  /** Made when it is first needed: a short run never inserts many rows at once. */
  const insert = (rows: number): StatementSync => {
    const found =
      prepared.get(rows) ??
      db.prepare(`INSERT INTO entries (leaf, run, seq, pid, type, bytes, hash, salt, body, blob) VALUES ${Array(rows).fill(marks).join(', ')}`);
    prepared.set(rows, found);
    return found;
  };
  const addRun = db.prepare('INSERT INTO runs (run) VALUES (?)');
  let values: SQLInputValue[] = [];
  return {
    add({ event, place, stored }, hash, blob) {
      // The first entry of a run makes the row of the run too.
      place.id ??= Number(addRun.run(event.run).lastInsertRowid);
      values.push(event.leaf, place.id, event.seq, event.pid, event.type, stored.bytes, hash, stored.salt, blob === null ? stored.body : null, blob);
      if (values.length === SIZES[0] * COLUMNS) this.flush();
    },
    flush() {
      const rest = values;
      values = [];
      let at = 0;
      for (const rows of SIZES) for (const count = rows * COLUMNS; at + count <= rest.length; at += count) insert(rows).run(...rest.slice(at, at + count));
    },
  };
}
