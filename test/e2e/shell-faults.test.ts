import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { type Place, place } from '../helpers/oxios.ts';
import { replies, says, status } from '../helpers/provider-plays.ts';
import { type Play, providerServer } from '../helpers/provider-server.ts';

let here: Place;
let shell: AtShell;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(async () => {
  shell.type('\u0004');
  await shell.done;
  here.remove();
});

async function say(text: string): Promise<void> {
  await shell.shows('ready');
  shell.type(`${text}\r`);
}

const count = (screen: string, text: string): number => screen.split(text).length - 1;

/** The conversation with a provider that does this with the second request, and with it after that. */
async function begin(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  shell = atShell([...args, '--panes'], { home: here.home, cwd: here.workspace, env });
  await say('first');
  await shell.shows('One.');
  await say('second');
}

test.each<[name: string, code: string, play: Play, hint: string]>([
  ['a refusal', 'MODEL_REFUSED', replies({ blocks: [{ text: 'No.' }], stop: 'refusal' }), ''],
  ['a key that does not count', 'AUTH', status(401), 'key'],
  ['a provider that cannot do it', 'PROVIDER', status(400, { message: 'not like this' }), ''],
])('%s is told once with what to do, and the next word goes on with what was said', async (_, code, play, hint) => {
  const server = await providerServer([says({ text: 'One.' }), play, says({ text: 'Three.' })]);
  await begin(['--model', 'anthropic/claude-sonnet-4-5'], server.env);
  const failed = await shell.shows(`${code}: `);
  await say('third');
  const on = await shell.shows('Three.');
  await server.close();
  expect(failed).toContain(hint);
  expect(on).toContain('> second');
  for (const screen of [failed, on]) expect(count(screen, `${code}: `)).toBe(1);
  expect(JSON.stringify(server.asked.at(-1)?.body.messages)).toMatch(/first.*One\..*second.*third/u);
});

test('a script that has ended says so once for each word, with what to do', async () => {
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { assistant: [{ text: 'One.' }] } }));
  await begin(['--model', `script:${here.path('model.yaml')}`], {});
  const failed = await shell.shows('SCRIPT_EXHAUSTED');
  expect(failed).toContain('add a');
  await say('third');
  const again = await shell.shows(/> third[\s\S]*SCRIPT_EXHAUSTED/u);
  expect([count(failed, 'SCRIPT_EXHAUSTED'), count(again, 'SCRIPT_EXHAUSTED')]).toEqual([1, 2]);
});
