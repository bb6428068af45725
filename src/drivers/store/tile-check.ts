import type { DatabaseSync } from 'node:sqlite';
import type { OnNode } from '../../kernel/edge.ts';
import { HASH_BYTES, TILE } from '../../kernel/merkle.ts';
import { type Bad, earliest } from './bad.ts';

export interface TileCheck {
  readonly onNode: OnNode;
  /** The first entry under a stored tile that is not what the entries give. */
  bad(size: number): Bad | undefined;
}

/** Subtrees of this height are what one more level of tiles holds. */
const TILE_HEIGHT = 8;

/** Compares each stored tile from level `lowest` up with the hashes that the entries give, as soon as they are known; leaves are those of that level. */
export function createTileCheck(db: DatabaseSync, lowest = 0): TileCheck {
  const load = db.prepare('SELECT hashes, root FROM tiles WHERE level = ? AND n = ?');
  /** Hashes of the tile under way, one a level. */
  const rows: Buffer[] = [];
  let bad: Bad | undefined;
  let finished = 0;

  const compare = (level: number, n: number, root: Buffer): void => {
    const width = TILE ** level;
    const stored = load.get(level, n);
    const entry = n * TILE * width;
    if (!stored) bad = earliest(bad, { seq: entry, reason: `deleted: the hashes of the entries from ${entry} on (tile ${level}/${n})` });
    else {
      const other = difference(rows[level] ?? Buffer.alloc(0), stored.hashes);
      if (other !== undefined) bad = earliest(bad, { seq: entry + other * width, reason: `edited: not the entry of tile ${level}/${n}` });
      else if (difference(root, stored.root) !== undefined) bad = earliest(bad, { seq: entry, reason: `edited: tile ${level}/${n} does not have its root` });
    }
    finished += 1;
  };

  return {
    onNode(height, index, hash) {
      if (height % TILE_HEIGHT !== 0) return;
      const level = lowest + height / TILE_HEIGHT;
      if (height > 0) compare(level - 1, index, hash);
      rows[level] ??= Buffer.alloc(TILE * HASH_BYTES);
      hash.copy(rows[level], (index % TILE) * HASH_BYTES);
    },
    bad(size) {
      const stored = Number(db.prepare('SELECT count(*) AS count FROM tiles WHERE level >= ?').get(lowest)?.count);
      return bad ?? (stored > finished ? { seq: size, reason: `truncated: there are hashes of ${stored} tiles, the entries fill ${finished}` } : undefined);
    },
  };
}

/** Index of the first hash that differs; undefined when none does. */
function difference(made: Buffer, stored: unknown): number | undefined {
  const other = stored instanceof Uint8Array ? stored : new Uint8Array();
  if (made.equals(other)) return undefined;
  let at = 0;
  while (at < made.length && made[at] === other[at]) at += 1;
  return Math.min(Math.floor(at / HASH_BYTES), TILE - 1);
}
