import type { DatabaseSync } from 'node:sqlite';
import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { foldFrom, foldOn, type RunFold, type RunView } from '../../kernel/view/runs.ts';
import type { Codec } from './codec.ts';

/** The runs as folded from the log, kept with the index they were folded to: a start folds only the tail. */
export interface Views {
  fold(events: readonly KernelEvent[]): void;
  all(): readonly RunView[];
  one(run: RunId): RunView | undefined;
  /** Higher than any pid in the log. */
  nextPid(): number;
  save(): void;
  /** Folds these runs again from their beginning: what they were folded from was redacted. */
  refold(runs: readonly string[]): void;
  /** Forgets what was folded and reads it again from the disk. */
  reload(): void;
}

/** Entries folded between two savings. */
const SAVE_EVERY = 1000;
/** Raised when folding gives something else: what an older version kept is then made again from the log. */
const FOLD_VERSION = 3;

export function createViews(db: DatabaseSync, codec: Codec): Views {
  let views = new Map<string, RunFold>();
  let dirty = new Set<string>();
  let folded = 0;
  let saved = 0;
  let pid = 0;

  const fold = (event: KernelEvent): void => {
    pid = Math.max(pid, event.pid);
    folded = event.leaf + 1;
    const run = views.get(event.run) ?? foldFrom(event);
    if (!run) return;
    run.take(event);
    views.set(event.run, run);
    dirty.add(event.run);
  };

  /** Joins the transaction that is open, if one is. */
  const save = (): void => {
    if (folded === saved) return;
    const put = db.prepare('UPDATE runs SET view = ? WHERE run = ?');
    for (const run of dirty) put.run(JSON.stringify(views.get(run)?.view()), run);
    const meta = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
    meta.run('fold', FOLD_VERSION);
    meta.run('folded', folded);
    meta.run('pid', pid);
    dirty = new Set();
    saved = folded;
  };

  const load = (): void => {
    const kept = loadKept(db);
    views = kept?.views ?? new Map();
    folded = kept?.folded ?? 0;
    pid = kept?.pid ?? 0;
    dirty = new Set();
    saved = folded;
    for (const { bytes, body, blob } of db.prepare('SELECT bytes, body, blob FROM entries WHERE leaf >= ? ORDER BY leaf').iterate(folded))
      fold(codec.decode({ bytes, body, blob }));
  };

  const refold = (run: string): void => {
    views.delete(run);
    const query = 'SELECT bytes, body, blob FROM entries WHERE run = (SELECT id FROM runs WHERE run = ?) AND leaf < ? ORDER BY seq';
    for (const { bytes, body, blob } of db.prepare(query).iterate(run, folded)) {
      const event = codec.decode({ bytes, body, blob });
      const fold = views.get(run) ?? foldFrom(event);
      fold?.take(event);
      if (fold) views.set(run, fold);
    }
    if (views.has(run)) dirty.add(run);
  };

  load();
  return {
    fold(events) {
      for (const event of events) fold(event);
      if (folded - saved >= SAVE_EVERY || events.some((event) => event.type === 'run.result')) save();
    },
    all: () => [...views.values()].map((run) => run.view()),
    one: (run) => views.get(run)?.view(),
    nextPid: () => ++pid,
    save,
    refold(runs) {
      runs.forEach(refold);
      // All of it, up to the same entry.
      saved = -1;
      save();
    },
    reload: load,
  };
}

interface Kept {
  readonly views: Map<string, RunFold>;
  readonly folded: number;
  readonly pid: number;
}

/** Undefined when nothing is kept, or not what this version keeps: then all of it is folded again. */
function loadKept(db: DatabaseSync): Kept | undefined {
  const { isCurrent, folded, pid } = metaOf(db);
  if (!isCurrent) return undefined;
  const views = new Map<string, RunFold>();
  try {
    for (const row of db.prepare('SELECT run, view FROM runs WHERE view IS NOT NULL ORDER BY id').iterate())
      views.set(String(row.run), foldOn(JSON.parse(String(row.view)) as RunView));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return { views, folded, pid };
}

/** How far the runs were folded, and the highest pid then. `isCurrent`: by this version, so that it is used. */
export function metaOf(db: DatabaseSync): { readonly isCurrent: boolean; readonly folded: number; readonly pid: number } {
  const rows = db.prepare('SELECT key, value FROM meta').all();
  const meta = new Map(rows.map((row) => [String(row.key), Number(row.value)]));
  const { folded = Number.NaN, pid = Number.NaN } = Object.fromEntries(meta);
  return { isCurrent: meta.get('fold') === FOLD_VERSION && Number.isSafeInteger(folded) && Number.isSafeInteger(pid), folded, pid };
}
