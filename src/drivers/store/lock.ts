import { DatabaseSync } from 'node:sqlite';
import type { Home } from './home.ts';
import { unwritable } from './home.ts';

export interface Lock {
  release(): void;
}

/** SQLITE_BUSY. */
const BUSY = 5;

/** One kernel owns a home: it holds SQLite's exclusive lock on a small file, which the system gives back when the process dies, however it dies. Undefined: another one has it. */
export function tryLock(home: Home): Lock | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(home.lock, { timeout: 0 });
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return undefined;
    throw unwritable(home.lock, error);
  }
}
