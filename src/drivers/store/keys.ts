import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, OxiosError } from '../../kernel/errors.ts';

/** The key that signs checkpoints; made on first need, readable by its owner only. */
export function signingKey(folder: string): KeyObject {
  const file = join(folder, 'audit.key');
  if (existsSync(file)) return readKey(file);
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Whole or not at all: a key that was cut off by a crash would be in the way for ever.
  const aside = `${file}.${process.pid}`;
  writeFileSync(aside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  renameSync(aside, file);
  return privateKey;
}

/** Undefined when nothing was ever signed here. */
export function publicKey(folder: string): KeyObject | undefined {
  const file = join(folder, 'audit.key');
  return existsSync(file) ? createPublicKey(readKey(file)) : undefined;
}

function readKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (error) {
    throw new OxiosError('AUDIT_KEY', `the signing key ${file} cannot be read: ${messageOf(error)}`, {
      hint: 'put the key back from a backup; without it, old checkpoints cannot be continued',
      cause: error,
    });
  }
}
