// Random tamperings of logs as kernels leave them, and logs nobody touched: `node bench/tamper.ts [TAMPERINGS] [CLEAN]`. Prints what was missed.
import { verifyAll } from '../src/drivers/store/verify.ts';
import { type Grown, grown } from '../test/drivers/store/grown.ts';
import { missed, TAMPERINGS, tampered } from '../test/drivers/store/tampering.ts';
import { given } from '../test/helpers/log.ts';
import { random } from '../test/helpers/random.ts';

const [tamperings = 10_000, clean = 1000] = process.argv.slice(2).map(Number);
/** Tamperings of one log before the next one is grown. */
const EACH_LOG = 250;

const kinds = Object.keys(TAMPERINGS);
const counts = new Map(kinds.map((kind) => [kind, { tried: 0, missed: [] as string[] }]));
let log: Grown | undefined;
for (let n = 0; n < tamperings; n++) {
  if (n % EACH_LOG === 0) {
    log?.remove();
    log = await grown(10_000 + n / EACH_LOG);
  }
  const kind = random(n).pick(kinds);
  const count = counts.get(kind);
  if (!log || !count) break;
  const { done, home, remove } = await tampered(log, kind, n);
  const fault = missed(done, (await verifyAll(home, given(done.outside ? log.last : undefined))).verification);
  count.tried += 1;
  if (fault !== undefined) count.missed.push(`tampering ${n}: ${fault}`);
  remove();
}
log?.remove();

for (const [kind, { tried, missed: faults }] of counts)
  console.log(`  ${faults.length === 0 ? 'ok  ' : 'MISS'} ${kind.padEnd(24)} ${tried} tried, ${tried - faults.length} found and named`);
const faults = [...counts.values()].flatMap((count) => count.missed);
console.log(`tamperings: ${tamperings}, found and named: ${tamperings - faults.length}${faults.map((fault) => `\n  ${fault}`).join('')}`);

const alarms: string[] = [];
for (let n = 0; n < clean; n++) {
  const one = await grown(100_000 + n, 30 + random(n).int(500));
  for (const note of [undefined, one.middle, one.last]) {
    const { first_bad } = (await verifyAll(one.home, given(note))).verification;
    if (first_bad) alarms.push(`log ${n}: entry ${first_bad.seq}: ${first_bad.reason}`);
  }
  one.remove();
}
console.log(`clean logs: ${clean}, false alarms: ${alarms.length}${alarms.map((alarm) => `\n  ${alarm}`).join('')}`);
if (faults.length + alarms.length > 0) process.exitCode = 1;
