import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHostExec } from '../../../src/drivers/exec/exec.ts';
import { statOf } from '../../../src/drivers/exec/proc.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { bare, folder, ways, world } from './world.ts';

describe.each(ways)('a command with %s', (_, sandbox) => {
  it('gives its exit code and what it printed on both streams in the order of arrival', async () => {
    const { sh } = world(sandbox);
    // Each line is answered before the next is printed, so that two pipes cannot overtake each other.
    const outcome = await sh('echo one; sleep 0.05; echo two >&2; sleep 0.05; echo three; exit 7');
    expect(outcome).toMatchObject({ code: 7, signal: null, timed_out: false, cancelled: false, output: 'one\ntwo\nthree\n', total_bytes: 14 });
  });

  it('sees the environment it was given and nothing of ours', async () => {
    const { run } = world(sandbox);
    process.env.OXIOS_TEST_SECRET = 'leak';
    const { output } = await run(['env'], { env: { PATH: process.env.PATH ?? '', GIVEN: 'yes' } });
    delete process.env.OXIOS_TEST_SECRET;
    expect(output).toContain('GIVEN=yes');
    expect(output).not.toContain('leak');
    const names = output
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PATH', 'GIVEN', 'PWD', 'OLDPWD', 'SHLVL', '_', 'OXIOS_GROUP'].includes(name ?? ''))).toEqual([]);
  });

  it('runs in its folder, and reads its input to the end', async () => {
    const { run, sh, root } = world(sandbox);
    expect((await run(['pwd'])).output).toBe(`${root}\n`);
    expect((await sh('cat; echo .', { stdin: new TextEncoder().encode('héllo') })).output).toBe('héllo.\n');
    expect((await sh('cat; echo .')).output).toBe('.\n');
  });

  it('passes arguments through untouched', async () => {
    const { run } = world(sandbox);
    const odd = ['', ' ', '$(id)', "it's", '"', '--', '-e', 'a\nb', '*', '\\', 'ü'];
    expect((await run(['printf', '%s|', ...odd])).output).toBe(odd.map((one) => `${one}|`).join(''));
  });

  it('may end without reading a large input', async () => {
    const { run } = world(sandbox);
    expect(await run(['true'], { stdin: new Uint8Array(4_000_000) })).toMatchObject({ code: 0 });
  });

  it('tells what it prints while it runs, and gives a drain only what is new', async () => {
    const { start, root } = world(sandbox);
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const child = await start(['bash', '-c', 'echo begun; until [ -e go ]; do sleep 0.01; done; echo over'], {
      onOutput: (text) => {
        seen.push(text);
        first.resolve();
      },
    });
    await first.promise;
    expect(child.drain()).toBe('begun\n');
    expect(child.drain()).toBe('');
    writeFileSync(join(root, 'go'), '');
    expect(await child.done).toMatchObject({ code: 0, output: 'begun\nover\n' });
    expect(child.drain()).toBe('over\n');
    expect(seen.join('')).toBe('begun\nover\n');
  });

  it('reports the group it really has, with the start time of its leader', async () => {
    const { start } = world(sandbox);
    const child = await start(['sleep', '60']);
    expect(statOf(child.group.pgid)).toMatchObject({ pgid: child.group.pgid, session: child.group.pgid, start_ticks: child.group.start_ticks });
    expect(child.group.start_ticks).toBeGreaterThan(0);
    child.stop();
    expect((await child.done).cancelled).toBe(true);
  });

  it('does nothing before its start is noted, and nothing at all when it cannot be', async () => {
    const { start, root, exec, request } = world(sandbox);
    const order: string[] = [];
    const child = await start(['bash', '-c', 'echo ran > ran'], {
      onSpawn: async (group) => {
        expect(statOf(group.pgid)).toBeDefined();
        // Two more commands run to their end meanwhile: this one still waits.
        await (await exec.start(request(['true']), new AbortController().signal)).done;
        expect(() => readFileSync(join(root, 'ran'))).toThrow('ENOENT');
        order.push('noted');
      },
    });
    await child.done;
    expect([...order, readFileSync(join(root, 'ran'), 'utf8')]).toEqual(['noted', 'ran\n']);
    await expect(start(['bash', '-c', 'echo ran > refused'], { onSpawn: () => Promise.reject(new Error('the disk is full')) })).rejects.toThrow(
      'the disk is full',
    );
    expect(() => readFileSync(join(root, 'refused'))).toThrow('ENOENT');
  });

  it('runs a hundred at once, each with its own output', async () => {
    const { run } = world(sandbox);
    const all = await Promise.all(Array.from({ length: 100 }, (_one, n) => run(['echo', String(n)])));
    expect(all.map((one) => one.output)).toEqual(Array.from({ length: 100 }, (_one, n) => `${n}\n`));
  });
});

describe('what cannot be started', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['a program that is not installed', ['no-such-program-here'], 'INTERPRETER_MISSING'],
    ['an empty name', [''], 'INTERPRETER_MISSING'],
    ['a folder', ['/tmp'], 'INTERPRETER_MISSING'],
    ['a file without the right to run', ['/etc/passwd'], 'INTERPRETER_MISSING'],
    ['more arguments than the system takes', ['true', 'x'.repeat(4_000_000)], 'IO'],
  ];
  it.each(cases)('%s is refused with a code', async (_name, argv, code) => {
    await expect(world(bare).run(argv)).rejects.toMatchObject({ name: 'OxiosError', code });
  });

  it('a folder that is not there is refused with its name', async () => {
    const { run, root } = world(bare);
    await expect(run(['true'], { cwd: join(root, 'none') as AbsPath })).rejects.toMatchObject({ code: 'PATH_INVALID' });
  });

  it('programs are looked up in the given PATH, absolute folders only, or relative to the folder', async () => {
    const { run, root, exec } = world(bare);
    writeFileSync(join(root, 'mine'), '#!/bin/sh\necho mine\n', { mode: 0o755 });
    expect((await run(['./mine'])).output).toBe('mine\n');
    await expect(run(['mine'], { env: { PATH: '.:/bin' } })).rejects.toMatchObject({ code: 'INTERPRETER_MISSING' });
    expect((await run(['mine'], { env: { PATH: `${root}:/usr/bin:/bin` } })).output).toBe('mine\n');
    expect(await exec.which('sh')).toMatch(/\/sh$/u);
    expect(await exec.which('no-such-program-here')).toBeUndefined();
  });

  it('nothing is tried on the machine before the sandbox is asked for, and a remembered success is not tried again', () => {
    const memo = join(folder(), 'sandbox.memo');
    const path = process.env.PATH;
    const first = createHostExec({ blobs: '/nonexistent', memo }).sandbox;
    if (first.kind !== 'bwrap') return expect(() => readFileSync(memo)).toThrow('ENOENT');
    const text = readFileSync(memo, 'utf8');
    expect(text).toContain('bwrap');
    // Whoever tries it writes another file.
    const { ino } = statSync(memo);
    expect(createHostExec({ blobs: '/nonexistent', memo }).sandbox).toEqual(first);
    expect(statSync(memo).ino).toBe(ino);
    // Other circumstances: tried again, and the note is right again.
    writeFileSync(memo, text.replace('CapEff', 'CapOld'));
    expect(createHostExec({ blobs: '/nonexistent', memo }).sandbox.kind).toBe('bwrap');
    expect(readFileSync(memo, 'utf8')).toBe(text);
    expect(statSync(memo).ino).not.toBe(ino);
    process.env.PATH = '/nonexistent';
    expect(createHostExec({ blobs: '/nonexistent', memo }).sandbox).toMatchObject({ kind: 'none' });
    process.env.PATH = path;
  });
});
