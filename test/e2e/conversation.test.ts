import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VERSION } from '../../src/cli/version.ts';
import { connectKernel } from '../../src/gateway/client.ts';
import { NO_LIMITS } from '../../src/kernel/budget.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { workerCaps } from '../../src/kernel/roles.ts';
import { type Line, oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const tool = (args: readonly string[]) => oxios(args, { home: here.home, cwd: here.workspace });

/** A kernel of another terminal, until its gate is opened. */
function kernel() {
  const gate = join(here.workspace, 'gate');
  makeGate(gate);
  writeFileSync(here.path('owner.yaml'), '- calls: [{name: bash, input: {command: cat gate}}]\n- text: done\n');
  const owner = running(['-p', 'wait', '--model', `script:${here.path('owner.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
  return { ...owner, open: () => appendFile(gate, 'go\n') };
}

test('a conversation is driven from the command line: said, run, interrupted, seen, replayed and gone on with', async () => {
  const owner = kernel();
  await owner.printed('"type":"tool.started"');
  const client = await connectKernel(join(here.home, '.oxios', 'kernel.sock'), VERSION);
  if (!client) throw new Error('no kernel');
  const turns = [{ text: 'hello, too' }, { pace_ms: 20, text: `one two three ${'and on '.repeat(10_000)}` }, { text: 'fine' }];
  writeFileSync(here.path('chat.yaml'), JSON.stringify({ agents: { assistant: turns } }));
  const cwd = here.workspace as AbsPath;
  const heard: Line[] = [];
  const waiting = new Set<() => void>();
  client.subscribe((event) => {
    heard.push(event);
    for (const look of waiting) look();
  });
  const until = (claim: (event: Line) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = () => heard.some(claim) && resolve();
      waiting.add(look);
      look();
    });
  const { run, pid } = await client.start({
    ...{ kind: 'chat', title: 'a talk', cwd, body: 'chat', args: { task: '' }, model: `script:${here.path('chat.yaml')}`, limits: NO_LIMITS },
    ...{ grants: workerCaps(cwd), denies: [], asks: false, interactive: true, require_sandbox: false },
  });
  const rests = (event: Line) => event.type === 'process.moved' && event.to === 'waiting' && event.run === run;
  await until(rests);
  const rows = (await tool(['ps', '--json'])).events().filter((proc) => proc.run === run);
  expect(rows.map((proc) => [proc.name, proc.state])).toContainEqual(['assistant', 'waiting message']);

  expect(await tool(['send', String(pid), 'hello', '--json'])).toMatchObject({ code: 0, stdout: `${JSON.stringify({ pid, text: 'hello' })}\n` });
  await until((event) => event.type === 'chat.assessed');
  expect((await tool(['send', String(pid), 'echo typed', '--as', 'command'])).code).toBe(0);
  await until((event) => event.type === 'message.sent' && event.kind === 'context');
  await tool(['send', String(pid), 'count']);
  await until((event) => event.type === 'model.delta' && event.text.includes('three'));
  expect(await tool(['kill', String(pid), '-s', 'INT'])).toMatchObject({ code: 0 });
  await until((event) => event.type === 'turn.interrupted' && event.text.startsWith('one two three'));
  const assistant = rows.find((proc) => proc.name === 'assistant').pid;
  const logs = await tool(['logs', String(assistant)]);
  expect(logs.stdout + logs.stderr).toContain('the turn was interrupted by user');
  await tool(['kill', String(pid)]);
  await client.wait(pid);
  client.close();
  await owner.open();
  await owner.done;

  const replayed = await tool(['replay', run, '--diff', '--json']);
  expect(JSON.parse(replayed.stdout)).toMatchObject({ ok: true, run });
  writeFileSync(here.path('on.yaml'), '- text: on we go\n');
  const on = await tool(['-p', 'go on', '--session', run, '--model', `script:${here.path('on.yaml')}`, '--json']);
  const [started] = on.events();
  expect(JSON.stringify(started.request.args.history)).toMatch(/hello.*hello, too.*echo typed.*count.*one two three.*interrupted/u);
});
