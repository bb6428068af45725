// What running a command costs over a bare child process: `node bench/exec.ts`.
import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostExec } from '../src/drivers/exec/exec.ts';
import { findSandbox, unconfined } from '../src/drivers/exec/sandbox.ts';
import type { HostExec } from '../src/kernel/host.ts';
import type { AbsPath } from '../src/kernel/ids.ts';
import { interleaved, type Line, report, timed } from './measure.ts';

const ROUNDS = 60;
const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-bench-'))) as AbsPath;
const machine = findSandbox();
const env = { PATH: process.env.PATH ?? '' };

const driver = (sandbox: typeof machine) => createHostExec({ blobs: join(root, 'blobs'), sandbox });

async function through(exec: HostExec, argv: readonly string[]): Promise<void> {
  const sandbox = { writable: [root], read_only: [], hidden: [], private: [homedir() as AbsPath], net: false };
  const child = await exec.start(
    { argv, cwd: root, env, timeout_ms: 600_000, cap_bytes: 64 * 1024, sandbox, onSpawn: async () => undefined },
    new AbortController().signal,
  );
  await child.done;
}

const bare = (argv: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(argv[0] ?? '', argv.slice(1), { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.once('close', () => resolve());
  });

const [sandboxed, gated] = [driver(machine), driver(unconfined('bench'))];
const small = await interleaved(ROUNDS, { floor: () => bare(['true']), gated: () => through(gated, ['true']), sandboxed: () => through(sandboxed, ['true']) });
const flood = ['head', '-c', '200000000', '/dev/zero'];
const large = await interleaved(5, { floor: () => bare(flood), sandboxed: () => through(sandboxed, flood) });
const probe = await timed(() => findSandbox());
const memo = join(root, 'memo');
findSandbox({ memo });
const remembered = await timed(() => findSandbox({ memo }));

const lines: Line[] = [
  { what: 'true, held back, no sandbox', ms: small.gated, floor_ms: small.floor, goal: '<= floor + 5 ms', holds: small.gated <= small.floor + 5 },
  { what: `true, ${machine.kind}`, ms: small.sandboxed, floor_ms: small.floor, goal: '<= floor + 15 ms', holds: small.sandboxed <= small.floor + 15 },
  { what: '200 MB of output, kept to its cap', ms: large.sandboxed, floor_ms: large.floor, goal: '<= 4x', holds: large.sandboxed <= 4 * large.floor },
  { what: 'sandbox found again (floor: tried out)', ms: remembered, floor_ms: probe, goal: '<= 1 ms', holds: remembered <= 1 },
];
report(`commands (${machine.detail}), medians of ${ROUNDS} rounds`, lines);
rmSync(root, { recursive: true });
