import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { threeGenerations } from '../helpers/evolution.ts';
import { opinion } from '../helpers/opinion.ts';
import { type Line, oxios, type Place, place, type Ran } from '../helpers/oxios.ts';
import { says, stallsAfter } from '../helpers/provider-plays.ts';
import { scene } from '../helpers/provider-scene.ts';
import { makeGate, running } from '../helpers/shell.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(() => here.remove());

const given = (turns: object): void => writeFileSync(here.path('model.yaml'), stringify(turns));
const ASK = ['-p', 'go', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'];
const ask = (args: readonly string[] = []) => oxios([...ASK, ...args], { home: here.home });
const resume = (...args: readonly string[]) => oxios(['resume', '--json', ...args], { home: here.home });
const result = (ran: Ran) => ran.events().at(-1);
const types = (ran: Ran, type: string): Line[] => ran.events().filter((event) => event.type === type);
const write_ = (path: string) => ({ calls: [{ name: 'write', input: { path, content: 'x' } }] });
const look = { calls: [{ name: 'ls', input: {} }] };

/** Killed when it has printed that; what it waits for then waits no more. */
async function killedAt(args: readonly string[], seen: string | RegExp): Promise<Ran> {
  const run = running(args, { home: here.home });
  (await run.printed(seen))('SIGKILL');
  const ran = await run.done;
  writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replaceAll('600000', '0'));
  return ran;
}

describe('the seed of a run that goes on', () => {
  const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'];
  const seed = (goal: string, command: string) =>
    stringify({
      ...{ goal, ontology_schema: { name: 'o', description: 'd' }, metadata: {} },
      acceptance_criteria: [{ id: 'a', description: 'the file made', verify_command: command }],
    });
  const judge = [
    {
      text: opinion('made:1'),
    },
  ];

  beforeEach(async () => {
    writeFileSync(here.path('seed.yaml'), seed('make a file', 'test -f made'));
    given({ agents: { worker: [write_('made'), { text: 'done', delay_ms: 600_000 }], judge } });
    await killedAt(RUN, '"request":1');
  });

  test.each([
    [
      'has other comments and another layout',
      () => writeFileSync(here.path('seed.yaml'), `# mine\n${seed('make a file', 'test -f made').replaceAll(': ', ':   ')}`),
    ],
    ['is gone', () => rmSync(here.path('seed.yaml'))],
    [
      'is a pipe now',
      () => {
        rmSync(here.path('seed.yaml'));
        makeGate(here.path('seed.yaml'));
      },
    ],
  ])('is the one it began with, also when the file %s', async (_, change) => {
    change();
    const ran = await resume();
    expect(result(ran)).toMatchObject({ outcome: 'APPROVED', exit_code: 0, criteria: [{ id: 'a', status: 'PASS' }] });
    expect(types(ran, 'seed.loaded')).toEqual([]);
  });

  test.each([
    ['is another one', () => seed('another goal', 'false'), /is another seed now: its digest is [\da-f]{64}, and the run began with [\da-f]{64}/u],
    ['is no seed any more', () => 'goal: [', /is no valid seed any more, and the run began with [\da-f]{64}/u],
  ])('is not worked on with exit 3 while the file %s; put back or moved away, the run goes on', async (_, other, why) => {
    const before = readFileSync(here.path('seed.yaml'));
    writeFileSync(here.path('seed.yaml'), other());
    const ran = await resume();
    expect([ran.code, result(ran)]).toEqual([
      3,
      expect.objectContaining({ type: 'run.result', exit_code: 3, error: expect.objectContaining({ code: 'SEED_TAMPERED' }) }),
    ]);
    expect(ran.stderr).toMatch(/^SEED_TAMPERED: .*\n {2}hint: put it back, or move it away .* oxios run .*seed\.yaml\n$/u);
    expect(ran.stderr).toMatch(why);
    expect(types(ran, 'run.resumed')).toEqual([]);
    writeFileSync(here.path('seed.yaml'), before);
    expect(result(await resume())).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  });

  test('is the one it evolved from another run, whatever the file of that run says', async () => {
    const t = threeGenerations();
    const { run } = (await t.run(['--once'])).result;
    writeFileSync(t.path('seed.yaml'), `${readFileSync(t.path('seed.yaml'), 'utf8')}constraints: [later]\n`);
    const evolved = await oxios(['evolve', run, '--max-tool-calls', '2', '--json'], { home: t.home });
    expect([evolved.code, result(evolved).resumable]).toEqual([6, true]);
    const resumed = await oxios(['resume', '--extend', '--max-tool-calls', '100', '--json'], { home: t.home });
    t.remove();
    expect([types(resumed, 'run.resumed').length, result(resumed).error], resumed.stderr).toEqual([1, undefined]);
  });

  test('is not worked on with exit 3 when the stored one was tampered with', async () => {
    const db = new DatabaseSync(here.path('.oxios/oxios.db'));
    db.exec(`UPDATE entries SET body = replace(body, 'test -f made', 'true || false') WHERE type = 'run.started'`);
    db.close();
    const ran = await resume();
    expect(ran.stderr).toMatch(/^SEED_TAMPERED: the stored seed no longer has the digest [\da-f]{64}\n {2}hint: check the log: oxios audit verify\n/mu);
    expect(result(ran)).toMatchObject({ outcome: 'ERROR', exit_code: 3, error: { code: 'SEED_TAMPERED' } });
    expect(ran.code).toBe(3);
    expect((await oxios(['audit', 'verify'], { home: here.home })).code).toBe(1);
    expect(await resume()).toMatchObject({ code: 2 });
  });
});

describe('limits of a run that goes on', () => {
  test('count what was used before, and are raised only with --extend', async () => {
    given([look, look, look, look, { text: 'done' }]);
    const first = await ask(['--max-tool-calls', '3']);
    expect(first.code).toBe(6);
    const { run } = result(first);
    const second = await resume();
    expect(second.code).toBe(6);
    expect(types(second, 'tool.finished')).toEqual([]);
    const raised = await resume('--max-tool-calls', '9');
    expect(raised.stderr).toBe('USAGE: a resumed run may not raise its limits\n  hint: say --extend to raise them\n');
    expect(raised.code).toBe(2);
    const extended = await resume(run, '--extend', '--max-tool-calls', '9');
    expect(extended.code).toBe(0);
    expect(types(extended, 'tool.finished')).toHaveLength(1);
  });

  test('may be lowered, and stay so', async () => {
    given([look, { text: 'slow', delay_ms: 600_000 }, { text: 'done' }]);
    await killedAt([...ASK, '--max-turns', '9'], '"request":1');
    given([look, look, look, look, { text: 'done' }]);
    const lowered = await resume('--max-turns', '3');
    expect(result(lowered)).toMatchObject({ outcome: 'EXHAUSTED', exit_code: 6 });
    expect(types(lowered, 'run.resumed')[0].limits.turns).toBe(3);
    expect(await resume('--max-turns', '4')).toMatchObject({ code: 2 });
    expect((await resume('--max-turns', '5', '--extend')).code).toBe(0);
  });

  test('a token limit counts the tokens of before', async () => {
    const turn = (rest: object) => ({ ...rest, usage: { input: 4000, output: 1000 } });
    given({ max_output: 500, agents: { default: [turn(look), turn(look), turn({ text: 'done' })] } });
    const first = await ask(['--max-tokens', '9000']);
    expect(first.code).toBe(6);
    const asked = types(first, 'model.answered').length;
    const second = await resume();
    expect([asked, second.code, types(second, 'model.answered').length]).toEqual([1, 6, 0]);
    expect((await resume('--extend', '--max-tokens', '90000')).code).toBe(0);
  });

  test('a time limit counts the time at work in all lives, and says the whole of it', async () => {
    given([{ text: 'slow', delay_ms: 600_000 }]);
    const first = await ask(['--max-wall', '1s']);
    expect(first.stderr).toContain('LIMIT: time limit reached: 1 s allowed, 1 s used');
    const second = await resume();
    expect(second.code).toBe(6);
    given([{ text: 'done' }]);
    const third = await resume('--extend', '--max-wall', '1h');
    expect(third.code).toBe(0);
  });
});

test('a run whose folder is gone is left as it is, and goes on when the folder is back', async () => {
  given([write_('made'), { text: 'slow', delay_ms: 600_000 }]);
  await killedAt(ASK, '"request":1');
  renameSync(here.workspace, here.path('elsewhere'));
  const ran = await resume();
  expect(ran.stderr).toBe(`FILE_MISSING: the folder ${here.workspace} the run works in is gone\n  hint: put it back where it was\n`);
  expect(ran.events()).toMatchObject([{ type: 'run.result', exit_code: 2, error: { code: 'FILE_MISSING' } }]);
  renameSync(here.path('elsewhere'), here.workspace);
  expect(result(await resume())).toMatchObject({ outcome: 'DONE', files_changed: ['made'] });
});

describe('what was under way', () => {
  test('a partial answer is dropped and asked for again as the same turn', async () => {
    const {
      watched,
      oxios: again,
      server,
    } = await scene('chat', [stallsAfter(2, { blocks: [{ text: 'Half an answer, and no more' }] }), says({ text: 'A whole answer.' })]);
    const run = watched();
    (await run.printed('"type":"model.delta"'))('SIGKILL');
    const first = await run.done;
    const second = await again(['resume', '--json']);
    expect(result(second)).toMatchObject({ outcome: 'DONE', text: 'A whole answer.' });
    expect([first, second].flatMap((ran) => types(ran, 'model.requested')).map(({ request, turn }) => [request, turn])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(server.asked[1]?.body.messages).toEqual(server.asked[0]?.body.messages);
  });

  test('a command with an unknown outcome is not run again, and the model is told; what only reads is run again', async () => {
    const both = ['echo once >> trace; cat gate', 'cat trace'].map((command) => ({ call: 'bash', input: { command } }));
    const { here: at, watched, oxios: again, server } = await scene('chat', [says(...both), says({ text: 'I see.' })]);
    makeGate(join(at.workspace, 'gate'));
    const run = watched();
    const kill = await run.printed(/"type":"tool.started"[^\n]*"group"/u);
    while (!existsSync(join(at.workspace, 'trace'))) await new Promise((resolve) => setTimeout(resolve, 10));
    kill('SIGKILL');
    await run.done;
    const ran = await again(['resume', '--json', '--verbose']);
    expect(ran.code).toBe(0);
    const told = server.asked[1]?.body.messages.filter((message: Line) => message.role === 'tool').map((message: Line) => message.content);
    expect(told[0]).toContain('Unknown outcome: echo once >> trace; cat gate had started when Oxios was interrupted, and was not run again.');
    expect(told[1]).toContain('once\n[exit 0]');
    expect(readFileSync(join(at.workspace, 'trace'), 'utf8')).toBe('once\n');
  });

  test('a person is told of an unknown outcome', async () => {
    given([{ calls: [{ name: 'bash', input: { command: 'echo once >> trace; cat gate' } }] }, { text: 'done' }]);
    makeGate(join(here.workspace, 'gate'));
    await killedAt([...ASK, '--allow', 'exec:cat'], /"type":"tool.started"[^\n]*"group"/u);
    const ran = await oxios(['resume'], { home: here.home });
    expect(ran.stderr).toContain('unknown outcome: Unknown outcome: echo once >> trace; cat gate had started');
    expect(ran.stdout).toBe('done\n');
  });

  test('what was said to an agent before the kill is heard after it', async () => {
    const { here: at, watched, oxios: again, server } = await scene('chat', [stallsAfter(0), says({ text: 'With tabs.' })]);
    const run = watched();
    const kill = await run.printed('"type":"model.requested"');
    await oxios(['send', '1', 'use tabs'], { home: at.home });
    kill('SIGKILL');
    await run.done;
    expect((await again(['resume', '--json'])).code).toBe(0);
    expect(JSON.stringify(server.asked[0]?.body.messages)).not.toContain('use tabs');
    expect(JSON.stringify(server.asked[1]?.body.messages.at(-1))).toContain('use tabs');
  });

  test('a sub-agent goes on where it was, with what it had done', async () => {
    const helper = [write_('one'), { text: 'wait', ...write_('two'), delay_ms: 600_000 }, { text: 'helped' }];
    given({ agents: { helper, default: [{ calls: [{ name: 'fork', input: { name: 'helper', task: 'help' } }] }, { text: 'done' }] } });
    await killedAt([...ASK, '--allow', 'proc:fork'], /"request":1/u);
    rmSync(join(here.workspace, 'one'));
    const ran = await resume();
    expect(types(ran, 'tool.finished').map((event) => [event.tool, event.text.split('\n').at(-1)])).toEqual([
      ['write', 'made two, 1 bytes'],
      ['fork', 'helped'],
    ]);
    expect(types(ran, 'process.forked')).toEqual([]);
    expect((await oxios(['ps', '--all', '--json'], { home: here.home })).events().map((proc) => proc.state)).toEqual(['done', 'done']);
  });
});

describe('terminals', () => {
  test('that go on with one run at once: one does, the other is told', async () => {
    given([{ text: 'slow', delay_ms: 600_000 }]);
    await killedAt(ASK, '"type":"model.requested"');
    given([{ calls: [{ name: 'bash', input: { command: 'cat gate' } }] }, { text: 'done' }]);
    makeGate(join(here.workspace, 'gate'));
    const both = [running(['resume', 'r_', '--json'], { home: here.home }), running(['resume', 'r_', '--json'], { home: here.home })];
    const first = await Promise.race(both.map((run) => run.done));
    expect(first).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE: run r_\w+ is still going\n {2}hint: /u) });
    appendFileSync(join(here.workspace, 'gate'), 'go\n');
    const codes = (await Promise.all(both.map((run) => run.done))).map((ran) => ran.code);
    expect(codes.sort()).toEqual([0, 2]);
  });

  test('beside a kernel that works: the run goes on in it, only what is new is printed, and --record has the whole', async () => {
    given([look, { text: 'slow', delay_ms: 600_000 }]);
    const before = (await killedAt(ASK, '"request":1')).events().filter((event) => 'seq' in event);
    makeGate(join(here.workspace, 'gate'));
    writeFileSync(here.path('owner.yaml'), stringify([{ calls: [{ name: 'bash', input: { command: 'cat gate' } }] }, { text: 'owned' }]));
    const owner = running(['-p', 'own', '--model', 'script:owner.yaml', '--project-dir', 'workspace', '--json'], { home: here.home });
    await owner.printed(/"type":"tool.started"[^\n]*"group"/u);
    const ran = await resume('--record', here.path('whole.yaml'));
    expect(result(ran)).toMatchObject({ run: before[0].run, outcome: 'DONE', text: 'slow' });
    expect(ran.events().filter((event) => 'seq' in event)[0].seq).toBeGreaterThanOrEqual(before.length);
    expect(types(ran, 'run.started')).toEqual([]);
    expect(readFileSync(here.path('whole.yaml'), 'utf8').match(/^ {4}- /gmu)).toHaveLength(2);
    appendFileSync(join(here.workspace, 'gate'), 'go\n');
    expect((await owner.done).code).toBe(0);
  });
});
