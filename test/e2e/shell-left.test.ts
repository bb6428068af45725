import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { type Place, place } from '../helpers/oxios.ts';

let here: Place;
const open: AtShell[] = [];
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(async () => {
  for (const one of open.splice(0)) {
    one.type('\u0004');
    await one.done;
  }
  here.remove();
});

const script = (agents: object): readonly string[] => {
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents }));
  return ['--model', `script:${here.path('model.yaml')}`];
};

function begin(args: readonly string[]): AtShell {
  const shell = atShell(args, { home: here.home, cwd: here.workspace });
  open.push(shell);
  return shell;
}

async function say(shell: AtShell, text: string): Promise<void> {
  await shell.shows('ready');
  shell.type(`${text}\r`);
}

/** What a conversation says of its own ends. */
const NEWS = /TERM from|ended by|CANCELLED|INTERRUPTED/u;

test('that a conversation was left, or paused for another model or an undo, is no news in it', async () => {
  const args = script({ assistant: [{ calls: [{ name: 'write', input: { path: 'a.txt', content: 'a' } }] }, { text: 'First.' }, { text: 'Second.' }] });
  const first = begin(args);
  await say(first, 'write it');
  await first.shows('no checks of its own');
  await say(first, `/model ${args[1]}`);
  await first.shows(/idle[\s\S]*going on where it stopped/u);
  await say(first, '/undo');
  const before = await first.shows(/idle[\s\S]*undone: 1 put back[\s\S]*going on where it stopped/u);
  expect(before).not.toMatch(NEWS);
  first.type('\u0004');
  expect(await first.done).toBe(0);
  const next = begin([...args, '--continue']);
  await next.shows('going on where it stopped');
  await say(next, 'again');
  expect(await next.shows('Second.')).not.toMatch(NEWS);
});
