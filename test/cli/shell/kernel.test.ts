import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShellKernel } from '../../../src/cli/shell/kernel.ts';
import { NO_LIMITS } from '../../../src/kernel/budget.ts';
import type { BusEvent } from '../../../src/kernel/events.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import type { RunRequest } from '../../../src/kernel/kernel-types.ts';
import type { ShellKernel } from '../../../src/tui/ports.ts';

let home: AbsPath;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oxios-kernel-')) as AbsPath;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** An agent that says one thing after a while, in a folder of the home. */
function request(text: string, delay_ms = 0): RunRequest {
  const script = join(home, `${text}.yaml`);
  writeFileSync(script, JSON.stringify([{ text, delay_ms }]));
  return {
    kind: 'prompt',
    title: text,
    cwd: home,
    body: 'agent',
    args: { task: 'say it' },
    model: `script:${script}`,
    limits: NO_LIMITS,
    grants: [],
    asks: false,
    denies: [],
    interactive: false,
    require_sandbox: false,
  };
}

const FOREVER = 3_600_000;

const until = (kernel: ShellKernel, type: BusEvent['type']): Promise<void> =>
  new Promise((resolve) => {
    const leave = kernel.subscribe((event) => {
      if (event.type !== type) return;
      leave();
      resolve();
    });
  });

test('without a kernel on the home there is one in this process, and its own runs end with it to be gone on with', async () => {
  const kernel = await openShellKernel(home);
  expect(kernel.own).toBe(true);
  const asked = until(kernel, 'model.requested');
  const { run } = await kernel.start(request('late', FOREVER));
  await asked;
  expect([...kernel.mine]).toEqual([run]);
  await kernel.close();
  const next = await openShellKernel(home);
  expect(await next.runs()).toMatchObject([{ run, status: 'ended', outcome: 'CANCELLED', resumable: true }]);
  expect((await next.head()).size).toBeGreaterThan(0);
  await next.close();
});

test('a second shell attaches, sees the same, and leaves without ending anything; the first waits for what the second began', async () => {
  const first = await openShellKernel(home);
  const second = await openShellKernel(home);
  expect(second.own).toBe(false);
  const told: BusEvent[] = [];
  second.subscribe((event) => void told.push(event));
  const mine = await first.start(request('mine'));
  expect(await first.wait(mine.pid)).toMatchObject({ how: 'done', text: 'mine' });
  const ended = until(second, 'run.result');
  const { run, pid } = await second.start(request('theirs', 300));
  expect([...second.mine]).toEqual([run]);
  await second.close();
  expect(second.lost.aborted).toBe(false);
  await first.close();
  expect(await Promise.race([ended, Promise.resolve('not told')])).toBe('not told');
  expect(told.some((event) => event.run === mine.run)).toBe(true);
  const next = await openShellKernel(home);
  expect((await next.runs()).find((one) => one.run === run)).toMatchObject({ outcome: 'DONE', procs: [{ pid }] });
  await next.close();
});

test('an attached shell is told when the kernel is gone', async () => {
  const first = await openShellKernel(home);
  const second = await openShellKernel(home);
  second.subscribe(() => undefined);
  await second.ps();
  const lost = new Promise<void>((resolve) => second.lost.addEventListener('abort', () => resolve()));
  await first.close();
  await lost;
  await second.close();
});
