import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, act, answersIn, desk, script, task, type Use } from '../helpers/agent.ts';
import { type Line, oxios, type Place, type Ran } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = desk({ 'src/a.txt': 'in src\n', 'b.txt': 'beside\n' });
});
afterEach(() => here.remove());

const fork = (input: object): Use => ({ name: 'fork', input: { task: 'help', ...input } });
const bash = (command: string): Use => ({ name: 'bash', input: { command } });
const write = (path: string): Use => ({ name: 'write', input: { path, content: 'x' } });
const read = (path: string): Use => ({ name: 'read', input: { path } });
const calls = (...uses: readonly Use[]) => ({ calls: uses });
const done = { text: 'done' };

/** What the agents of this script do, by their names; the first is called `agent` and may fork. */
async function play(
  agents: Readonly<Record<string, readonly object[]>>,
  args: readonly string[] = [],
): Promise<Ran & { of(name: string): readonly Answer[]; events(): Line[] }> {
  script(here, agents);
  const ran = await oxios(task(here, ['--allow', 'proc:fork', ...args]), { home: here.home });
  const events = ran.events();
  const pids = (name: string) => events.filter((event) => event.type === 'process.forked' && event.name === name).map((event) => event.pid);
  return { ...ran, of: (name) => answersIn(events.filter((event) => pids(name).includes(event.pid))) };
}

describe('a sub-agent', () => {
  test('does its task, and its answer is the result of the call', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper', task: 'look at b' })), done], helper: [calls(read('b.txt')), { text: 'it says beside' }] });
    const [forked] = ran.events().filter((event) => event.type === 'process.forked' && event.name === 'helper');
    expect(forked).toMatchObject({ ppid: 1, args: { task: 'look at b' }, cwd: here.workspace });
    expect(ran.of('agent')[0]).toMatchObject({ ok: true, text: `[process ${forked.pid} is done]\nit says beside`, event: { details: { pid: forked.pid } } });
    expect(ran.of('helper')[0]?.text).toBe('beside');
  });

  test('works side by side with the others of the same answer', async () => {
    makeGate(join(here.workspace, 'pipe'));
    const ran = await play({
      agent: [calls(fork({ name: 'reader' }), fork({ name: 'writer' })), done],
      reader: [calls(bash('cat pipe')), { text: 'read' }],
      writer: [calls(bash('echo met > pipe')), { text: 'written' }],
    });
    expect(ran.of('reader')[0]?.text).toBe('met\n[exit 0]');
    expect(ran.of('agent').map((one) => one.text.split('\n')[1])).toEqual(expect.arrayContaining(['read', 'written']));
  });

  test('holds no more than it was given of what its parent holds', async () => {
    const ran = await play({
      agent: [calls(fork({ name: 'helper', allow: ['fs:read:src', 'exec:rm', 'fs:write:/etc', 'net:*'] })), done],
      helper: [calls(read('src/a.txt'), read('b.txt'), write('src/a.txt'), bash('rm b.txt'), bash('ls src'), read('/etc/hostname')), done],
    });
    expect(ran.of('helper').map((one) => one.ok)).toEqual([true, false, false, false, false, false]);
    const forked = ran.events().find((event) => event.type === 'process.forked' && event.name === 'helper');
    expect(forked.caps).toEqual([`fs:read:${here.workspace}/src`]);
    expect(existsSync(join(here.workspace, 'b.txt'))).toBe(true);
  });

  test('without rules holds what its parent holds, but forks no further, and is not offered to', async () => {
    const ran = await play({
      agent: [calls(fork({ name: 'helper' })), done],
      helper: [calls(write('c.txt'), fork({ name: 'third' })), calls({ name: 'nope' }), done],
      third: [done],
    });
    expect(ran.of('helper').map((one) => one.ok)).toEqual([true, false, false]);
    expect(ran.of('helper')[1]?.text).toContain('proc:fork is more than this agent was narrowed to');
    expect(ran.of('helper')[2]?.text).toBe('There is no tool "nope". Use one of: read, write, edit, bash, grep, find, ls, ask, todo.');
    expect(ran.events().filter((event) => event.type === 'process.forked')).toHaveLength(2);
    expect(ran.events().find((event) => event.type === 'process.forked' && event.name === 'helper').caps).toContain('exec:* (commands that only read)');
  });

  test('may call only the tools it was given', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper', tools: ['ls'] })), done], helper: [calls(read('b.txt'), { name: 'ls', input: {} }), done] });
    expect(ran.of('helper').map((one) => one.text)).toEqual(['There is no tool "read". Use one of: ls.', 'b.txt 7\nsrc/']);
  });

  test('that comes to its own limit ends, and its parent goes on', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper', max_turns: 1 })), done], helper: [calls(read('b.txt')), done] });
    expect(ran.of('agent')[0]).toMatchObject({ ok: false, text: expect.stringMatching(/failed\]\nLIMIT: turn limit reached: 1 allowed/u) });
    expect(ran.code).toBe(0);
  });

  test('has no higher limit than its parent', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper', max_turns: 40 })), done], helper: Array.from({ length: 5 }, () => calls(read('b.txt'))) }, [
      '--max-turns',
      '3',
    ]);
    expect(ran.of('helper')).toHaveLength(3);
    expect(ran.of('agent')[0]?.text).toContain('LIMIT: turn limit reached: 3 allowed');
  });

  test('that fails is a failed call with its reason', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper' })), done], helper: [] });
    expect(ran.of('agent')[0]).toMatchObject({ ok: false, text: expect.stringContaining('SCRIPT_EXHAUSTED') });
    expect(ran.code).toBe(0);
  });

  test('with a rule nobody can read is not made', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper', allow: ['fs:fly:/'] })), done] });
    expect(ran.of('agent')[0]).toMatchObject({ ok: false, text: expect.stringMatching(/^RULE_INVALID: rule "fs:fly:\/"/u) });
  });

  test('gives at most 50,000 characters', async () => {
    const ran = await play({ agent: [calls(fork({ name: 'helper' })), done], helper: [{ text: 'y'.repeat(60_000) }] });
    expect(ran.of('agent')[0]?.text).toMatch(/\]\ny{50000}\n\[answer cut\]$/u);
  });

  test('of a name that was used before is a new one', async () => {
    const ran = await play({
      agent: [calls(fork({ name: 'helper', task: 'one' })), calls(fork({ name: 'helper', task: 'two' })), done],
      helper: [{ text: 'fine' }],
    });
    expect(new Set(ran.of('agent').map((one) => one.event.details.pid)).size).toBe(2);
  });

  test('of a name that was done before a crash is a new one too', async () => {
    makeGate(join(here.workspace, 'gate'));
    script(here, {
      agent: [calls(fork({ name: 'helper', task: 'one' })), calls(bash('echo begun; cat gate')), calls(fork({ name: 'helper', task: 'two' })), done],
      helper: [{ text: 'fine' }],
    });
    const first = running(task(here, ['--allow', 'proc:fork']), { home: here.home });
    (await first.printed('"text":"begun\\n"'))('SIGKILL');
    await first.done;
    const second = running(['resume', '--json'], { home: here.home });
    await second.printed('"action":"echo begun; cat gate"');
    writeFileSync(join(here.workspace, 'gate'), 'go\n');
    const ran = await second.done;
    expect(ran.code).toBe(0);
    const forked = ran.events().filter((event) => event.type === 'process.forked' && event.name === 'helper');
    expect(forked.map((event) => event.args.task)).toEqual(['two']);
  });

  test('is refused without the right to fork', async () => {
    const { answers } = await act(here, [fork({ name: 'helper' })]);
    expect(answers[0]?.text).toContain('To grant it the user says --allow proc:fork. ');
  });
});

describe('ask', () => {
  const question = { name: 'ask', input: { question: 'Tabs or spaces?', options: ['tabs', 'spaces'] } };

  test('stops the run where nobody can answer, and goes on with the answer', async () => {
    const { code, stderr, events } = await act(here, [question, write('c.txt')]);
    expect(code).toBe(4);
    const result = events().at(-1);
    expect(stderr).toContain(`NEEDS_ANSWER: a question needs an answer: Tabs or spaces?\n  hint: go on with: oxios resume ${result.run} --answer`);
    expect(result).toMatchObject({ type: 'run.result', exit_code: 4, resumable: true, error: { code: 'NEEDS_ANSWER' } });
    expect(result.error.message).toContain('Tabs or spaces?');
    expect(result.error.hint).toContain(`oxios resume ${result.run} --answer`);
    expect(existsSync(join(here.workspace, 'c.txt'))).toBe(false);

    const again = await oxios(['resume', result.run, '--json'], { home: here.home });
    expect(again.code).toBe(4);
    const ran = await oxios(['resume', result.run, '--answer', 'tabs, please', '--json'], { home: here.home });
    expect(ran.code).toBe(0);
    expect(answersIn(ran.events()).map((one) => one.text)).toEqual(['tabs, please', 'made c.txt, 1 bytes']);
    expect(ran.events().find((event) => event.type === 'approval.answered')).toMatchObject({ verdict: 'text', text: 'tabs, please', actor: 'user' });
  });

  test('refuses more options than a person reads', async () => {
    const { answers } = await act(here, [{ name: 'ask', input: { question: 'Which?', options: ['1', '2', '3', '4', '5', '6', '7'] } }]);
    expect(answers[0]?.text).toMatch(/^The arguments of ask do not fit: /u);
  });
});

describe('todo', () => {
  test('shows the list as it is, and keeps it with the call', async () => {
    const items = [
      { text: 'look', state: 'done' },
      { text: 'change', state: 'doing' },
      { text: 'check', state: 'open' },
    ];
    const { answers } = await act(here, [
      { name: 'todo', input: { items } },
      { name: 'todo', input: { items: [] } },
      { name: 'todo', input: { items: [{ text: 'x', state: 'maybe' }] } },
    ]);
    expect(answers.map((one) => one.text)).toEqual(['[x] look\n[>] change\n[ ] check', '[the list is empty]', expect.stringContaining('do not fit')]);
    expect(answers[0]?.event.notes).toEqual({ todo: items });
  });
});

describe('a call that cannot be understood', () => {
  const ROWS: readonly (readonly [claim: string, use: Use, text: RegExp])[] = [
    ['names no tool there is', { name: 'fly', input: {} }, /^There is no tool "fly"\. Use one of: read, write, edit, bash, grep, find, ls, ask, todo\.$/u],
    ['names a tool that is not for models', { name: 'check', input: {} }, /^There is no tool "check"/u],
    ['names nothing', { name: '', input: {} }, /^There is no tool ""/u],
    [
      'has arguments that are half JSON',
      { name: 'read', raw: '{"path": "b.t' },
      /were not valid JSON: \{"path": "b\.t\. Send the call again with one JSON object\.$/u,
    ],
    ['has no arguments', { name: 'read', raw: '' }, /were not valid JSON/u],
    ['lacks an argument', { name: 'read', input: {} }, /do not fit: .*expected string[\s\S]*at path/u],
    ['has an argument of another type', { name: 'read', input: { path: ['b.txt'] } }, /do not fit: .*expected string, received array/u],
  ];
  let place: Place;
  let ran: Awaited<ReturnType<typeof act>>;
  beforeAll(async () => {
    place = desk({ 'b.txt': 'x' });
    mkdirSync(join(place.workspace, 'd'));
    ran = await act(
      place,
      ROWS.map(([, use]) => use),
      ['--fail-on', 'denied'],
    );
  });
  afterAll(() => place.remove());

  test.each(ROWS.map(([claim, use, text], at) => ({ claim, use, text, at })))('because it $claim is answered', ({ text, at }) => {
    expect(ran.answers[at]).toMatchObject({ ok: false, text: expect.stringMatching(text), event: { type: 'tool.denied' } });
  });

  test('is no denial, and ends nothing', () => {
    expect(ran.code).toBe(0);
    expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', denials: [] });
  });
});

describe('rules on the command line', () => {
  test('count all, however many, and a denial beats every grant', async () => {
    const args = ['--allow', 'exec:cp', '--allow', 'exec:touch', '--allow', 'exec:mv', '--deny', 'exec:mv', '--deny', 'fs:write:src'];
    const { answers } = await act(here, [bash('cp b.txt c.txt'), bash('touch d.txt'), bash('mv b.txt e.txt'), write('src/n.txt')], args);
    expect(answers.map((one) => one.ok)).toEqual([true, true, false, false]);
    expect(answers[2]?.text).toMatch(/^Refused: exec:mv is denied explicitly \(deny exec:mv\)\. .*No grant allows it\. /u);
  });
});
