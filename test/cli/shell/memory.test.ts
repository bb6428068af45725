import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemory } from '../../../src/cli/shell/memory.ts';
import { createShellPorts } from '../../../src/cli/shell/ports.ts';
import { type AbsPath, runIdOf } from '../../../src/kernel/ids.ts';

let home: AbsPath;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'oxios-memory-')) as AbsPath;
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const memoryOf = (home: AbsPath) => createMemory(home, (line) => line);

test('what was typed is there for the next shell, line by line, for its owner alone', async () => {
  const memory = memoryOf(home);
  expect(await memory.history()).toEqual([]);
  const typed = ['first', 'two\nlines', 'umlaut ü, 漢字, \u{1f600}', '"quoted" \\ back'];
  for (const line of typed) await memory.remember(line);
  await memory.remember('   ');
  expect(await memoryOf(home).history()).toEqual(typed);
  expect(statSync(join(home, 'shell', 'history')).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'shell')).mode & 0o777).toBe(0o700);
});

test('a key that was typed is not remembered, and neither is a line as long as a document', async () => {
  const key = 'zq7-of-no-known-format-81';
  writeFileSync(join(home, 'config.json'), JSON.stringify({ providers: { anthropic: { api_key: key } } }));
  const { memory } = createShellPorts({ args: { _: [], $0: 'oxios', home }, cwd: home, look: { notify: 'off' } });
  await memory.remember(`use ${key} for it`);
  await memory.remember('x'.repeat(10_001));
  await memory.remember('y'.repeat(10_000));
  expect(readFileSync(join(home, 'shell', 'history'), 'utf8')).not.toContain(key);
  expect((await memory.history()).map((line) => line.slice(0, 27))).toEqual(['use [redacted by oxios: ant', 'y'.repeat(27)]);
});

test('half a line, as a power cut leaves it, hurts neither what stands before nor what follows', async () => {
  const memory = memoryOf(home);
  await memory.remember('whole');
  appendFileSync(join(home, 'shell', 'history'), '"hal');
  await memory.remember('after');
  expect(await memory.history()).toEqual(['whole', 'after']);
});

test('the file is cut down to the newest lines before it grows without an end', async () => {
  const memory = memoryOf(home);
  await memory.remember('first');
  appendFileSync(join(home, 'shell', 'history'), Array.from({ length: 2999 }, (_, at) => `"${at}"\n`).join(''));
  // Looked at by the next shell.
  await memoryOf(home).remember('newest');
  const lines = readFileSync(join(home, 'shell', 'history'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(2000);
  expect((await memory.history()).at(-1)).toBe('newest');
});

test('runs that were left at work are taken over once, whoever asks first', async () => {
  const [one, two] = [runIdOf('r_1'), runIdOf('r_2')];
  await memoryOf(home).keep([one]);
  await memoryOf(home).keep([two, one]);
  const [first, second] = await Promise.all([memoryOf(home).takeKept(), memoryOf(home).takeKept()]);
  expect([...first, ...second]).toEqual([one, two]);
  expect(await memoryOf(home).takeKept()).toEqual([]);
});

test('one that cannot go on stays kept, and so does what a process had taken over when it died', async () => {
  const [one, two, three] = [runIdOf('r_1'), runIdOf('r_2'), runIdOf('r_3')];
  const memory = memoryOf(home);
  await memory.keep([one, two]);
  expect(await memory.takeKept()).toEqual([one, two]);
  await memory.goOn([one]);
  // No process has such a number.
  writeFileSync(join(home, 'shell', 'kept.json.999999999'), JSON.stringify([three]));
  writeFileSync(join(home, 'shell', `kept.json.${process.ppid}`), JSON.stringify(['r_taken']));
  const next = memoryOf(home);
  expect([...(await next.takeKept())].toSorted()).toEqual([two, three]);
  await next.goOn([two, three]);
  expect(await memoryOf(home).takeKept()).toEqual([]);
  expect(readdirSync(join(home, 'shell'))).toEqual([`kept.json.${process.ppid}`]);
});

test('a folder that cannot be written is a fault in words', async () => {
  writeFileSync(join(home, 'shell'), 'a file stands there');
  await expect(memoryOf(home).remember('x')).rejects.toMatchObject({ code: 'IO', hint: expect.any(String) });
  chmodSync(home, 0o700);
});
