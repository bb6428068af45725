import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyLog } from '../../../src/drivers/store/verify.ts';
import type { EventDraft } from '../../../src/kernel/events.ts';
import { began, copied, ended, newHome, opened, runId, said, spent, sql } from '../../helpers/log.ts';
import { type Random, random } from '../../helpers/random.ts';
import { TAMPERINGS } from './tampering.ts';

/** Tamperings of each kind. */
const EACH = 25;
const CLEAN = 40;

let clean: ReturnType<typeof newHome>;
let size = 0;
let middle = '';

const LARGE = 'a'.repeat(70_000);

/** Four runs side by side over two finished tiles and a beginning of the third, signed now and then. */
async function fill(home: ReturnType<typeof newHome>['home']): Promise<string> {
  const store = opened(home);
  let note = '';
  for (const n of [1, 2, 3, 4]) await store.log.append(began(runId(n), n, n === 2 ? LARGE : `run ${n}`));
  for (let n = 0; n < 150; n++) {
    const run = runId(1 + (n % 4));
    await store.log.append([
      spent(run, `${n}`),
      said(run, n % 40 === 7 ? `${LARGE} ${n}` : `a text ${n}`),
      spent(runId(1 + ((n + 1) % 4)), `${n}`),
      said(run, `another ${n}`),
    ]);
    if (n % 37 === 20) note = await store.log.checkpoint();
  }
  for (const n of [1, 2, 3]) await store.log.append(ended(runId(n), n, 'done'));
  store.close();
  return note;
}

beforeAll(async () => {
  clean = newHome();
  middle = await fill(clean.home);
  const { verification, signed } = await verifyLog(clean.home, middle);
  expect(verification.ok).toBe(true);
  size = verification.entries;
  expect([size > 600, size < 700, signed]).toEqual([true, true, size]);
});
afterAll(() => clean.remove());

describe('a change of the log', () => {
  test.for(Object.keys(TAMPERINGS))(`is found and named: %s, ${EACH} times`, async (kind) => {
    for (let seed = 0; seed < EACH; seed++) {
      const { home, remove } = copied(clean.home);
      const done = sql(home, (db) => TAMPERINGS[kind]?.({ home, db, random: random(seed * 1000 + kind.length), size }));
      const { ok, first_bad } = (await verifyLog(home)).verification;
      const named = first_bad?.seq ?? -1;
      expect([seed, done?.what, ok, first_bad?.reason !== '', done?.exact ? named : named >= 0 && named <= (done?.first ?? -1)]).toEqual([
        seed,
        done?.what,
        false,
        true,
        done?.exact ? done.first : true,
      ]);
      remove();
    }
  });

  test('by somebody who takes key and checkpoints away and makes everything anew is found by who kept a checkpoint', async () => {
    const { home, remove } = copied(clean.home);
    for (const part of [home.db, home.keys, home.checkpoints]) rmSync(part, { recursive: true });
    await fill(home);
    expect((await verifyLog(home)).verification.ok).toBe(true);
    expect((await verifyLog(home, middle)).verification).toMatchObject({
      ok: false,
      first_bad: { reason: expect.stringContaining('not signed with the key') },
    });
    remove();
  });

  test('of the bytes of the file is found too, in every page that holds entries', async () => {
    const pages = sql(clean.home, (db) =>
      db.prepare("SELECT pageno, pagetype FROM dbstat WHERE name = 'entries' AND pagetype <> 'internal' ORDER BY pageno").all(),
    );
    expect(pages.length).toBeGreaterThan(50);
    for (const [seed, { pageno }] of pages.filter((_, at) => at % 3 === 0).entries()) {
      const { home, remove } = copied(clean.home);
      // Content stands at the end of a page.
      const fd = openSync(home.db, 'r+');
      writeSync(fd, Buffer.alloc(32, 0xa5), 0, 32, Number(pageno) * 4096 - 40 - random(seed).int(150));
      closeSync(fd);
      expect([pageno, (await verifyLog(home)).verification]).toMatchObject([
        pageno,
        { ok: false, first_bad: { seq: expect.any(Number), reason: expect.any(String) } },
      ]);
      remove();
    }
  });
});

describe('a clean log', () => {
  test(`gives no alarm, ${CLEAN} times: any size, clock steps, restarts, bodies taken away`, async () => {
    for (let seed = 0; seed < CLEAN; seed++) {
      const { home, remove } = newHome();
      const numbers = random(seed);
      let note: string | undefined;
      for (let life = 0; life <= numbers.int(3); life++) {
        const store = opened(home, { now: () => 1_700_000_000_000 + numbers.int(10) * 86_400_000 * (numbers.int(2) === 0 ? 1 : -1) });
        for (let n = numbers.int(40); n > 0; n--) await store.log.append(batch(numbers, n));
        if (numbers.int(3) > 0) note = await store.log.checkpoint();
        store.close();
      }
      sql(home, (db) => db.exec(`UPDATE entries SET salt = NULL, body = NULL, blob = NULL WHERE leaf % 7 = ${numbers.int(7)}`));
      const { verification } = await verifyLog(home, note);
      expect([seed, verification.first_bad?.reason ?? 'ok']).toEqual([seed, 'ok']);
      remove();
    }
  });

  test('is not changed by being verified', async () => {
    const { home, remove } = copied(clean.home);
    const read = () => [home.db, join(home.checkpoints, 'latest'), join(home.keys, 'audit.key')].map((file) => readFileSync(file).toString('base64'));
    const before = read();
    await verifyLog(home, middle);
    expect(read()).toEqual(before);
    remove();
  });
});

const batch = (numbers: Random, n: number): readonly EventDraft[] =>
  Array.from({ length: 1 + numbers.int(30) }, (_, k) =>
    numbers.int(2) === 0 ? spent(runId(numbers.int(3)), `${n}.${k}`) : said(runId(numbers.int(3)), `${n}.${k}`),
  );
