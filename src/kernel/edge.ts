import { hash } from 'node:crypto';
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle.ts';

/** The right edge of a tree that only grows: all that is needed to add leaves and to know the root at each size. */
export interface Edge {
  readonly size: number;
  /** Adds a leaf, hex. */
  push(leaf: string): void;
  /** With `tail`, the root of a smaller subtree that follows, over all of it. */
  root(tail?: Buffer): Buffer;
}

/** Called for each perfect subtree once it is whole: the `index`-th of `2^height` leaves. The hash counts only during the call. */
export type OnNode = (height: number, index: number, hash: Buffer) => void;

/** A tree of 2^53 leaves is no higher. */
const MOST_HEIGHT = 54;

export function createEdge(onNode: OnNode): Edge {
  /** One perfect subtree a height, there when that bit of `size` is set. */
  const held = Buffer.alloc(MOST_HEIGHT * HASH_BYTES);
  const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
  const right = pair.subarray(1 + HASH_BYTES);
  let size = 0;
  return {
    get size() {
      return size;
    },
    push(leaf) {
      right.write(leaf, 0, HASH_BYTES, 'hex');
      let index = size;
      let height = 0;
      onNode(0, index, right);
      for (; index % 2 === 1; index = (index - 1) / 2, height++) {
        held.copy(pair, 1, height * HASH_BYTES, (height + 1) * HASH_BYTES);
        right.write(hash('sha256', pair, 'binary'), 0, HASH_BYTES, 'latin1');
        onNode(height + 1, (index - 1) / 2, right);
      }
      right.copy(held, height * HASH_BYTES);
      size += 1;
    },
    root(tail) {
      let acc = tail;
      for (let rest = size, height = 0; rest > 0; rest = Math.floor(rest / 2), height++) {
        if (rest % 2 === 0) continue;
        const one = held.subarray(height * HASH_BYTES, (height + 1) * HASH_BYTES);
        acc = acc ? nodeHash(one, acc) : Buffer.from(one);
      }
      return acc ?? EMPTY_ROOT;
    },
  };
}
