import { appendFileSync, copyFileSync, cpSync, existsSync } from 'node:fs';
import type { Home } from '../../../src/drivers/store/home.ts';
import type { Store } from '../../../src/drivers/store/store.ts';
import type { EventDraft } from '../../../src/kernel/events.ts';
import { began, ended, newHome, opened, runId, said, spent } from '../../helpers/log.ts';
import { type Random, random } from '../../helpers/random.ts';

/** A log as kernels leave it. */
export interface Grown {
  readonly home: Home;
  readonly size: number;
  /** A signed checkpoint that somebody kept elsewhere, in the middle of the log, and one at its end. */
  readonly middle: string;
  readonly last: string;
  /** The database as it was in the middle. */
  readonly older: string;
  remove(): void;
}

const LARGE = 'a'.repeat(70_000);
const DAY_MS = 86_400_000;

/**
 * A log over two finished tiles and a beginning of the third: several lives of a kernel, some of which end in a crash
 * with a torn write behind them; clocks that step an hour back and a day on; runs beside each other that fork agents,
 * go on, end or do not; bodies in files; redactions.
 */
export async function grown(seed: number, least = 540): Promise<Grown> {
  const numbers = random(seed);
  let { home, remove } = newHome();
  const open = (): Store => opened(home, { now: () => 1_700_000_000_000 + numbers.pick([0, 0, 1, -3_600_000, DAY_MS]) + numbers.int(1000) });
  let kept = '';
  let older = '';
  let size = 0;
  for (let life = 0; size < least || life < 3; life++) {
    const store = open();
    const until = Math.min(least, size + 100 + numbers.int(200));
    while (size < until) size = await live(store, numbers);
    if (life > 0 && numbers.int(3) === 0) await redactSome(store, numbers);
    const note = await store.log.checkpoint();
    size = store.log.head().size;
    if (numbers.int(2) === 0) ({ home, remove } = crashed(home, remove, store));
    else store.close();
    if (life !== 0) continue;
    kept = note;
    older = `${home.path}/older.db`;
    copyFileSync(home.db, older);
    if (existsSync(`${home.db}-wal`)) copyFileSync(`${home.db}-wal`, `${older}-wal`);
  }
  const store = open();
  const last = await store.log.checkpoint();
  size = store.log.head().size;
  store.close();
  return { home, size, middle: kept, last, older: `${home.path}/older.db`, remove };
}

/** A little of what happens; gives the size of the log then. */
async function live({ log }: Store, numbers: Random): Promise<number> {
  const n = numbers.int(6);
  const run = runId(n);
  const pid = 1 + n * 10 + numbers.int(3);
  const some: readonly EventDraft[] = Array.from({ length: 1 + numbers.int(20) }, (_, k) =>
    numbers.int(2) === 0 ? spent(runId(numbers.int(6)), `${k}`) : said(run, numbers.int(60) === 0 ? `${LARGE}${k}` : `a text ${k}`, pid),
  );
  const kind = numbers.int(4);
  await log.append([...(kind === 0 ? began(run, pid, `the run ${n}`) : []), ...some, ...(kind === 1 ? ended(run, pid, 'done') : [])]);
  if (numbers.int(12) === 0) await log.checkpoint();
  return log.head().size;
}

async function redactSome(store: Store, numbers: Random): Promise<void> {
  const entries: number[] = [];
  for await (const event of store.log.read({ types: ['message.sent'] })) if (numbers.int(20) === 0 && !event.redacted) entries.push(event.leaf);
  if (entries.length > 0) await store.redact({ entries, reason: 'a test', by: 'a test' });
}

/** The files as they are at this moment, and half a write behind them, elsewhere. */
function crashed(home: Home, removeOld: () => void, store: Store): { home: Home; remove(): void } {
  const to = newHome();
  cpSync(home.path, to.home.path, { recursive: true, filter: (path) => !path.includes('kernel.sock') });
  if (existsSync(`${to.home.db}-wal`)) appendFileSync(`${to.home.db}-wal`, Buffer.alloc(1000, 0x5a));
  store.close();
  removeOld();
  return to;
}
