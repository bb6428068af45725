import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proveQuickly } from '../../../src/drivers/store/quick.ts';
import { openDatabase } from '../../../src/drivers/store/schema.ts';
import { verifyLog } from '../../../src/drivers/store/verify.ts';
import { copied, given, newHome, opened, runId, said, spent, sql } from '../../helpers/log.ts';
import { oxios } from '../../helpers/oxios.ts';
import { leafOf, rootOver } from '../../helpers/rfc6962.ts';

/** Long enough that two threads prove it, over tiles of tiles and into a tile that is not full. */
const ROUNDS = 134;
const EACH = 500;

let clean: ReturnType<typeof newHome>;
let size = 0;
const notes: string[] = [];
beforeAll(async () => {
  clean = newHome();
  const store = opened(clean.home);
  for (let n = 0; n < ROUNDS; n++) {
    await store.log.append(Array.from({ length: EACH }, (_, k) => (k % 50 === 0 ? said(runId(k % 3), `${n}.${k}`) : spent(runId(k % 3), `${n}.${k}`))));
    if (n % 30 === 3) notes.push(await store.log.checkpoint());
  }
  size = store.log.head().size;
  store.close();
});
afterAll(() => clean.remove());

describe('a long log', () => {
  test.runIf(availableParallelism() > 1)('is proved by two threads, with the root and the checkpoints that its definition gives', async () => {
    const db = openDatabase(clean.home.db, true);
    const leaves = db
      .prepare('SELECT bytes FROM entries ORDER BY leaf')
      .all()
      .map((row) => leafOf(String(row.bytes)));
    const sizes = [0, 255, 256, 8192, 8193, 50_000, 65_536, 65_537, size - 1];
    const good = await proveQuickly(db, clean.home, new Set(sizes));
    db.close();
    expect(good?.root).toBe(rootOver(leaves).toString('hex'));
    for (const one of sizes) expect([one, good?.roots.get(one)]).toEqual([one, rootOver(leaves.slice(0, one)).toString('hex')]);
    const { verification, signed } = await verifyLog(clean.home, given(notes[1]));
    expect([verification, signed]).toEqual([{ ok: true, entries: size, head: { size, root: good?.root } }, size]);
  });

  test('is proved by the built program', async () => {
    const env = { OXIOS_HOME: clean.home.path };
    const ran = await oxios(['audit', 'verify', '--json'], { home: clean.home.path, env });
    expect([ran.code, ran.stderr, ran.events()[0]]).toMatchObject([0, '', { ok: true, entries: size }]);
  });

  test.for([
    ['a number that no entry has', 'UPDATE entries SET leaf = 4611686018427387904 WHERE leaf = (SELECT max(leaf) FROM entries)', -2],
    ['an edited entry', 'UPDATE entries SET pid = 9 WHERE leaf = 60000', 60_000],
    ['an entry of the first piece', "UPDATE entries SET hash = replace(hash, 'a', 'b') || '0' WHERE leaf = 8191", 8191],
    ['the last one', "UPDATE entries SET body = '{}' WHERE leaf = (SELECT max(leaf) FROM entries WHERE body IS NOT NULL)", undefined],
    ['a missing entry where two pieces meet', 'DELETE FROM entries WHERE leaf = 8192', 8192],
    ['a missing end', 'DELETE FROM entries WHERE leaf > 60000', 60_001],
    ['a missing tile', 'DELETE FROM tiles WHERE level = 0 AND n = 100', 25_600],
    ['an edited tile of tiles', 'UPDATE tiles SET root = zeroblob(32) WHERE level = 1', 0],
    ['a run without entries', "INSERT INTO runs (run) VALUES ('r_never')", -1],
  ] as const)('with %s is not, and the entry is named', async ([, statement, seq]) => {
    const { home, remove } = copied(clean.home);
    sql(home, (db) => db.exec(statement));
    const { ok, first_bad } = (await verifyLog(home)).verification;
    expect([ok, first_bad?.seq]).toEqual([false, seq === undefined ? expect.any(Number) : seq < 0 ? size + 1 + seq : seq]);
    remove();
  });

  test('rewritten with all hashes made anew is found by its checkpoints', async () => {
    const { home, remove } = copied(clean.home);
    sql(home, (db) => db.prepare('UPDATE entries SET bytes = replace(bytes, \'"turns":0\', \'"turns":1\'), hash = ? WHERE leaf = 66900').run(''));
    sql(home, (db) => {
      const bytes = String(db.prepare('SELECT bytes FROM entries WHERE leaf = 66900').get()?.bytes);
      db.prepare('UPDATE entries SET hash = ? WHERE leaf = 66900').run(leafOf(bytes).toString('hex'));
    });
    // In the tile that is not full: no stored hash above it tells.
    expect(66_900).toBeGreaterThan(size - (size % 256));
    const { ok, first_bad } = (await verifyLog(home)).verification;
    expect([ok, (first_bad?.seq ?? size) <= 66_900, first_bad?.reason]).toEqual([false, true, expect.stringMatching(/^rewritten: /u)]);
    remove();
  });
});
