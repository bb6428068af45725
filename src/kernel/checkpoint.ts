import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { HASH_BYTES } from './merkle.ts';

/** A signed statement of the log's head: C2SP tlog-checkpoint in a signed note, Ed25519. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const ED25519 = Buffer.from([1]);
/** Length of the SPKI header before the 32 raw key bytes. */
const SPKI_HEADER = 12;

export function signCheckpoint(checkpoint: Checkpoint, key: KeyObject): string {
  const body = `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`;
  const signature = Buffer.concat([keyId(checkpoint.origin, createPublicKey(key)), sign(null, Buffer.from(body), key)]);
  return `${body}\n\u2014 ${checkpoint.origin} ${signature.toString('base64')}\n`;
}

/** Undefined when the text is no checkpoint. Says nothing about its signature. */
export function parseCheckpoint(note: string): Checkpoint | undefined {
  const [origin, size, root] = note.split('\n');
  if (!origin || !size || !root || !/^(?:0|[1-9]\d*)$/u.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const bytes = Buffer.from(root, 'base64');
  return bytes.length === HASH_BYTES && bytes.toString('base64') === root ? { origin, size: Number(size), root: bytes } : undefined;
}

export function isSignedBy(note: string, key: KeyObject): boolean {
  const at = note.indexOf('\n\n');
  const checkpoint = parseCheckpoint(note);
  if (at < 0 || !checkpoint) return false;
  const body = Buffer.from(note.slice(0, at + 1));
  return note
    .slice(at + 2)
    .split('\n')
    .some((line) => {
      const [dash, name, base64] = line.split(' ');
      if (dash !== '\u2014' || name !== checkpoint.origin || !base64) return false;
      const signature = Buffer.from(base64, 'base64');
      return signature.subarray(0, 4).equals(keyId(name, key)) && verify(null, body, key, signature.subarray(4));
    });
}

/** First four bytes of SHA-256(name, newline, algorithm, raw public key). */
const keyId = (name: string, key: KeyObject): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), ED25519, rawPublicKey(key)]), 'buffer').subarray(0, 4);

const rawPublicKey = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(SPKI_HEADER);

/** Short form of a public key for people, 16 hex digits. */
export const fingerprint = (key: KeyObject): string => hash('sha256', rawPublicKey(key), 'hex').slice(0, 16);

/** The name a log signs with: it stands for its key. */
export const originOf = (key: KeyObject): string => `oxios/${fingerprint(key)}`;

/** The key for other tools that check signed notes: `name+id+key` (C2SP signed-note). */
export function verifierKey(key: KeyObject): string {
  const name = originOf(key);
  return `${name}+${keyId(name, key).toString('hex')}+${Buffer.concat([ED25519, rawPublicKey(key)]).toString('base64')}`;
}
