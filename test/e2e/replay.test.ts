import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { essence, RUN_STEPS, steps } from '../helpers/crash.ts';
import { openTestKernel } from '../helpers/kernel.ts';
import { type Line, oxios, type Place, place } from '../helpers/oxios.ts';
import { running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const ask = (args: readonly string[] = []) =>
  oxios(['-p', 'go', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json', ...args], { home: here.home });

function given(turns: object): void {
  writeFileSync(here.path('model.yaml'), stringify(turns));
}

const replay = (home: string, ...args: readonly string[]) => oxios(['replay', ...args, '--json', '--diff'], { home });

/** Replays with nothing left of what the run worked on, and expects the same events. */
async function expectSame(at: Place, events: readonly Line[]): Promise<void> {
  rmSync(at.workspace, { recursive: true });
  rmSync(at.path('model.yaml'), { force: true });
  const durable = events.filter((event) => 'seq' in event);
  const again = await replay(at.home, durable[0].run);
  expect(JSON.parse(again.stdout)).toEqual({ ok: true, run: durable[0].run, events: durable.length });
  expect(again.code).toBe(0);
  expect(existsSync(at.workspace)).toBe(false);
}

const bash = (command: string, more: object = {}) => ({ name: 'bash', input: { command, ...more } });
const waiting = Array.from({ length: 3 }, (_, at) => ({ calls: [bash(`echo ${at}`), { name: 'ls', input: {} }] }));

describe('a run comes out as it was recorded, without a model and a workspace:', () => {
  test('with sub-agents, edits and judges', async () => {
    const at = steps();
    const ran = await oxios(RUN_STEPS, { home: at.home });
    expect(ran.code).toBe(0);
    await expectSame(at, ran.events());
    at.remove();
  });

  test.each([
    ['a denied call', [{ calls: [bash('touch x')] }, { text: 'it was refused' }], [], 0],
    [
      'calls that cannot be read',
      [
        {
          calls: [
            { name: 'read', raw: '{"pa' },
            { name: 'nothing', input: {} },
            { name: 'read', input: { file: 1 } },
          ],
        },
        { text: 'hm' },
      ],
      [],
      0,
    ],
    [
      'a command in the background',
      [{ calls: [bash('sleep 600', { background: true })] }, { calls: [bash('ls', {})] }, { text: 'done' }],
      ['--allow', 'exec:sleep'],
      0,
    ],
    ['a command that is ended by its time', [{ calls: [bash('sleep 600', { timeout_s: 0.2 })] }, { text: 'done' }], ['--allow', 'exec:sleep'], 0],
    ['a limit of calls', waiting, ['--max-tool-calls', '3'], 6],
    ['a limit of turns', waiting, ['--max-turns', '2'], 6],
    // Longer than a replay waits for something to happen: it must not wait for the clock.
    ['a limit of time', [{ text: 'slow', delay_ms: 600_000 }], ['--max-wall', '6s'], 6],
    ['a provider that fails', [{ calls: [{ name: 'ls', input: {} }] }, { fault: { code: 'PROVIDER_UNAVAILABLE', message: 'down' } }], [], 5],
    ['a question nobody answers', [{ calls: [{ name: 'ask', input: { question: 'Which?' } }] }], [], 4],
    [
      'two agents of one name',
      [{ calls: [1, 2].map((n) => ({ name: 'fork', input: { name: 'twin', task: `task ${n}` } })) }, { text: 'both' }],
      ['--allow', 'proc:fork'],
      0,
    ],
  ] as const)('with %s', async (_, turns, args, code) => {
    given({ agents: { default: turns, twin: [{ calls: [{ name: 'ls', input: {} }] }, { text: 'twin' }] } });
    const ran = await ask(args);
    expect(ran.code).toBe(code);
    await expectSame(here, ran.events());
  });

  test('with a conversation that was shortened', async () => {
    given(SHORTENED);
    writeFileSync(join(here.workspace, 'long.txt'), 'some words on a line\n'.repeat(200));
    const ran = await ask();
    expect(ran.events().filter((event) => event.type === 'context.compacted').length).toBeGreaterThan(1);
    await expectSame(here, ran.events());
  });

  test('with answers and messages of a person', async () => {
    const world = openTestKernel();
    const turns = [
      { calls: [{ name: 'ask', input: { question: 'Which?', options: ['a', 'b'] } }] },
      { calls: [bash('touch made')] },
      { calls: [bash('mkdir refused')] },
      { text: 'done' },
    ];
    const { kernel } = world;
    const asked = (nth: number) =>
      new Promise<string>((resolve) => {
        let seen = 0;
        const leave = kernel.subscribe((event) => {
          if (event.type !== 'approval.asked' || seen++ !== nth) return;
          leave();
          resolve(event.ask);
        });
      });
    const wishes = [asked(0), asked(1), asked(2)] as const;
    const { run, pid } = await kernel.start(world.request(turns, { interactive: true, asks: true }));
    await kernel.nice(pid, 3, 'a test');
    await kernel.answer((await wishes[0]) as never, { verdict: 'text', text: 'b' }, 'a person', 'terminal');
    await kernel.send(pid, 'use tabs', 'a person');
    await kernel.answer((await wishes[1]) as never, { verdict: 'allow', scope: 'run' }, 'a person', 'terminal');
    await kernel.answer((await wishes[2]) as never, { verdict: 'deny', scope: 'once' }, 'a person', 'terminal');
    expect(await kernel.wait(pid)).toMatchObject({ how: 'done' });
    const again = await oxios(['replay', run, '--json', '--diff', '--home', world.home.path], { home: here.home });
    await world.close();
    expect(JSON.parse(again.stdout)).toEqual({ ok: true, run, events: expect.any(Number) });
  });

  test('up to where it was killed, and says that it has no end', async () => {
    given([{ calls: [{ name: 'ls', input: {} }] }, { text: 'slow', delay_ms: 600_000 }]);
    const run = running(['-p', 'go', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'], { home: here.home });
    (await run.printed('"request":1'))('SIGKILL');
    const { run: id } = (await run.done).events()[0];
    const again = await oxios(['replay', id], { home: here.home });
    expect(again.stdout).toMatch(/^\d+ events came out as they were recorded; there the log of the run ends, without a result\n$/u);
    expect(again.code).toBe(0);
  });
});

/** A small window: the second and the fourth answer do not fit beside what was read. */
const SHORTENED = {
  context_tokens: 4500,
  max_output: 500,
  agents: {
    default: [...Array.from({ length: 6 }, (_, at) => ({ calls: [{ name: 'read', input: { path: `${'./'.repeat(at)}long.txt` } }] })), { text: 'done' }],
    compaction: Array.from({ length: 6 }, (_, at) => ({ text: `summary ${at}` })),
  },
};

describe('a record that was altered', () => {
  const alter = (id: string, from: string, to: string): void => {
    const db = new DatabaseSync(here.path('.oxios/oxios.db'));
    const changed = db.prepare(`UPDATE entries SET body = replace(body, ?, ?) WHERE type = 'model.answered' AND run = (SELECT id FROM runs WHERE run = ?)`);
    changed.run(from, to, id);
    db.close();
  };

  test('gives other events: the first one is named, and shown with --diff', async () => {
    given([{ calls: [{ name: 'write', input: { path: 'x.txt', content: 'as it was' } }] }, { text: 'done' }]);
    const { run } = (await ask()).events()[0];
    alter(run, 'as it was', 'was it as');
    const plain = await oxios(['replay', run], { home: here.home });
    expect(plain.stdout).toMatch(/^event \d+ differs: input was .*as it was.* and is .*was it as.*\n$/u);
    expect(plain.stderr).toBe('see both with --diff\n');
    expect(plain.code).toBe(1);
    const shown = await oxios(['replay', run, '--diff'], { home: here.home });
    const [, expected, got] = shown.stdout.trim().split('\n');
    expect(JSON.parse(expected?.slice(2) ?? '')).toMatchObject({ type: 'tool.intended', input: { content: 'as it was' } });
    expect(JSON.parse(got?.slice(2) ?? '')).toMatchObject({ type: 'tool.intended', input: { content: 'was it as' } });
    const { ok, diverged } = JSON.parse((await replay(here.home, run)).stdout);
    expect({ ok, diverged }).toMatchObject({
      ok: false,
      diverged: { seq: JSON.parse(expected?.slice(2) ?? '').seq, reason: expect.stringContaining('input was') },
    });
    expect((await oxios(['audit', 'verify'], { home: here.home })).code).toBe(1);
  });
});

describe('bad input', () => {
  test('an id that fits no run, several, or nothing at all', async () => {
    given([{ text: 'done' }]);
    expect(await oxios(['replay', 'r_x'], { home: here.home })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^NOT_FOUND: nothing was logged in .*\n {2}hint: /u),
    });
    expect(existsSync(here.path('.oxios'))).toBe(false);
    const ids = [(await ask()).events()[0].run, (await ask()).events()[0].run];
    for (const [command, more] of [
      ['replay', []],
      ['resume', ['--json']],
    ] as const) {
      const none = await oxios([command, 'r_none', ...more], { home: here.home });
      expect(none).toMatchObject({ code: 2, stderr: 'NOT_FOUND: no run r_none\n  hint: see the runs with oxios ps --all\n' });
      const many = await oxios([command, 'r_', ...more], { home: here.home });
      expect(many).toMatchObject({ code: 2, stderr: `USAGE: r_ fits 2 runs\n  hint: write more of the id: ${ids.join(', ')}\n` });
    }
    const short = await oxios(['replay', ids[1].slice(0, -1)], { home: here.home });
    expect(short).toMatchObject({ code: 0, stderr: '' });
    expect(await oxios(['replay'], { home: here.home })).toMatchObject({ code: 2, stderr: expect.stringContaining('something is missing') });
  });
});

describe('--record', () => {
  /** What a run did, without what differs from one to the next: time, ids, names of models, places. */
  const course = (events: readonly Line[], at: Place) =>
    events
      .filter((event) => 'seq' in event)
      .map((event) =>
        JSON.stringify(event, (key, value) => (VARYING.has(key) ? undefined : value))
          .replaceAll(at.home, '')
          .replaceAll(event.run, ''),
      );
  const VARYING = new Set(['at', 'mono', 'boot', 'ms', 'model', 'id', 'facts', 'request', 'audit_head', 'group', 'start_ticks', 'leaf', 'hidden']);

  test.each([
    [
      'sub-agents of one name',
      {
        agents: {
          default: [{ calls: [1, 2].map((n) => ({ name: 'fork', input: { name: 'twin', task: `${n}` } })) }, { text: 'both' }],
          twin: [{ calls: [{ name: 'ls', input: {} }] }, { text: 'one' }],
          'twin#2': [{ text: 'two' }],
        },
      },
      0,
    ],
    [
      'malformed calls, thinking and counted tokens',
      [
        { thinking: 'hm', text: 'I read.', calls: [{ name: 'read', raw: '{"pa' }], usage: { input: 7, output: 3, cache_read: 100 } },
        { text: 'do', stop: 'length' },
        { text: 'ne' },
      ],
      0,
    ],
    ['a provider that fails at last', [{ calls: [{ name: 'ls', input: {} }] }, { fault: { code: 'PROVIDER', message: 'no' } }], 5],
    ['a shortened conversation', SHORTENED, 0],
  ] as const)('gives a script that plays the same: %s', async (_, turns, code) => {
    given(turns);
    writeFileSync(join(here.workspace, 'long.txt'), 'some words on a line\n'.repeat(200));
    const first = await ask(['--record', here.path('again.yaml'), '--allow', 'proc:fork']);
    expect(first.code).toBe(code);
    const second = await oxios(['-p', 'go', '--model', `script:${here.path('again.yaml')}`, '--project-dir', 'workspace', '--json', '--allow', 'proc:fork'], {
      home: here.path('other'),
      cwd: here.home,
      env: { OXIOS_HOME: here.path('.oxios2') },
    });
    const [a, b] = [course(first.events(), here), course(second.events(), here)];
    expect(b.map((line) => line.replaceAll('.oxios2', '.oxios'))).toEqual(a);
  });

  test('of a run that was interrupted holds all of it: played from the start, it ends in the same', async () => {
    const [at, fresh] = [steps(), steps()];
    const run = running([...RUN_STEPS, '--record', at.path('half.yaml')], { home: at.home });
    (await run.printed(/"name":"helper"[\s\S]*"type":"tool.finished"/u))('SIGINT');
    expect((await run.done).code).toBe(130);
    const resumed = await oxios(['resume', '--json', '--record', at.path('whole.yaml')], { home: at.home });
    expect(readFileSync(at.path('whole.yaml'), 'utf8').length).toBeGreaterThan(readFileSync(at.path('half.yaml'), 'utf8').length);
    const played = await oxios(['run', 'seed.yaml', '--model', `script:${at.path('whole.yaml')}`, '--project-dir', 'workspace', '--json'], {
      home: fresh.home,
    });
    expect(essence(fresh, played.events().at(-1))).toEqual(essence(at, resumed.events().at(-1)));
    expect(resumed.code).toBe(0);
    at.remove();
    fresh.remove();
  });
});
