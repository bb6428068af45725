import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { KERNEL_BODIES } from '../../kernel/events.ts';
import { FOLDED, FOLDED_BODIES, foldFrom, type RunFold } from '../../kernel/view/runs.ts';
import type { Bad } from './bad.ts';
import { createBlobs } from './blobs.ts';
import { createCodec } from './codec.ts';
import type { Home } from './home.ts';
import { metaOf } from './views.ts';

/** What the process table says that the log does not, or the other way round. The entries are good already. */
export function projectionFault(db: DatabaseSync, home: Home): Bad | undefined {
  const { isCurrent, folded, pid } = metaOf(db);
  if (!isCurrent) return undefined;
  const views = foldedAgain(db, home, folded);
  const stored = db.prepare('SELECT run, view, (SELECT min(leaf) FROM entries e WHERE e.run = r.id) AS first FROM runs r ORDER BY r.id').all();
  for (const { run, view, first } of stored) {
    const other = difference(view, views.get(String(run)));
    if (other !== undefined)
      return { seq: Number(first ?? 0), reason: `edited: the process table does not say of the run ${String(run)} what the log says (${other})` };
  }
  const most = Number(db.prepare('SELECT coalesce(max(pid), 0) AS pid FROM entries WHERE leaf < ?').get(folded)?.pid);
  return pid < most ? { seq: folded, reason: `edited: the process table gives numbers up to ${pid}, the log knows process ${most}` } : undefined;
}

/** The runs as the log has them up to this entry. Most entries change nothing but how far a run has come. */
function foldedAgain(db: DatabaseSync, home: Home, folded: number): ReadonlyMap<string, object> {
  const codec = createCodec(KERNEL_BODIES, createBlobs(home.blobs));
  const folds = new Map<string, RunFold>();
  const listed = (types: readonly string[]): string => types.map((type) => `'${type}'`).join(', ');
  // Most bodies say nothing of how a run stands, and are not read.
  const needed = `CASE WHEN salt IS NULL OR type IN (${listed(FOLDED_BODIES)}) THEN body ELSE '{}' END AS body`;
  for (const { bytes, body, blob } of db
    .prepare(`SELECT bytes, ${needed}, blob FROM entries WHERE leaf < ? AND type IN (${listed(FOLDED)}) ORDER BY leaf`)
    .iterate(folded)) {
    const event = codec.decode({ bytes, body, blob });
    const fold = folds.get(event.run) ?? foldFrom(event);
    fold?.take(event);
    if (fold) folds.set(event.run, fold);
  }
  const last = db.prepare('SELECT r.run AS run, max(seq) AS seq FROM entries e JOIN runs r ON r.id = e.run WHERE leaf < ? GROUP BY e.run').all(folded);
  return new Map(
    last.flatMap(({ run, seq }) => {
      const view = folds.get(String(run))?.view();
      return view ? [[String(run), { ...view, last_seq: Number(seq) }] as const] : [];
    }),
  );
}

/** The first field that differs; undefined when none does. */
function difference(stored: unknown, made: object | undefined): string | undefined {
  if (stored === null || !made) return stored === null && !made ? undefined : 'it is missing';
  const [kept, own] = [parsed(stored), JSON.parse(JSON.stringify(made)) as Record<string, unknown>];
  return [...new Set([...Object.keys(own), ...Object.keys(kept)])].find((key) => !isDeepStrictEqual(kept[key], own[key]));
}

function parsed(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
