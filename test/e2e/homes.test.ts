import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homeAt, openHome } from '../../src/drivers/store/home.ts';
import { tryLock } from '../../src/drivers/store/lock.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { canMount } from '../helpers/mount.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running, shell } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  writeFileSync(here.path('hello.yaml'), '- text: Hello.\n');
});
afterEach(() => here.remove());

const hello = (home: string) => oxios(['-p', 'hi', '--model', `script:${here.path('hello.yaml')}`, '--home', home], { home: here.home });
const oneLine = (stderr: string, code: string) => {
  expect(stderr.split('\n')[0]).toMatch(new RegExp(`^${code}: `, 'u'));
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toMatch(/\n {2}hint: \S/u);
};

describe('a home that cannot be used', () => {
  test('where nothing can be made', async () => {
    const ran = await hello('/proc/oxios-home');
    oneLine(ran.stderr, 'HOME_UNWRITABLE');
    expect(ran.code).toBe(5);
  });

  test('where a file is in the way', async () => {
    writeFileSync(here.path('file'), '');
    const ran = await hello(here.path('file'));
    oneLine(ran.stderr, 'HOME_UNWRITABLE');
    expect(ran.code).toBe(5);
  });

  test.skipIf(!canMount)('read-only', async () => {
    mkdirSync(here.path('ro'));
    const ran = await shell(
      `bwrap --dev-bind / / --ro-bind ${here.path('ro')} ${here.path('ro')} "$NODE" "$BIN" -p hi --model script:${here.path('hello.yaml')} --home ${here.path('ro')}`,
      { home: here.home },
    );
    oneLine(ran.stderr, 'HOME_UNWRITABLE');
    expect(ran.code).toBe(5);
  });

  test.skipIf(!canMount)('on a disk that is full from the beginning or fills up', async () => {
    const home = here.path('small');
    mkdirSync(home);
    for (const bytes of [4096, 30_720, 80_000, 100_000, 140_000]) {
      const ran = await shell(
        `bwrap --dev-bind / / --size ${bytes} --tmpfs ${home} "$NODE" "$BIN" -p hi --model script:${here.path('hello.yaml')} --home ${home} --json`,
        { home: here.home },
      );
      expect(ran.stderr).toMatch(/^DISK_FULL: /mu);
      expect(ran.stderr).not.toMatch(/^\s+at /mu);
      expect(JSON.parse(ran.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        type: 'run.result',
        outcome: 'ERROR',
        exit_code: 5,
        error: { code: 'DISK_FULL' },
      });
      expect(ran.code).toBe(5);
    }
  });

  test.each([[['-p', 'hi']], [['ps']], [['audit', 'verify']], [['cost']], [['logs', '1']]])('written by another version: oxios %j', async (args) => {
    mkdirSync(here.path('old'));
    writeFileSync(here.path('old/home.json'), '{"format":99}');
    const ran = await oxios([...args, '--home', here.path('old')], { home: here.home });
    oneLine(ran.stderr, 'HOME_VERSION');
    expect(ran.code).toBe(5);
  });

  test('with a log that is no database', async () => {
    mkdirSync(here.path('torn'));
    writeFileSync(here.path('torn/home.json'), '{"format":1}');
    writeFileSync(here.path('torn/oxios.db'), 'not a database at all, '.repeat(400));
    for (const args of [['ps'], ['-p', 'hi', '--model', `script:${here.path('hello.yaml')}`]]) {
      const ran = await oxios([...args, '--home', here.path('torn')], { home: here.home });
      oneLine(ran.stderr, 'AUDIT_TAMPERED');
      expect(ran.code).toBe(1);
    }
  });

  test('with a configuration that is no JSON, or holds an unknown key', async () => {
    mkdirSync(here.path('bad'));
    for (const [text, said] of [
      ['{nonsense', 'JSON'],
      ['{"modle":"x"}', 'modle'],
    ] as const) {
      writeFileSync(here.path('bad/config.json'), text);
      const ran = await hello(here.path('bad'));
      oneLine(ran.stderr, 'CONFIG_INVALID');
      expect(ran.stderr).toContain(said);
      expect(ran.code).toBe(2);
    }
  });
});

describe('a home that another kernel holds', () => {
  const work = (): readonly string[] => ['-p', 'hi', '--model', `script:${here.path('hello.yaml')}`];
  test.each<[string, () => readonly string[]]>([
    ['-p', work],
    ['ps', () => ['ps']],
    ['top', () => ['top']],
    ['kill', () => ['kill', '1']],
    ['wait', () => ['wait', '1']],
    ['send', () => ['send', '1', 'x']],
    ['nice', () => ['nice', '1', '2']],
  ])('of another version is refused by oxios %s with exit 5', async (_, args) => {
    const home = openHome(here.path('.oxios') as AbsPath);
    const lock = tryLock(home);
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{"version":"9.9.9"}'));
    await new Promise<void>((resolve) => server.listen(homeAt(home.path).socket, resolve));
    const ran = await oxios(args(), { home: here.home });
    server.close();
    lock?.release();
    oneLine(ran.stderr, 'KERNEL_VERSION');
    expect(ran.stderr).toContain('9.9.9');
    expect(ran.code).toBe(5);
  });

  test('of this version gets the work, and what only looks sees it', async () => {
    mkdirSync(here.workspace);
    const gate = join(here.workspace, 'gate');
    writeFileSync(here.path('slow.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: first\n');
    makeGate(gate);
    const first = running(['-p', 'slow', '--model', `script:${here.path('slow.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    await first.printed('"type":"tool.started"');
    expect(await oxios(work(), { home: here.home })).toMatchObject({ code: 0, stdout: 'Hello.\n' });
    expect((await oxios(['ps', '-a', '--json'], { home: here.home })).events().map((one) => [one.pid, one.state])).toEqual([
      [1, 'waiting tool'],
      [2, 'done'],
    ]);
    await appendFile(gate, 'go\n');
    expect((await first.done).code).toBe(0);
  });
});
