import { performance } from 'node:perf_hooks';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, OxiosError } from '../../kernel/errors.ts';
import type { EventDraft, KernelEvent } from '../../kernel/events.ts';
import type { LogHead } from '../../kernel/log.ts';
import { createTree, HASH_BYTES, type InclusionProof, leafHash, TILE, type TileStore, type Tree } from '../../kernel/merkle.ts';
import type { Blobs } from './blobs.ts';
import type { Codec } from './codec.ts';
import type { Views } from './views.ts';

export interface Writer {
  append(drafts: readonly EventDraft[]): Promise<readonly KernelEvent[]>;
  head(): LogHead;
  proof(leaf: number): InclusionProof | undefined;
  /** Called after each commit, with what it made durable. */
  onCommit(listener: (events: readonly KernelEvent[]) => void): () => void;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
  /** Writes what waits, now. */
  flush(): void;
}

export interface WriterDeps {
  readonly db: DatabaseSync;
  readonly codec: Codec;
  readonly blobs: Blobs;
  readonly boot: string;
  readonly now: () => number;
  readonly views: Views;
}

interface Group {
  readonly events: readonly KernelEvent[];
  readonly resolve: (events: readonly KernelEvent[]) => void;
  readonly reject: (error: Error) => void;
}

/** Bodies beyond this are files. */
const MAX_INLINE = 64 * 1024;

export function createWriter(deps: WriterDeps): Writer {
  const { db, views } = deps;
  const sql = statements(db);
  const listeners = new Set<(events: readonly KernelEvent[]) => void>();
  const tiles: TileStore = {
    keep: ({ level, n, hashes, root }) => void sql.tile.run(level, n, hashes, root),
    load: (level, n) => Buffer.from((sql.loadTile.get(level, n)?.hashes ?? new Uint8Array(TILE * HASH_BYTES)) as Uint8Array),
  };
  let tree = loadTree(db, tiles);
  let size = tree.size;
  const places = createPlaces(sql);
  let queue: Group[] = [];

  const insert = (event: KernelEvent): void => {
    const { bytes, salt, body } = deps.codec.encode(event);
    const leaf = leafHash(Buffer.from(bytes));
    const blob = body !== null && body.length > MAX_INLINE ? deps.blobs.put(Buffer.from(body)) : null;
    sql.insert.run(event.leaf, places.of(event.run).id, event.seq, event.pid, event.type, bytes, leaf, salt, blob ? null : body, blob);
    tree.append(leaf);
  };

  const commit = (): void => {
    const groups = queue;
    queue = [];
    if (groups.length === 0) return;
    const events = groups.flatMap((group) => group.events);
    const error = attempt(() => {
      db.exec('BEGIN');
      events.forEach(insert);
      views.fold(events);
      db.exec('COMMIT');
    });
    if (error) {
      undo();
      for (const group of groups) group.reject(error);
      return;
    }
    for (const group of groups) group.resolve(group.events);
    for (const listener of listeners) listener(events);
  };

  /** Nothing of a failed group stays: counters and tree are read again from what is on the disk. */
  const undo = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK');
    views.reload();
    tree = loadTree(db, tiles);
    size = tree.size;
    places.forget();
  };

  return {
    append(drafts) {
      const stamp = { at: deps.now(), mono: Math.round(performance.now() * 10) / 10, boot: deps.boot };
      const events: KernelEvent[] = [];
      const number = (draft: EventDraft) => {
        const spot = places.of(draft.run);
        events.push(eventOf(draft, stamp, { seq: spot.next++, leaf: size++ }));
      };
      const error = attempt(() => drafts.forEach(number));
      if (error) return Promise.reject(error);
      return new Promise((resolve, reject) => {
        if (queue.length === 0) setImmediate(commit);
        queue.push({ events, resolve, reject });
      });
    },
    head: () => ({ size: tree.size, root: tree.root().toString('hex') }),
    proof: (leaf) => proofOf(tree, leaf, sql.hash.get(leaf)?.hash as Uint8Array | undefined),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => new Promise((resolve) => (queue.length === 0 ? resolve() : setImmediate(resolve))),
    flush: commit,
  };
}

const eventOf = (
  { run, pid, actor, ...payload }: EventDraft,
  stamp: { at: number; mono: number; boot: string },
  place: { seq: number; leaf: number },
): KernelEvent => ({ v: 1, ...place, ...stamp, run, pid, actor, ...payload }) as KernelEvent;

/** Undefined when the log has no such entry. */
export function proofOf(tree: Tree, leaf: number, hash: Uint8Array | undefined): InclusionProof | undefined {
  if (!hash) return undefined;
  const path = tree.inclusion(leaf, tree.size).map((one) => one.toString('hex'));
  return { leaf, size: tree.size, root: tree.root().toString('hex'), hash: Buffer.from(hash).toString('hex'), path };
}

function attempt(act: () => void): OxiosError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return failure(error);
  }
}

interface Places {
  /** The number of a run in the database, and its next `seq`. */
  of(run: string): { readonly id: number; next: number };
  forget(): void;
}

function createPlaces(sql: ReturnType<typeof statements>): Places {
  const known = new Map<string, { id: number; next: number }>();
  return {
    of(run) {
      const found = known.get(run);
      if (found) return found;
      const row = sql.run.get(run);
      const id = Number(row?.id ?? sql.addRun.run(run).lastInsertRowid);
      const place = { id, next: row ? Number(sql.nextSeq.get(id)?.next) : 0 };
      known.set(run, place);
      return place;
    },
    forget: () => known.clear(),
  };
}

const statements = (db: DatabaseSync) => ({
  insert: db.prepare('INSERT INTO entries (leaf, run, seq, pid, type, bytes, hash, salt, body, blob) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  tile: db.prepare('INSERT INTO tiles (level, n, hashes, root) VALUES (?, ?, ?, ?)'),
  loadTile: db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?'),
  run: db.prepare('SELECT id FROM runs WHERE run = ?'),
  addRun: db.prepare('INSERT INTO runs (run) VALUES (?)'),
  nextSeq: db.prepare('SELECT coalesce(max(seq) + 1, 0) AS next FROM entries WHERE run = ?'),
  hash: db.prepare('SELECT hash FROM entries WHERE leaf = ?'),
});

/** The open tiles, from the tail of the log and the roots of finished tiles: never more than 255 rows a level. */
export function loadTree(db: DatabaseSync, tiles: TileStore): Tree {
  const size = Number(db.prepare('SELECT coalesce(max(leaf) + 1, 0) AS size FROM entries').get()?.size);
  const open: Buffer[][] = [];
  const tail = db.prepare('SELECT hash FROM entries WHERE leaf >= ? ORDER BY leaf').all(size - (size % TILE));
  open.push(tail.map((row) => Buffer.from(row.hash as Uint8Array)));
  for (let count = Math.floor(size / TILE), level = 1; count > 0; count = Math.floor(count / TILE), level += 1) {
    const rows = db.prepare('SELECT root FROM tiles WHERE level = ? AND n >= ? ORDER BY n').all(level - 1, count - (count % TILE));
    open.push(rows.map((row) => Buffer.from(row.root as Uint8Array)));
  }
  return createTree(tiles, { size, open });
}

/** SQLITE_FULL, and SQLITE_IOERR with its extensions in the upper bits. */
const FULL = 13;

function failure(error: unknown): OxiosError {
  if (error instanceof OxiosError) return error;
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  const noSpace = code === FULL || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');
  return noSpace
    ? new OxiosError('DISK_FULL', 'the log cannot be written: no space left on the disk', { hint: 'free some space and resume the run', cause: error })
    : new OxiosError('IO', `the log cannot be written: ${messageOf(error)}`, { hint: 'check the disk that holds the home folder', cause: error });
}
