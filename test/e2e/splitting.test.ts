import { afterEach, describe, expect, test } from 'vitest';
import type { Line } from '../helpers/oxios.ts';
import { oxios } from '../helpers/oxios.ts';
import { calls, type Outcome, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const BOTH = {
  id: 'a',
  description: 'one.txt and two.txt are there',
  verify_command: 'cat one.txt two.txt',
  output_assertion: 'one-and-two',
  expected_artifacts: ['one.txt', 'two.txt'],
};
const one = [calls(writes('one.txt', 'one-')), says('one is there')];
const two = [calls(writes('two.txt', 'and-two\n')), says('two is there')];
const full = [{ fault: { code: 'CONTEXT_FULL', message: 'too much to read' } }];
const plan = (children: readonly object[], split = true) => says(JSON.stringify({ split, reason: 'two files', children }));
const CHILDREN = [
  { description: 'write one.txt', artifacts: ['one.txt'] },
  { description: 'write two.txt', artifacts: ['two.txt'] },
];

const of = (ran: Outcome, type: string): Line[] => ran.events().filter((event) => event.type === type);
const names = (ran: Outcome) => of(ran, 'process.forked').map((event) => event.name);

describe('a criterion that is too big is split', () => {
  test('where a worker ran out of its window: the parts are worked on in order, and the whole is checked', async () => {
    here = trial({ criteria: [BOTH], agents: { 'worker a': full, 'planner a': [plan(CHILDREN)], 'worker a.1': one, 'worker a.2': two } });
    const ran = await here.run();
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
    expect(names(ran).filter((name) => /^(worker|planner)/u.test(name))).toEqual(['worker a', 'planner a', 'worker a.1', 'worker a.2']);
    expect(of(ran, 'ac.split')).toMatchObject([
      { criterion: 'a', attempt: 1, reason: 'two files', parts: [{ id: 'a.1' }, { id: 'a.2', artifacts: ['two.txt'] }] },
    ]);
    expect(of(ran, 'ac.worked').map((event) => event.part)).toEqual(['a.1', 'a.2', undefined]);
    expect(of(ran, 'ac.tried')).toMatchObject([{ attempt: 1, holds: true, next: 'done' }]);
    const told = of(ran, 'process.forked').filter((event) => /^(worker a\.|planner)/u.test(event.name));
    expect(JSON.stringify(told)).not.toMatch(/cat one\.txt two|one-and-two/u);
    expect(told.at(-1)?.args.task).toContain('It is a part of: one.txt and two.txt are there');
    expect(told.at(-1)?.args.task).toContain('a.1: write one.txt');
    expect((await oxios(['replay', 'r_', '--diff'], { home: here.home })).code).toBe(0);
  });

  test('where a worker ran into its turn limit', async () => {
    const many = Array.from({ length: 6 }, (_, at) => calls(['ls', { path: './'.repeat(at + 1) }]));
    here = trial({ criteria: [BOTH], agents: { 'worker a': many, 'planner a': [plan(CHILDREN)], 'worker a.1': one, 'worker a.2': two } });
    const ran = await here.run(['--max-turns', '3']);
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
  });

  test('after two tries that failed, when a planner says so', async () => {
    here = trial({ criteria: [BOTH], agents: { 'worker a': one, 'planner a': [plan(CHILDREN)], 'worker a.1': one, 'worker a.2': two, ballot: [says('no')] } });
    const ran = await here.run(['--once']);
    expect(of(ran, 'ac.split')).toMatchObject([{ attempt: 3, evidence: '2 tries at it as a whole did not do' }]);
    expect(of(ran, 'ac.tried').map((event) => event.holds)).toEqual([false, false, true]);
  });

  test('a part again, and no deeper', async () => {
    const agents = {
      'worker a': full,
      'planner a': [plan(CHILDREN)],
      'worker a.1': full,
      'planner a.1': [plan([{ description: 'write half of one.txt', artifacts: ['one.txt'] }, { description: 'write the other half' }])],
      'worker a.1.1': one,
      'worker a.1.2': full,
      'worker a.2': two,
      planner: [plan(CHILDREN)],
    };
    here = trial({ criteria: [BOTH], agents });
    const ran = await here.run();
    expect(ran.code).toBe(0);
    expect(names(ran).filter((name) => name.startsWith('planner'))).toEqual(['planner a', 'planner a.1']);
    expect(of(ran, 'ac.worked').map((event) => [event.part, event.code])).toEqual([
      ['a.1.1', undefined],
      ['a.1.2', 'CONTEXT_FULL'],
      ['a.2', undefined],
      [undefined, 'CONTEXT_FULL'],
    ]);
  });
});

describe('it stays whole', () => {
  test.each<readonly [claim: string, planner: readonly object[]]>([
    ['without a planner', []],
    ['when the planner says so', [plan([], false)]],
    ['when it would be one part', [plan(CHILDREN.slice(0, 1))]],
    ['when two parts would leave the same file', [plan([CHILDREN[0] ?? {}, { description: 'other', artifacts: ['one.txt'] }])]],
    ['when nobody would leave a file', [plan([CHILDREN[0] ?? {}, { description: 'other' }])]],
    ['when a part would tell how it is checked', [plan([CHILDREN[0] ?? {}, { description: 'cat one.txt two.txt', artifacts: ['two.txt'] }])]],
    ['when the planner answers in prose', [says('I would split it in two.')]],
  ])('%s', async (_, planner) => {
    here = trial({ criteria: [BOTH], agents: { 'worker a': full, 'worker a#2': [...one.slice(0, 1), ...two], ...(planner.length > 0 ? { planner } : {}) } });
    const ran = await here.run();
    expect(of(ran, 'ac.split')).toEqual([]);
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS' } });
  });

  test('and a turn limit then ends the run, which can go on', async () => {
    here = trial({ criteria: [BOTH], agents: { 'worker a': [calls(['ls', {}]), ...one.slice(0, 1), ...two] } });
    const ran = await here.run(['--max-turns', '1']);
    expect(ran.result).toMatchObject({ outcome: 'EXHAUSTED', exit_code: 6, resumable: true, error: { code: 'LIMIT' } });
    const next = await oxios(['resume', '--extend', '--max-turns', '9', '--json'], { home: here.home });
    expect(next.events().at(-1)).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  });
});
