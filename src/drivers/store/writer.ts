import { faultOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { EventDraft, KernelEvent } from '../../kernel/events.ts';
import type { LogHead } from '../../kernel/log.ts';
import { leafHash, type Tree } from '../../kernel/merkle.ts';
import type { Blobs } from './blobs.ts';
import { createInsert } from './insert.ts';
import { createNumbering, type Entry, type NumberingDeps } from './numbering.ts';
import { loadTree, tilesIn } from './tiles.ts';
import type { Views } from './views.ts';

export interface Writer {
  /** `within` is done in the same transaction, before what it writes is committed. */
  append(drafts: readonly EventDraft[], within?: () => void): Promise<readonly KernelEvent[]>;
  head(): LogHead;
  /** The tree of what is on the disk. */
  tree(): Tree;
  /** Called after each commit, with what it made durable. */
  onCommit(listener: (events: readonly KernelEvent[]) => void): () => void;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
  /** Writes what waits, now. */
  flush(): void;
}

export interface WriterDeps extends NumberingDeps {
  readonly blobs: Blobs;
  readonly views: Views;
}

interface Group {
  readonly entries: readonly Entry[];
  readonly events: readonly KernelEvent[];
  readonly within: (() => void) | undefined;
  readonly resolve: (events: readonly KernelEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Bodies beyond this are files, bytes. */
const MAX_INLINE = 64 * 1024;

export function createWriter(deps: WriterDeps): Writer {
  const { db, views, blobs } = deps;
  const [begin, end] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  let insert = createInsert(db);
  const listeners = new Set<(events: readonly KernelEvent[]) => void>();
  const tiles = tilesIn(db);
  let tree = loadTree(db, tiles);
  const numbering = createNumbering(deps, tree.size);
  let queue: Group[] = [];
  /** Counters and tree are not what is on the disk. */
  let stale = false;

  const put = (entry: Entry): void => {
    const { bytes, body } = entry.stored;
    const hash = leafHash(bytes);
    insert.add(entry, hash, body !== null && isLarge(body) ? blobs.put(Buffer.from(body)) : null);
    tree.append(Buffer.from(hash, 'hex'));
  };

  const write = (groups: readonly Group[], events: readonly KernelEvent[]): void => {
    begin.run();
    for (const group of groups) for (const entry of group.entries) put(entry);
    insert.flush();
    for (const { within } of groups) within?.();
    views.fold(events);
    end.run();
  };

  const commit = (): void => {
    const groups = queue;
    queue = [];
    if (groups.length === 0) return;
    const events = groups.flatMap((group) => group.events);
    try {
      write(groups, events);
    } catch (error) {
      stale = true;
      restoreIfPossible();
      for (const group of groups) group.reject(failure(error));
      return;
    }
    for (const group of groups) group.resolve(group.events);
    for (const listener of listeners) listener(events);
  };

  /** Nothing of a failed group stays: counters and tree are read again from what is on the disk. */
  const restore = (): void => {
    if (db.isTransaction) db.exec('ROLLBACK');
    views.reload();
    tree = loadTree(db, tiles);
    numbering.reset(tree.size);
    insert = createInsert(db);
    stale = false;
  };
  const restoreIfPossible = (): void => {
    try {
      restore();
    } catch (error) {
      // The disk does not even let itself be read: the next append tries again, and is told.
      if (!isOfDisk(error)) throw error;
    }
  };

  return {
    append(drafts, within) {
      try {
        if (stale) restore();
        const entries = numbering.enter(drafts);
        if (queue.length === 0) setImmediate(commit);
        return waiting(entries, within, queue);
      } catch (error) {
        return Promise.reject(failure(error));
      }
    },
    head: () => ({ size: tree.size, root: tree.root().toString('hex') }),
    tree: () => tree,
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => new Promise((resolve) => (queue.length === 0 ? resolve() : setImmediate(resolve))),
    flush: commit,
  };
}

/** A character is at most three bytes: most bodies need no count. */
const isLarge = (body: string): boolean => body.length * 3 > MAX_INLINE && Buffer.byteLength(body) > MAX_INLINE;

/** Puts a group into the queue; resolves when it is on the disk. */
const waiting = (entries: readonly Entry[], within: Group['within'], queue: Group[]): Promise<readonly KernelEvent[]> =>
  new Promise((resolve, reject) => {
    queue.push({ entries, events: entries.map((entry) => entry.event), within, resolve, reject });
  });

const isOfDisk = (error: unknown): error is Error => faultOf(error) !== undefined || (error instanceof Error && 'errcode' in error);

/** What the disk or SQLite says, as a fault of the log; anything else is a defect and stays what it is. */
function failure(error: unknown): unknown {
  if (error instanceof OxiosError || !isOfDisk(error)) return error;
  return faultOf(error)?.code === 'DISK_FULL'
    ? new OxiosError('DISK_FULL', 'the log cannot be written: no space left on the disk', { hint: 'free some space and resume the run', cause: error })
    : new OxiosError('IO', `the log cannot be written: ${messageOf(error)}`, { hint: 'check the disk that holds the home folder', cause: error });
}
