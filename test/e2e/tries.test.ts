import { afterEach, describe, expect, test } from 'vitest';
import type { Line } from '../helpers/oxios.ts';
import { oxios } from '../helpers/oxios.ts';
import { bash, calls, type Outcome, says, type Trial, trial, votes, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const SUM = { id: 'a', description: 'sum.js adds its two numbers', verify_command: 'node sum.js 40 2', output_assertion: 'the sum is 42' };
const RIGHT = "console.log('the sum is ' + (Number(process.argv[2]) + Number(process.argv[3])));\n";
const wrong = (text: string) => [calls(writes('sum.js', `throw new Error('${text}');\n`)), says('done')];
const right = [calls(writes('sum.js', RIGHT)), says('done')];
const YES = votes(true, 'sum.js:1');

const of = (ran: Outcome, type: string): Line[] => ran.events().filter((one) => one.type === type);
const forked = (ran: Outcome, name: string): Line[] => of(ran, 'process.forked').filter((one) => one.name === name);

describe('a criterion that does not hold is tried again', () => {
  test('with what the check found, and not how it checks', async () => {
    here = trial({ criteria: [SUM], agents: { 'worker a': wrong('half done'), 'worker a#2': right } });
    const ran = await here.run();
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
    expect(of(ran, 'ac.tried')).toMatchObject([
      { attempt: 1, holds: false, unmet: 1, next: 'again' },
      { attempt: 2, holds: true, unmet: 0, next: 'done' },
    ]);
    const [first, second] = forked(ran, 'worker a');
    expect(first.args.task).not.toContain('tried before');
    expect(second.args.task).toContain('one try did not do');
    expect(second.args.task).toContain("the check fails, with exit 1: throw new Error('half done'); / Error: half done");
    expect(second.args.task).not.toMatch(/sum\.js 40|sum is 42|\/scratch\//u);
    expect(second.args.system).toBeUndefined();
    expect((await oxios(['replay', ran.result.run, '--diff'], { home: here.home })).code).toBe(0);
  });

  test('the third time one tier up and in another way, and then not again', async () => {
    here = trial({ criteria: [SUM], agents: { 'worker a': wrong('never') } });
    const ran = await here.run(['--once']);
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 1, statuses: { a: 'FAIL' } });
    expect(of(ran, 'ac.started').map((one) => [one.attempt, one.persona])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'researcher'],
    ]);
    expect(of(ran, 'router.decided').map((one) => one.tier)).toEqual(['frugal', 'frugal', 'standard']);
    expect(of(ran, 'ac.tried').map((one) => one.next)).toEqual(['again', 'again', 'over']);
    const [, , third] = forked(ran, 'worker a');
    expect(third.args.task).toContain('2 tries did not do');
    expect(third.args.system).toContain('Find out before you go on');
  });

  test('as a hacker where nothing that is done changes anything, and three vote on what comes of it', async () => {
    const idle = [says('I have looked at it')];
    here = trial({ criteria: [SUM], agents: { 'worker a': idle, 'worker a#3': right, ballot: [YES] } });
    const ran = await here.run(['--once']);
    expect(of(ran, 'ac.started').at(-1)).toMatchObject({ attempt: 3, persona: 'hacker' });
    expect(forked(ran, 'worker a').at(-1)?.args.system).toContain('which limits are real');
    expect(of(ran, 'evaluation.convened')).toMatchObject([{ triggers: ['lateral'] }]);
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
  });

  test.each<readonly [code: string, turns: readonly object[], told: string]>([
    ['CONTEXT_FULL', [{ fault: { code: 'CONTEXT_FULL', message: 'too much to read' } }], 'CONTEXT_FULL: too much to read'],
    ['LOOP', Array.from({ length: 9 }, () => calls(['ls', {}])), 'LOOP: the agent went in a circle: the same call of ls'],
    ['MODEL_REFUSED', [{ text: 'I will not', stop: 'refusal' }], 'MODEL_REFUSED: the model refused the request'],
  ])('also when the worker failed with %s', async (code, turns, told) => {
    here = trial({ criteria: [SUM], agents: { 'worker a': turns, 'worker a#2': right } });
    const ran = await here.run();
    expect(of(ran, 'ac.worked').map((one) => one.code)).toEqual([code, undefined]);
    expect(forked(ran, 'worker a')[1]?.args.task).toContain(told);
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
  });
});

describe('a criterion is not tried again', () => {
  test.each<readonly [why: string, criterion: object, turns: readonly object[], status: string]>([
    ['what can be checked holds', {}, right, 'PASS'],
    ['the worker was refused something it may have needed', {}, [calls(bash('curl https://example.com')), says('I may not')], 'BLOCKED'],
    ['there is nothing to check it by between two tries', { verify_command: undefined, output_assertion: undefined }, [says('done')], 'UNVERIFIED'],
    ['its command succeeds whatever is done', { verify_command: 'node sum.js || true', output_assertion: undefined }, [says('done')], 'INVALID'],
    ['no-such-interpreter is not installed', { verify_command: 'no-such-interpreter x' }, [says('done')], 'UNAVAILABLE'],
    ['the script has nobody to try again', {}, [], 'FAIL'],
  ])('when %s', async (why, criterion, turns, status) => {
    here = trial({ criteria: [{ ...SUM, ...criterion }], agents: { 'worker a': turns } });
    const ran = await here.run(['--once']);
    expect(of(ran, 'ac.tried')).toMatchObject([{ attempt: 1, next: status === 'PASS' ? 'done' : 'over', why }]);
    expect(forked(ran, 'worker a')).toHaveLength(1);
    expect(ran.statuses).toEqual({ a: status });
  });
});

describe('beside others', () => {
  const pair = (id: string, needs: string) => ({ id, description: `${id}.js is there`, verify_command: `node ${needs}`, expected_artifacts: [`${id}.js`] });
  const write = (id: string, text: string) => [calls(writes(`${id}.js`, text)), says('done')];
  const tried = (ran: Outcome) => of(ran, 'ac.tried').filter((one) => one.criterion === 'b');

  test('what needs the work of another is looked at once more when both are merged, and not tried again', async () => {
    here = trial({
      criteria: [pair('a', 'a.js'), pair('b', 'b.js')],
      agents: { 'worker a': write('a', '1;\n'), 'worker b': write('b', "require('./a.js');\n") },
    });
    const ran = await here.run(['--workers', '2']);
    expect(tried(ran)).toMatchObject([
      { attempt: 1, holds: false, beside: true, next: 'again' },
      { attempt: 1, holds: true, next: 'done' },
    ]);
    expect(forked(ran, 'worker b')).toHaveLength(1);
    expect(ran.code).toBe(0);
    expect((await oxios(['replay', 'r_', '--diff'], { home: here.home })).code).toBe(0);
  });

  test('what does not hold then either is tried again in the workspace', async () => {
    const agents = {
      'worker a': write('a', '1;\n'),
      'worker b': write('b', "throw new Error('half done');\n"),
      'worker b#2': write('b', "require('./a.js');\n"),
    };
    here = trial({ criteria: [pair('a', 'a.js'), pair('b', 'b.js')], agents });
    const ran = await here.run(['--workers', '2']);
    expect(tried(ran).map((one) => [one.attempt, one.holds, one.beside])).toEqual([
      [1, false, true],
      [1, false, undefined],
      [2, true, undefined],
    ]);
    expect(forked(ran, 'worker b')[1]?.args.task).toContain('Error: half done');
    expect(ran.code).toBe(0);
  });
});

test('what goes nowhere in another way either is given up, and the run says so', async () => {
  const json = (value: object) => says(JSON.stringify(value));
  here = trial({
    criteria: [SUM],
    agents: { 'worker a': wrong('never'), wonder: [json({ questions: ['why not?'] })], reflect: [json({ criteria: [{ action: 'keep', id: 'a' }] })] },
  });
  const ran = await here.run();
  expect(of(ran, 'ac.started').map((one) => [one.generation, one.attempt, one.persona])).toEqual([
    [1, 1, undefined],
    [1, 2, undefined],
    [1, 3, 'researcher'],
    [2, 1, 'hacker'],
  ]);
  expect(of(ran, 'ac.stagnated')).toMatchObject([{ criterion: 'a', pattern: 'spinning', personas: ['researcher', 'hacker'] }]);
  expect(ran.result).toMatchObject({ outcome: 'STAGNATED', exit_code: 6 });
  expect(of(ran, 'lineage.judged').at(-1)).toMatchObject({ decision: 'stagnated', reason: 'no other try brings on what is open: a' });
  expect((await oxios(['replay', 'r_', '--diff'], { home: here.home })).code).toBe(0);
});

test('kill -9 in the middle of a second try: it goes on there, and nothing is done twice', async () => {
  const second = [calls(bash('echo second >> trace.log')), { ...calls(writes('sum.js', RIGHT)), delay_ms: 60 }, says('done')];
  here = trial({ criteria: [SUM], seed: { oxios: { capabilities: ['exec:echo'] } }, agents: { 'worker a': wrong('half done'), 'worker a#2': second } });
  const killed = await here.run([], {
    onStdout: (text, kill) => text.includes('"attempt":2') && /"type":"tool.finished"[^\n]*"text":"\[exit 0\]"/u.test(text) && kill('SIGKILL'),
  });
  expect(killed.signal).toBe('SIGKILL');
  const next = await oxios(['resume', '--json'], { home: here.home });
  const result = next.events().at(-1);
  expect(result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  const types = [...killed.events(), ...next.events()].filter((one) => 'seq' in one);
  const count = (type: string, attempt: number) => types.filter((one) => one.type === type && one.attempt === attempt).length;
  expect([count('ac.started', 1), count('ac.started', 2), count('router.decided', 2), count('ac.tried', 1), count('ac.tried', 2)]).toEqual([1, 1, 1, 1, 1]);
  expect(types.filter((one) => one.type === 'process.forked' && one.name === 'worker a')).toHaveLength(2);
  expect(here.read('trace.log')).toBe('second\n');
  expect((await oxios(['replay', 'r_', '--diff'], { home: here.home })).code).toBe(0);
});
