import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, originOf, parseCheckpoint, signCheckpoint } from '../../kernel/checkpoint.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { LogHead } from '../../kernel/log.ts';
import type { Tree } from '../../kernel/merkle.ts';
import { writeDurably } from './durable.ts';
import type { Home } from './home.ts';
import { signingKey } from './keys.ts';

/** The run that entries about the log itself belong to. */
export const KERNEL_RUN = 'kernel' as RunId;

/** Signatures over heads of the log. */
export interface Seals {
  sign(head: LogHead): string;
  /** Keeps a signature over this head outside of the database: a log cut shorter than it is noticed. */
  keep(head: LogHead): void;
}

export function createSeals(home: Home): Seals {
  let key: KeyObject | undefined;
  let kept = '';
  const sign = (head: LogHead): string => {
    key ??= signingKey(home.keys);
    return signHead(key, head);
  };
  return {
    sign,
    keep(head) {
      if (head.root === kept) return;
      mkdirSync(home.checkpoints, { recursive: true, mode: 0o700 });
      writeDurably(latestIn(home), Buffer.from(sign(head)));
      kept = head.root;
    },
  };
}

export const signHead = (key: KeyObject, { size, root }: LogHead): string =>
  signCheckpoint({ origin: originOf(createPublicKey(key)), size, root: Buffer.from(root, 'hex') }, key);

/** The text of the newest checkpoint kept beside the log. */
export function keptNote(home: Home): string | undefined {
  return existsSync(latestIn(home)) ? readFileSync(latestIn(home), 'utf8') : undefined;
}

const latestIn = (home: Home): string => join(home.checkpoints, 'latest');

/** Nothing is written to a log that is not the one the kept checkpoint states: writing on would hide what happened. Throws AUDIT_TAMPERED. */
export function refuseTampered(home: Home, tree: Tree): void {
  const note = keptNote(home);
  if (note === undefined) return;
  const fault = faultIn(parseCheckpoint(note), tree);
  if (fault === undefined) return;
  throw new OxiosError('AUDIT_TAMPERED', `the log ${home.db} is not the one that was signed: ${fault}`, {
    hint: 'look at it with oxios audit verify; put it back from a backup, or use another folder with --home',
  });
}

function faultIn(stated: Checkpoint | undefined, tree: Tree): string | undefined {
  if (!stated) return 'the kept checkpoint is none';
  if (stated.size > tree.size) return `it has ${tree.size} entries, and had ${stated.size}`;
  return tree.rootAt(stated.size).equals(stated.root) ? undefined : `its first ${stated.size} entries have another root`;
}
