import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAll } from '../../../src/drivers/store/verify.ts';
import { copied, given, newHome, opened, said, sql } from '../../helpers/log.ts';
import { random } from '../../helpers/random.ts';
import { type Grown, grown } from './grown.ts';
import { missed, TAMPERINGS, tampered } from './tampering.ts';

/** Tamperings of each kind and clean logs; `bench/tamper.ts` tries sixteen times as many. */
const EACH = 25;
const CLEAN = 60;
const LOGS = 4;

let logs: readonly Grown[];

beforeAll(async () => {
  logs = await Promise.all(Array.from({ length: LOGS }, (_, seed) => grown(seed)));
});
afterAll(() => logs.forEach((log) => void log.remove()));

describe('a change of the log', () => {
  test.for(Object.keys(TAMPERINGS))(`is found and named: %s, ${EACH} times`, async (kind) => {
    const found: unknown[] = [];
    for (let seed = 0; seed < EACH; seed++) {
      const log = logs[seed % LOGS] as Grown;
      const { done, home, remove } = await tampered(log, kind, seed);
      const { verification } = await verifyAll(home, given(done.outside ? log.last : undefined));
      found.push(missed(done, verification));
      remove();
    }
    expect(found.filter(Boolean)).toEqual([]);
  });

  test('by somebody who takes key and checkpoints away and makes everything anew is found by who kept a checkpoint', async () => {
    const { home, remove } = newHome();
    const store = opened(home);
    await store.log.append([said('r_new' as never, 'another log')]);
    await store.log.checkpoint();
    store.close();
    expect((await verifyAll(home)).verification.ok).toBe(true);
    expect((await verifyAll(home, given(logs[0]?.middle))).verification.ok).toBe(false);
    remove();
  });

  test('of the bytes of the file is found too, in every page that holds entries', async () => {
    const clean = logs[0] as Grown;
    const pages = sql(clean.home, (db) => {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return db.prepare("SELECT pageno, pagetype FROM dbstat WHERE name = 'entries' AND pagetype <> 'internal' ORDER BY pageno").all();
    });
    expect(pages.length).toBeGreaterThan(30);
    for (const [seed, { pageno }] of pages.filter((_, at) => at % 3 === 0).entries()) {
      const { home, remove } = copied(clean.home);
      // Content stands at the end of a page.
      const fd = openSync(home.db, 'r+');
      writeSync(fd, Buffer.alloc(32, 0xa5), 0, 32, Number(pageno) * 4096 - 40 - random(seed).int(150));
      closeSync(fd);
      expect([pageno, (await verifyAll(home)).verification]).toMatchObject([
        pageno,
        { ok: false, first_bad: { seq: expect.any(Number), reason: expect.any(String) } },
      ]);
      remove();
    }
  });
});

describe('a clean log', () => {
  test(`gives no alarm, ${CLEAN} times: any size, clock steps, crashes, redactions, also with checkpoints kept elsewhere`, async () => {
    const alarms: unknown[] = [];
    for (let seed = 1000; seed < 1000 + CLEAN; seed++) {
      const log = await grown(seed, 30 + random(seed).int(300));
      for (const note of [undefined, log.middle, log.last]) alarms.push((await verifyAll(log.home, given(note))).verification.first_bad);
      log.remove();
    }
    expect(alarms.filter(Boolean)).toEqual([]);
  });

  test('is not changed by being verified', async () => {
    const { home, remove } = copied(logs[1]?.home as Grown['home']);
    const read = () => [home.db, join(home.checkpoints, 'latest'), join(home.keys, 'audit.key')].map((file) => readFileSync(file).toString('base64'));
    const before = read();
    await verifyAll(home, given(logs[1]?.middle));
    expect(read()).toEqual(before);
    remove();
  });

  test('cut down to nothing is none', async () => {
    const { home, remove } = copied(logs[2]?.home as Grown['home']);
    rmSync(home.db);
    expect((await verifyAll(home)).verification).toMatchObject({ ok: false, first_bad: { seq: 0, reason: expect.stringMatching(/^truncated: /u) } });
    remove();
  });
});
