import type { DatabaseSync } from 'node:sqlite';
import type { Bad } from './bad.ts';
import { createBlobs } from './blobs.ts';
import { commitment } from './codec.ts';
import type { Home } from './home.ts';
import { commits, redactedIn } from './redaction.ts';

type Text = string | null;

/** A row of the log in the order of its columns. Where somebody else wrote into it, any of them may be of any type. */
export type Entry = readonly [
  leaf: number,
  run: number,
  seq: number,
  pid: number,
  type: string,
  bytes: string,
  hash: string,
  salt: Text,
  body: Text,
  blob: Text,
];

export const ENTRY_COLUMNS = 'leaf, run, seq, pid, type, bytes, hash, salt, body, blob';

/** Places in an entry. Taking them by number is what half a million a second leave time for. */
const [LEAF, RUN, SEQ, PID, TYPE, HASH, SALT, BODY, BLOB] = [0, 1, 2, 3, 4, 6, 7, 8, 9] as const;
export const BYTES = 5;

export interface Look {
  /** What is wrong with the entry that stands in place `at`. */
  at(entry: Entry, hash: string, at: number): Bad | undefined;
  /** The runs seen since the last call; each may begin anywhere again. */
  part(): readonly RunPart[];
  /** What is wrong beside the entries. */
  atEnd(size: number): Bad | undefined;
}

/** Entries of one run that follow each other: numbers `first` to before `after`. */
export interface RunPart {
  readonly id: number;
  readonly first: number;
  readonly after: number;
}

interface RunPlace {
  readonly id: number;
  /** The id as it stands in an entry. */
  readonly json: string;
  first: number;
  /** ANYWHERE when the next entry of the run may have any number. */
  next: number;
}

const ANYWHERE = -1;

/** Looks at one entry after the other: its place, its hash, its columns, its number in its run, its body. `whole`: from the beginning of the log. */
export function createLook(db: DatabaseSync, home: Home, whole = true): Look {
  const runs = new Map<number, RunPlace>();
  for (const row of db.prepare('SELECT id, run FROM runs').iterate())
    runs.set(Number(row.id), { id: Number(row.id), json: JSON.stringify(String(row.run)), first: 0, next: whole ? 0 : ANYWHERE });
  let begun: RunPlace[] = [];
  const { get } = createBlobs(home.blobs);
  const redacted = redactedIn(db);
  const misplacedInRun = (entry: Entry, run: RunPlace): string | undefined => {
    const seq = entry[SEQ];
    if (run.next === ANYWHERE) {
      begun.push(run);
      run.first = seq;
      run.next = seq;
    }
    if (seq !== run.next) return `deleted or inserted: number ${seq} of its run stands where ${run.next} belongs`;
    run.next += 1;
    return undefined;
  };
  const fault = (entry: Entry, hash: string, at: number): string | undefined => {
    const bytes = entry[BYTES];
    if (entry[LEAF] !== at) return misnumbered(entry[LEAF], at);
    if (entry[HASH] !== hash || typeof bytes !== 'string') return 'edited: it does not have its hash';
    const run = runs.get(entry[RUN]);
    if (!run) return 'edited: its run is missing';
    if (!bytes.startsWith(start(entry, run.json))) return misplaced(bytes, at);
    return misplacedInRun(entry, run) ?? bodyFault(entry, get, redacted);
  };
  return {
    at(entry, hash, at) {
      const reason = fault(entry, hash, at);
      return reason === undefined ? undefined : { seq: at, reason };
    },
    part() {
      const parts = begun.map(({ id, first, next }) => ({ id, first, after: next }));
      for (const run of begun) run.next = ANYWHERE;
      begun = [];
      return parts;
    },
    atEnd: (size) => foldedBeyond(db, size) ?? emptyRun(runs, size),
  };
}

/** What the columns repeat stands first in an entry, in this order. */
const start = (entry: Entry, run: string): string =>
  `{"v":1,"leaf":${entry[LEAF]},"run":${run},"seq":${entry[SEQ]},"pid":${entry[PID]},"type":"${entry[TYPE]}",`;

const misnumbered = (leaf: number, at: number): string =>
  leaf > at ? `deleted: it is missing, entry ${leaf} follows` : `inserted: an entry has the number ${leaf}`;

function misplaced(bytes: string, at: number): string {
  const own = /^\{"v":1,"leaf":(\d+),/u.exec(bytes)?.[1];
  return own === undefined || Number(own) === at ? 'edited: its columns do not fit its content' : `reordered: it was entry ${own}`;
}

/** A body that is there fits the commitment, which stands last; one that is not there was redacted, and an entry says so. */
function bodyFault(entry: Entry, blobOf: (id: string) => Buffer | undefined, redacted: ReadonlySet<number>): string | undefined {
  const [salt, body, blob] = [entry[SALT], entry[BODY], entry[BLOB]];
  if (salt === null && (body !== null || blob !== null)) return 'edited: a body was added, or its salt is missing';
  if (salt === null) return redacted.has(entry[LEAF]) || !commits(entry[BYTES]) ? undefined : 'deleted: its body is missing, and no redaction is in the log';
  const text = body ?? (blob === null ? undefined : blobOf(String(blob))?.toString('utf8'));
  if (text === undefined) return 'deleted: its body is missing';
  return entry[BYTES].endsWith(`,"c":"${commitment(salt, text)}"}`) ? undefined : 'edited: its body does not fit its commitment';
}

function emptyRun(runs: ReadonlyMap<number, RunPlace>, size: number): Bad | undefined {
  for (const { json, next } of runs.values()) if (next === 0) return { seq: size, reason: `deleted or inserted: the run ${json} has no entry` };
  return undefined;
}

/** The process table was folded from entries that are not there any more. */
export function foldedBeyond(db: DatabaseSync, size: number): Bad | undefined {
  const folded = Number(db.prepare("SELECT value FROM meta WHERE key = 'folded'").get()?.value ?? 0);
  return folded > size ? { seq: size, reason: `truncated: the process table was made from ${folded} entries, the log has ${size}` } : undefined;
}
