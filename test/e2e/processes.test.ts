import { closeSync, constants, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findSandbox } from '../../src/drivers/exec/sandbox.ts';
import { errnoOf } from '../../src/kernel/errors.ts';
import { answersIn, desk, script, task } from '../helpers/agent.ts';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = desk();
});
afterEach(() => here.remove());

const bash = (command: string) => ({ calls: [{ name: 'bash', input: { command } }] });
const forks = (...names: readonly string[]) => ({ calls: names.map((name) => ({ name: 'fork', input: { name, task: `be ${name}` } })) });
const done = { text: 'done' };
const say = (text: string) => ({ text });

/** An agent that may fork, while it runs. */
function started(agents: Readonly<Record<string, readonly object[]>>, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  script(here, agents);
  return running(task(here, ['--allow', 'proc:fork', '--allow', 'exec:setsid', ...args]), { home: here.home, env });
}

const tell = (...args: readonly string[]) => oxios(args, { home: here.home });
const gate = (name: string): string => join(here.workspace, name);
/** Opens a gate that somebody stands at, or will; never waits for one who does not come. */
async function open(name: string): Promise<void> {
  await until(() => opened(name));
}

function opened(name: string): boolean {
  try {
    const fd = openSync(gate(name), constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(fd, 'go\n');
    closeSync(fd);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENXIO') return false;
    throw error;
  }
}

const action = (command: string): string => `"action":${JSON.stringify(command)}`;

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly name: string;
  readonly state: string;
  readonly nice: number;
}

const table = async (): Promise<readonly Row[]> => (await tell('ps', '--json')).events();
const row = async (name: string): Promise<Row> => (await table()).find((one) => one.name === name) ?? Promise.reject(new Error(`no ${name}`));
const pid = async (name: string): Promise<string> => String((await row(name)).pid);

/** Asks until it is so; the limit of the test is the only clock. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const living = (words: string): readonly string[] =>
  readdirSync('/proc').filter((one) => {
    try {
      return /^\d+$/u.test(one) && readFileSync(`/proc/${one}/cmdline`, 'latin1').includes(words);
    } catch {
      return false;
    }
  });

describe('while a run goes on', () => {
  const AGENTS = { agent: [forks('left', 'right'), done], left: [bash('cat l'), say('left is done')], right: [bash('cat r'), say('right is done')] };
  let run: ReturnType<typeof started>;
  beforeEach(async () => {
    makeGate(gate('l'));
    makeGate(gate('r'));
    run = started(AGENTS);
    await run.printed(action('cat l'));
    await run.printed(action('cat r'));
    await until(async () => (await table()).filter((one) => one.state === 'waiting tool').length === 2);
  });
  afterEach(async () => {
    opened('l');
    opened('r');
    if (!run.ended()) await tell('kill', '1', '-s', 'KILL');
    await run.done;
  });

  test('ps shows who forked whom and what each waits for, also as a picture, and top the same', async () => {
    const [root, ...children] = await table();
    expect(root).toMatchObject({ pid: 1, ppid: 0, name: 'agent', state: 'waiting child' });
    expect(children.map((one) => [one.ppid, one.name, one.state]).sort()).toEqual([
      [1, 'left', 'waiting tool'],
      [1, 'right', 'waiting tool'],
    ]);
    const picture = (await tell('ps')).stdout;
    expect(picture).toMatch(/^ *PID +PPID +NAME +STATE/u);
    expect(picture).toMatch(/^ *1 +0 +agent +waiting child/mu);
    expect(picture).toMatch(/^ *2 +1 + {2}(left|right) +waiting tool/mu);
    expect((await tell('top')).stdout).toBe(picture);
  });

  test('logs shows what a child does, and goes on with it; wait ends when it ends', async () => {
    const left = await pid('left');
    const following = tell('logs', left, '-f');
    const waiting = tell('wait', left);
    expect((await tell('logs', left)).stdout).toMatch(/began: left\nbe left\n[\s\S]*> bash: cat l\n$/u);
    await open('l');
    expect(await waiting).toMatchObject({ code: 0, stdout: 'left is done\n' });
    expect((await following).stdout).toMatch(/> bash: cat l\n[\s\S]*\[exit 0\]\n[\s\S]*left is done\n[\s\S]*ended: done\n$/u);
    // What has ended is still there to be asked about.
    expect(await tell('wait', left)).toMatchObject({ code: 0, stdout: 'left is done\n' });
  });

  test('send reaches a child before its next turn', async () => {
    expect(await tell('send', await pid('left'), 'be quick')).toMatchObject({ code: 0 });
    await open('l');
    await open('r');
    const ran = await run.done;
    const left = ran.events().find((event) => event.type === 'process.forked' && event.name === 'left').pid;
    expect(ran.events().find((event) => event.type === 'message.sent')).toMatchObject({ pid: left, from: 'user', text: 'be quick' });
  });

  test('TERM lets a child finish its command and no more; its parent is told and goes on', async () => {
    await tell('kill', await pid('left'));
    expect((await row('left')).state).toBe('waiting tool');
    await open('l');
    await open('r');
    const ran = await run.done;
    expect(ran.code).toBe(0);
    const [left, right] = forkAnswers(ran.events());
    expect(left?.text).toMatch(/failed\]\nended by TERM$/u);
    expect(right?.text).toMatch(/is done\]\nright is done$/u);
    expect(ran.events().filter((event) => event.type === 'tool.finished' && event.text === 'go\n[exit 0]')).toHaveLength(2);
  });

  test('KILL ends a child in the middle of its command; its parent is told and goes on', async () => {
    await tell('kill', await pid('left'), '-s', 'KILL');
    await open('r');
    const ran = await run.done;
    expect(ran.code).toBe(0);
    expect(forkAnswers(ran.events())[0]?.text).toMatch(/failed\]\nended by KILL$/u);
  });

  test('STOP of a parent stops its children too, and CONT lets all go on', async () => {
    await tell('kill', '1', '-s', 'STOP');
    expect((await table()).map((one) => one.state)).toEqual(['stopped', 'stopped', 'stopped']);
    await open('l');
    await open('r');
    await until(() => answersIn(seen(run)).length === 2);
    expect((await table()).map((one) => one.state)).toEqual(['stopped', 'stopped', 'stopped']);
    await tell('kill', '1', '-s', 'CONT');
    expect((await run.done).code).toBe(0);
  });

  test('a stopped process can be killed', async () => {
    await tell('kill', '1', '-s', 'STOP');
    await tell('kill', '1', '-s', 'KILL');
    expect((await run.done).code).toBe(130);
  });

  test('no child outranks its parent: it is raised with it, and not lowered below it', async () => {
    await tell('nice', '1', '5');
    expect((await table()).map((one) => one.nice)).toEqual([5, 5, 5]);
    const refused = await tell('nice', await pid('left'), '0');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^USAGE: process \d would outrank its parent 1, which has niceness 5\n {2}hint: /u),
    });
    await tell('nice', await pid('left'), '9');
    await tell('nice', '1', '0');
    expect((await table()).map((one) => one.nice)).toEqual([0, expect.any(Number), expect.any(Number)]);
    expect((await row('left')).nice).toBe(9);
  });

  test.each([
    ['kill', '99'],
    ['wait', '99'],
    ['nice', '99', '1'],
    ['send', '99', 'x'],
    ['logs', '99'],
  ])('%s of a process that is not there says so', async (...args) => {
    expect(await tell(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^NOT_FOUND: no process 99\n {2}hint: .*oxios ps/u) });
  });
});

const seen = (run: { soFar(): string }): Line[] =>
  run
    .soFar()
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line));
const forkAnswers = (events: readonly Line[]) => answersIn(events.filter((event) => event.pid === 1));

const WAYS: readonly (readonly [string, boolean])[] = [...(findSandbox().kind === 'bwrap' ? [['a sandbox', true] as const] : []), ['no sandbox', false]];

describe.each(WAYS)('with %s, the end of a process', (_, hasSandbox) => {
  const env = () => (hasSandbox ? {} : { PATH: pathWithoutSandbox(here.path('bin')) });
  const seconds = () => `${30_000 + (process.pid % 30_000)}.${hasSandbox ? 1 : 2}`;
  const family = () =>
    `trap '' TERM; setsid sleep ${seconds()} & (sleep ${seconds()} &) ; nohup sleep ${seconds()} & echo begun; sleep ${seconds()}`.replace(
      "trap '' TERM; ",
      '',
    );

  test.each([
    ['a child', 'helper', 0],
    ['its parent', 'agent', 130],
  ])('by KILL of %s takes every grandchild with it', async (_, name, code) => {
    const run = started({ agent: [forks('helper'), done], helper: [bash(family()), done] }, ['--allow', 'exec:nohup'], env());
    await run.printed('"text":"begun\\n"');
    await until(() => living(`sleep\0${seconds()}`).length >= 4);
    await tell('kill', await pid(name), '-s', 'KILL');
    expect((await run.done).code).toBe(code);
    expect(living(`sleep\0${seconds()}`)).toEqual([]);
  });

  test('of the run by Ctrl-C takes them too', async () => {
    const run = started({ agent: [forks('helper'), done], helper: [bash(family()), done] }, ['--allow', 'exec:nohup'], env());
    const kill = await run.printed('"text":"begun\\n"');
    kill('SIGINT');
    expect((await run.done).code).toBe(130);
    expect(living(`sleep\0${seconds()}`)).toEqual([]);
  });
});

describe('at most max_running processes use a model or a tool at once', () => {
  const children = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const blocked = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, [bash(`cat ${name}.gate`), say(name)]]));
  const begun = (events: readonly Line[]): number => events.filter((event) => event.type === 'tool.started' && event.group).length;

  test.each([
    ['by default', 5, undefined],
    ['as configured', 2, '2'],
  ])('%s %i', async (_, most, configured) => {
    for (const name of children) makeGate(gate(`${name}.gate`));
    if (configured) await tell('config', 'set', 'max_running', configured);
    const run = started({ agent: [forks(...children), done], ...blocked(children) });
    await until(() => begun(seen(run)) === most);
    // Everybody else has had the time to begin, had they been let.
    await tell('ps');
    expect(begun(seen(run))).toBe(most);
    let gone = 0;
    for (let left = children.length; left > 0; left--) {
      await until(() => begun(seen(run)) > gone);
      const next = seen(run).filter((event) => event.type === 'tool.intended' && /^cat/u.test(event.action))[gone];
      gone += 1;
      await open(next.action.slice('cat '.length));
    }
    const ran = await run.done;
    expect(ran.code).toBe(0);
    expect(mostAtOnce(ran.events())).toBe(most);
  });

  test('and one who waits for a child holds no place', async () => {
    await tell('config', 'set', 'max_running', '1');
    const run = started({ agent: [forks('a', 'b', 'c'), done], a: [bash('echo a'), done], b: [bash('echo b'), done], c: [bash('echo c'), done] });
    const ran = await run.done;
    expect(ran.code).toBe(0);
    expect(forkAnswers(ran.events()).map((one) => one.ok)).toEqual([true, true, true]);
  });

  test('and who is nicer gets less', async () => {
    await tell('config', 'set', 'max_running', '1');
    makeGate(gate('gate'));
    const [nicer, eager] = [
      ['n1', 'n2', 'n3'],
      ['e1', 'e2', 'e3'],
    ] as const;
    const work = [...Array.from({ length: 6 }, (_, at) => bash(`sleep 0.02${at}`)), done];
    const workers = Object.fromEntries([...nicer, ...eager].map((name) => [name, work]));
    const run = started({ agent: [forks('holder', ...nicer, ...eager), done], holder: [bash('cat gate'), done], ...workers });
    await run.printed(action('cat gate'));
    for (const name of nicer) await tell('nice', await pid(name), '19');
    await open('gate');
    const events = (await run.done).events();
    const names = new Map(events.filter((event) => event.type === 'process.forked').map((event) => [event.pid, event.name]));
    const order = events.filter((event) => event.type === 'tool.started' && event.group).map((event) => names.get(event.pid) ?? '');
    const turns = order.filter((name) => name !== 'holder');
    expect(turns).toHaveLength(36);
    // Equals would have had about eighteen by then.
    const whenEagerAreDone = turns.slice(
      0,
      turns.findLastIndex((name) => name.startsWith('e')),
    );
    expect(whenEagerAreDone.filter((name) => name.startsWith('n')).length).toBeLessThanOrEqual(9);
  });
});

/** Calls between their start and their end at one time. */
function mostAtOnce(events: readonly Line[]): number {
  let now = 0;
  let most = 0;
  const inside = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool.started' && event.group) inside.add(event.call);
    if (event.type === 'tool.finished') inside.delete(event.call);
    now = inside.size;
    most = Math.max(most, now);
  }
  return most;
}
