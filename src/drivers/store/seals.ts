import { createPublicKey, type KeyObject } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, isSignedBy, originOf, parseCheckpoint, signCheckpoint } from '../../kernel/checkpoint.ts';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { LogHead } from '../../kernel/log.ts';
import type { Tree } from '../../kernel/merkle.ts';
import { writeDurably } from './durable.ts';
import type { Home } from './home.ts';
import { publicKey, signingKey } from './keys.ts';

/** The run that entries about the log itself belong to. */
export const KERNEL_RUN = 'kernel' as RunId;

/** Signatures over heads of the log. */
export interface Seals {
  sign(head: LogHead): string;
  /** Keeps a signature over this head outside of the database: a log cut shorter than it is noticed. */
  keep(head: LogHead): void;
}

export function createSeals(home: Home, anchor: string | undefined): Seals {
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
      const note = Buffer.from(sign(head));
      writeDurably(latestIn(home), note);
      if (anchor !== undefined) writeDurably(anchorIn(anchor), note);
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

/** The same in the folder that is out of reach. Throws IO when it cannot be read. */
export function anchoredNote(anchor: string): string | undefined {
  try {
    return readFileSync(anchorIn(anchor), 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && existsSync(anchor)) return undefined;
    throw unanchored(anchor, error);
  }
}

/** Nothing is written to a log whose anchor is away. Throws IO. */
export function checkAnchor(anchor: string): void {
  try {
    accessSync(anchor, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unanchored(anchor, error);
  }
}

const unanchored = (anchor: string, cause: unknown): OxiosError =>
  new OxiosError('IO', `the folder for checkpoints ${anchor} (anchor_dir) cannot be used: ${messageOf(cause)}`, {
    hint: 'make or mount it, or take it out: oxios config unset anchor_dir',
    cause,
  });

const anchorIn = (folder: string): string => join(folder, 'oxios.checkpoint');
const latestIn = (home: Home): string => join(home.checkpoints, 'latest');

/** Nothing is written to a log that is not the one the kept checkpoints state: writing on would hide what happened. Throws AUDIT_TAMPERED, IO. */
export function refuseTampered(home: Home, tree: Tree, anchor: string | undefined): void {
  const anchored = anchor === undefined ? undefined : anchoredNote(anchor);
  const fault = faultOfNote(keptNote(home), tree) ?? faultOfNote(anchored, tree) ?? foreign(home, anchored);
  if (fault === undefined) return;
  throw new OxiosError('AUDIT_TAMPERED', `the log ${home.db} is not the one that was signed: ${fault}`, {
    hint: 'look at it with oxios audit verify; put it back from a backup, or use another folder with --home',
  });
}

const faultOfNote = (note: string | undefined, tree: Tree): string | undefined => (note === undefined ? undefined : faultIn(parseCheckpoint(note), tree));

/** A key that was replaced signs another log's name. */
function foreign(home: Home, anchored: string | undefined): string | undefined {
  const key = publicKey(home.keys);
  return anchored === undefined || (key && isSignedBy(anchored, key)) ? undefined : 'the checkpoint in anchor_dir is not signed with its key';
}

function faultIn(stated: Checkpoint | undefined, tree: Tree): string | undefined {
  if (!stated) return 'the kept checkpoint is none';
  if (stated.size > tree.size) return `it has ${tree.size} entries, and had ${stated.size}`;
  return tree.rootAt(stated.size).equals(stated.root) ? undefined : `its first ${stated.size} entries have another root`;
}
