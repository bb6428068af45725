import type { DatabaseSync } from 'node:sqlite';
import { createTree, type InclusionProof, leafHash, TILE, type TileStore, type Tree } from '../../kernel/merkle.ts';

/** Finished tiles, in the table of that name. */
export function tilesIn(db: DatabaseSync): TileStore {
  const keep = db.prepare('INSERT INTO tiles (level, n, hashes, root) VALUES (?, ?, ?, ?)');
  const load = db.prepare('SELECT hashes FROM tiles WHERE level = ? AND n = ?');
  /** A proof asks for the same tile eight times in a row. */
  let last = { level: -1, n: -1, hashes: Buffer.alloc(0) };
  return {
    keep: ({ level, n, hashes, root }) => void keep.run(level, n, hashes, root),
    load(level, n) {
      if (last.level !== level || last.n !== n) last = { level, n, hashes: Buffer.from((load.get(level, n)?.hashes ?? new Uint8Array()) as Uint8Array) };
      return last.hashes;
    },
  };
}

/** The open tiles, from the tail of the log and the roots of finished tiles: never more than 255 rows a level. */
export function loadTree(db: DatabaseSync, tiles: TileStore): Tree {
  const size = Number(db.prepare('SELECT coalesce(max(leaf) + 1, 0) AS size FROM entries').get()?.size);
  const open: Buffer[][] = [];
  const tail = db.prepare('SELECT hash FROM entries WHERE leaf >= ? ORDER BY leaf').all(size - (size % TILE));
  open.push(tail.map((row) => Buffer.from(String(row.hash), 'hex')));
  for (let count = Math.floor(size / TILE), level = 1; count > 0; count = Math.floor(count / TILE), level += 1) {
    const rows = db.prepare('SELECT root FROM tiles WHERE level = ? AND n >= ? ORDER BY n').all(level - 1, count - (count % TILE));
    open.push(rows.map((row) => Buffer.from(row.root as Uint8Array)));
  }
  return createTree(tiles, { size, open });
}

/** That entry `leaf` is among the first `size`; its hash is made from what is stored. Undefined when it is not. */
export function inclusionIn(db: DatabaseSync, tree: Tree, leaf: number, size: number): InclusionProof | undefined {
  if (leaf >= size || size > tree.size) return undefined;
  const row = db.prepare('SELECT bytes FROM entries WHERE leaf = ?').get(leaf);
  if (!row) return undefined;
  const path = tree.inclusion(leaf, size).map((one) => one.toString('hex'));
  return { leaf, size, root: tree.rootAt(size).toString('hex'), hash: leafHash(String(row.bytes)), path };
}
