import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Entry } from './numbering.ts';

/** Inserts entries within the transaction that is open. */
export interface Insert {
  /** `blob` names the body when it is a file. */
  add(entry: Entry, hash: string, blob: string | null): void;
  /** What was added is in the table now. */
  flush(): void;
}

/** Rows that one statement takes: a row costs .7 instead of 1.1 µs. */
const TOGETHER = 16;
const COLUMNS = 10;

export function createInsert(db: DatabaseSync): Insert {
  const marks = `(${Array(COLUMNS).fill('?').join(', ')})`;
  const insert = (count: number): StatementSync =>
    db.prepare(`INSERT INTO entries (leaf, run, seq, pid, type, bytes, hash, salt, body, blob) VALUES ${Array(count).fill(marks).join(', ')}`);
  const one = insert(1);
  const many = insert(TOGETHER);
  const addRun = db.prepare('INSERT INTO runs (run) VALUES (?)');
  let values: SQLInputValue[] = [];
  return {
    add({ event, place, stored }, hash, blob) {
      // The first entry of a run makes the row of the run too.
      place.id ??= Number(addRun.run(event.run).lastInsertRowid);
      values.push(event.leaf, place.id, event.seq, event.pid, event.type, stored.bytes, hash, stored.salt, blob === null ? stored.body : null, blob);
      if (values.length < TOGETHER * COLUMNS) return;
      many.run(...values);
      values = [];
    },
    flush() {
      const rest = values;
      values = [];
      for (let at = 0; at < rest.length; at += COLUMNS) one.run(...rest.slice(at, at + COLUMNS));
    },
  };
}
