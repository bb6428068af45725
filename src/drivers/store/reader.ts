import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { OxiosError } from '../../kernel/errors.ts';
import type { Log, LogRange } from '../../kernel/log.ts';
import type { Codec, StoredRow } from './codec.ts';
import type { Watch } from './watch.ts';

export interface Reader {
  read: Log['read'];
}

/** Rows read at a time: the whole log is never in memory. */
const PAGE = 500;

/** Reads ranges of the log, and goes on with what comes when asked to. An abort ends a reading at its next page; a log that was closed meanwhile throws KERNEL_GONE. */
export function createReader(db: DatabaseSync, codec: Codec, watch: Watch): Reader {
  return {
    async *read(range, signal) {
      let next = range.from ?? 0;
      for (let mark: number | undefined = watch.mark(); mark !== undefined; ) {
        const rows = page(db, range, next);
        for (const row of rows) yield codec.decode(row);
        next = after(rows, range) ?? next;
        mark = await later(watch, mark, { range, next, signal, isFull: rows.length === PAGE });
      }
    },
  };
}

interface Place {
  readonly range: LogRange;
  readonly next: number;
  readonly signal: AbortSignal | undefined;
  /** There may be more at once. */
  readonly isFull: boolean;
}

/** The state of the log once there may be more of it than at `mark`; undefined when no more is wanted. */
async function later(watch: Watch, mark: number, { range, next, signal, isFull }: Place): Promise<number | undefined> {
  if (isFull) return signal?.aborted ? undefined : watch.mark();
  if (!range.follow || next > (range.to ?? Number.POSITIVE_INFINITY)) return undefined;
  await more(watch, mark, signal);
  return signal?.aborted ? undefined : watch.mark();
}

interface Row extends StoredRow {
  readonly leaf: unknown;
  readonly seq: unknown;
}

function after(rows: readonly Row[], range: LogRange): number | undefined {
  const last = rows.at(-1);
  return last && Number(range.run === undefined ? last.leaf : last.seq) + 1;
}

function page(db: DatabaseSync, range: LogRange, from: number): readonly Row[] {
  if (!db.isOpen) throw new OxiosError('KERNEL_GONE', 'the log was closed while it was read', { hint: 'read it again: it is whole on the disk' });
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
  const query = `SELECT leaf, seq, bytes, body, blob FROM entries e WHERE ${where.join(' AND ')} ORDER BY e.${column} LIMIT ${PAGE}`;
  return db.prepare(query).all(...values) as unknown as readonly Row[];
}

/** Resolves when there may be new entries since `mark`, or the signal aborts. */
function more(watch: Watch, mark: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = watch.onMore(mark, resolve);
  const abort = () => resolve();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) resolve();
  return promise.finally(() => {
    leave();
    signal?.removeEventListener('abort', abort);
  });
}
