import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { KernelEvent } from '../../kernel/events.ts';
import type { Log, LogRange } from '../../kernel/log.ts';
import type { Blobs } from './blobs.ts';
import type { Codec } from './codec.ts';

export interface Reader {
  read: Log['read'];
}

/** Rows read at a time: the whole log is never in memory. */
const PAGE = 500;
/** How often another process looks for new entries while it follows, milliseconds. Nothing is polled otherwise. */
const POLL_MS = 40;

/** Reads ranges of the log; `onCommit` tells of new entries of this process, without it the database is watched. */
export function createReader(db: DatabaseSync, codec: Codec, blobs: Blobs, onCommit?: (listener: () => void) => () => void): Reader {
  const decode = (row: Record<string, unknown>): KernelEvent => {
    const blob = row.blob === null ? undefined : blobs.get(String(row.blob));
    const body = row.body === null ? (blob?.toString('utf8') ?? null) : String(row.body);
    return codec.decode({ leaf: Number(row.leaf), bytes: String(row.bytes), body });
  };
  return {
    async *read(range, signal) {
      let next = range.from ?? 0;
      let rows: readonly Row[];
      do {
        rows = page(db, range, next);
        yield* rows.map(decode);
        next = after(rows, range) ?? next;
      } while (!signal?.aborted && (rows.length === PAGE || (!isDone(range, next) && (await more(db, onCommit, signal)))));
    },
  };
}

type Row = Record<string, unknown>;

const isDone = (range: LogRange, next: number): boolean => !range.follow || next > (range.to ?? Number.POSITIVE_INFINITY);

function after(rows: readonly Record<string, unknown>[], range: LogRange): number | undefined {
  const last = rows.at(-1);
  return last && Number(range.run === undefined ? last.leaf : last.seq) + 1;
}

function page(db: DatabaseSync, range: LogRange, from: number): readonly Row[] {
  const column = range.run === undefined ? 'leaf' : 'seq';
  const where = [`e.${column} >= ?`];
  const values: SQLInputValue[] = [from];
  if (range.run !== undefined) {
    where.push('e.run = (SELECT id FROM runs WHERE run = ?)');
    values.push(range.run);
  }
  if (range.to !== undefined) {
    where.push(`e.${column} <= ?`);
    values.push(range.to);
  }
  if (range.pid !== undefined) {
    where.push('e.pid = ?');
    values.push(range.pid);
  }
  if (range.types) {
    where.push(`e.type IN (${range.types.map(() => '?').join(', ')})`);
    values.push(...range.types);
  }
  return db.prepare(`SELECT leaf, seq, bytes, body, blob FROM entries e WHERE ${where.join(' AND ')} ORDER BY e.${column} LIMIT ${PAGE}`).all(...values);
}

/** Resolves when there may be new entries, or the signal aborts. */
function more(db: DatabaseSync, onCommit: ((listener: () => void) => () => void) | undefined, signal: AbortSignal | undefined): Promise<true> {
  return new Promise((resolve) => {
    const version = () => db.prepare('PRAGMA data_version').get()?.data_version;
    const before = version();
    const timer = onCommit ? undefined : setInterval(() => version() !== before && done(), POLL_MS);
    const leave = onCommit?.(() => done());
    const done = () => {
      clearInterval(timer);
      leave?.();
      signal?.removeEventListener('abort', done);
      resolve(true);
    };
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted) done();
  });
}
