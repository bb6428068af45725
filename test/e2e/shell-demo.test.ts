import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { type Place, place } from '../helpers/oxios.ts';

let here: Place;
let shell: AtShell;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
  shell = atShell([], { home: here.home, cwd: here.workspace, rows: 44 });
});
afterEach(async () => {
  shell.type('\u0004');
  await shell.done;
  here.remove();
});

const DOWN = '\u001b[B';

/** Types it once nobody is at work. */
async function say(text: string): Promise<void> {
  await shell.shows('ready');
  shell.type(`${text}\r`);
}

test('who chooses the demo on first use is shown around: an answer, a change, a question, an interview, and work that is proved', async () => {
  await shell.shows('Welcome to Oxios');
  shell.type(`${DOWN}${DOWN}\r`);
  await shell.shows('a model is there');
  await say('hello');
  await shell.shows('echo "hello from Oxios"');
  await say('go on');
  await shell.shows('waits for you');
  shell.type('\u001ba');
  await shell.shows('│ rm oxios-demo.sh');
  shell.type('y');
  await shell.shows('Say something, and I offer the interview.');
  await say('something');
  await shell.shows('Press Enter on the empty line');
  await say('');
  for (const asked of ['1. Which program', '2. Where is the count', '3. What shows']) {
    await shell.shows(asked);
    shell.type('1');
  }
  await shell.shows('What will be built');
  shell.type('\r');
  await shell.shows('The seed is written.');
  shell.type('\r');
  await shell.shows('Seed · written');
  shell.type('a');
  const proved = await shell.shows(/Seed .*APPROVED/u);
  expect(proved).toMatch(/✓ adds PASS[\s\S]*✓ resets PASS/u);
  expect(readFileSync(join(here.workspace, 'tally.sh'), 'utf8')).toContain('reset) rm -f tally.txt');
  shell.type('i');
  await shell.shows('> what is to be done?');
  await say('what now?');
  await shell.shows('My script ends here.');
  await shell.shows('ready');
});
