// What the log costs: durable appends, proving it, proofs: `node bench/log.ts`.
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openHome } from '../src/drivers/store/home.ts';
import { openForReading } from '../src/drivers/store/reading.ts';
import { openStore, type Store } from '../src/drivers/store/store.ts';
import { verifyAll, verifyLog } from '../src/drivers/store/verify.ts';
import { type EventDraft, KERNEL_BODIES } from '../src/kernel/events.ts';
import type { AbsPath, Pid, RunId } from '../src/kernel/ids.ts';
import { rootFromInclusion } from '../src/kernel/merkle.ts';
import { median, type Rate, rates } from './measure.ts';

const ROUNDS = 7;
/** Appends of each writer in one round. */
const APPENDS = { 1: 400, 100: 100, 1000: 20 } as const;
/** Entries of the log that is proved. */
const MANY = 1_000_000;
const PROOFS = 500;

const folder = mkdtempSync(join(tmpdir(), 'oxios-bench-'));
const homeIn = (name: string) => openHome(join(folder, name) as AbsPath);

/** What one turn of an agent writes: two of seven entries have a body. */
function turn(run: RunId, pid: Pid, n: number): readonly EventDraft[] {
  const [call, request, model] = [`c${pid}.${n}`, n, 'anthropic/claude-sonnet-5'];
  const input = { path: `src/part-${n}.ts`, offset: 0, limit: 200 };
  const agent = { run, pid, actor: 'agent' } as const;
  const usage = { input: 2412, output: 118, cache_read: 2048, cache_write: 0 };
  const sha = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';
  const decision = { verdict: 'allow', rule: 'allow fs:read:/srv/work', reason: 'every need is granted' } as const;
  return [
    { ...agent, type: 'budget.reserved', what: `m${n}`, tokens: 10_112, usd: 0.03, turns: 1, tool_calls: 0 },
    { ...agent, type: 'model.requested', request, model, turn: n, messages: 2 * n + 1, est_tokens: 2412, max_output: 8000 },
    { ...agent, type: 'budget.settled', what: `m${n}`, tokens: 2530, usd: 0.009, turns: 1, tool_calls: 0 },
    { ...agent, type: 'tool.started', call },
    { ...agent, type: 'budget.settled', what: call, tokens: 0, usd: 0, turns: 0, tool_calls: 1 },
    {
      ...agent,
      type: 'model.answered',
      request,
      model,
      stop: 'tools',
      parts: [{ type: 'text', text: 'I read the next part.' }],
      usage,
      cost_usd: 0.009,
      ms: 812,
    },
    {
      ...agent,
      type: 'tool.intended',
      call,
      answers: `call_${n}`,
      tool: 'read',
      action: `read ${input.path}`,
      input,
      input_sha256: sha,
      effect: 'read',
      needs: ['fs:read:/srv/work'],
      decision,
    },
  ];
}

const draft = (writer: number, n: number): EventDraft => {
  const seven = turn('r_mwy2flzj16430caa' as RunId, (writer + 1) as Pid, n);
  return seven[n % seven.length] as EventDraft;
};

/** `writers` that each wait for their entry to be on the disk before they write the next: entries a second. */
async function appended(store: Store, writers: number, appends: number): Promise<number> {
  // What is to be written stands ready, as it does for the floor.
  const all = Array.from({ length: writers }, (_, writer) => Array.from({ length: appends }, (_, n) => [draft(writer, n)]));
  const write = async (drafts: readonly (readonly EventDraft[])[]) => {
    for (const one of drafts) await store.log.append(one);
  };
  const began = performance.now();
  await Promise.all(all.map(write));
  return (writers * appends * 1000) / (performance.now() - began);
}

/** The same bytes in the same batches into a bare table of one column, one durable transaction a batch. */
function inserted(db: DatabaseSync, batch: readonly string[], batches: number): number {
  const insert = db.prepare('INSERT INTO raw (bytes) VALUES (?)');
  return batched(db, batch, batches, (bytes) => insert.run(bytes));
}

let seq = 0;

/** The same with the columns and the index of the log: what SQLite alone takes for what we keep. */
function insertedAsRows(db: DatabaseSync, batch: readonly string[], batches: number): number {
  const insert = db.prepare('INSERT INTO rows (run, seq, pid, type, bytes, hash, salt, body, blob) VALUES (1, ?, 7, ?, ?, ?, NULL, NULL, NULL)');
  return batched(db, batch, batches, (bytes) => insert.run(seq++, 'budget.settled', bytes.slice(64), bytes.slice(0, 64)));
}

function batched(db: DatabaseSync, batch: readonly string[], batches: number, insert: (bytes: string) => unknown): number {
  const [begin, commit] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const began = performance.now();
  for (let n = 0; n < batches; n++) {
    begin.run();
    for (const bytes of batch) insert(bytes);
    commit.run();
  }
  return (batch.length * batches * 1000) / (performance.now() - began);
}

function rawDatabase(): DatabaseSync {
  const db = new DatabaseSync(join(folder, 'raw.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE raw (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL)');
  db.exec(
    'CREATE TABLE rows (leaf INTEGER PRIMARY KEY, run INTEGER, seq INTEGER, pid INTEGER, type TEXT, bytes TEXT, hash TEXT, salt TEXT, body TEXT, blob TEXT)',
  );
  db.exec('CREATE UNIQUE INDEX rows_run ON rows (run, seq)');
  return db;
}

/** One write of the same bytes and one fdatasync after the other. */
function synced(bytes: string, times: number): number {
  const fd = openSync(join(folder, 'raw.bin'), 'a');
  const began = performance.now();
  for (let n = 0; n < times; n++) {
    writeSync(fd, bytes);
    fdatasyncSync(fd);
  }
  const rate = (times * 1000) / (performance.now() - began);
  closeSync(fd);
  return rate;
}

/** Bytes that the log keeps of one draft: the entry, its hash, salt and body. */
function bytesOf(drafts: readonly EventDraft[]): readonly string[] {
  const stamp = { v: 1, leaf: 123_456, seq: 1234, at: 1_795_728_012_080, mono: 12_345.6, boot: '100e0947d1e1' };
  return drafts.map((one) =>
    JSON.stringify({ ...stamp, ...one, hash: 'b'.repeat(64), ...(one.type in KERNEL_BODIES ? { c: 'c'.repeat(64), salt: 's'.repeat(32) } : {}) }),
  );
}

const WRITERS = [1, 100, 1000] as const;

async function appends(): Promise<readonly Rate[]> {
  const store = openStore({ home: homeIn('appends'), bodies: KERNEL_BODIES });
  const raw = rawDatabase();
  const found: Rate[] = [];
  for (const writers of WRITERS) {
    const rounds: Round[] = [];
    for (let n = 0; n <= ROUNDS; n++) rounds.push(await oneRound(store, raw, writers, n));
    // The first round only warms up.
    const middle = (of: (one: Round) => number) => median(rounds.slice(1).map(of));
    const rate = middle((one) => one.ours);
    found.push({ ...GOALS[writers], rate, floor: middle((one) => one.floor) });
    if (writers > 1)
      found.push({ what: '  beside the same rows with their index', rate, floor: middle((one) => one.rows), goal: 'none: for comparison', least: 0 });
  }
  store.close();
  raw.close();
  return found;
}

const GOALS = {
  1: { what: 'durable appends, 1 writer', goal: '>= 45 % of fdatasync', least: 0.45 },
  100: { what: 'durable appends, 100 writers', goal: '>= 40 % of a raw batched insert', least: 0.4 },
  1000: { what: 'durable appends, 1000 writers', goal: '>= 40 % of a raw batched insert', least: 0.4 },
} as const;

interface Round {
  readonly ours: number;
  readonly floor: number;
  readonly rows: number;
}

async function oneRound(store: Store, raw: DatabaseSync, writers: (typeof WRITERS)[number], n: number): Promise<Round> {
  const times = APPENDS[writers];
  const batch = bytesOf(Array.from({ length: writers }, (_, writer) => draft(writer, n + writer)));
  const ours = await appended(store, writers, times);
  if (writers === 1) return { ours, floor: synced(batch[0] ?? '', times), rows: 0 };
  return { ours, floor: inserted(raw, batch, times), rows: insertedAsRows(raw, batch, times) };
}

/** A log of many short runs, each with its checkpoint, as days of work leave it. */
async function fill(name: string, size: number): Promise<void> {
  const store = openStore({ home: homeIn(name), bodies: KERNEL_BODIES });
  for (let run = 0, n = 0; n < size; run++) {
    const id = `r_bench${String(run).padStart(10, '0')}` as RunId;
    for (let at = 0; at < 20 && n < size; at++) {
      await store.log.append(Array.from({ length: 50 }, (_, k) => turn(id, (k + 1) as Pid, at)[k % 7] as EventDraft));
      n += 50;
    }
    await store.log.checkpoint();
  }
  store.close();
}

async function proving(name: string): Promise<readonly Rate[]> {
  const home = homeIn(name);
  const found: number[] = [];
  let entries = 0;
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const { verification } = await verifyLog(home);
    found.push((verification.entries * 1000) / (performance.now() - began));
    if (!verification.ok) throw new Error(`not verified: ${verification.first_bad?.reason}`);
    entries = verification.entries;
  }
  const before = performance.now();
  await verifyAll(home);
  const all = (entries * 1000) / (performance.now() - before);
  return [
    { what: '  and the process table held against them', rate: all, goal: 'none: for comparison', least: 0 },
    { what: `entries proved, of ${entries}`, rate: median(found), goal: '>= 500000', least: 500_000 },
  ];
}

/** Milliseconds and bytes of a proof, checked. */
function proofs(name: string): { readonly ms: number; readonly most_bytes: number; readonly size: number } {
  const store = openForReading(homeIn(name), KERNEL_BODIES);
  if (!store) throw new Error('there is no log');
  const { size } = store.head();
  const taken: number[] = [];
  let most_bytes = 0;
  for (let n = 0; n < PROOFS; n++) {
    const leaf = Math.floor((n * size) / PROOFS);
    const began = performance.now();
    const proof = store.proof(leaf);
    taken.push(performance.now() - began);
    const path = proof?.path.map((one) => Buffer.from(one, 'hex')) ?? [];
    if (!proof || rootFromInclusion(Buffer.from(proof.hash, 'hex'), leaf, size, path)?.toString('hex') !== proof.root) throw new Error(`no proof of ${leaf}`);
    most_bytes = Math.max(most_bytes, path.length * 32);
  }
  store.close();
  return { ms: median(taken), most_bytes, size };
}

const found = [...(await appends())];
await fill('many', MANY);
found.push(...(await proving('many')));
rates(`the log, medians of ${ROUNDS} rounds`, found);
const { ms, most_bytes, size } = proofs('many');
console.log(`  ${ms <= 1 ? 'ok  ' : 'MISS'} proof in ${size} entries, ms ${ms.toFixed(2)}   goal <= 1`);
console.log(`  ${most_bytes <= 640 ? 'ok  ' : 'MISS'} proof in ${size} entries, bytes ${most_bytes}   goal <= 640`);
if (ms > 1 || most_bytes > 640) process.exitCode = 1;
rmSync(folder, { recursive: true, force: true });
