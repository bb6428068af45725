import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { BodyFields } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Log } from '../../kernel/log.ts';
import type { InclusionProof } from '../../kernel/merkle.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { createBlobs } from './blobs.ts';
import { createCodec } from './codec.ts';
import type { Home } from './home.ts';
import { createReader } from './reader.ts';
import { atOneMoment, openDatabase, versionOf } from './schema.ts';
import { inclusionIn, loadTree, tilesIn } from './tiles.ts';
import { createViews } from './views.ts';
import { watchDatabase } from './watch.ts';

/** That the log of `from` entries is the beginning of the one of `size` entries; hashes hex. */
export interface ConsistencyProof {
  readonly from: number;
  readonly size: number;
  readonly old_root: string;
  readonly root: string;
  readonly path: readonly string[];
}

/** A home's log for a process that only reads, also while another one writes. */
export interface ReadStore {
  read: Log['read'];
  head: Log['head'];
  runs(): readonly RunView[];
  run(id: RunId): RunView | undefined;
  /** In the present log, or in that of `size` entries. Undefined when there is no such entry. */
  proof(leaf: number, size?: number): InclusionProof | undefined;
  consistency(from: number, size?: number): ConsistencyProof | undefined;
  close(): void;
}

/** Undefined when nothing was ever logged there. */
export function openForReading(home: Home, bodies: BodyFields): ReadStore | undefined {
  if (!isLogged(home.db)) return undefined;
  const db = openDatabase(home.db, true);
  const codec = createCodec(bodies, createBlobs(home.blobs));
  const views = () => atOneMoment(db, () => createViews(db, codec));
  const tree = () => loadTree(db, tilesIn(db));
  return {
    read: createReader(db, codec, watchDatabase(db)).read,
    head: () =>
      atOneMoment(db, () => {
        const now = tree();
        return { size: now.size, root: now.root().toString('hex') };
      }),
    runs: () => views().all(),
    run: (id) => views().one(id),
    proof: (leaf, size) =>
      atOneMoment(db, () => {
        const now = tree();
        return inclusionIn(db, now, leaf, size ?? now.size);
      }),
    consistency: (from, to) =>
      atOneMoment(db, () => {
        const now = tree();
        const size = to ?? now.size;
        if (from > size || size > now.size) return undefined;
        const path = now.consistency(from, size).map((one) => one.toString('hex'));
        return { from, size, old_root: now.rootAt(from).toString('hex'), root: now.rootAt(size).toString('hex'), path };
      }),
    close: () => db.close(),
  };
}

/** A kernel that starts at this moment makes the file first and its tables then. */
export function isLogged(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) return false;
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    return versionOf(db) !== 0;
  } catch {
    // Damaged: opening it says so.
    return true;
  } finally {
    db.close();
  }
}
