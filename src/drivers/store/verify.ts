import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isSignedBy, parseCheckpoint } from '../../kernel/checkpoint.ts';
import { createTree, HASH_BYTES, leafHash, type TileRow } from '../../kernel/merkle.ts';
import { createBlobs } from './blobs.ts';
import { commitment } from './codec.ts';
import type { Home } from './home.ts';
import { publicKey } from './keys.ts';
import { openDatabase } from './schema.ts';

export interface Verification {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly size: number; readonly root: string };
  readonly first_bad?: { readonly seq: number; readonly reason: string };
}

interface Known {
  readonly size: number;
  readonly root: string;
  /** Where the statement was found. */
  readonly from: string;
}

/** Proves a log against itself, its signed checkpoints and one kept elsewhere. Names the first entry that is not what it was. */
export function verifyLog(home: Home, outside?: string): Verification {
  const db = openDatabase(home.db, true);
  try {
    return verify(db, home, outside);
  } finally {
    db.close();
  }
}

function verify(db: DatabaseSync, home: Home, outside: string | undefined): Verification {
  const finished: TileRow[] = [];
  const tree = createTree({ keep: (tile) => void finished.push(tile), load: () => Buffer.alloc(0) });
  const known = statements(db, home, outside);
  const roots = new Map<number, string>();
  const sizes = new Set(known.found.map((one) => one.size));
  const look = createLook(db, home);
  let bad = known.bad;
  if (sizes.has(0)) roots.set(0, tree.root().toString('hex'));
  for (const row of db
    .prepare(
      'SELECT e.leaf, e.seq, e.pid, e.type, e.bytes, e.hash, e.salt, e.body, e.blob, r.run FROM entries e LEFT JOIN runs r ON r.id = e.run ORDER BY e.leaf',
    )
    .iterate()) {
    const reason = look(row, tree.size);
    if (reason) bad = earlier(bad, { seq: tree.size, reason });
    tree.append(leafHash(Buffer.from(String(row.bytes))));
    if (sizes.has(tree.size)) roots.set(tree.size, tree.root().toString('hex'));
  }
  bad = earlier(bad, tileFault(db, finished));
  for (const one of known.found) {
    if (one.size > tree.size) bad = earlier(bad, { seq: tree.size, reason: `truncated: ${one.from} states ${one.size} entries, the log has ${tree.size}` });
    else if (roots.get(one.size) !== one.root)
      bad = earlier(bad, {
        seq: goodBefore(known.found, roots, one.size),
        reason: `rewritten: the first ${one.size} entries do not have the root that ${one.from} states`,
      });
  }
  return { ok: bad === undefined, entries: tree.size, head: { size: tree.size, root: tree.root().toString('hex') }, ...(bad ? { first_bad: bad } : {}) };
}

type Bad = { readonly seq: number; readonly reason: string } | undefined;

const earlier = (a: Bad, b: Bad): Bad => (!a || (b && b.seq < a.seq) ? (b ?? a) : a);

/** The entry after the last checkpoint that still fits. */
const goodBefore = (found: readonly Known[], roots: ReadonlyMap<number, string>, size: number): number =>
  Math.max(0, ...found.filter((one) => one.size < size && roots.get(one.size) === one.root).map((one) => one.size));

type Row = Record<string, unknown>;

/** Looks at one row: its place, its hash, its columns, its body, its number in its run. */
function createLook(_db: DatabaseSync, home: Home): (row: Row, at: number) => string | undefined {
  const next = new Map<string, number>();
  const blobs = createBlobs(home.blobs);
  return (row, at) => {
    if (Number(row.leaf) !== at) return `deleted: entry ${at} is missing, ${Number(row.leaf)} follows`;
    const bytes = String(row.bytes);
    if (!leafHash(Buffer.from(bytes)).equals(Buffer.from(row.hash as Uint8Array))) return 'edited: the entry does not have its hash';
    const entry = JSON.parse(bytes) as { run: string; seq: number; pid: number; type: string; c?: string };
    if (entry.run !== row.run || entry.seq !== Number(row.seq) || entry.pid !== Number(row.pid) || entry.type !== row.type)
      return 'edited: the index of the entry does not fit its content';
    const expected = next.get(entry.run) ?? 0;
    next.set(entry.run, entry.seq + 1);
    if (entry.seq !== expected) return `reordered or removed: entry ${entry.seq} of ${entry.run} stands where ${expected} belongs`;
    return bodyFault(row, entry.c, blobs.get);
  };
}

/** A body that was redacted leaves its commitment behind; one that is there must fit it. */
function bodyFault(row: Row, committed: string | undefined, blob: (id: string) => Buffer | undefined): string | undefined {
  if (committed === undefined) return row.body === null ? undefined : 'edited: a body was added';
  const body = row.body === null ? (row.blob === null ? undefined : blob(String(row.blob))?.toString('utf8')) : String(row.body);
  if (body === undefined) return undefined;
  return row.salt !== null && commitment(row.salt as Uint8Array, body) === committed ? undefined : 'edited: the body does not fit its commitment';
}

/** Stored tiles must be the ones the entries give; with the entry inside a tile that differs. */
function tileFault(db: DatabaseSync, finished: readonly TileRow[]): Bad {
  const load = db.prepare('SELECT hashes, root FROM tiles WHERE level = ? AND n = ?');
  let bad: Bad;
  for (const tile of finished) {
    const row = load.get(tile.level, tile.n);
    const width = 256 ** (tile.level + 1);
    if (!row) bad = earlier(bad, { seq: tile.n * width, reason: `deleted: tile ${tile.level}/${tile.n} is missing` });
    else if (!tile.hashes.equals(Buffer.from(row.hashes as Uint8Array)))
      bad = earlier(bad, {
        seq: tile.n * width + firstDifference(tile.hashes, row.hashes as Uint8Array) * 256 ** tile.level,
        reason: 'edited: the entry does not fit the tree',
      });
    else if (!tile.root.equals(Buffer.from(row.root as Uint8Array)))
      bad = earlier(bad, { seq: tile.n * width, reason: `edited: tile ${tile.level}/${tile.n} does not have its root` });
  }
  return bad;
}

function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return Math.floor(at / HASH_BYTES);
  return 0;
}

/** Checkpoints in the log, the newest kept beside it, and one from outside. */
function statements(db: DatabaseSync, home: Home, outside: string | undefined): { found: readonly Known[]; bad: Bad } {
  const key = publicKey(home.keys);
  const found: Known[] = [];
  let bad: Bad;
  const take = (note: string, from: string, leaf: number) => {
    const checkpoint = parseCheckpoint(note);
    if (!checkpoint) bad = earlier(bad, { seq: leaf, reason: `${from} is no checkpoint` });
    else if (!key || !isSignedBy(note, key)) bad = earlier(bad, { seq: leaf, reason: `${from} is not signed by this log's key` });
    else found.push({ size: checkpoint.size, root: checkpoint.root.toString('hex'), from });
  };
  for (const row of db.prepare("SELECT leaf, bytes FROM entries WHERE type = 'checkpoint.signed' ORDER BY leaf").iterate()) {
    const entry = JSON.parse(String(row.bytes)) as { note?: string };
    take(entry.note ?? '', `the checkpoint in entry ${Number(row.leaf)}`, Number(row.leaf));
  }
  const latest = join(home.checkpoints, 'latest');
  if (existsSync(latest)) take(readFileSync(latest, 'utf8'), 'the kept checkpoint', 0);
  if (outside !== undefined) take(outside, 'the given checkpoint', 0);
  return { found, bad };
}
