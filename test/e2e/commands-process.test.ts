import { mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { oxios, type Place, place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const tell = (...args: readonly string[]) => oxios(args, { home: here.home });
const WORKING = '"type":"tool.started"';

/** An agent, pid 1, that waits in a command until the gate is opened, and then says goodbye. */
async function atWork() {
  const gate = join(here.workspace, 'gate');
  writeFileSync(here.path('slow.yaml'), '- {text: I look at 世界, calls: [{name: bash, input: {command: cat gate}}]}\n- text: goodbye\n');
  makeGate(gate);
  const ran = running(['-p', 'wait', '--model', `script:${here.path('slow.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
  await ran.printed(WORKING);
  return { ...ran, open: () => appendFile(gate, 'opened\n') };
}

describe('an agent at work', () => {
  test('stands in ps and in top, with its command', async () => {
    const agent = await atWork();
    const table = await tell('ps');
    expect(table.stdout).toMatch(/^ *PID +PPID +NAME +STATE .*NOW\n +1 +0 +agent +waiting tool .* cat gate\n$/u);
    expect(await tell('top')).toEqual({ ...table, events: expect.anything() });
    const [row] = (await tell('top', '--json')).events();
    expect(Object.keys(row)).toEqual(['pid', 'ppid', 'name', 'state', 'run', 'turn', 'tokens', 'cost_usd', 'started_at', 'nice', 'model', 'tool']);
    await agent.open();
    await agent.done;
  });

  test('its logs go on with -f until it has ended, and are the same afterwards', async () => {
    const agent = await atWork();
    const followed = running(['logs', '1', '-f'], { home: here.home });
    await followed.printed('> bash: cat gate');
    expect(followed.ended()).toBe(false);
    await agent.open();
    const { stdout, code } = await followed.done;
    expect(stdout).toMatch(/began: agent\nwait\n.* I look at 世界\n.*> bash: cat gate\n +opened\n +\[exit 0\]\n.* goodbye\n.*ended: done\n$/u);
    expect(code).toBe(0);
    expect((await tell('logs', '1')).stdout).toBe(stdout);
    const events = (await tell('logs', '1', '--json')).events();
    expect(events.map((event) => event.type)).toEqual(expect.arrayContaining(['process.forked', 'tool.intended', 'process.exited']));
    expect(new Set(events.map((event) => event.pid))).toEqual(new Set([1]));
    await agent.done;
  });

  test('logs -f is left with Ctrl-C, and the agent goes on', async () => {
    const agent = await atWork();
    const followed = running(['logs', '1', '-f'], { home: here.home });
    (await followed.printed('> bash: cat gate'))('SIGINT');
    expect(await followed.done).toMatchObject({ code: 0, stderr: '' });
    await agent.open();
    expect((await agent.done).code).toBe(0);
  });

  test('wait waits for it, and says what it said', async () => {
    const agent = await atWork();
    const waited = running(['wait', '1'], { home: here.home });
    await agent.open();
    expect(await waited.done).toMatchObject({ code: 0, stdout: 'goodbye\n' });
    await agent.done;
    expect(await tell('wait', '1')).toMatchObject({ code: 0, stdout: 'goodbye\n' });
    expect((await tell('wait', '1', '--json')).events()).toEqual([{ how: 'done', text: 'goodbye' }]);
  });

  test('send, nice and kill answer with what they did', async () => {
    const agent = await atWork();
    expect((await tell('send', '1', '- with tabs', '--json')).events()).toEqual([{ pid: 1, text: '- with tabs' }]);
    expect((await tell('nice', '1', '-5', '--json')).events()).toEqual([{ pid: 1, nice: -5 }]);
    expect((await tell('ps', '--json')).events()).toMatchObject([{ nice: -5 }]);
    expect(await tell('send', '1', '  ')).toMatchObject({ code: 2, stderr: expect.stringContaining('USAGE: there is nothing to say') });
    expect((await tell('kill', '-9', '1', '--json')).events()).toEqual([{ pid: 1, signal: 'KILL' }]);
    const { events, code } = await agent.done;
    expect(events().find((event) => event.type === 'message.sent')).toMatchObject({ text: '- with tabs' });
    expect(code).toBe(130);
  });

  test('TERM lets its command finish, and then ends it', async () => {
    const agent = await atWork();
    expect(await tell('kill', '1')).toMatchObject({ code: 0, stderr: 'sent TERM to 1\n' });
    await agent.open();
    const { events } = await agent.done;
    expect(events().find((event) => event.type === 'tool.finished')).toMatchObject({ ok: true, text: expect.stringContaining('opened') });
    expect((await tell('wait', '1', '--json')).events()).toEqual([{ how: 'killed', signal: 'TERM' }]);
  });

  test.each([[['kill', '9']], [['send', '9', 'x']], [['nice', '9', '1']], [['wait', '9']], [['logs', '9']]])(
    'oxios %j finds no such process: one line, exit 2',
    async (args) => {
      const agent = await atWork();
      const ran = await tell(...args);
      expect(ran.stderr).toMatch(/^NOT_FOUND: no process 9\n {2}hint: see .* with oxios ps.*\n$/u);
      expect(ran.code).toBe(2);
      await agent.open();
      await agent.done;
    },
  );
});

describe('an agent that has ended', () => {
  beforeEach(async () => {
    writeFileSync(here.path('hello.yaml'), '- text: hello\n');
    await tell('-p', 'hi', '--model', `script:${here.path('hello.yaml')}`);
  });

  test('is in ps only with --all', async () => {
    expect(await tell('ps')).toMatchObject({ code: 0, stdout: '', stderr: 'nothing is running; see what has ended with: oxios ps --all\n' });
    expect(await tell('ps', '--json')).toMatchObject({ code: 0, stdout: '' });
    expect((await tell('ps', '-a', '--json')).events()).toMatchObject([{ pid: 1, state: 'done', turn: 1 }]);
    expect((await tell('top', '--all')).stdout).toMatch(/ 1 +0 +agent +done /u);
  });

  test.each([[['kill', '1']], [['send', '1', 'x']], [['nice', '1', '1']]])('oxios %j says that no kernel runs', async (args) => {
    const ran = await tell(...args);
    expect(ran.stderr).toMatch(/^NOT_FOUND: no kernel runs on .*\n {2}hint: \S.*\n$/u);
    expect(ran.code).toBe(2);
  });

  test('cost has its tokens, for one run by the beginning of its id, and the sum', async () => {
    await tell('-p', 'again', '--model', `script:${here.path('hello.yaml')}`);
    const all = JSON.parse((await tell('cost', '--json')).stdout);
    expect(all.runs.map((run: object) => Object.keys(run))).toEqual(Array(2).fill(['run', 'model', 'usage', 'cost_usd', 'turns', 'tool_calls']));
    const tokens = all.runs.map((run: { usage: Record<string, number> }) => Object.values(run.usage).reduce((sum, one) => sum + one, 0));
    expect(all.total).toEqual({ tokens: tokens[0] + tokens[1], cost_usd: 0 });
    const { run } = all.runs[1];
    expect(JSON.parse((await tell('cost', run.slice(0, -1), '--json')).stdout).runs).toEqual([all.runs[1]]);
    expect((await tell('cost', run)).stdout).toMatch(new RegExp(`^RUN .*WHAT\n${run} .* again\nall: ${tokens[1]} tokens, \\$0\\.0000\n$`, 'u'));
    expect((await tell('cost', 'r_')).stderr).toMatch(/^USAGE: r_ fits 2 runs\n {2}hint: /u);
    expect((await tell('cost', 'nope')).stderr).toMatch(/^NOT_FOUND: no run nope\n {2}hint: /u);
  });
});

describe('where nothing has run', () => {
  test.each([['ps'], ['top'], ['cost']])('oxios %s says where to begin, and exits 0', async (name) => {
    expect(await tell(name)).toMatchObject({ code: 0, stdout: '', stderr: 'nothing has run here yet; try: oxios demo\n' });
  });

  test.each([
    ['ps', ''],
    ['top', ''],
    ['cost', '{"runs":[],"total":{"tokens":0,"cost_usd":0}}\n'],
  ])('oxios %s --json prints %j', async (name, stdout) => {
    expect(await tell(name, '--json')).toMatchObject({ code: 0, stdout });
  });

  test.each([[['logs', '1']], [['wait', '1']], [['resume']], [['replay', 'r_x']], [['audit', 'list']], [['audit', 'verify']]])(
    'oxios %j says so in one line with the next step, and exits 2',
    async (args) => {
      const ran = await tell(...args);
      expect(ran.stderr).toMatch(/^NOT_FOUND: .*\n {2}hint: .*oxios .*\n$/u);
      expect(ran.code).toBe(2);
    },
  );
});
