import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHostExec } from '../../../src/drivers/exec/exec.ts';
import { statOf } from '../../../src/drivers/exec/proc.ts';
import { findSandbox, type Sandbox, unconfined } from '../../../src/drivers/exec/sandbox.ts';
import type { ExecOutcome, ExecRequest, HostChild, HostExec, ProcessGroup } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

export interface World {
  readonly exec: HostExec;
  readonly root: AbsPath;
  readonly ws: AbsPath;
  readonly blobs: string;
  request(argv: readonly string[], more?: Partial<ExecRequest>): ExecRequest;
  start(argv: readonly string[], more?: Partial<ExecRequest>, signal?: AbortSignal): Promise<HostChild>;
  run(argv: readonly string[], more?: Partial<ExecRequest>, signal?: AbortSignal): Promise<ExecOutcome>;
  sh(script: string, more?: Partial<ExecRequest>, signal?: AbortSignal): Promise<ExecOutcome>;
}

export const machine: Sandbox = findSandbox();
export const bare: Sandbox = unconfined('switched off for this test');
/** Both ways of running a command; only the second where the machine has no bubblewrap. */
export const ways: readonly (readonly [string, Sandbox])[] = [...(machine.kind === 'bwrap' ? [['bubblewrap', machine] as const] : []), ['no sandbox', bare]];

export function world(sandbox: Sandbox): World {
  const root = folder();
  const ws = join(root, 'ws') as AbsPath;
  const blobs = join(root, 'blobs');
  const exec = createHostExec({ blobs, sandbox });
  onTestFinished(() => exec.close());
  const request: World['request'] = (argv, more = {}) => ({
    argv,
    cwd: root,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' },
    timeout_ms: 120_000,
    cap_bytes: 64 * 1024,
    sandbox: { writable: [root], read_only: [], hidden: [], private: [], net: false },
    onSpawn: async () => undefined,
    ...more,
  });
  const start: World['start'] = (argv, more, signal = new AbortController().signal) => exec.start(request(argv, more), signal);
  const run: World['run'] = async (argv, more, signal) => (await start(argv, more, signal)).done;
  return { exec, root, ws, blobs, request, start, run, sh: (script, more, signal) => run(['bash', '-c', script], more, signal) };
}

export function folder(): AbsPath {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-test-')));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path as AbsPath;
}

export const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits for something another process does; the limit of the test is the only clock. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export const isGone = ({ pgid, start_ticks }: ProcessGroup): boolean => statOf(pgid)?.start_ticks !== start_ticks;

/** Numbers of living processes that were started with these very words in their command line. */
export function running(words: string, list: readonly number[]): readonly number[] {
  return list.filter((pid) => {
    try {
      return statOf(pid) !== undefined && readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').includes(words);
    } catch {
      // Gone between the two looks.
      return false;
    }
  });
}
