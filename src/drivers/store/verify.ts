import type { DatabaseSync } from 'node:sqlite';
import { createEdge } from '../../kernel/edge.ts';
import { leafHash } from '../../kernel/merkle.ts';
import { type Bad, damage, earliest } from './bad.ts';
import { BYTES, createLook, ENTRY_COLUMNS, type Entry } from './entry.ts';
import type { Home } from './home.ts';
import { projectionFault } from './projection.ts';
import { proveQuickly } from './quick.ts';
import { isLogged } from './reading.ts';
import { atOneMoment, openDatabase } from './schema.ts';
import { type Outside, type Statement, statements, unsigned } from './statements.ts';
import { createTileCheck } from './tile-check.ts';

export interface Verification {
  readonly ok: boolean;
  readonly entries: number;
  readonly head: { readonly size: number; readonly root: string };
  readonly first_bad?: Bad;
}

/** A verification, and how many of the entries a signed checkpoint covers. */
export interface Verified {
  readonly verification: Verification;
  readonly signed: number;
}

/** Proves a log against itself, its signed checkpoints and those kept elsewhere. Changes nothing. Throws AUDIT_KEY, HOME_VERSION. */
export async function verifyLog(home: Home, outside: Outside = {}): Promise<Verified> {
  const nothing = {
    size: 0,
    root: createEdge(() => undefined)
      .root()
      .toString('hex'),
  };
  // Cut down to nothing is truncated too.
  if (!isLogged(home.db)) return judged(nothing, against(statements(undefined, home, outside), new Map([[0, nothing.root]]), 0));
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(home.db, true);
    const opened = db;
    return (await quickly(opened, home, outside)) ?? atOneMoment(opened, () => walked(opened, home, outside));
  } catch (error) {
    const bad = damage(error, 0);
    if (!bad) throw error;
    return judged(nothing, bad);
  } finally {
    db?.close();
  }
}

/** The same, and what was folded from the log is held against it: the process table, which is no proof of anything and what people look at. */
export async function verifyAll(home: Home, outside: Outside = {}): Promise<Verified> {
  const found = await verifyLog(home, outside);
  const { ok, head } = found.verification;
  if (!ok || !isLogged(home.db)) return found;
  const db = openDatabase(home.db, true);
  try {
    const bad = atOneMoment(db, () => projectionFault(db, home));
    return bad ? judged(head, bad) : found;
  } finally {
    db.close();
  }
}

/** Undefined when anything at all is wrong. */
async function quickly(db: DatabaseSync, home: Home, outside: Outside): Promise<Verified | undefined> {
  try {
    const stated = statements(db, home, outside);
    const good = await proveQuickly(db, home, new Set(stated.map((one) => one.size)));
    return good && !against(stated, good.roots, good.size) ? judged({ size: good.size, root: good.root }, undefined, stated) : undefined;
  } catch (error) {
    if (damage(error, 0)) return undefined;
    throw error;
  }
}

/** From the first entry to the last, so that the first bad one is found. */
function walked(db: DatabaseSync, home: Home, outside: Outside): Verified {
  const stated = statements(db, home, outside);
  const sizes = new Set(stated.map((one) => one.size));
  const roots = new Map<number, string>();
  const tiles = createTileCheck(db);
  const edge = createEdge(tiles.onNode);
  const look = createLook(db, home);
  const noteRoot = () => sizes.has(edge.size) && roots.set(edge.size, edge.root().toString('hex'));
  let bad: Bad | undefined;
  noteRoot();
  try {
    for (const page of pagesOf(db)) {
      for (const entry of page) {
        const hash = leafHash(String(entry[BYTES]));
        bad ??= look.at(entry, hash, edge.size);
        edge.push(hash);
        noteRoot();
      }
    }
  } catch (error) {
    bad ??= damage(error, edge.size);
    if (!bad) throw error;
  }
  const head = { size: edge.size, root: edge.root().toString('hex') };
  return judged(head, against(stated, roots, head.size, earliest(bad, tiles.bad(head.size))) ?? look.atEnd(head.size), stated);
}

/** Rows read at a time: more cost memory, fewer cost calls. */
const PAGE = 512;

function* pagesOf(db: DatabaseSync): Generator<readonly Entry[]> {
  const query = db.prepare(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE leaf > ? ORDER BY leaf LIMIT ?`);
  query.setReturnArrays(true);
  let last = -1;
  for (let width = PAGE; ; ) {
    let rows: readonly Entry[];
    try {
      rows = query.all(last, width) as unknown as readonly Entry[];
    } catch (error) {
      // One at a time from here, so that what can be read is read.
      if (width === 1) throw error;
      width = 1;
      continue;
    }
    if (rows.length === 0) return;
    yield rows;
    last = Number(rows.at(-1)?.[0]);
  }
}

type Roots = ReadonlyMap<number, string>;

function judged(head: Verification['head'], bad: Bad | undefined, stated: readonly Statement[] = []): Verified {
  const signed = bad ? 0 : Math.max(0, ...stated.map((one) => one.size));
  return { verification: { ok: bad === undefined, entries: head.size, head, ...(bad ? { first_bad: bad } : {}) }, signed };
}

/**
 * What the checkpoints say, beside what the entries say of themselves. An entry found bad explains every checkpoint
 * over it; one over entries before it that does not fit tells of a change that left no other trace.
 */
function against(stated: readonly Statement[], roots: Roots, size: number, entry?: Bad): Bad | undefined {
  const trusted = stated.filter((one) => one.root !== '' && (one.entry !== undefined || one.isSigned()));
  const before = trusted.filter((one) => one.size <= (entry?.seq ?? size));
  const broken = before.find((one) => roots.get(one.size) !== one.root);
  if (broken) {
    const from = Math.max(0, ...before.filter((one) => one.size < broken.size).map((one) => one.size));
    return { seq: from, reason: `rewritten: one of the entries ${from} to ${broken.size - 1} is not what ${broken.from} states` };
  }
  if (entry) return entry;
  const longer = trusted.find((one) => one.size > size);
  if (longer) return { seq: size, reason: `truncated: ${longer.from} states ${longer.size} entries, the log has ${size}` };
  return unsigned(stated, size);
}
