// Durable events without a pause: none is lost for a follower over the socket, and the kernel does not grow, also with a
// follower that never reads: `node bench/events.ts [seconds] [events a second]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { VERSION } from '../src/cli/version.ts';

const [SECONDS, RATE] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 10_000)];
/** Of resident memory after the first seconds, MB. */
const MOST_MB = 50;
/** What the kernel holds by then is no growth any more. */
const WARM_MS = 2000;
/** A busy moment at the end is no lower rate. */
const LEAST = 0.99;

const home = mkdtempSync(join(tmpdir(), 'oxios-bench-'));
const child = spawn(process.execPath, [fileURLToPath(new URL('flood.ts', import.meta.url)), home, String(SECONDS), String(RATE)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
const said = async (): Promise<string> => (await lines.next()).value ?? '';
const gone = new Promise((resolve) => child.once('close', resolve));

/** The stream of all events from now on. */
const follow = (): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = { 'oxios-version': VERSION };
    request({ socketPath: join(home, 'kernel.sock'), path: '/v1/events?follow=true', headers, agent: false }, resolve)
      .on('error', reject)
      .end();
  });

interface Heard {
  readonly events: number;
  /** Numbers that did not follow the one before. */
  readonly lost: number;
}

async function hear(stream: IncomingMessage): Promise<Heard> {
  let [events, lost, last] = [0, 0, -1];
  for await (const line of createInterface(stream)) {
    const event = JSON.parse(line) as { type: string; leaf: number };
    if (event.leaf !== last + 1) lost += Math.abs(event.leaf - last - 1);
    last = event.leaf;
    if (event.type === 'drift.measured') events += 1;
    if (event.type === 'run.result') break;
  }
  return { events, lost };
}

const rss = (): number => Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

await said();
const [fast, slow] = await Promise.all([follow(), follow()]);
slow.pause();
const heard = hear(fast);
child.stdin.end('go\n');
const sizes: number[] = [];
const timer = setTimeout(() => {
  sizes.push(rss());
  watching = setInterval(() => sizes.push(rss()), 100);
}, WARM_MS);
let watching: NodeJS.Timeout | undefined;
const ms = Number(await said());
clearTimeout(timer);
clearInterval(watching);
const { events, lost } = await heard;
slow.destroy();
await gone;

const rate = (events * 1000) / ms;
const growth = Math.max(...sizes) - (sizes[0] ?? Number.NaN);
const results = [
  { what: 'durable events a second', figure: rate.toFixed(0), goal: `>= ${LEAST * RATE}`, holds: rate >= LEAST * RATE },
  { what: 'lost, doubled or out of order', figure: String(lost + SECONDS * RATE - events), goal: '0', holds: lost === 0 && events === SECONDS * RATE },
  { what: 'growth of memory, MB', figure: growth.toFixed(1), goal: `<= ${MOST_MB}`, holds: growth <= MOST_MB },
];
console.log(`${SECONDS} s of events, one follower over the socket that reads and one that does not (${sizes[0]?.toFixed(0)} MB after ${WARM_MS} ms)`);
for (const { what, figure, goal, holds } of results) console.log(`  ${holds ? 'ok  ' : 'MISS'} ${what.padEnd(40)} ${figure.padStart(10)}   goal ${goal}`);
if (results.some((one) => !one.holds)) process.exitCode = 1;
rmSync(home, { recursive: true, force: true });
