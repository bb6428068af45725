import type { DatabaseSync } from 'node:sqlite';
import { OxiosError } from '../../kernel/errors.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import type { Redaction, RedactionRequest } from '../../kernel/redaction.ts';
import { createRedactor } from '../../kernel/text/redact.ts';
import type { Blobs } from './blobs.ts';
import { KERNEL_RUN } from './seals.ts';
import type { Views } from './views.ts';
import type { Writer } from './writer.ts';

interface RedactionDeps {
  readonly db: DatabaseSync;
  readonly writer: Writer;
  readonly views: Views;
  readonly blobs: Blobs;
}

/**
 * Takes bodies and their salts out of the log, in one transaction with the entry that says so. Nothing of them is left
 * in the files of the home: not in free pages, the write-ahead log, the process table or the blobs. The commitments
 * stay, and so does every proof. Throws NOT_FOUND, USAGE, HOME_BUSY.
 */
export async function redact(deps: RedactionDeps, request: RedactionRequest): Promise<Redaction> {
  const { db, writer, views, blobs } = deps;
  await writer.settled();
  const { rows, kept, files: found } = wanted(deps, request);
  const entries = rows.map((row) => row.leaf);
  const files = [...new Set([...found, ...rows.flatMap((row) => filesOf(row, blobs))])].filter((id) => !isShared(db, id, entries));
  if (entries.length + files.length > 0) {
    const take = db.prepare('UPDATE entries SET salt = NULL, body = NULL, blob = NULL WHERE leaf = ?');
    const { reason, by } = request;
    await writer.append([{ run: KERNEL_RUN, pid: 0 as Pid, actor: 'user', type: 'entry.redacted', entries, files, reason, by }], () => {
      for (const leaf of entries) take.run(leaf);
      views.refold([...new Set(rows.map((row) => row.run))]);
    });
  }
  // Also what an earlier one, that was cut off, has left.
  const left = new Set(redactionsIn(db).flatMap((one) => one.files));
  for (const id of blobs.all()) if (left.has(id) && !isShared(db, id, [])) blobs.remove(id);
  // The pages they stood in are written anew, and the log of pages that were written is emptied.
  db.exec('VACUUM');
  if (db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy !== 0)
    throw new OxiosError('HOME_BUSY', 'it is taken out, but another process still reads the log as it was', {
      hint: 'end oxios logs and the like, and call it again',
    });
  if (request.match !== undefined && entries.length + files.length + kept.length === 0)
    throw new OxiosError('NOT_FOUND', 'no entry holds this text', { hint: 'look for it with oxios audit export --bodies' });
  return { entries, files, kept };
}

/** Entries whose bodies are gone by redaction: by any other way they are missing. */
export const redactedIn = (db: DatabaseSync): ReadonlySet<number> => new Set(redactionsIn(db).flatMap((one) => one.entries));

function redactionsIn(db: DatabaseSync): readonly Pick<Redaction, 'entries' | 'files'>[] {
  const rows = db.prepare("SELECT bytes FROM entries WHERE run = (SELECT id FROM runs WHERE run = ?) AND type = 'entry.redacted'").all(KERNEL_RUN);
  return rows.map((row) => listedIn(String(row.bytes)));
}

/** An entry that cannot be read is found by its hash; here it lists nothing. */
function listedIn(bytes: string): Pick<Redaction, 'entries' | 'files'> {
  try {
    const { entries, files } = JSON.parse(bytes) as { entries?: unknown; files?: unknown };
    return { entries: Array.isArray(entries) ? entries.map(Number) : [], files: Array.isArray(files) ? files.map(String) : [] };
  } catch (error) {
    if (error instanceof SyntaxError) return { entries: [], files: [] };
    throw error;
  }
}

interface Row {
  readonly leaf: number;
  readonly run: string;
  readonly bytes: string;
  readonly body: string | null;
  readonly blob: string | null;
  readonly salt: string | null;
}

interface Wanted {
  readonly rows: readonly Row[];
  readonly kept: readonly number[];
  readonly files: readonly string[];
}

const ROWS = 'SELECT leaf, r.run AS run, bytes, body, blob, salt FROM entries e JOIN runs r ON r.id = e.run';

function wanted(deps: RedactionDeps, request: RedactionRequest): Wanted {
  if (request.match !== undefined) return matching(deps, request.match, request.run);
  const one = deps.db.prepare(`${ROWS} WHERE leaf = ?`);
  const rows = (request.entries ?? []).map((leaf) => {
    const row = one.get(leaf) as Row | undefined;
    if (!row) throw new OxiosError('NOT_FOUND', `there is no entry ${leaf}`, { hint: 'see them with oxios audit list' });
    if (!commits(row.bytes))
      throw new OxiosError('USAGE', `entry ${leaf} has nothing that can be taken out`, {
        hint: 'its words are part of what every proof is over; see it with oxios audit list --json',
      });
    return row;
  });
  return { rows: rows.filter((row) => row.salt !== null), kept: [], files: [] };
}

function matching({ db, blobs }: RedactionDeps, match: string, run: RunId | undefined): Wanted {
  const holds = holding(match);
  const files = blobs.all().filter((id) => holds(blobs.get(id)?.toString('latin1') ?? ''));
  const rows = db.prepare(`${ROWS} WHERE r.run = coalesce(?, r.run) ORDER BY leaf`).iterate(run ?? null) as Iterable<unknown> as Iterable<Row>;
  const found: Row[] = [];
  const kept: number[] = [];
  for (const row of rows) {
    if (holds(row.bytes)) kept.push(row.leaf);
    const body = bodyOf(row, blobs);
    if (row.salt !== null && (holds(body) || files.some((id) => id === row.blob || body.includes(id)))) found.push(row);
  }
  return { rows: found, kept, files: run === undefined ? files : [] };
}

/** Whether a text holds the one that is looked for: as it is, and, when it is long enough to tell from others, in whatever form programs print it. */
function holding(match: string): (text: string) => boolean {
  if (match === '') throw new OxiosError('USAGE', 'the text to take out is empty', { hint: 'give it behind --match' });
  const { configured } = createRedactor([{ name: 'match', value: match }]);
  const json = JSON.stringify(match).slice(1, -1);
  return (text) => text.includes(match) || text.includes(json) || configured(text) !== text;
}

const bodyOf = ({ body, blob }: Row, blobs: Blobs): string => body ?? (blob === null ? '' : (blobs.get(blob)?.toString('utf8') ?? ''));

/** The file a body is kept in, and outputs that it names. */
function filesOf(row: Row, blobs: Blobs): readonly string[] {
  const known = new Set(blobs.all());
  return [...(row.blob === null ? [] : [row.blob]), ...(bodyOf(row, blobs).match(/(?<![\da-f])[\da-f]{64}(?![\da-f])/gu) ?? []).filter((id) => known.has(id))];
}

/** Another entry's body, or an output that another entry names. */
function isShared(db: DatabaseSync, id: string, leaves: readonly number[]): boolean {
  const gone = new Set(leaves);
  const rows = db.prepare('SELECT leaf FROM entries WHERE blob = ? OR instr(body, ?) > 0').all(id, id);
  return rows.some((row) => !gone.has(Number(row.leaf)));
}

/** `,"c":"` and 64 digits and `"}` at the end. */
const COMMITMENT_CHARS = 72;

/** Whether an entry commits to a body that lies, or lay, beside it. */
export const commits = (bytes: string): boolean => bytes.startsWith(',"c":"', bytes.length - COMMITMENT_CHARS) && bytes.endsWith('"}');
