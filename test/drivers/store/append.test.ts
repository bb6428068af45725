import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Home } from '../../../src/drivers/store/home.ts';
import { tryLock } from '../../../src/drivers/store/lock.ts';
import { verifyLog } from '../../../src/drivers/store/verify.ts';
import type { EventDraft } from '../../../src/kernel/events.ts';
import { failingIo, hasCompiler } from '../../helpers/failing-io.ts';
import { all, newHome, opened, reader, runId, said, spent, sql, transactionsIn } from '../../helpers/log.ts';
import { ROOT } from '../../helpers/oxios.ts';

let here: ReturnType<typeof newHome>;
let home: Home;
beforeEach(() => {
  here = newHome();
  home = here.home;
});
afterEach(() => here.remove());

/** Another process that appends. Resolves with the lines it said; `until` may end it with SIGKILL. */
function appender(first: number, count: number, options: { until?: (lines: readonly string[]) => boolean; env?: Readonly<Record<string, string>> } = {}) {
  const script = join(ROOT, 'test/drivers/store/appender.ts');
  const child = spawn(process.execPath, [script, home.path, String(first), String(count)], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (options.until?.(out.split('\n').slice(0, -1))) child.kill('SIGKILL');
  });
  return new Promise<{ readonly code: number | null; readonly lines: readonly string[] }>((resolve) =>
    child.on('close', (code) => resolve({ code, lines: out.split('\n').slice(0, -1) })),
  );
}

/** Each acknowledged line stands in the log where it said. */
async function expectKept(acknowledged: readonly string[]): Promise<void> {
  const store = reader(home);
  const byLeaf = new Map((await all(store)).map((event) => [event.leaf, event]));
  store.close();
  for (const line of acknowledged) {
    const [text, leaf] = line.split(' ');
    expect(byLeaf.get(Number(leaf))).toMatchObject({ type: 'message.sent', text: expect.stringMatching(new RegExp(`^${text}(?: x+)?$`, 'u')) });
  }
}

const verified = async () => (await verifyLog(home)).verification;

describe('what was acknowledged', () => {
  test('is there after the writer was killed, wherever it was', async () => {
    const kept: string[] = [];
    for (let round = 0; round < 8; round++) {
      const { lines } = await appender(round * 1000, 1000, { until: (said) => said.length > 3 + round * 11 });
      kept.push(...lines);
      await expectKept(kept);
      expect(await verified()).toMatchObject({ ok: true });
    }
    // Numbers go on where they were, in each run.
    const last = await appender(100_000, 5);
    expect(last).toMatchObject({ code: 0, lines: { length: 10 } });
    await expectKept([...kept, ...last.lines]);
    expect((await verified()).ok).toBe(true);
    for (const run of [runId(1), runId(2)]) {
      const store = reader(home);
      const seqs = (await all(store, { run })).map((event) => event.seq);
      store.close();
      expect(seqs).toEqual(seqs.map((_, at) => at));
    }
  });

  test.runIf(process.platform === 'linux' && hasCompiler())('is all there is after the disk was full for a while, without a gap', async () => {
    const io = failingIo();
    try {
      const env = io.env(home.path, 'ENOSPC', 60, 75);
      const { code, lines } = await appender(0, 60, { env });
      expect(io.count()).toBeGreaterThan(75);
      expect(lines.filter((line) => line.startsWith('!'))).not.toEqual([]);
      expect(lines.filter((line) => line.startsWith('!') && line !== '! DISK_FULL')).toEqual([]);
      const kept = lines.filter((line) => !line.startsWith('!'));
      expect({ code, kept: kept.length, entries: await verified() }).toMatchObject({ code: 0, kept: 120, entries: { ok: true, entries: 120 } });
      await expectKept(kept);
    } finally {
      io.remove();
    }
  });
});

describe('appending', () => {
  test('numbers entries in the order of the calls: in the log, and without a gap in each run', async () => {
    const store = opened(home);
    const writers = Array.from({ length: 50 }, async (_, writer) => {
      for (let n = 0; n < 20; n++) await store.log.append([spent(runId(writer % 3), `${writer}.${n}`), spent(runId(writer % 3), `${writer}.${n}b`)]);
    });
    await Promise.all(writers);
    const events = await all(store.log);
    expect(events.map((event) => event.leaf)).toEqual(Array.from({ length: 2000 }, (_, at) => at));
    for (const run of [0, 1, 2].map(runId)) {
      const seqs = events.filter((event) => event.run === run).map((event) => event.seq);
      expect(seqs).toEqual(seqs.map((_, at) => at));
    }
    for (const writer of [0, 7, 49]) {
      const own = events.flatMap((event) => (event.type === 'budget.settled' && event.what.startsWith(`${writer}.`) ? [event.what] : []));
      expect(own).toEqual(Array.from({ length: 20 }, (_, n) => [`${writer}.${n}`, `${writer}.${n}b`]).flat());
    }
    store.close();
    expect(await verified()).toMatchObject({ ok: true, entries: 2000 });
  });

  test('at once by a thousand writers is one transaction, and each is told when it is on the disk', async () => {
    const store = opened(home);
    const before = transactionsIn(home);
    const appended = Promise.all(Array.from({ length: 1000 }, (_, n) => store.log.append([spent(runId(n % 10), String(n))])));
    expect(sql(home, (db) => db.prepare('SELECT count(*) AS count FROM entries').get()?.count)).toBe(0);
    await appended;
    expect(transactionsIn(home)).toBe(before + 1);
    expect(sql(home, (db) => db.prepare('SELECT count(*) AS count FROM entries').get()?.count)).toBe(1000);
    await store.log.append([spent(runId(1), 'one more')]);
    expect(transactionsIn(home)).toBe(before + 2);
    store.close();
  });

  test('what cannot be written down fails alone and takes no number', async () => {
    const store = opened(home);
    const unwritable = { ...spent(runId(1), 'x'), what: 10n } as unknown as EventDraft;
    const results = await Promise.allSettled([
      store.log.append([spent(runId(1), 'a')]),
      store.log.append([spent(runId(2), 'lost'), unwritable]),
      store.log.append([spent(runId(1), 'b'), spent(runId(2), 'c')]),
    ]);
    expect(results.map((one) => one.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await all(store.log)).map((event) => [event.leaf, event.run, event.seq])).toEqual([
      [0, runId(1), 0],
      [1, runId(1), 1],
      [2, runId(2), 0],
    ]);
    store.close();
    expect((await verified()).ok).toBe(true);
  });

  test('keeps wall and monotonic time, boot, actor and taint; a clock that is set back is no alarm', async () => {
    const clock = [5_000_000, 1_000, 9_000_000, 9_000_000, 2_000];
    const store = opened(home, { now: () => clock.shift() ?? 0 });
    for (const n of [0, 1, 2, 3, 4]) await store.log.append([{ ...said(runId(1), `${n}`), taint: ['https://example.org'] }]);
    const events = await all(store.log);
    store.close();
    expect(events.map((event) => event.at)).toEqual([5_000_000, 1_000, 9_000_000, 9_000_000, 2_000]);
    expect(events.map((event) => event.mono)).toEqual(events.map((event) => event.mono).sort((a, b) => a - b));
    expect(new Set(events.map((event) => event.boot)).size).toBe(1);
    expect(events[0]).toMatchObject({ v: 1, leaf: 0, seq: 0, pid: 1, actor: 'user', taint: ['https://example.org'] });
    expect(events[0]?.boot).toMatch(/^[0-9a-f]{12}$/u);
    expect((await verified()).ok).toBe(true);
  });
});

describe('one writer', () => {
  test('holds a home; another process and this one are refused until it lets go', async () => {
    const lock = tryLock(home);
    expect(tryLock(home)).toBeUndefined();
    const other = spawn(process.execPath, ['-e', LOCKING, join(ROOT, 'src/drivers/store/lock.ts'), join(ROOT, 'src/drivers/store/home.ts'), home.path]);
    let said = '';
    other.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await new Promise((resolve) => other.on('close', resolve));
    expect(said).toBe('undefined');
    lock?.release();
    const again = tryLock(home);
    expect(again).toBeDefined();
    again?.release();
  });

  test('a second one that did not ask for the lock writes nothing over the first', async () => {
    const [one, two] = [opened(home), opened(home)];
    await one.log.append([spent(runId(1), 'first')]);
    await expect(two.log.append([spent(runId(1), 'second')])).rejects.toMatchObject({ code: 'IO' });
    one.close();
    two.close();
    expect(await verified()).toMatchObject({ ok: true, entries: 1 });
  });
});

const LOCKING = `
const [lock, home, path] = process.argv.slice(1);
const { tryLock } = await import(lock);
const { homeAt } = await import(home);
process.stdout.write(String(tryLock(homeAt(path))));
`;
