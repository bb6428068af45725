import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { faultOf, OxiosError } from '../../kernel/errors.ts';
import { unwritable } from './home.ts';

/** `runs.id` keeps the index on (run, seq) small. An entry that commits to a body and has neither salt nor body was redacted; `blob` names a body kept as a file. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY, run TEXT NOT NULL UNIQUE, view TEXT);
CREATE TABLE IF NOT EXISTS entries (
  leaf INTEGER PRIMARY KEY, run INTEGER NOT NULL, seq INTEGER NOT NULL, pid INTEGER NOT NULL, type TEXT NOT NULL,
  bytes TEXT NOT NULL, hash TEXT NOT NULL, salt TEXT, body TEXT, blob TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS entries_run ON entries (run, seq);
CREATE TABLE IF NOT EXISTS tiles (level INTEGER, n INTEGER, hashes BLOB NOT NULL, root BLOB NOT NULL, PRIMARY KEY (level, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`;

export const SCHEMA_VERSION = 1;

/** Opens the database; a reader never changes it and sees what the writer commits. Throws HOME_VERSION, DISK_FULL, HOME_UNWRITABLE, AUDIT_TAMPERED. */
export function openDatabase(path: string, readonly: boolean): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // SQLite would make it readable for everybody.
    if (!readonly) closeSync(openSync(path, 'a', 0o600));
    db = readonly ? reading(path) : new DatabaseSync(path, { timeout: PATIENCE_MS });
    const version = versionOf(db);
    if (version > SCHEMA_VERSION || (readonly && version !== SCHEMA_VERSION)) throw otherVersion(path, version);
    if (readonly) return db;
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000');
    if (version === 0) db.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    return db;
  } catch (error) {
    db?.close();
    throw failure(path, error);
  }
}

/** How long another process may hold the database, milliseconds. */
const PATIENCE_MS = 5000;

/**
 * A reader of a write-ahead log has to keep a file beside it. Where none can be made, on a read-only medium, the
 * database is taken for what it is: nobody writes it there.
 */
function reading(path: string): DatabaseSync {
  try {
    return looked(path);
  } catch (error) {
    if (!isUnopened(error) || existsSync(`${path}-wal`)) throw error;
    return looked(`${pathToFileURL(path).href}?immutable=1`);
  }
}

/** SQLite looks at the file at the first question only. */
function looked(location: string): DatabaseSync {
  const db = new DatabaseSync(location, { readOnly: true, timeout: PATIENCE_MS });
  try {
    versionOf(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLITE_CANTOPEN. */
const isUnopened = (error: unknown): boolean => error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 14;

/** A database that a kernel is just making has no version yet. */
export const versionOf = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.user_version);

const otherVersion = (path: string, version: number): OxiosError =>
  new OxiosError('HOME_VERSION', `${path} has format ${version}, this Oxios knows ${SCHEMA_VERSION}`, {
    hint: 'use the version of Oxios that wrote it, or another folder with --home',
  });

/** What `act` reads is the log of one moment, whatever another process commits meanwhile. */
export function atOneMoment<T>(db: DatabaseSync, act: () => T): T {
  db.exec('BEGIN');
  try {
    return act();
  } finally {
    db.exec('COMMIT');
  }
}

function failure(path: string, error: unknown): unknown {
  if (error instanceof OxiosError) return error;
  const fault = faultOf(error);
  return fault?.code === 'AUDIT_TAMPERED' ? fault : unwritable(path, error);
}
