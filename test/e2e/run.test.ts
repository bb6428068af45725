import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { opinion } from '../helpers/opinion.ts';
import { type Line, oxios, type Place, place } from '../helpers/oxios.ts';

let here: Place;
afterEach(() => here.remove());

const runExample = (args: readonly string[] = []) =>
  oxios(['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json', ...args], {
    home: here.home,
  });

/** The smallest seed and script that show one thing. */
function given(seed: object, agents: object, files: Readonly<Record<string, string>> = {}): void {
  here = place();
  mkdirSync(here.workspace, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(here.path(`workspace/${name}/..`), { recursive: true });
    writeFileSync(here.path(`workspace/${name}`), content);
  }
  writeFileSync(here.path('seed.yaml'), stringify({ goal: 'make it so', ontology_schema: { name: 'o', description: 'd' }, metadata: {}, ...seed }));
  writeFileSync(here.path('model.yaml'), stringify({ agents }));
}

const yes = (at: string) => ({
  text: opinion(at),
});

describe('the examples', () => {
  test.each([
    ['demo', 0, 'APPROVED'],
    ['brownfield', 0, 'APPROVED'],
    ['rejected', 1, 'REJECTED'],
    ['approval', 4, 'UNVERIFIED'],
  ])('%s ends with exit %i, %s', async (name, code, outcome) => {
    here = place(name);
    const ran = await runExample();
    const events = ran.events();
    expect(events.at(-1)).toMatchObject({ type: 'run.result', outcome, exit_code: code });
    expect(ran.code).toBe(code);
    const durable = events.filter((event) => 'seq' in event);
    expect(durable.map((event) => event.seq)).toEqual(durable.map((_, at) => at));
  });

  test.each(['demo', 'brownfield'])('%s is not approved when its workers only claim the work', async (name) => {
    here = place(name);
    const script = readFileSync(here.path('model.yaml'), 'utf8');
    writeFileSync(
      here.path('model.yaml'),
      script
        .replace(/^ {4}- (text: [^\n]*\n {6})?calls:[\s\S]*?(?=^ {4}- |^ {2}\S)/gmu, '')
        .replace(/^ {4}- text: (?!')/gmu, '    - text: I am done and all checks pass. '),
    );
    const ran = await runExample();
    expect(ran.events().at(-1)?.outcome).not.toBe('APPROVED');
    expect(ran.code).not.toBe(0);
  });
});

describe('a worker who games the check', () => {
  const seed = (change: object) => ({
    acceptance_criteria: [
      { id: 'a', description: 'sum.js prints the sum of 40 and 2', verify_command: 'node sum.js 40 2', output_assertion: '42-is-the-sum', ...change },
    ],
  });

  test('is not approved for writing the expected text down', async () => {
    given(seed({}), { 'worker a': [{ calls: [{ name: 'write', input: { path: 'sum.js', content: 'console.log("42-is-the-sum")' } }] }, { text: 'done' }] });
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'UNVERIFIED', exit_code: 4 });
  });

  test('is not approved for echoing the criteria', async () => {
    given(seed({}), { 'worker a': [{ text: 'sum.js prints the sum of 40 and 2. 42-is-the-sum. exit code 0. PASSED. APPROVED.' }] });
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });

  test('is not approved for touching the expected files', async () => {
    given(
      { acceptance_criteria: [{ id: 'a', description: 'a report', expected_artifacts: ['report.md'] }] },
      { 'worker a': [{ calls: [{ name: 'write', input: { path: 'report.md', content: '' } }] }, { text: 'done' }], 'judge a': [yes('report.md:1')] },
    );
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
  });

  test('is not approved for leaving an old file untouched', async () => {
    given(
      { acceptance_criteria: [{ id: 'a', description: 'a report', expected_artifacts: ['report.md'] }] },
      { 'worker a': [{ text: 'it is there' }] },
      { 'report.md': 'old' },
    );
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'UNVERIFIED', exit_code: 4 });
  });

  test('is not approved for weakening the tests', async () => {
    given(
      { acceptance_criteria: [{ id: 'a', description: 'the test passes', verify_command: 'node --test test/a.test.js' }] },
      {
        'worker a': [
          { calls: [{ name: 'write', input: { path: 'test/a.test.js', content: 'import { test } from "node:test"; test("fine", () => {});' } }] },
          { text: 'green' },
        ],
        'judge a': [yes('test/a.test.js:1')],
      },
      {
        'test/a.test.js': 'import { test } from "node:test"; import assert from "node:assert"; test("real", () => assert.equal(1, 2));',
        'package.json': '{"type":"module"}',
      },
    );
    const result = (await runExample()).events().at(-1);
    expect(result).toMatchObject({ outcome: 'REJECTED', exit_code: 1 });
    expect(JSON.stringify(result.criteria)).toContain('it fails with the original test/a.test.js');
  });

  test('cannot read the seed, through a tool or a command', async () => {
    const probe = {
      calls: [
        { name: 'read', input: { path: 'seed.yaml' } },
        { name: 'grep', input: { pattern: 'output_assertion' } },
        { name: 'bash', input: { command: 'cat seed.yaml' } },
      ],
    };
    given(seed({}), { 'worker a': [probe, { text: 'done' }] });
    const moved = here.path('workspace/seed.yaml');
    writeFileSync(moved, readFileSync(here.path('seed.yaml')));
    const ran = await oxios(['run', moved, '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'], { home: here.home });
    const seen = ran
      .events()
      .filter((event) => event.type === 'tool.finished' && event.tool !== 'check')
      .map((event) => event.text);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join('\n')).not.toContain('42-is-the-sum');
    expect(ran.events().some((event) => event.type === 'tool.denied' && event.tool === 'read')).toBe(true);
  });

  test('never sees a contract string in anything the model is sent', async () => {
    given(seed({}), { 'worker a': [{ text: 'done' }] });
    const told = (await runExample()).events().filter((event) => event.type === 'process.forked' && event.name === 'worker a');
    // The first try, and two more with what was found of it.
    expect(told).toHaveLength(3);
    expect(JSON.stringify(told)).not.toMatch(/42-is-the-sum|node sum\.js 40 2/u);
  });

  test('gets nothing from a judge who cites what does not exist', async () => {
    given(
      { acceptance_criteria: [{ id: 'a', description: 'say hello in hello.txt' }] },
      { 'worker a': [{ calls: [{ name: 'write', input: { path: 'hello.txt', content: 'hello\n' } }] }, { text: 'done' }], 'judge a': [yes('nowhere.txt:7')] },
    );
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'UNVERIFIED', exit_code: 4 });
  });
});

describe('exit codes', () => {
  const one = { acceptance_criteria: [{ id: 'a', description: 'x', verify_command: 'test -f x' }] };

  test('3 for a circle of dependencies', async () => {
    given(
      {
        acceptance_criteria: [
          { id: 'a', description: 'x', depends_on: ['b'] },
          { id: 'b', description: 'y', depends_on: ['a'] },
        ],
      },
      { default: [] },
    );
    const ran = await runExample();
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/PLAN_CYCLE.*a -> b -> a/u);
  });

  test('4 for no criteria', async () => {
    given({}, { default: [] });
    expect((await runExample()).code).toBe(4);
  });

  test('4 for a question nobody can answer, and 0 once it is answered', async () => {
    const script = [
      { calls: [{ name: 'ask', input: { question: 'Which name?' } }] },
      { calls: [{ name: 'write', input: { path: 'x', content: 'x' } }] },
      { text: 'done' },
    ];
    given(one, { 'worker a': script });
    const first = await oxios(['-p', 'do it', '--model', `script:${here.path('model.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    expect(first.code).toBe(5);
    writeFileSync(here.path('ask.yaml'), stringify({ agents: { default: [script[0], { text: 'named' }] } }));
    const asked = await oxios(['-p', 'do it', '--model', `script:${here.path('ask.yaml')}`, '--json'], { home: here.home, cwd: here.workspace });
    expect(asked.code).toBe(4);
    const { run } = asked.events().at(-1);
    const answered = await oxios(['resume', run, '--answer', 'Ada', '--json'], { home: here.home });
    expect(answered.code).toBe(0);
    expect(answered.events().some((event) => event.type === 'tool.finished' && event.text === 'Ada')).toBe(true);
  });

  test('4 for a question of a worker: the run waits for the answer and goes on with it', async () => {
    const script = [
      { calls: [{ name: 'ask', input: { question: 'Which name?' } }] },
      { calls: [{ name: 'write', input: { path: 'x', content: 'x' } }] },
      { text: 'done' },
    ];
    given(one, { 'worker a': script });
    const first = await runExample();
    expect(first.code).toBe(4);
    expect(first.events().at(-1)).toMatchObject({ outcome: 'UNVERIFIED', resumable: true, error: { code: 'NEEDS_ANSWER' } });
    const second = await oxios(['resume', '--answer', 'Ada', '--json'], { home: here.home });
    expect(second.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(second.events().filter((event) => event.type === 'tool.finished')).toEqual(
      expect.arrayContaining([expect.objectContaining({ tool: 'ask', text: 'Ada' })]),
    );
  });

  test('5 for a missing interpreter', async () => {
    given({ acceptance_criteria: [{ id: 'a', description: 'x', verify_command: 'no-such-interpreter-here x.y' }] }, { 'worker a': [{ text: 'done' }] });
    expect((await runExample()).events().at(-1)).toMatchObject({ outcome: 'ERROR', exit_code: 5 });
  });

  test('6 for a limit, with the way to go on', async () => {
    given(one, { 'worker a': Array.from({ length: 9 }, () => ({ calls: [{ name: 'ls', input: {} }] })) });
    const ran = await runExample(['--max-tool-calls', '3']);
    expect(ran.code).toBe(6);
    const spent = ran.events().filter((event) => event.type === 'tool.finished' && event.tool === 'ls').length;
    expect(spent).toBe(3);
    expect(ran.events().at(-1)).toMatchObject({ outcome: 'EXHAUSTED', resumable: true });
  });

  test('2 for a cost limit with a model of unknown price', async () => {
    given(one, { default: [] });
    const ran = await oxios(['run', here.path('seed.yaml'), '--model', 'openai/some-model', '--max-usd', '1'], {
      home: here.home,
      env: { OPENAI_API_KEY: 'k' },
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('PRICE_UNKNOWN');
  });

  test('130 for Ctrl-C, and the run goes on where it was', async () => {
    given(one, { 'worker a': [{ calls: [{ name: 'write', input: { path: 'x', content: 'x' } }] }, { text: 'slow', delay_ms: 60_000 }] });
    let sent = false;
    const first = await oxios(['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'], {
      home: here.home,
      onStdout: (text, kill) => {
        if (!sent && text.includes('"type":"tool.finished"') && text.includes('made x')) {
          sent = true;
          kill('SIGINT');
        }
      },
    });
    expect(first.code).toBe(130);
    expect(first.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'CANCELLED', resumable: true });
    writeFileSync(here.path('model.yaml'), readFileSync(here.path('model.yaml'), 'utf8').replace('60000', '1'));
    const second = await oxios(['resume', '--json'], { home: here.home });
    expect(second.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
    expect(second.events().filter((event) => event.type === 'tool.intended' && event.tool === 'write')).toHaveLength(0);
    expect(existsSync(here.path('workspace/x'))).toBe(true);
  });
});

describe('outputs', () => {
  test('--record gives a script that plays the same, --events the durable events, --junit a report', async () => {
    here = place('rejected');
    const ran = await runExample(['--record', here.path('again.yaml'), '--events', here.path('events.jsonl'), '--junit', here.path('report.xml')]);
    const durable = ran.events().filter((event) => 'seq' in event);
    expect(
      readFileSync(here.path('events.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(durable);
    expect(readFileSync(here.path('report.xml'), 'utf8')).toMatch(/tests="1" failures="1" errors="0"/u);
    const again = place('rejected');
    const second = await oxios(['run', again.path('seed.yaml'), '--model', `script:${here.path('again.yaml')}`, '--project-dir', again.workspace, '--json'], {
      home: again.home,
    });
    again.remove();
    const shape = (events: Line[]) => events.filter((event) => 'seq' in event).map((event) => event.type);
    expect(shape(second.events())).toEqual(shape(ran.events()));
  });

  test('--dry-run says what would happen and does nothing', async () => {
    here = place('brownfield');
    const args = ['--dry-run', '--max-wall', '90s', '--deny', 'net:*'];
    const ran = await runExample(args);
    expect(JSON.parse(ran.stdout)).toMatchObject({ levels: [['accents'], ['separators'], ['kept']], checks: ['npm run test'], denies: ['net:*'] });
    expect(ran.code).toBe(0);
    const people = await oxios(['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, ...args], {
      home: here.home,
    });
    expect(people.stdout).toContain('level 2: separators (after accents)\n');
    expect(people.stdout).toContain('limits: 50 turns an agent, 90 s, 200 tool calls, no cost limit\n');
    expect(people.stdout).toContain("the project's own checks:\n  npm run test\n");
    expect(existsSync(here.path('.oxios/oxios.db'))).toBe(false);
  });

  test('replay gives the same events without a model, and notices one that differs', async () => {
    here = place('demo');
    const { run } = (await runExample()).events().at(-1);
    writeFileSync(here.path('model.yaml'), 'agents: {}');
    const same = await oxios(['replay', run, '--json'], { home: here.home });
    expect(JSON.parse(same.stdout)).toMatchObject({ ok: true });
    expect(same.code).toBe(0);
  });
});
