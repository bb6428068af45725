// A kernel on a home whose one process emits durable events at a rate, for events.ts: `node bench/flood.ts HOME SECONDS RATE`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BODIES, createHost, portsOf } from '../src/cli/boot.ts';
import { VERSION } from '../src/cli/version.ts';
import { createModels } from '../src/drivers/model/models.ts';
import { openHome } from '../src/drivers/store/home.ts';
import { openStore } from '../src/drivers/store/store.ts';
import { serveSocket } from '../src/gateway/socket.ts';
import { NO_LIMITS } from '../src/kernel/budget.ts';
import { CONFIG } from '../src/kernel/config.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import { createKernel } from '../src/kernel/kernel.ts';
import type { Body } from '../src/kernel/kernel-types.ts';
import { createRedactor } from '../src/kernel/text/redact.ts';

const [path = '', seconds = 0, rate = 0] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const TICK_MS = 10;

/** As many at every tick as are due; waits until they are on the disk, so that a slow disk shows as a lower rate. */
const flood: Body = async (context) => {
  const began = performance.now();
  const all = seconds * rate;
  for (let n = 0; n < all; await sleep(TICK_MS)) {
    const due = Math.min(all, Math.floor(((performance.now() - began) * rate) / 1000)) - n;
    await Promise.all(Array.from({ length: due }, (_, at) => context.emit({ type: 'drift.measured', n: n + at })));
    n += due;
  }
  return { how: 'done', text: String(performance.now() - began) };
};

const home = openHome(path as AbsPath);
const workspace = join(path, 'workspace') as AbsPath;
mkdirSync(workspace);
const store = openStore({ home, bodies: BODIES });
const redactor = createRedactor([]);
const { host, close: closeHost } = createHost(home, redactor);
const config = CONFIG.parse({ model: 'openai/none' });
const ports = portsOf({ home, store, host, models: createModels({ config, env: { OPENAI_API_KEY: 'none' } }), redactor, maxRunning: 1 });
const kernel = createKernel({ ...ports, bodies: { flood } });
const socket = await serveSocket(home.socket, { kernel, version: VERSION, runs: store.runs, head: store.log.head, redact: store.redact });
console.log('listening');
for await (const _ of process.stdin) break;
const request = { kind: 'prompt', title: 'flood', body: 'flood', cwd: workspace, args: {}, model: '', limits: NO_LIMITS, grants: [], denies: [] } as const;
const { pid } = await kernel.start({ ...request, asks: false, interactive: false, require_sandbox: false });
const exit = await kernel.wait(pid);
console.log(exit.how === 'done' ? exit.text : JSON.stringify(exit));
await kernel.close();
await socket.close();
closeHost();
store.close();
process.exit();
