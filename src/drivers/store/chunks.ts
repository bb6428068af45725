import type { DatabaseSync } from 'node:sqlite';
import { createEdge } from '../../kernel/edge.ts';
import { HASH_BYTES, leafHash, TILE } from '../../kernel/merkle.ts';
import { BYTES, createLook, ENTRY_COLUMNS, type Entry, type Look, type RunPart } from './entry.ts';
import type { Home } from './home.ts';

/** What is to be proved, by as many threads as take part. */
export interface Job {
  /** Entries of the log. */
  readonly size: number;
  /** Sizes at which the root is wanted. */
  readonly sizes: ReadonlySet<number>;
  /** Number of the next chunk that nobody has taken, shared. */
  readonly next: Int32Array;
}

/** Entries that follow each other and were found good; hashes hex. */
export interface Chunk {
  readonly n: number;
  /** Roots of its whole tiles. */
  readonly tiles: readonly string[];
  /** Roots of the beginning of a tile, by the size of the log up to there. */
  readonly tails: readonly (readonly [size: number, root: string])[];
  readonly runs: readonly RunPart[];
}

/** Small enough that threads end together. */
export const CHUNK = 32 * TILE;
/** Takes chunks until none is left. Undefined as soon as one is not good: which entry it is, the walk from the beginning tells. */
export function checkChunks(db: DatabaseSync, home: Home, job: Job): readonly Chunk[] | undefined {
  const look = createLook(db, home, false);
  const check = createTileWalk(db, look, job);
  const done: Chunk[] = [];
  for (let n = Atomics.add(job.next, 0, 1); n * CHUNK < job.size; n = Atomics.add(job.next, 0, 1)) {
    const chunk = { n, tiles: [], tails: [] };
    for (let at = n * CHUNK; at < Math.min(job.size, (n + 1) * CHUNK); at += TILE) if (!check(at / TILE, chunk)) return undefined;
    done.push({ ...chunk, runs: look.part() });
  }
  return done;
}

interface Roots {
  readonly tiles: string[];
  readonly tails: [number, string][];
}

/** Looks at the entries of one tile and adds what they give; false when anything is wrong. */
function createTileWalk(db: DatabaseSync, look: Look, { size, sizes }: Job): (n: number, into: Roots) => boolean {
  const read = db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE leaf >= ? AND leaf < ? ORDER BY leaf`);
  read.setReturnArrays(true);
  const fits = createTileFit(db);
  const isWanted = (at: number) => at % TILE !== 0 && (at === size || sizes.has(at));
  return (n, into) => {
    const to = Math.min(size, (n + 1) * TILE);
    const edge = createEdge(() => undefined);
    let at = n * TILE;
    for (const entry of read.all(at, to) as unknown as readonly Entry[]) {
      const hash = leafHash(String(entry[BYTES]));
      if (look.at(entry, hash, at)) return false;
      edge.push(hash);
      fits.add(hash, at);
      at += 1;
      if (isWanted(at)) into.tails.push([at, edge.root().toString('hex')]);
    }
    if (at !== to || at % TILE !== 0) return at === to;
    into.tiles.push(edge.root().toString('hex'));
    return fits.tile(n, edge.root());
  };
}

/** Compares tiles of entries with the stored ones. */
function createTileFit(db: DatabaseSync): { add(hash: string, at: number): void; tile(n: number, root: Buffer): boolean } {
  const load = db.prepare('SELECT hashes, root FROM tiles WHERE level = 0 AND n = ?');
  const row = Buffer.alloc(TILE * HASH_BYTES);
  return {
    add: (hash, at) => void row.write(hash, (at % TILE) * HASH_BYTES, HASH_BYTES, 'hex'),
    tile(n, root) {
      const stored = load.get(n);
      return isSame(row, stored?.hashes) && isSame(root, stored?.root);
    },
  };
}

const isSame = (made: Buffer, stored: unknown): boolean => stored instanceof Uint8Array && made.equals(stored);
