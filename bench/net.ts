// What judging, looking up and checking where a request goes costs over undici alone: `node bench/net.ts`.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { createHostNet } from '../src/drivers/net/host-net.ts';
import { type Capability, parseRule } from '../src/kernel/capability.ts';
import { CONFIG } from '../src/kernel/config.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import type { Lent } from '../src/kernel/lent.ts';
import { narrowedNet } from '../src/kernel/narrow-net.ts';
import { judgeUrl } from '../src/kernel/net/judge-url.ts';
import { interleaved, report } from './measure.ts';

const BATCH = 100;
const JUDGED = 1000;

const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(10_000)));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const caps: readonly Capability[] = [origin.replace('http://', 'net:'), 'net:example.com', 'net:*'].map((rule) => parseRule(rule, (path) => path as AbsPath));
const authority = { caps, granted: [], denies: [], asks: false, protection: { writable: () => undefined, readable: () => undefined } };
const signal = new AbortController().signal;

/** As a call has it whose needs named the server. */
const lent = (ignored: readonly string[]): Lent =>
  ({
    host: { net: createHostNet(CONFIG.parse({ net: { ignore_robots: ignored } }).net, 'bench') },
    authority,
    needs: caps.slice(0, 1),
    signal,
  }) as unknown as Lent;
const without = narrowedNet(lent([origin]));
const heeding = narrowedNet(lent([]));

const times = (count: number, work: () => unknown) => async (): Promise<void> => {
  for (let n = 0; n < count; n++) await work();
};
const page = { url: `${origin}/page`, method: 'GET', max_bytes: 50_000 } as const;

const ms = await interleaved(11, {
  // A connection of its own for each request, as ours has.
  bare: times(BATCH, async () => (await request(page.url, { headers: { connection: 'close' } })).body.text()),
  checked: times(BATCH, () => without.fetch(page)),
  heeded: times(BATCH, () => heeding.fetch(page)),
  parsed: times(JUDGED, () => new URL('https://example.com/a/b?c=d')),
  judged: times(JUDGED, () => judgeUrl('https://example.com/a/b?c=d', authority)),
});
server.close();
report(`a page of 10 KB, ${BATCH} times; a URL judged, ${JUDGED} times (ms there are µs each)`, [
  { what: 'fetched over judged connections', ms: ms.checked, floor_ms: ms.bare, goal: '<= 1.5x', holds: ms.checked <= 1.5 * ms.bare },
  { what: 'fetched with robots.txt known', ms: ms.heeded, floor_ms: ms.bare, goal: '<= 1.5x', holds: ms.heeded <= 1.5 * ms.bare },
  { what: 'URL judged, floor: parsed', ms: ms.judged, floor_ms: ms.parsed, goal: '<= 50 µs each', holds: ms.judged <= 50 },
]);
