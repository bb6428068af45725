import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
let shell: AtShell;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const RIGHT = '\u001b[C';
const LEFT = '\u001b[D';
const HOMES = ['\u001b[H', '\u001bOH', '\u001b[1~', '\u001b[7~'];
const ENDS = ['\u001b[F', '\u001bOF', '\u001b[4~', '\u001b[8~'];

const begin = (...args: readonly string[]): AtShell => {
  shell = atShell(args, { home: here.home, cwd: here.workspace, columns: 100, rows: 24 });
  return shell;
};

async function leave(): Promise<void> {
  shell.type('q');
  expect(await shell.done).toBe(0);
  expect(shell.written().trimEnd().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
}

/** Goes to a place by keys until this is there, which may take several. */
async function until(key: string, claim: (screen: string) => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !claim(shell.screen()); tries++) {
    const before = shell.written().length;
    shell.type(key);
    // Every place paints something.
    while (shell.written().length === before) await new Promise((go) => setTimeout(go, 5));
    await shell.shows(/[\s\S]*/u);
  }
  expect(claim(shell.screen())).toBe(true);
}

const script = (): string => {
  writeFileSync(here.path('model.yaml'), JSON.stringify([{ text: 'One.', calls: [{ name: 'ls', input: {} }] }, { text: 'Two.' }]));
  return `script:${here.path('model.yaml')}`;
};

test('recorded events are played; arrows, Home and End go through them as terminals write these keys, Space plays on, q leaves', async () => {
  await oxios(['-p', 'say it', '--model', script(), '--events', here.path('run.jsonl')], { home: here.home, cwd: here.workspace });
  begin('view', here.path('run.jsonl'));
  await shell.shows('Two.');
  for (const [home, end] of HOMES.map((key, at) => [key, ENDS[at] ?? ''] as const)) {
    await until(home, (screen) => !screen.includes('One.'));
    await until(end, (screen) => screen.includes('Two.'));
  }
  await until(LEFT, (screen) => screen.includes('One.') && !screen.includes('Two.'));
  await until(RIGHT, (screen) => screen.includes('Two.'));
  shell.type(HOMES[0] ?? '');
  shell.type(' ');
  await shell.shows('Two.');
  await leave();
});

test('what a shell painted is played from its record, and any frame of it is painted whole', async () => {
  const cast = here.path('frames.cast');
  begin('--model', script(), '--record-frames', cast);
  await shell.shows('ready');
  shell.type('hello\r');
  await shell.shows('Two.');
  shell.type('\u0004');
  await shell.done;
  expect(readFileSync(cast, 'utf8')).toContain('"version":2');
  begin('view', cast);
  await shell.shows('Two.');
  await until(LEFT, (screen) => screen.includes('what is to be done?') && !screen.includes('hello'));
  await until(RIGHT, (screen) => screen.includes('Two.'));
  await leave();
});

test('a record from elsewhere only paints', async () => {
  const frames = ['a\u001b]52;c;eA==\u0007\u001b[?1000h', '\u001b[31mb\u001b[0m', '\u001b[6nc'];
  writeFileSync(
    here.path('x.cast'),
    [{ version: 2, width: 80, height: 24 }, ...frames.map((text, at) => [at / 100, 'o', text])].map((one) => JSON.stringify(one)).join('\n'),
  );
  begin('view', here.path('x.cast'));
  await shell.shows('abc');
  await leave();
  expect(shell.written()).toContain('\u001b[31mb');
  expect(shell.written()).not.toMatch(/\]52|\?1000|\[6n/u);
});

test('a signal that ends it gives the terminal back', async () => {
  writeFileSync(here.path('x.cast'), [{ version: 2, width: 80, height: 24 }, [0, 'o', 'painted']].map((one) => JSON.stringify(one)).join('\n'));
  const file = here.path('x.cast');
  begin('view', file);
  await shell.shows('painted');
  const of = readdirSync('/proc').find((pid) => /^\d+$/u.test(pid) && wordsOf(pid).join(' ').endsWith(`view ${file}`) && wordsOf(pid)[0] === process.execPath);
  process.kill(Number(of), 'SIGTERM');
  expect(await shell.done).not.toBe(0);
  expect(shell.written()).toContain('\u001b[?25h\u001b[?1049l');
});

function wordsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
