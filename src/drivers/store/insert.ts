import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

/** Values of one row of `entries`, in the order of its columns. */
export type Row = readonly [
  leaf: number,
  run: number,
  seq: number,
  pid: number,
  type: string,
  bytes: string,
  hash: string,
  salt: string | null,
  body: string | null,
  blob: string | null,
];

/** Rows that one statement takes: a row costs .7 instead of 1.1 µs. */
const TOGETHER = 16;
const COLUMNS = 10;

/** Inserts rows within the transaction that is open. */
export function createInsert(db: DatabaseSync): (rows: readonly Row[]) => void {
  const marks = `(${Array(COLUMNS).fill('?').join(', ')})`;
  const insert = (count: number): StatementSync =>
    db.prepare(`INSERT INTO entries (leaf, run, seq, pid, type, bytes, hash, salt, body, blob) VALUES ${Array(count).fill(marks).join(', ')}`);
  const one = insert(1);
  const many = insert(TOGETHER);
  return (rows) => {
    const whole = rows.length - (rows.length % TOGETHER);
    for (let at = 0; at < whole; at += TOGETHER) {
      const values: SQLInputValue[] = [];
      for (let k = at; k < at + TOGETHER; k++) values.push(...(rows[k] ?? []));
      many.run(...values);
    }
    for (let at = whole; at < rows.length; at++) one.run(...(rows[at] ?? []));
  };
}
