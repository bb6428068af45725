import { hash } from 'node:crypto';

/** RFC 6962 Merkle tree over SHA-256, kept in tiles of 256 hashes a level so that a proof in a million entries reads three of them. */
export const TILE = 256;
const TILE_BITS = 8;
export const HASH_BYTES = 32;

/** Hash of an entry, hex: what is hashed is a zero byte and the UTF-8 of the text. */
export const leafHash = (bytes: string): string => hash('sha256', `\0${bytes}`, 'hex');

/** What the hash of a node is over: a byte of one, and two hashes. Filled anew for each. */
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Through a string of bytes: `hash` makes one in a third of the time it takes to make a buffer. */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  left.copy(pair, 1);
  right.copy(pair, 1 + HASH_BYTES);
  return Buffer.from(hash('sha256', pair, 'binary'), 'latin1');
}

export const EMPTY_ROOT: Buffer = hash('sha256', Buffer.alloc(0), 'buffer');

/** That an entry is in a log of `size` entries; hashes are hex. */
export interface InclusionProof {
  readonly leaf: number;
  readonly size: number;
  readonly root: string;
  readonly hash: string;
  readonly path: readonly string[];
}

/** A finished tile: 256 hashes in a row, and the root over them. */
export interface TileRow {
  readonly level: number;
  readonly n: number;
  readonly hashes: Buffer;
  readonly root: Buffer;
}

export interface TreeStart {
  readonly size: number;
  /** Unfinished tiles, one list of hashes a level. */
  readonly open: readonly (readonly Buffer[])[];
}

export interface Tree {
  readonly size: number;
  /** Adds a leaf; finished tiles are handed to `keep`. */
  append(leaf: Buffer): void;
  root(): Buffer;
  /** Root when the log had `size` entries. */
  rootAt(size: number): Buffer;
  /** Hashes from leaf `index` to the root of the first `size` entries. */
  inclusion(index: number, size: number): readonly Buffer[];
  consistency(from: number, to: number): readonly Buffer[];
}

export interface TileStore {
  keep(tile: TileRow): void;
  /** The hashes of a finished tile. */
  load(level: number, n: number): Buffer;
}

export function createTree(store: TileStore, start: TreeStart = { size: 0, open: [] }): Tree {
  const open = start.open.map((level) => [...level]);
  let size = start.size;

  const push = (level: number, one: Buffer): void => {
    open[level] ??= [];
    const row = open[level];
    row.push(one);
    if (row.length < TILE) return;
    const hashes = Buffer.concat(row);
    const root = rootOfTile(hashes);
    store.keep({ level, n: Math.floor(countAt(level) / TILE), hashes, root });
    open[level] = [];
    push(level + 1, root);
  };
  /** Hashes of a level; the one that is just being pushed is not counted in `size` yet. */
  const countAt = (level: number): number => Math.floor(size / TILE ** level);

  /** Hashes side by side of one level, all in one tile. */
  const row = (level: number, from: number, width: number): readonly Buffer[] => {
    const n = Math.floor(from / TILE);
    if (n === Math.floor(countAt(level) / TILE)) return (open[level] ?? []).slice(from % TILE, (from % TILE) + width);
    const hashes = store.load(level, n);
    return Array.from({ length: width }, (_, k) => hashes.subarray(((from % TILE) + k) * HASH_BYTES, ((from % TILE) + k + 1) * HASH_BYTES));
  };

  /** Root of the perfect subtree of `2^height` leaves that is number `index` of its height. */
  const perfect = (height: number, index: number): Buffer => {
    const width = 2 ** (height % TILE_BITS);
    return rootOf(row(Math.floor(height / TILE_BITS), index * width, width));
  };

  const range = (from: number, to: number): Buffer => {
    const count = to - from;
    const height = Math.floor(Math.log2(count));
    if (2 ** height === count) return perfect(height, from / count);
    const split = from + 2 ** height;
    return nodeHash(range(from, split), range(split, to));
  };

  return {
    get size() {
      return size;
    },
    append(leaf) {
      push(0, leaf);
      size += 1;
    },
    root() {
      let acc: Buffer | undefined;
      for (const row of open) {
        const items = acc ? [...row, acc] : row;
        if (items.length > 0) acc = rootOf(items);
      }
      return acc ?? EMPTY_ROOT;
    },
    rootAt: (count) => (count === 0 ? EMPTY_ROOT : range(0, count)),
    inclusion: (index, count) => inclusionPath(range, index, { from: 0, to: count }),
    consistency: (from, to) => (from === 0 || from === to ? [] : consistencyPath(range, from, { from: 0, to }, true)),
  };
}

/** Root over hashes of equal-sized subtrees, the last of which may be smaller. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  let row = hashes;
  while (row.length > 1) {
    const next: Buffer[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const [left, right] = [row[i], row[i + 1]];
      if (left && right) next.push(nodeHash(left, right));
      else if (left) next.push(left);
    }
    row = next;
  }
  return row[0] ?? EMPTY_ROOT;
}

/** The same over the hashes of a whole tile, in place: no buffer is made for a node. */
function rootOfTile(hashes: Buffer): Buffer {
  const nodes = Buffer.from(hashes);
  for (let width = TILE / 2; width >= 1; width /= 2)
    for (let i = 0; i < width; i++) {
      nodes.copy(pair, 1, 2 * i * HASH_BYTES, 2 * (i + 1) * HASH_BYTES);
      nodes.write(hash('sha256', pair, 'binary'), i * HASH_BYTES, HASH_BYTES, 'latin1');
    }
  return nodes.subarray(0, HASH_BYTES);
}

type Range = (from: number, to: number) => Buffer;
interface Span {
  readonly from: number;
  readonly to: number;
}

function inclusionPath(range: Range, index: number, span: Span): readonly Buffer[] {
  if (span.to - span.from <= 1) return [];
  const split = splitOf(span);
  return index < split
    ? [...inclusionPath(range, index, { from: span.from, to: split }), range(split, span.to)]
    : [...inclusionPath(range, index, { from: split, to: span.to }), range(span.from, split)];
}

/** RFC 6962 2.1.2; `whole`: the subtree so far is one the verifier knows. */
function consistencyPath(range: Range, size: number, span: Span, whole: boolean): readonly Buffer[] {
  if (size === span.to) return whole ? [] : [range(span.from, span.to)];
  const split = splitOf(span);
  return size <= split
    ? [...consistencyPath(range, size, { from: span.from, to: split }, whole), range(split, span.to)]
    : [...consistencyPath(range, size, { from: split, to: span.to }, false), range(span.from, split)];
}

const splitOf = ({ from, to }: Span): number => from + 2 ** Math.floor(Math.log2(to - from - 1));

/** The root that an inclusion proof leads to; equal to the real one only if the leaf is there. */
export function rootFromInclusion(leaf: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | undefined {
  let [fn, sn, acc] = [index, size - 1, leaf];
  for (const step of path) {
    if (sn === 0) return undefined;
    if (fn % 2 === 1 || fn === sn) {
      acc = nodeHash(step, acc);
      [fn, sn] = strip(fn, sn, (n) => n % 2 === 0 && n !== 0);
    } else acc = nodeHash(acc, step);
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 ? acc : undefined;
}

/** Whether the tree of `to` entries continues the one of `from` entries; RFC 9162 2.1.4.2. */
export function isConsistent(old: { size: number; root: Buffer }, now: { size: number; root: Buffer }, path: readonly Buffer[]): boolean {
  if (old.size === 0) return true;
  if (old.size === now.size) return path.length === 0 && old.root.equals(now.root);
  const [first, ...steps] = isPowerOfTwo(old.size) ? [old.root, ...path] : path;
  if (!first) return false;
  const [fn, sn] = strip(old.size - 1, now.size - 1, (n) => n % 2 === 1);
  const end = steps.reduce<Climb | undefined>(climb, { fn, sn, fr: first, sr: first });
  return end !== undefined && end.sn === 0 && end.fr.equals(old.root) && end.sr.equals(now.root);
}

interface Climb {
  readonly fn: number;
  readonly sn: number;
  readonly fr: Buffer;
  readonly sr: Buffer;
}

/** One step of a consistency proof upwards; undefined when the proof is too long. */
function climb(at: Climb | undefined, step: Buffer): Climb | undefined {
  if (!at || at.sn === 0) return undefined;
  const joins = at.fn % 2 === 1 || at.fn === at.sn;
  const [fn, sn] = strip(at.fn, at.sn, (n) => joins && n % 2 === 0 && n !== 0);
  const up = { fn: Math.floor(fn / 2), sn: Math.floor(sn / 2) };
  return joins ? { ...up, fr: nodeHash(step, at.fr), sr: nodeHash(step, at.sr) } : { ...up, fr: at.fr, sr: nodeHash(at.sr, step) };
}

const isPowerOfTwo = (n: number): boolean => 2 ** Math.floor(Math.log2(n)) === n;

/** Shifts both right as long as the first is as told. */
function strip(fn: number, sn: number, goes: (n: number) => boolean): [number, number] {
  let [a, b] = [fn, sn];
  while (goes(a)) [a, b] = [Math.floor(a / 2), Math.floor(b / 2)];
  return [a, b];
}
