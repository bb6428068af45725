import { availableParallelism } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { createEdge, type Edge } from '../../kernel/edge.ts';
import { TILE } from '../../kernel/merkle.ts';
import { damage } from './bad.ts';
import { type Chunk, checkChunks, type Job } from './chunks.ts';
import { foldedBeyond } from './entry.ts';
import type { Home } from './home.ts';
import { createTileCheck } from './tile-check.ts';

/** A log that was found good in every entry, with its roots at the sizes that were asked for; hex. */
export interface Good {
  readonly size: number;
  readonly root: string;
  readonly roots: ReadonlyMap<number, string>;
}

/** Below this, starting a thread takes longer than it saves. */
const WORTH_IT = 50_000;

/**
 * Proves a long log with two threads, each taking the next piece that is left. It says only that all is good: undefined
 * when the log is short, there is one processor, or anything is not as it should be.
 */
export async function proveQuickly(db: DatabaseSync, home: Home, sizes: ReadonlySet<number>): Promise<Good | undefined> {
  const size = Number(db.prepare('SELECT coalesce(max(leaf) + 1, 0) AS size FROM entries').get()?.size);
  if (size < WORTH_IT || availableParallelism() < 2) return undefined;
  const job: Job = { size, sizes, next: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
  const theirs = helped(home, job);
  const ours = checkChunks(db, home, job);
  const all = [ours, await theirs];
  return all.every((some) => some !== undefined) ? joined(db, all.flat(), job) : undefined;
}

/** As source or as part of the built program, which has it as a file of its own. */
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './verify-worker.ts' : '../store/verify-worker.js', import.meta.url);

function helped(home: Home, job: Job): Promise<readonly Chunk[] | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(WORKER, { workerData: { path: home.path, job } });
    worker.once('message', (chunks: readonly Chunk[] | undefined) => resolve(chunks));
    // What it cannot read, the walk from the beginning cannot either, and says where.
    worker.once('error', (error) => (damage(error, 0) ? resolve(undefined) : reject(error)));
  });
}

/** The whole log from its pieces: their order, the runs that go over their borders, and the tree above the tiles. */
function joined(db: DatabaseSync, pieces: readonly Chunk[], { size, sizes }: Job): Good | undefined {
  const chunks = [...pieces].sort((a, b) => a.n - b.n);
  if (!followEachOther(db, chunks)) return undefined;
  const tiles = createTileCheck(db, 1);
  const upper = createEdge(tiles.onNode);
  const tails = new Map(chunks.flatMap((chunk) => chunk.tails));
  const wanted = [...sizes, size].filter((one) => one <= size).sort((a, b) => a - b);
  const roots = new Map<number, string>();
  const take = () => {
    for (; wanted[0] !== undefined && Math.floor(wanted[0] / TILE) === upper.size; wanted.shift()) roots.set(wanted[0], rootOf(upper, tails.get(wanted[0])));
  };
  take();
  for (const root of chunks.flatMap((chunk) => chunk.tiles)) {
    upper.push(root);
    take();
  }
  const root = roots.get(size);
  return root === undefined || upper.size !== count(db, 'tiles WHERE level = 0') || tiles.bad(size) || foldedBeyond(db, size)
    ? undefined
    : { size, root, roots };
}

const rootOf = (upper: Edge, tail: string | undefined): string => upper.root(tail === undefined ? undefined : Buffer.from(tail, 'hex')).toString('hex');

/** Each run goes on where the piece before left it, and each that is known has an entry. */
function followEachOther(db: DatabaseSync, chunks: readonly Chunk[]): boolean {
  const next = new Map<number, number>();
  for (const [at, chunk] of chunks.entries()) {
    if (chunk.n !== at) return false;
    for (const { id, first, after } of chunk.runs) {
      if ((next.get(id) ?? 0) !== first) return false;
      next.set(id, after);
    }
  }
  return next.size === count(db, 'runs');
}

const count = (db: DatabaseSync, what: string): number => Number(db.prepare(`SELECT count(*) AS count FROM ${what}`).get()?.count);
