import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Home, openHome } from '../../src/drivers/store/home.ts';
import { openForReading, type ReadStore } from '../../src/drivers/store/reading.ts';
import type { Outside } from '../../src/drivers/store/statements.ts';
import { openStore, type Store, type StoreOptions } from '../../src/drivers/store/store.ts';
import { type EventDraft, KERNEL_BODIES, type KernelEvent } from '../../src/kernel/events.ts';
import type { AbsPath, Pid, RunId } from '../../src/kernel/ids.ts';
import type { LogRange } from '../../src/kernel/log.ts';

/** A home of its own with nothing in it. */
export function newHome(): { readonly home: Home; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'oxios-log-'));
  return { home: openHome(folder as AbsPath), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The same home again, with everything in it. */
export function copied(from: Home): { readonly home: Home; remove(): void } {
  const to = newHome();
  cpSync(from.path, to.home.path, { recursive: true });
  return to;
}

export const opened = (home: Home, options: Partial<StoreOptions> = {}): Store => openStore({ home, bodies: KERNEL_BODIES, ...options });

export function reader(home: Home): ReadStore {
  const store = openForReading(home, KERNEL_BODIES);
  if (!store) throw new Error('nothing was logged');
  return store;
}

export const runId = (n: number): RunId => `r_test${n}` as RunId;

/** An entry without a body, told apart by `what`. */
export const spent = (run: RunId, what: string, pid = 1): EventDraft => ({
  run,
  pid: pid as Pid,
  actor: 'agent',
  type: 'budget.settled',
  what,
  tokens: 100,
  usd: 0.01,
  turns: 0,
  tool_calls: 0,
});

/** An entry with a body. */
export const said = (run: RunId, text: string, pid = 1): EventDraft => ({ run, pid: pid as Pid, actor: 'user', type: 'message.sent', from: 'user', text });

const NO_LIMITS = { tokens: null, usd: null, turns: null, wall_ms: null, tool_calls: null };

/** How a run begins, with everything the process table is folded from. */
export const began = (run: RunId, pid: number, title: string): readonly EventDraft[] => [
  {
    run,
    pid: 0 as Pid,
    actor: 'kernel',
    type: 'run.started',
    kind: 'prompt',
    title,
    cwd: '/w',
    version: '0',
    model: 'script:m',
    facts: {},
    limits: NO_LIMITS,
    sandbox: { kind: 'none', detail: '' },
    grants: [],
    denies: [],
    interactive: false,
    request: { title },
  },
  {
    run,
    pid: pid as Pid,
    actor: 'kernel',
    type: 'process.forked',
    ppid: 0,
    name: 'agent',
    body: 'agent',
    args: {},
    cwd: '/w',
    caps: [],
    nice: 0,
    limits: NO_LIMITS,
    model: 'script:m',
  },
];

export const ended = (run: RunId, pid: number, text: string): readonly EventDraft[] => [
  { run, pid: pid as Pid, actor: 'kernel', type: 'process.exited', exit: { how: 'done', text } },
  {
    run,
    pid: pid as Pid,
    actor: 'kernel',
    type: 'run.result',
    outcome: 'DONE',
    exit_code: 0,
    text,
    criteria: [],
    denials: [],
    usage: { input: 1, output: 1, cache_read: 0, cache_write: 0 },
    cost_usd: 0,
    files_changed: [],
    audit_head: { size: 0, root: '' },
  },
];

export async function all(log: { read(range: LogRange): AsyncIterable<KernelEvent> }, range: LogRange = {}): Promise<KernelEvent[]> {
  const found: KernelEvent[] = [];
  for await (const event of log.read(range)) found.push(event);
  return found;
}

/** A checkpoint from outside, as verifying takes it. */
export const given = (note: string | undefined): Outside => (note === undefined ? {} : { 'the given checkpoint': note });

/** Names of the bodies kept as files. */
export const blobsIn = (home: Home): readonly string[] => readdirSync(home.blobs).filter((name) => /^[0-9a-f]{64}$/u.test(name));

/** The database of a home, opened by somebody else than the product. */
export function sql<T>(home: Home, act: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(home.db);
  try {
    return act(db);
  } finally {
    db.close();
  }
}

/** Transactions in the write-ahead log: frames that carry the size of the database end one (SQLite file format, 4.1). */
export function transactionsIn(home: Home): number {
  const wal = readFileSync(`${home.db}-wal`);
  const frame = 24 + wal.readUInt32BE(8);
  let count = 0;
  for (let at = 32; at + frame <= wal.length; at += frame) if (wal.compare(wal, 16, 24, at + 8, at + 16) === 0 && wal.readUInt32BE(at + 4) > 0) count += 1;
  return count;
}
