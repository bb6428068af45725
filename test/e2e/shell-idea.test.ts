import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { IDEA, ONE_ROUND, type Scene, scene } from '../helpers/interview.ts';

let open: { readonly at: Scene; readonly shell: AtShell } | undefined;
afterEach(async () => {
  open?.shell.type('\u0004');
  await open?.shell.done;
  open?.at.remove();
});

/** Enough for an agent of a conversation, beside those of an interview and of the work. */
const AGENTS = {
  ...ONE_ROUND,
  assistant: [
    { calls: [{ name: 'write', input: { path: 'notes.txt', content: 'one\ntwo\n' } }] },
    { calls: [{ name: 'bash', input: { command: 'mkdir out && touch out/new' } }] },
    { text: 'It is written.' },
    { text: 'I see.' },
  ],
};

function begin(): { readonly at: Scene; readonly shell: AtShell } {
  const at = scene(AGENTS);
  const shell = atShell(['--model', `script:${at.path('model.yaml')}`], { home: at.home, cwd: at.workspace });
  open = { at, shell };
  return open;
}

test('an idea becomes a specification by answers, is saved, worked on and proved, without leaving the shell', async () => {
  const { at, shell } = begin();
  await shell.shows('what is to be done?');
  shell.type(`/interview ${IDEA}\r`);
  const first = await shell.shows('1. Which storage?');
  expect(first).toMatch(/goal .*0\.50 < 0\.75/u);
  shell.type('1');
  await shell.shows('2. Which colour?');
  shell.type('w');
  await shell.shows('Enter take it');
  // A word of the interview, typed as an answer, is one.
  shell.type('later');
  await shell.shows('> later');
  shell.type('\r');
  await shell.shows('3. Which language?');
  shell.type('l');
  const said = await shell.shows('> 1 write it');
  expect(said).toContain('What will be built: A tally counter');
  expect(said).toMatch(/Left for later:[\s\S]*Which language\?/u);
  shell.type('\r');
  await shell.shows('The seed is written.');
  shell.type('\r');
  await shell.shows('Seed · written');
  shell.type('s');
  await shell.shows('Write the seed to');
  shell.type('\r');
  await shell.shows('wrote seed.yaml');
  expect(readFileSync(join(at.workspace, 'seed.yaml'), 'utf8')).toContain('goal: A tally counter');
  shell.type('a');
  const proved = await shell.shows('Seed 1/1 · APPROVED');
  expect(proved).toContain('✓ prints PASS');
  shell.type('\u001b[B\r');
  await shell.shows('contract: ');
});

test('what an agent may not do is asked with its action; what it changed is reviewed and put back', async () => {
  const { at, shell } = begin();
  await shell.shows('what is to be done?');
  shell.type('write it down\r');
  await shell.shows('waits for you');
  shell.type('\u001ba');
  const asked = await shell.shows('y once');
  expect(asked).toContain('│ mkdir out && touch out/new');
  shell.type('n');
  await shell.shows('It is written.');
  shell.type('/diff\r');
  await shell.shows('Review 1 of 1');
  shell.type('n');
  await shell.shows('1 to put back');
  shell.type('\r');
  await shell.shows('waits for you');
  shell.type('\u001ba');
  await shell.shows('needs  exec:patch');
  shell.type('y');
  await shell.shows(/✓ patch/u);
  expect(existsSync(join(at.workspace, 'notes.txt'))).toBe(false);
});
