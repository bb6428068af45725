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
import { openDatabase, versionOf } from './schema.ts';
import { createViews } from './views.ts';
import { loadTree, proofOf } from './writer.ts';

/** A home's log for a process that only reads, also while another one writes. */
export interface ReadStore {
  read: Log['read'];
  head: Log['head'];
  runs(): readonly RunView[];
  run(id: RunId): RunView | undefined;
  proof(leaf: number): InclusionProof | undefined;
  /** That the log of `from` entries is the beginning of the present one; hashes hex. */
  consistency(from: number): { from: number; size: number; old_root: string; root: string; path: readonly string[] } | undefined;
  close(): void;
}

/** Undefined when nothing was ever logged there. */
export function openForReading(home: Home, bodies: BodyFields): ReadStore | undefined {
  if (!isLogged(home.db)) return undefined;
  const db = openDatabase(home.db, true);
  const codec = createCodec(bodies);
  const views = () => createViews(db, codec);
  const tree = () =>
    loadTree(db, {
      keep: () => undefined,
      load: (level, n) => Buffer.from(db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?').get(level, n)?.hashes as Uint8Array),
    });
  return {
    read: createReader(db, codec, createBlobs(home.blobs)).read,
    head: () => {
      const now = tree();
      return { size: now.size, root: now.root().toString('hex') };
    },
    runs: () => views().all(),
    run: (id) => views().one(id),
    proof(leaf) {
      const row = db.prepare('SELECT hash FROM entries WHERE leaf = ?').get(leaf);
      return proofOf(tree(), leaf, row?.hash as Uint8Array | undefined);
    },
    consistency(from) {
      const now = tree();
      if (from < 0 || from > now.size) return undefined;
      const path = now.consistency(from, now.size).map((one) => one.toString('hex'));
      return { from, size: now.size, old_root: now.rootAt(from).toString('hex'), root: now.root().toString('hex'), path };
    },
    close: () => db.close(),
  };
}

/** A kernel that starts at this moment makes the file first and its tables then. */
function isLogged(path: string): boolean {
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
