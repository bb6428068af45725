import { homedir } from 'node:os';
import { createHostExec } from '../drivers/exec/exec.ts';
import { createHostFs } from '../drivers/fs/host-fs.ts';
import { createModels } from '../drivers/model/models.ts';
import { type Home, homeAt, openHome } from '../drivers/store/home.ts';
import { tryLock } from '../drivers/store/lock.ts';
import { openForReading, type ReadStore } from '../drivers/store/reading.ts';
import { openStore, type Store } from '../drivers/store/store.ts';
import { createWorkspaces } from '../drivers/workspace/workspaces.ts';
import { connectKernel } from '../gateway/client.ts';
import { serveSocket } from '../gateway/socket.ts';
import { OxiosError } from '../kernel/errors.ts';
import { type BodyFields, KERNEL_BODIES } from '../kernel/events.ts';
import type { Host } from '../kernel/host.ts';
import type { AbsPath } from '../kernel/ids.ts';
import { createKernel, type LocalKernel } from '../kernel/kernel.ts';
import type { Kernel, Ports } from '../kernel/kernel-types.ts';
import type { Models } from '../kernel/model.ts';
import { OUROBOROS_BODIES } from '../ouroboros/events.ts';
import { protocol } from '../ouroboros/protocol.ts';
import { TOOLS } from '../tools/index.ts';
import { readConfig } from './config.ts';
import { VERSION } from './version.ts';

export const BODIES: BodyFields = { ...KERNEL_BODIES, ...OUROBOROS_BODIES };

/** A kernel to work with: one of our own, or the one that already runs on this home. */
export interface Booted {
  readonly kernel: Kernel;
  /** Set when the kernel is in this process. */
  readonly local: LocalKernel | undefined;
  /** Waits for runs of other terminals, then closes everything. */
  close(): Promise<void>;
}

/** The composition root: the only place that knows every driver. */
export async function boot(path: AbsPath): Promise<Booted> {
  const home = openHome(path);
  const lock = tryLock(home);
  if (!lock) return attach(home);
  const config = readConfig(home.path);
  const store = openStore({ home, bodies: BODIES });
  const models = createModels({ config, env: process.env });
  const { host, close: closeHost } = createHost(home);
  const kernel = createKernel(portsOf({ home, store, host, models, maxRunning: config.max_running }));
  const socket = await serveSocket(home.socket, { kernel, version: VERSION, runs: store.runs, approvalsOverSocket: host.exec.sandbox.kind !== 'none' });
  return {
    kernel,
    local: kernel,
    async close() {
      await kernel.close();
      await socket.close();
      closeHost();
      store.close();
      lock.release();
    },
  };
}

async function attach(home: Home): Promise<Booted> {
  const kernel = await reach(home);
  if (!kernel)
    throw new OxiosError('HOME_BUSY', `another process holds the home ${home.path} and does not answer`, { hint: 'end it, or use another folder with --home' });
  return { kernel, local: undefined, close: async () => kernel.close() };
}

/** A kernel that was just started may not listen yet. */
async function reach(home: Home): Promise<Awaited<ReturnType<typeof connectKernel>>> {
  for (let tries = 0; tries < 50; tries++) {
    const kernel = await connectKernel(home.socket, VERSION);
    if (kernel) return kernel;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return undefined;
}

/** The kernel that runs on a home, for commands that need one. Throws NOT_FOUND. */
export async function running(path: AbsPath): Promise<NonNullable<Awaited<ReturnType<typeof connectKernel>>>> {
  const kernel = await connectKernel(homeAt(path).socket, VERSION);
  if (kernel) return kernel;
  throw new OxiosError('NOT_FOUND', `no kernel runs on ${path}`, { hint: 'start one with oxios run or oxios -p; see what is there with oxios ps' });
}

export const ifRunning = (path: AbsPath): ReturnType<typeof connectKernel> => connectKernel(homeAt(path).socket, VERSION);

/** The log for reading, also while a kernel writes it. Throws NOT_FOUND when nothing was ever logged. */
export function reading(path: AbsPath): ReadStore {
  const store = openForReading(homeAt(path), BODIES);
  if (store) return store;
  throw new OxiosError('NOT_FOUND', `nothing was logged in ${path} yet`, { hint: 'run something first: oxios demo' });
}

export function createHost(home: Home): { host: Host; close(): void } {
  const workspaces = createWorkspaces({ store: home.snapshots, scratch: home.scratch, exclude: [home.path] });
  return { host: { fs: createHostFs(), exec: createHostExec({ blobs: home.blobs }), workspaces }, close: workspaces.close };
}

interface Parts {
  readonly home: Home;
  readonly store: Pick<Store, 'log' | 'nextPid'>;
  readonly host: Host;
  readonly models: Models;
  readonly maxRunning: number;
}

export const portsOf = ({ home, store, host, models, maxRunning }: Parts): Ports => ({
  log: store.log,
  host,
  models,
  tools: TOOLS,
  bodies: { protocol },
  version: VERSION,
  home: home.path,
  userHome: homedir() as AbsPath,
  env: process.env,
  now: Date.now,
  maxRunning,
  nextPid: store.nextPid,
});
