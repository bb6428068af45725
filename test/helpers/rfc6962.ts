import { createHash, createPublicKey, verify } from 'node:crypto';

/**
 * RFC 6962 and C2SP signed notes, read off the specifications and sharing nothing with the product: what another tool
 * would do with what Oxios gives out.
 */
const sha = (...parts: readonly (string | Uint8Array)[]): Buffer<ArrayBufferLike> => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const ZERO = Buffer.from([0]);
const ONE = Buffer.from([1]);

export const leafOf = (bytes: string | Uint8Array): Buffer => sha(ZERO, bytes);

/** RFC 6962 2.1: the Merkle tree hash, by its definition. */
export function rootOver(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(ONE, rootOver(leaves.slice(0, split)), rootOver(leaves.slice(split)));
}

interface Inclusion {
  readonly leaf: number;
  readonly size: number;
  readonly hash: string;
  readonly path: readonly string[];
  readonly root: string;
}

/** RFC 9162 2.1.3.2, step by step. */
export function verifiesInclusion({ leaf, size, hash, path, root }: Inclusion): boolean {
  if (leaf >= size) return false;
  let [fn, sn] = [BigInt(leaf), BigInt(size - 1)];
  let r: Buffer = Buffer.from(hash, 'hex');
  for (const step of path.map((one) => Buffer.from(one, 'hex'))) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      r = sha(ONE, step, r);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else r = sha(ONE, r, step);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && r.toString('hex') === root;
}

interface Consistency {
  readonly from: number;
  readonly size: number;
  readonly old_root: string;
  readonly root: string;
  readonly path: readonly string[];
}

/** RFC 9162 2.1.4.2, step by step. */
export function verifiesConsistency({ from, size, old_root, root, path }: Consistency): boolean {
  if (from === 0) return path.length === 0 && old_root === sha().toString('hex');
  if (from === size) return path.length === 0 && old_root === root;
  const steps: Buffer[] = path.map((one) => Buffer.from(one, 'hex'));
  if ((from & (from - 1)) === 0) steps.unshift(Buffer.from(old_root, 'hex'));
  const first = steps.shift();
  if (!first) return false;
  let [fn, sn] = [BigInt(from - 1), BigInt(size - 1)];
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let fr: Buffer = first;
  let sr: Buffer = first;
  for (const step of steps) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      [fr, sr] = [sha(ONE, step, fr), sha(ONE, step, sr)];
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else sr = sha(ONE, sr, step);
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && fr.toString('hex') === old_root && sr.toString('hex') === root;
}

/** The text of a signed note when `verifier` (`name+id+key`) signed it; C2SP signed-note. */
export function openNote(note: string, verifier: string): string | undefined {
  const [name = '', id = '', key = ''] = verifier.split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/u);
  const raw = Buffer.from(key, 'base64');
  if (sha(name, '\n', raw).subarray(0, 4).toString('hex') !== id || raw[0] !== 1) return undefined;
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const x = raw.subarray(1).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  for (const line of note.slice(end + 2).split('\n')) {
    const [dash, who, base64 = ''] = line.split(' ');
    const signature = Buffer.from(base64, 'base64');
    if (dash !== '—' || who !== name || signature.subarray(0, 4).toString('hex') !== id) continue;
    if (verify(null, Buffer.from(text), publicKey, signature.subarray(4))) return text;
  }
  return undefined;
}
