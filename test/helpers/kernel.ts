import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BODIES, createHost, portsOf } from '../../src/cli/boot.ts';
import { createModels } from '../../src/drivers/model/models.ts';
import { type Home, openHome } from '../../src/drivers/store/home.ts';
import { openStore, type Store } from '../../src/drivers/store/store.ts';
import type { GatewayDeps } from '../../src/gateway/deps.ts';
import { NO_LIMITS } from '../../src/kernel/budget.ts';
import { CONFIG } from '../../src/kernel/config.ts';
import type { Host } from '../../src/kernel/host.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { createKernel, type LocalKernel } from '../../src/kernel/kernel.ts';
import type { Body, Ports, RunRequest } from '../../src/kernel/kernel-types.ts';
import { createRedactor } from '../../src/kernel/text/redact.ts';
import type { AnyTool } from '../../src/kernel/tool.ts';

/** A whole kernel on a home of its own, put together as the program puts it together. */
export interface TestKernel {
  readonly kernel: LocalKernel;
  readonly store: Store;
  readonly ports: Ports;
  readonly home: Home;
  /** An empty folder for agents to work in. */
  readonly workspace: AbsPath;
  readonly gateway: GatewayDeps;
  /** A request for an agent that plays these turns, or this whole script, of a scripted model. */
  request(turns: readonly object[] | object, change?: Partial<RunRequest>): RunRequest;
  close(): Promise<void>;
}

export interface TestKernelOptions {
  /** Bodies beside the product's own. */
  readonly bodies?: Readonly<Record<string, Body>>;
  /** As on a machine that has none. */
  readonly withoutSandbox?: boolean;
  /** Tools beside the product's own. */
  readonly tools?: readonly AnyTool[];
  readonly maxRunning?: number;
  /** What else is to be between the kernel and the world. */
  readonly through?: (ports: Ports) => Ports;
}

export const TEST_VERSION = '0.0.0-test';

export function openTestKernel({
  bodies = {},
  withoutSandbox = false,
  tools = [],
  maxRunning = 20,
  through = (ports) => ports,
}: TestKernelOptions = {}): TestKernel {
  const folder = mkdtempSync(join(tmpdir(), 'oxios-'));
  const workspace = join(folder, 'workspace') as AbsPath;
  mkdirSync(workspace);
  const home = openHome(join(folder, 'home') as AbsPath);
  const store = openStore({ home, bodies: BODIES });
  const redactor = createRedactor([]);
  const { host: whole, close: closeHost } = createHost(home, redactor);
  const host: Host = withoutSandbox ? { ...whole, exec: { ...whole.exec, sandbox: { kind: 'none', detail: 'for the test' } } } : whole;
  const ports = through(portsOf({ home, store, host, models: createModels({ config: CONFIG.parse({}), env: {} }), redactor, maxRunning }));
  const kernel = createKernel({ ...ports, bodies: { ...ports.bodies, ...bodies }, tools: [...ports.tools, ...tools] });
  let scripts = 0;
  return {
    kernel,
    store,
    ports,
    home,
    workspace,
    gateway: { kernel, version: TEST_VERSION, runs: store.runs, head: store.log.head, redact: store.redact },
    request(turns, change = {}) {
      const script = join(folder, `script-${scripts++}.yaml`);
      writeFileSync(script, JSON.stringify(turns));
      return { ...BARE, title: 'a test', cwd: workspace, model: `script:${script}`, ...change };
    },
    async close() {
      await kernel.close();
      closeHost();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const BARE = {
  kind: 'prompt',
  body: 'agent',
  args: { task: 'do as the script says' },
  limits: NO_LIMITS,
  grants: [],
  asks: false,
  denies: [],
  interactive: false,
  require_sandbox: false,
} as const;

/** A process that emits `count` events, a hundred a commit, and ends. */
export const burst: Body = async (context) => {
  const { count } = context.args as { count: number };
  for (let n = 0; n < count; n += 100)
    await Promise.all(Array.from({ length: Math.min(100, count - n) }, (_, at) => context.emit({ type: 'drift.measured', n: n + at })));
  return { how: 'done', text: `emitted ${count}` };
};
