import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { processes, statOf } from '../../../src/drivers/exec/proc.ts';
import type { ProcessGroup } from '../../../src/kernel/host.ts';
import { bare, isGone, machine, running, until, ways, world } from './world.ts';

const all = (): readonly number[] => processes().map((one) => one.pid);

describe.each(ways)('the end of a command with %s', (_, sandbox) => {
  it('comes with TERM at its time limit, and the program may tidy up', async () => {
    const { sh } = world(sandbox);
    const outcome = await sh('trap "echo tidied; exit 3" TERM; while :; do sleep 0.01; done', { timeout_ms: 300 });
    expect(outcome).toMatchObject({ timed_out: true, cancelled: false, code: 3, output: expect.stringMatching(/^(Terminated\n)?tidied\n$/u) });
  });

  it('comes with KILL two seconds later when TERM is ignored', async () => {
    const { sh } = world(sandbox);
    const outcome = await sh('trap "" TERM; echo deaf; while :; do sleep 0.01; done', { timeout_ms: 300 });
    expect(outcome).toMatchObject({ timed_out: true, code: null, signal: 'SIGKILL', output: 'deaf\n' });
    expect(outcome.ms).toBeGreaterThanOrEqual(2300);
    expect(outcome.ms).toBeLessThan(6000);
  });

  it('comes at once when it is aborted, also before it was let go', async () => {
    const { start, root } = world(sandbox);
    const controller = new AbortController();
    const child = await start(['bash', '-c', 'trap "" TERM; sleep 600'], {}, controller.signal);
    controller.abort();
    expect(await child.done).toMatchObject({ cancelled: true, timed_out: false, code: null, signal: 'SIGKILL' });
    expect(isGone(child.group)).toBe(true);
    const held = await start(['bash', '-c', 'echo > ran'], {}, AbortSignal.abort());
    expect(await held.done).toMatchObject({ cancelled: true });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('comes with TERM when it is stopped', async () => {
    const { start } = world(sandbox);
    const ready = Promise.withResolvers<void>();
    const child = await start(['bash', '-c', 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.01; done'], { onOutput: () => ready.resolve() });
    await ready.promise;
    child.stop();
    child.stop();
    expect(await child.done).toMatchObject({ cancelled: true, code: 0, output: expect.stringMatching(/^ready\n(Terminated\n)?bye\n$/u) });
  });

  const escapes: readonly (readonly [string, string])[] = [
    ['a child in the background', 'sleep MARK & echo started'],
    ['a child in a session of its own', 'setsid sleep MARK >/dev/null 2>&1 & echo started'],
    ['a daemon forked twice that closed its streams', '(setsid sh -c "sleep MARK & sleep MARK" </dev/null >/dev/null 2>&1 &); echo started'],
    ['a child that ignores TERM and HUP', 'setsid bash -c "trap \\"\\" TERM HUP; while :; do sleep MARK; done" >/dev/null 2>&1 & echo started'],
  ];
  it.each(escapes)('takes %s with it, whether it ended, was stopped or was aborted', async (name, script) => {
    const { start, run } = world(sandbox);
    const seconds = `${7000 + escapes.findIndex(([one]) => one === name)}.${process.pid}`;
    const text = script.replaceAll('MARK', seconds);
    expect((await run(['bash', '-c', text])).output).toBe('started\n');
    await until(() => running(`sleep ${seconds}`, all()).length === 0);
    for (const how of ['stop', 'abort'] as const) {
      const controller = new AbortController();
      const ready = Promise.withResolvers<void>();
      const child = await start(['bash', '-c', `${text}; sleep 600`], { onOutput: () => ready.resolve() }, controller.signal);
      await ready.promise;
      if (how === 'stop') child.stop();
      else controller.abort();
      await child.done;
      await until(() => running(`sleep ${seconds}`, all()).length === 0);
    }
  });

  it('is told when nothing of it is left, however it came: no process, and no write after it', async () => {
    const { start, root } = world(sandbox);
    const file = join(root, 'ticks');
    const name = `tick-${process.pid}-${sandbox.kind}`;
    writeFileSync(join(root, name), '#!/bin/bash\nwhile :; do echo x >> ticks; done\n', { mode: 0o755 });
    const daemons = Array.from({ length: 8 }, () => `setsid ./${name} </dev/null >/dev/null 2>&1 &`).join(' ');
    for (const how of ['end', 'end', 'end', 'end', 'stop', 'abort', 'abort'] as const) {
      const controller = new AbortController();
      const ready = Promise.withResolvers<void>();
      const script = `${daemons} until [ -s ticks ]; do :; done; echo ready; ${how === 'end' ? '' : 'sleep 600'}`;
      const child = await start(['bash', '-c', script], { onOutput: () => ready.resolve() }, controller.signal);
      await ready.promise;
      if (how === 'stop') child.stop();
      if (how === 'abort') controller.abort();
      await child.done;
      expect(running(name, all())).toEqual([]);
      const size = statSync(file).size;
      rmSync(file);
      expect([size > 0, existsSync(file)]).toEqual([true, false]);
    }
  });

  it('is not held up by a grandchild that keeps the pipe open', async () => {
    const { sh } = world(sandbox);
    const outcome = await sh('sleep 600 & echo done');
    expect(outcome).toMatchObject({ code: 0, output: 'done\n' });
    expect(outcome.ms).toBeLessThan(5000);
  });

  it('by a signal of its own is told as such', async () => {
    const { sh } = world(sandbox);
    const outcome = await sh('kill -SEGV $$');
    expect([outcome.signal, outcome.code]).toEqual(sandbox.kind === 'bwrap' ? [null, 139] : ['SIGSEGV', null]);
  });
});

/** Another Oxios: starts a command with the real driver and prints the group before the go, and when it was let go. */
const KEEPER = fileURLToPath(new URL('keeper.mjs', import.meta.url));

function keeper(mode: 'held' | 'going', root: string, sandbox: string) {
  const child = spawn(process.execPath, [KEEPER, mode, root, sandbox], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = Promise.withResolvers<ProcessGroup>();
  child.stdout.on('data', (chunk: Buffer) => said.resolve(JSON.parse(chunk.toString()) as ProcessGroup));
  return { child, group: said.promise, gone: new Promise((resolve) => child.once('close', resolve)) };
}

describe.each(ways)('when Oxios is killed, a command with %s', (kind, sandbox) => {
  it('that was not let go never runs', async () => {
    for (let n = 0; n < 10; n++) {
      const { root } = world(sandbox);
      const { child, group, gone } = keeper('held', root, kind);
      const started = await group;
      child.kill('SIGKILL');
      await gone;
      await until(() => isGone(started));
      expect(existsSync(join(root, 'ran'))).toBe(false);
    }
  });

  it('that was let go is found again and killed with all it started, and only once', async () => {
    const { root, exec } = world(sandbox);
    const { child, group, gone } = keeper('going', root, kind);
    const started = await group;
    await until(() => existsSync(join(root, 'ran')));
    const mark = `sleep 8888.${root.slice(-6).charCodeAt(0)}`;
    await until(() => sandbox.kind === 'bwrap' || running('sleep 8888', all()).length >= 2);
    child.kill('SIGKILL');
    await gone;
    const was = await exec.reap(started);
    // A namespace dies with its keeper; without one the group was still there.
    expect(was || sandbox.kind === 'bwrap').toBe(true);
    await until(() => isGone(started) && running(mark.slice(0, 10), all()).length === 0);
    expect(await exec.reap(started)).toBe(false);
  });
});

describe('a group that is not ours any more', () => {
  it('is left alone when its number belongs to another process now', async () => {
    const { exec, start } = world(bare);
    const child = await start(['sleep', '600']);
    const { pgid, start_ticks } = child.group;
    expect(await exec.reap({ pgid, start_ticks: start_ticks - 100 })).toBe(false);
    expect(await exec.reap({ pgid, start_ticks: start_ticks + 100 })).toBe(false);
    expect(await exec.reap({ pgid, start_ticks: 0 })).toBe(false);
    expect(statOf(pgid)).toBeDefined();
    expect(await exec.reap({ pgid, start_ticks })).toBe(true);
    expect(await child.done).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is found by its mark when the leader ended and the rest moved to another session', async () => {
    const { exec, root } = world(bare);
    const { child, group, gone } = keeper('going', root, 'no sandbox');
    const started = await group;
    await until(() => running('sleep 8888', all()).length >= 2);
    child.kill('SIGKILL');
    await gone;
    process.kill(started.pgid, 'SIGKILL');
    await until(() => isGone(started));
    expect(running('sleep 8888', all()).length).toBeGreaterThan(0);
    expect(await exec.reap(started)).toBe(true);
    await until(() => running('sleep 8888', all()).length === 0);
  });
});

it('a process that is read from /proc may have any name', async () => {
  const { root, sh } = world(bare);
  writeFileSync(join(root, 'a) S 1 1'), readFileSync('/bin/sleep'), { mode: 0o755 });
  const { output } = await sh(`"./a) S 1 1" 60 & cat /proc/$!/stat | sed 's/.*) //' | cut -d' ' -f2; kill $!`);
  expect(Number(output)).toBeGreaterThan(1);
  expect(machine.detail).not.toBe('');
});
