import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { sweepDead } from '../drivers/alive.ts';
import { createHostExec } from '../drivers/exec/exec.ts';
import { createHostFs } from '../drivers/fs/host-fs.ts';
import { createModels } from '../drivers/model/models.ts';
import { createHostNet } from '../drivers/net/host-net.ts';
import { type Home, homeAt, knownHome, openHome, temporary } from '../drivers/store/home.ts';
import { type Lock, tryLock } from '../drivers/store/lock.ts';
import { openForReading, type ReadStore } from '../drivers/store/reading.ts';
import { rememberedIn } from '../drivers/store/remembered.ts';
import { openStore, type Store } from '../drivers/store/store.ts';
import { sweepLeases } from '../drivers/workspace/leases.ts';
import { createWorkspaces } from '../drivers/workspace/workspaces.ts';
import { connectKernel, type RemoteKernel } from '../gateway/client.ts';
import { serveSocket } from '../gateway/socket.ts';
import { CONFIG, type NetSettings } from '../kernel/config.ts';
import { faultOf, OxiosError } from '../kernel/errors.ts';
import { type BodyFields, KERNEL_BODIES } from '../kernel/events.ts';
import type { Host } from '../kernel/host.ts';
import type { AbsPath, RunId } from '../kernel/ids.ts';
import { createKernel, type LocalKernel } from '../kernel/kernel.ts';
import type { Kernel, Ports } from '../kernel/kernel-types.ts';
import type { LogHead } from '../kernel/log.ts';
import type { Models } from '../kernel/model.ts';
import { createRedactor, type Redactor } from '../kernel/text/redact.ts';
import type { RunView } from '../kernel/view/runs.ts';
import { chat } from '../ouroboros/converse/chat.ts';
import { OUROBOROS_BODIES } from '../ouroboros/events.ts';
import { interview } from '../ouroboros/interview/interview.ts';
import { protocol } from '../ouroboros/protocol.ts';
import { TOOLS } from '../tools/index.ts';
import { createGuests, type Guests } from './boot/guests.ts';
import { keepHeapTight } from './boot/heap.ts';
import { readConfig } from './config.ts';
import { secretsIn } from './secrets.ts';
import { VERSION } from './version.ts';

export const BODIES: BodyFields = { ...KERNEL_BODIES, ...OUROBOROS_BODIES };

/** A kernel to work with: one of our own, or the one that already runs on this home. */
export interface Booted {
  readonly kernel: Kernel;
  /** Set when the kernel is in this process. */
  readonly local: LocalKernel | undefined;
  /** Set when it is in another process. */
  readonly remote: RemoteKernel | undefined;
  runs(): Promise<readonly RunView[]>;
  head(): Promise<LogHead>;
  /** Waits for runs of other terminals, then closes everything. */
  close(): Promise<void>;
}

/** How long another process may hold the home without answering, milliseconds, and how often it is asked. */
const PATIENCE_MS = 10_000;
const ASK_MS = 20;
/** The longest a timer can be set to, milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The composition root: the only place that knows every driver. */
export async function boot(path: AbsPath): Promise<Booted> {
  const home = openHome(path);
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, ASK_MS))) {
    const lock = tryLock(home);
    if (lock) return own(home, lock);
    // Held by a kernel that may not listen yet, or does not listen any more.
    const kernel = await connectKernel(home.socket, VERSION);
    if (kernel) return attached(kernel);
  }
  throw new OxiosError('HOME_BUSY', `another process holds the home ${home.path} and does not answer`, { hint: 'end it, or use another folder with --home' });
}

/** The kernel of another process. */
export const attached = (kernel: RemoteKernel): Booted => ({
  kernel,
  local: undefined,
  remote: kernel,
  runs: kernel.runs,
  head: kernel.head,
  close: async () => kernel.close(),
});

async function own(home: Home, lock: Lock): Promise<Booted> {
  for (const folder of temporary(home)) sweepDead(folder);
  const config = readConfig(home.path);
  keepHeapTight(config.max_running);
  const store = writing(home, config);
  // What cannot be removed now is swept by the next one.
  await sweepLeases(home.work, (run) => store.run(run)?.resumable === true).catch(() => undefined);
  const models = createModels({ config, env: process.env });
  const redactor = createRedactor(secretsIn(config, process.env));
  const { host, close: closeHost } = createHost(home, redactor, config.net);
  const kernel = createKernel(portsOf({ home, store, host, models, redactor, maxRunning: config.max_running }));
  const guests = createGuests(kernel);
  const socket = await serveSocket(home.socket, {
    kernel: guests.kernel,
    version: VERSION,
    runs: store.runs,
    head: store.log.head,
    redact: store.redact,
  });
  // A stopped process waits for nothing but a signal over the socket, which alone keeps no Node process alive.
  const awake = setInterval(() => undefined, MAX_TIMER_MS);
  return {
    kernel,
    local: kernel,
    remote: undefined,
    runs: async () => store.runs(),
    head: async () => store.log.head(),
    async close() {
      const working = await guests.working();
      if (working > 0) await untilGuestsLeft(guests, kernel, working);
      else await guests.leave();
      await kernel.close();
      await socket.close();
      letGo(closeHost, store.close, lock.release, () => clearInterval(awake));
    },
  };
}

/** Each in turn, whatever becomes of the one before. What they save last can be made again, and the run that met a fault of the disk said so. */
function letGo(...parts: readonly (() => void)[]): void {
  const defects: unknown[] = [];
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      const code = faultOf(error)?.code;
      if (code !== 'DISK_FULL' && code !== 'IO') defects.push(error);
    }
  }
  if (defects.length > 0) throw defects[0];
}

/** The first Ctrl-C interrupts the runs of other terminals, the second ends this process as usual. */
async function untilGuestsLeft(guests: Guests, kernel: LocalKernel, working: number): Promise<void> {
  process.stderr.write(`this kernel goes on for ${working} run(s) of other terminals; Ctrl-C interrupts them\n`);
  const interrupt = () => void kernel.close();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  await guests.leave();
  for (const signal of signals) process.off(signal, interrupt);
}

/** The kernel that runs on a home, for commands that need one. Throws NOT_FOUND. */
export async function running(path: AbsPath): Promise<NonNullable<Awaited<ReturnType<typeof connectKernel>>>> {
  const kernel = await connectKernel(homeAt(path).socket, VERSION);
  if (kernel) return kernel;
  throw new OxiosError('NOT_FOUND', `no kernel runs on ${path}`, { hint: 'start one with oxios run or oxios -p; see what is there with oxios ps' });
}

export const ifRunning = (path: AbsPath): ReturnType<typeof connectKernel> => connectKernel(homeAt(path).socket, VERSION);

/** The log for the process that holds the lock of the home. */
export const writing = (home: Home, config = readConfig(home.path)): Store => openStore({ home, bodies: BODIES, anchor: config.anchor_dir });

/** The log for reading, also while a kernel writes it. Throws NOT_FOUND when nothing was ever logged, HOME_VERSION. */
export function reading(path: AbsPath): ReadStore {
  const store = ifLogged(path);
  if (store) return store;
  throw new OxiosError('NOT_FOUND', `nothing was logged in ${path} yet`, { hint: 'run something first: oxios demo' });
}

/** The same, undefined when nothing was ever logged. */
export const ifLogged = (path: AbsPath): ReadStore | undefined => openForReading(knownHome(path), BODIES);

/** Whether the log knows a run. */
export function runIn(path: AbsPath, run: RunId): boolean {
  const store = ifLogged(path);
  const known = store?.run(run) !== undefined;
  store?.close();
  return known;
}

/** Without settings: the defaults, for what asks nobody. */
export function createHost(home: Home, redactor: Redactor, net: NetSettings = CONFIG.parse({}).net): { host: Host; close(): void } {
  const workspaces = createWorkspaces({ store: home.snapshots, scratch: home.scratch, leases: home.work, exclude: [home.path] });
  const exec = createHostExec({ blobs: home.blobs, memo: join(home.path, 'sandbox.memo'), redactor });
  return {
    host: { fs: createHostFs(), exec, workspaces, net: createHostNet(net, VERSION) },
    close() {
      exec.close();
      workspaces.close();
    },
  };
}

interface Parts {
  readonly home: Home;
  readonly store: Pick<Store, 'log' | 'nextPid' | 'runs'>;
  readonly host: Host;
  readonly models: Models;
  readonly redactor: Redactor;
  readonly maxRunning: number;
}

export const portsOf = ({ home, store, host, models, redactor, maxRunning }: Parts): Ports => ({
  log: store.log,
  host,
  models,
  tools: TOOLS,
  bodies: { protocol, interview, chat },
  redactor,
  version: VERSION,
  home: home.path,
  userHome: homedir() as AbsPath,
  accountHome: userInfo().homedir as AbsPath,
  env: process.env,
  now: Date.now,
  alarm: (_of, ms, ring) => {
    const timer = setTimeout(ring, Math.min(ms, MAX_TIMER_MS)).unref();
    return () => clearTimeout(timer);
  },
  heard: async () => undefined,
  maxRunning,
  nextPid: store.nextPid,
  callNumber: (_pid, made) => made,
  remembered: rememberedIn(home),
  policyBefore: (cwd) => store.runs().findLast((one) => one.cwd === cwd)?.policy,
});
