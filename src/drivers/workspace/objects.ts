import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OxiosError } from '../../kernel/errors.ts';
import type { Entry, Manifest } from './manifest.ts';

/** Contents and trees of snapshots, in one SQLite file: a tree is there only with everything it names. */
export interface Objects {
  begin(): void;
  commit(): void;
  rollback(): void;
  put(sha256: string, bytes: Uint8Array): void;
  get(sha256: string): Uint8Array | undefined;
  /** Undefined for a tree that was never kept. */
  tree(hash: string): Manifest | undefined;
  /** As a difference to `base` where that is smaller. */
  putTree(hash: string, manifest: Manifest, base: { hash: string; changed: readonly string[]; removed: readonly string[] } | undefined): void;
  stamps(root: string): Manifest;
  putStamps(root: string, manifest: Manifest): void;
  close(): void;
}

type Row = readonly [kind: keyof typeof KINDS, mode: number, size: number, sha256: string, mtime?: number, ctime?: number, ino?: number] | null;

const KINDS = { f: 'file', l: 'link', d: 'dir', g: 'large' } as const;
const LETTERS = { file: 'f', link: 'l', dir: 'd', large: 'g' } as const;

/** A chain of differences is cut by a whole tree after this many. */
const MAX_CHAIN = 40;

export function createObjects(folder: string): Objects {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(folder, 'store.db'), { timeout: 5000 });
  // Rebuilt from the workspace if lost: safe against a killed process, not synced at every step.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS objects (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS trees (tree TEXT PRIMARY KEY, base TEXT, depth INTEGER NOT NULL, rows TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS stamps (root TEXT PRIMARY KEY, rows TEXT NOT NULL) WITHOUT ROWID;`);
  const sql = {
    put: db.prepare('INSERT OR IGNORE INTO objects (sha256, bytes) VALUES (?, ?)'),
    get: db.prepare('SELECT bytes FROM objects WHERE sha256 = ?'),
    tree: db.prepare('SELECT base, depth, rows FROM trees WHERE tree = ?'),
    putTree: db.prepare('INSERT OR IGNORE INTO trees (tree, base, depth, rows) VALUES (?, ?, ?, ?)'),
    stamps: db.prepare('SELECT rows FROM stamps WHERE root = ?'),
    putStamps: db.prepare('INSERT INTO stamps (root, rows) VALUES (?, ?) ON CONFLICT DO UPDATE SET rows = excluded.rows'),
  };
  const tree = (hash: string): Manifest | undefined => {
    const row = sql.tree.get(hash);
    if (!row) return undefined;
    const manifest = row.base === null ? new Map<string, Entry>() : new Map(tree(String(row.base)));
    apply(manifest, JSON.parse(String(row.rows)) as Record<string, Row>);
    return manifest;
  };
  return {
    begin: () => db.exec('BEGIN'),
    commit: () => db.exec('COMMIT'),
    rollback: () => db.isTransaction && db.exec('ROLLBACK'),
    put: (sha256, bytes) => void sql.put.run(sha256, bytes),
    get: (sha256) => sql.get.get(sha256)?.bytes as Uint8Array | undefined,
    tree,
    putTree(hash, manifest, base) {
      if (sql.tree.get(hash)) return;
      const depth = base ? Number(sql.tree.get(base.hash)?.depth ?? MAX_CHAIN) + 1 : 0;
      if (!base || depth > MAX_CHAIN || base.changed.length + base.removed.length > manifest.size / 2) {
        sql.putTree.run(hash, null, 0, JSON.stringify(rowsOf(manifest, manifest.keys())));
        return;
      }
      const rows = { ...rowsOf(manifest, base.changed), ...Object.fromEntries(base.removed.map((path) => [path, null])) };
      sql.putTree.run(hash, base.hash, depth, JSON.stringify(rows));
    },
    stamps(root) {
      const manifest: Manifest = new Map();
      const row = sql.stamps.get(root);
      if (row) apply(manifest, JSON.parse(String(row.rows)) as Record<string, Row>);
      return manifest;
    },
    putStamps: (root, manifest) => void sql.putStamps.run(root, JSON.stringify(rowsOf(manifest, manifest.keys(), true))),
    close: () => db.close(),
  };
}

/** What was kept under this hash. Throws IO when it is not there, or is not what was kept. */
export function contentOf(store: Objects, sha256: string, path: string): Uint8Array {
  const bytes = store.get(sha256);
  if (bytes && hash('sha256', bytes, 'hex') === sha256) return bytes;
  throw new OxiosError('IO', `the content of ${path} is ${bytes ? 'damaged' : 'missing'} in the snapshot store`, {
    hint: 'the store was damaged: remove the snapshots folder of the home',
  });
}

function rowsOf(manifest: Manifest, paths: Iterable<string>, stamps = false): Record<string, Row> {
  const rows: Record<string, Row> = Object.create(null) as Record<string, Row>;
  for (const path of paths) {
    const entry = manifest.get(path);
    if (!entry) continue;
    const row = [LETTERS[entry.kind], entry.mode, entry.size, entry.sha256] as const;
    rows[path] = stamps ? [...row, entry.mtime, entry.ctime, entry.ino] : row;
  }
  return rows;
}

function apply(manifest: Manifest, rows: Record<string, Row>): void {
  for (const [path, row] of Object.entries(rows)) {
    if (row === null) manifest.delete(path);
    else
      manifest.set(path, {
        kind: KINDS[row[0]],
        mode: row[1],
        size: row[2],
        sha256: row[3],
        mtime: row[4] ?? 0,
        ctime: row[5] ?? 0,
        ino: row[6] ?? 0,
        met: 0,
      });
  }
}
