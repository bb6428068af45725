import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isSignedBy, parseCheckpoint } from '../../kernel/checkpoint.ts';
import type { Bad } from './bad.ts';
import type { Home } from './home.ts';
import { publicKey } from './keys.ts';
import { KERNEL_RUN, keptNote } from './seals.ts';

/** A checkpoint: the first `size` entries have this root. */
export interface Statement {
  readonly size: number;
  /** Hex; empty when the text is no checkpoint at all. */
  readonly root: string;
  /** Where it was found. */
  readonly from: string;
  /** Its number, when it was found in the log. */
  readonly entry: number | undefined;
  isSigned(): boolean;
}

/** Texts of checkpoints that were kept out of the home, by what they are called. */
export type Outside = Readonly<Record<string, string>>;

/** Checkpoints in the log, the newest kept beside it, and those from outside, smallest first. */
export function statements(db: DatabaseSync | undefined, home: Home, outside: Outside): readonly Statement[] {
  const key = publicKey(home.keys);
  const found = db ? logged(db, key) : [];
  const kept = keptNote(home);
  if (kept !== undefined) found.push(statementOf(kept, 'the kept checkpoint', undefined, key));
  for (const [from, note] of Object.entries(outside)) found.push(statementOf(note, from, undefined, key));
  return found.sort((a, b) => a.size - b.size);
}

function logged(db: DatabaseSync, key: KeyObject | undefined): Statement[] {
  const rows = db
    .prepare("SELECT leaf, bytes FROM entries WHERE run = (SELECT id FROM runs WHERE run = ?) AND type = 'checkpoint.signed' ORDER BY seq")
    .all(KERNEL_RUN);
  return rows.map((row) => statementOf(noteIn(String(row.bytes)), `the checkpoint in entry ${Number(row.leaf)}`, Number(row.leaf), key));
}

/** An entry that cannot be read is found by its hash; here it states nothing. */
function noteIn(bytes: string): string {
  try {
    const { note } = JSON.parse(bytes) as { note?: unknown };
    return String(note);
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

function statementOf(note: string, from: string, entry: number | undefined, key: KeyObject | undefined): Statement {
  const checkpoint = parseCheckpoint(note);
  const isSigned = () => key !== undefined && isSignedBy(note, key);
  return { size: checkpoint?.size ?? 0, root: checkpoint?.root.toString('hex') ?? '', from, entry, isSigned };
}

/**
 * The first that is not signed by the key of the log. A signature over the newest of the log covers all before it, so
 * that the older ones are looked at only when it does not hold.
 */
export function unsigned(stated: readonly Statement[], size: number): Bad | undefined {
  const inLog = stated.filter((one) => one.entry !== undefined).sort((a, b) => (a.entry ?? 0) - (b.entry ?? 0));
  const newest = inLog.at(-1);
  const forged = newest && !newest.isSigned() ? inLog.find((one) => !one.isSigned()) : stated.find((one) => one.entry === undefined && !one.isSigned());
  return (
    forged && {
      seq: forged.entry ?? Math.min(forged.root === '' ? size : forged.size, size),
      reason: `forged: ${forged.from} is not signed with the key of this log`,
    }
  );
}
