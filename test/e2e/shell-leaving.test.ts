import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reading } from '../../src/cli/boot.ts';
import { tryLock } from '../../src/drivers/store/lock.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { atShell } from '../helpers/at-shell.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const flags = (turns: unknown): readonly string[] => {
  writeFileSync(here.path('model.yaml'), JSON.stringify(turns));
  return ['--model', `script:${here.path('model.yaml')}`, '--allow', 'exec:sleep', '--project-dir', here.workspace];
};

/** The shell itself, and what it began, by the command lines of all processes. */
const found = (words: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name) && commandOf(name).includes(words))
    .map(Number);

function commandOf(pid: string): string {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

test.each([
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s closes the kernel: the end of the run is in the log, the home is free, and nothing of the agent lives', async (signal, code) => {
  const seconds = String(3000 + code);
  const shell = atShell([...flags([{ calls: [{ name: 'bash', input: { command: `sleep ${seconds}` } }] }]), 'sleep a while'], {
    home: here.home,
    cwd: here.workspace,
  });
  await shell.shows(new RegExp(`sleep ${seconds}`, 'u'));
  await until(() => found(`sleep ${seconds}`).length > 0);
  // The one that was begun by `script` and its shell.
  const [pid] = found(here.path('model.yaml')).filter((one) => /^\S*node /u.test(commandOf(String(one))));
  process.kill(pid as number, signal);
  expect(await shell.done).toBe(code);
  expect(found(`sleep ${seconds}`)).toEqual([]);
  const lock = tryLock({ lock: here.path('.oxios/kernel.lock') } as never);
  expect([lock !== undefined, existsSync(here.path('.oxios/kernel.sock'))]).toEqual([true, false]);
  lock?.release();
  const store = reading(here.path('.oxios') as AbsPath);
  const types: string[] = [];
  for await (const event of store.read({})) types.push(event.type);
  store.close();
  expect(types).toEqual(expect.arrayContaining(['tool.started', 'run.finished', 'run.result']));
  expect((await oxios(['audit', 'verify'], { home: here.home })).code).toBe(0);
});

test('a shell that is left while the kernel opens ends, and what was to be said is said to nobody', async () => {
  mkdirSync(here.path('.oxios'), { mode: 0o700 });
  const lock = tryLock({ lock: here.path('.oxios/kernel.lock') } as never);
  const shell = atShell([...flags([{ text: 'Done.' }]), 'delete all'], { home: here.home, cwd: here.workspace });
  await shell.shows('queued: delete all');
  shell.type('\x04');
  lock?.release();
  expect(await shell.done).toBe(0);
  expect(shell.screen()).toContain('not sent: delete all');
  expect((await oxios(['ps', '--all'], { home: here.home })).stdout).not.toContain('delete all');
  expect(readFileSync(here.path('.oxios/shell/history'), 'utf8')).toBe('"delete all"\n');
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}
