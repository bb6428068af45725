import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Home } from '../../../src/drivers/store/home.ts';
import { openForReading } from '../../../src/drivers/store/reading.ts';
import { verifyLog } from '../../../src/drivers/store/verify.ts';
import { type EventDraft, KERNEL_BODIES } from '../../../src/kernel/events.ts';
import { sha256 } from '../../../src/kernel/ids.ts';
import { all, began, blobsIn, ended, given, newHome, opened, reader, runId, said, spent, sql } from '../../helpers/log.ts';
import { ROOT } from '../../helpers/oxios.ts';
import { verifiesConsistency, verifiesInclusion } from '../../helpers/rfc6962.ts';

let here: ReturnType<typeof newHome>;
let home: Home;
beforeEach(() => {
  here = newHome();
  home = here.home;
});
afterEach(() => here.remove());

const LARGE = 'x'.repeat(70_000);

describe('a reader', () => {
  test('in another process sees every entry as it comes', async () => {
    const store = opened(home);
    await store.log.append([said(runId(1), 'begin')]);
    const child = spawn(process.execPath, [join(ROOT, 'test/drivers/store/follower.ts'), home.path, 'end'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = new Promise((resolve) => child.on('close', resolve));
    const seen: string[] = [];
    // The next is written once the one before was seen: one that is missed would never be.
    for await (const line of createInterface(child.stdout)) {
      seen.push(line);
      if (line !== 'end') await store.log.append([said(runId(1), seen.length < 40 ? `${seen.length}` : 'end')]);
    }
    expect(seen).toEqual(['begin', ...Array.from({ length: 39 }, (_, n) => String(n + 1)), 'end']);
    expect(await closed).toBe(0);
    store.close();
  });

  test('in the same process that is slower than the writer misses nothing either', async () => {
    const store = opened(home);
    const stop = new AbortController();
    let written = 0;
    const seen: string[] = [];
    await store.log.append([said(runId(1), `${written++}`)]);
    for await (const event of store.log.read({ run: runId(1), follow: true }, stop.signal)) {
      if (event.type === 'message.sent') seen.push(event.text);
      // More comes while this one is looked at, and nothing after it.
      if (written < 60) await store.log.append([said(runId(1), `${written++}`), said(runId(1), `${written++}`)]);
      if (seen.length === written) stop.abort();
    }
    expect(seen).toEqual(Array.from({ length: 61 }, (_, n) => String(n)));
    store.close();
  });

  test('that is stopped between two pages reads no further, and one whose log was closed says so', async () => {
    const store = opened(home);
    await store.log.append(Array.from({ length: 1200 }, (_, n) => said(runId(1), `${n}`)));
    const stop = new AbortController();
    const read = store.log.read({}, stop.signal)[Symbol.asyncIterator]();
    const other = store.log.read({})[Symbol.asyncIterator]();
    await read.next();
    await other.next();
    stop.abort();
    store.close();
    for (let one = await read.next(); !one.done; one = await read.next()) expect(one.value.leaf).toBeLessThan(500);
    const rest = async (): Promise<void> => {
      while (!(await other.next()).done);
    };
    await expect(rest()).rejects.toMatchObject({ code: 'KERNEL_GONE' });
  });

  test('finds a range by number, by process and by type, also over many pages', async () => {
    const store = opened(home);
    const entry = (n: number): EventDraft => (n % 3 === 0 ? said(runId(n % 2), `${n}`, n % 5) : spent(runId(n % 2), `${n}`, n % 5));
    await store.log.append(Array.from({ length: 1400 }, (_, n) => entry(n)));
    const leaves = async (range: Parameters<typeof all>[1]) => (await all(store.log, range)).map((event) => event.leaf);
    const numbers = Array.from({ length: 1400 }, (_, n) => n);
    expect(await leaves({})).toEqual(numbers);
    expect(await leaves({ from: 499, to: 1001 })).toEqual(numbers.slice(499, 1002));
    expect(await leaves({ run: runId(1), from: 100, to: 102 })).toEqual([201, 203, 205]);
    expect(await leaves({ run: runId(1), pid: 2 })).toEqual(numbers.filter((n) => n % 2 === 1 && n % 5 === 2));
    expect(await leaves({ types: ['message.sent'] })).toEqual(numbers.filter((n) => n % 3 === 0));
    expect(await leaves({ run: 'r_none' as never })).toEqual([]);
    store.close();
    expect(openForReading({ ...home, db: join(home.path, 'none.db') }, KERNEL_BODIES)).toBeUndefined();
    const others = reader(home);
    expect((await all(others, { from: 1390 })).map((event) => event.leaf)).toEqual(numbers.slice(1390));
    others.close();
  });
});

describe('bodies', () => {
  test('stand beside the entry behind a salted commitment; those over 64 KB are files', async () => {
    const store = opened(home);
    await store.log.append([said(runId(1), 'the same'), said(runId(1), 'the same'), said(runId(1), LARGE), spent(runId(1), 'none')]);
    expect((await all(store.log)).map((event) => ('text' in event ? event.text : event.type))).toEqual(['the same', 'the same', LARGE, 'budget.settled']);
    store.close();
    const rows = sql(home, (db) => db.prepare('SELECT bytes, salt, body, blob FROM entries ORDER BY leaf').all());
    expect(rows.map((row) => String(row.bytes).includes('the same'))).toEqual([false, false, false, false]);
    const commitments = rows.map((row) => (JSON.parse(String(row.bytes)) as { c?: string }).c);
    expect(commitments[0]).not.toBe(commitments[1]);
    expect(commitments.slice(0, 2)).toEqual(rows.slice(0, 2).map((row) => sha256(`${row.salt}${row.body}`)));
    const [blob] = blobsIn(home);
    expect([rows[2]?.body, rows[2]?.blob, blob]).toEqual([null, blob, sha256(readFileSync(join(home.blobs, blob ?? '')))]);
    expect(commitments[2]).toBe(sha256(`${rows[2]?.salt}${readFileSync(join(home.blobs, blob ?? ''), 'utf8')}`));
    expect(rows[3]).toMatchObject({ salt: null, body: null, blob: null });
  });

  test('can be taken away: the proofs hold, the text is gone', async () => {
    const store = opened(home);
    await store.log.append([said(runId(1), 'secret'), said(runId(1), LARGE), said(runId(1), 'kept')]);
    const note = await store.log.checkpoint();
    expect(await store.redact({ entries: [0, 1], reason: '', by: 'a test' })).toMatchObject({ entries: [0, 1], kept: [] });
    expect(blobsIn(home)).toEqual([]);
    store.close();
    expect((await verifyLog(home, given(note))).verification.ok).toBe(true);
    const store2 = reader(home);
    expect((await all(store2, { run: runId(1) })).map((event) => ('text' in event ? event.text : ''))).toEqual(['[redacted]', '[redacted]', 'kept']);
    store2.close();
  });
});

describe('the process table', () => {
  const story = (): readonly EventDraft[] => [
    ...began(runId(1), 1, 'short'),
    ...began(runId(2), 2, LARGE),
    said(runId(1), 'hello'),
    ...ended(runId(2), 2, LARGE),
    spent(runId(1), 'm0'),
    ...ended(runId(1), 1, 'done'),
    ...began(runId(3), 3, 'cut off'),
  ];

  test('folded anew from the log is the one that was folded as the entries came', async () => {
    const store = opened(home);
    for (const draft of story()) await store.log.append([draft]);
    const folded = JSON.stringify(store.runs());
    expect(store.runs().map((run) => [run.run, run.status, run.title.length])).toEqual([
      [runId(1), 'ended', 5],
      [runId(2), 'ended', 70_000],
      [runId(3), 'running', 7],
    ]);
    // Another process folds what the writer has not kept yet.
    const beside = reader(home);
    expect(JSON.stringify(beside.runs())).toBe(folded);
    beside.close();
    store.close();
    for (const damage of [
      'SELECT 1',
      'UPDATE runs SET view = NULL; DELETE FROM meta',
      "UPDATE runs SET view = '{'",
      "UPDATE meta SET value = 0 WHERE key = 'fold'; UPDATE runs SET view = '{}'",
      "DELETE FROM meta WHERE key = 'folded'; UPDATE runs SET view = NULL WHERE id = 1",
    ]) {
      sql(home, (db) => db.exec(damage));
      const again = reader(home);
      expect(JSON.stringify(again.runs())).toBe(folded);
      again.close();
      const writer = opened(home);
      expect([JSON.stringify(writer.runs()), writer.nextPid()]).toEqual([folded, 4]);
      writer.close();
    }
  });

  test('is kept with the place it was folded to: what comes before is not read again', async () => {
    const store = opened(home);
    await store.log.append(story());
    store.close();
    // An entry that cannot be decoded is noticed only when it is read.
    sql(home, (db) => db.exec("UPDATE entries SET bytes = 'broken' WHERE leaf = 0"));
    const again = opened(home);
    await again.log.append([said(runId(3), 'on')]);
    expect(again.run(runId(3))).toMatchObject({ title: 'cut off', last_seq: 2 });
    again.close();
  });
});

describe('proofs of a log', () => {
  test('are accepted by an independent verifier, in the log as it is and as it was', async () => {
    const store = opened(home);
    for (let n = 0; n < 6; n++) await store.log.append(Array.from({ length: 100 }, (_, k) => said(runId(n), `${k}`)));
    store.close();
    const log = reader(home);
    expect(log.head().size).toBe(600);
    for (const leaf of [0, 1, 255, 256, 511, 512, 599]) {
      for (const size of [leaf + 1, 600]) {
        const proof = log.proof(leaf, size);
        expect(proof && verifiesInclusion(proof)).toBe(true);
      }
    }
    for (const from of [0, 1, 256, 300, 599, 600]) {
      const proof = log.consistency(from);
      expect(proof && verifiesConsistency(proof)).toBe(true);
    }
    expect([log.proof(600), log.proof(3, 601), log.proof(3, 3), log.consistency(601)]).toEqual([undefined, undefined, undefined, undefined]);
    log.close();
  });

  test('are of the log of one moment while another process writes it', async () => {
    const store = opened(home);
    await store.log.append([said(runId(1), 'first')]);
    const log = reader(home);
    for (let n = 0; n < 300; n++) {
      const appended = store.log.append([said(runId(1), `${n}`), said(runId(1), `${n}b`)]);
      const proof = log.proof(0);
      expect(proof && verifiesInclusion(proof)).toBe(true);
      await appended;
      expect(log.head().size).toBe(3 + 2 * n);
    }
    log.close();
    store.close();
  });
});
