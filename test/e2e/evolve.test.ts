import { afterEach, describe, expect, test } from 'vitest';
import { CONTRACTS, threeGenerations } from '../helpers/evolution.ts';
import { type Line, linesOf, oxios } from '../helpers/oxios.ts';
import type { Trial } from '../helpers/trial.ts';

let t: Trial;
afterEach(() => t.remove());

const json = (value: object): readonly object[] => [{ text: JSON.stringify(value) }];
const tell = (...args: readonly string[]) => oxios(args, { home: t.home });
const of = (events: readonly Line[], type: string): Line[] => events.filter((one) => one.type === type);

test('three generations: what holds is only checked again, what fails or is lost is worked on again, and all of it replays', async () => {
  t = threeGenerations();
  const ran = await t.run();
  expect([ran.code, ran.result.outcome, ran.statuses]).toEqual([0, 'APPROVED', { a: 'PASS', b: 'PASS', c: 'PASS' }]);
  expect([ran.result.generations, ran.result.lineage]).toEqual([3, ran.result.run]);
  const events = ran.events();
  expect(of(events, 'lineage.judged').map((one) => [one.generation, one.decision, one.results.map((each: Line) => each.status), one.regressed ?? []])).toEqual([
    [1, 'continue', ['PASS', 'FAIL', 'PASS'], []],
    [2, 'continue', ['PASS', 'FAIL', 'FAIL'], ['c']],
    [3, 'converged', ['PASS', 'PASS', 'PASS'], []],
  ]);
  const workers = of(events, 'process.forked').filter((one) => one.name.startsWith('worker'));
  expect(workers.map((one) => [one.name, one.key.split('.')[0]]).sort()).toEqual([
    ['worker a', 'g1'],
    ['worker b', 'g1'],
    ['worker b', 'g2'],
    ['worker b', 'g3'],
    ['worker c', 'g1'],
    ['worker c', 'g3'],
  ]);
  // They are told what was found, and never how it is found out.
  const told = (name: string, key: string): string => workers.find((one) => one.name === name && one.key.startsWith(key)).args.task;
  expect(told('worker b', 'g1')).not.toContain('was found not to do');
  expect(told('worker b', 'g2')).toContain('does not say yes');
  expect(told('worker c', 'g3')).toContain('exits 1');
  expect(told('worker b', 'g3')).toContain('b.txt agrees, in one word');
  for (const { args } of workers) for (const contract of CONTRACTS) expect(args.task).not.toContain(contract);
  // What was found of the untouched workspace is not measured again.
  expect(of(events, 'ac.baseline').map((one) => one.criterion)).toEqual(['a', 'b', 'c']);

  const [first, second, third] = of(events, 'lineage.advanced') as [Line, Line, Line];
  expect([first.parent_digest, second.parent_digest, third.parent_digest]).toEqual([null, first.digest, second.digest]);
  expect(third.seed.acceptance_criteria[0]).toEqual(first.seed.acceptance_criteria[0]);
  const replayed = await tell('replay', ran.result.run, '--diff');
  expect([replayed.code, replayed.stdout]).toEqual([0, `${events.filter((one) => 'seq' in one).length} events came out as they were recorded\n`]);
});

describe('how far it goes', () => {
  const endless = () => threeGenerations({ 'judge b#3': [{ text: JSON.stringify({}) }], 'reflect#2': json({ criteria: [] }), reflect: json({ criteria: [] }) });

  test.each([
    [['--once'], 1, 'REJECTED', 1, 'only one generation was asked for'],
    [['--max-generations', '1'], 1, 'REJECTED', 1, 'only one generation was asked for'],
    [['--max-generations', '2'], 6, 'EXHAUSTED', 2, 'Max generations reached (2)'],
    [['--max-generations', '4'], 6, 'STAGNATED', 3, 'Stagnation detected: ontology unchanged for 3 consecutive generations'],
  ] as const)('%j: exit %i, %s', async (flags, code, outcome, generations, reason) => {
    t = endless();
    const ran = await t.run(flags);
    expect([ran.code, ran.result.outcome, ran.result.generations, of(ran.events(), 'lineage.judged').at(-1)?.reason]).toEqual([
      code,
      outcome,
      generations,
      reason,
    ]);
  });

  test('a limit holds over all generations, and a run that met it goes on where it was', async () => {
    t = threeGenerations();
    const whole = (await t.run()).events();
    const second = whole.findIndex((one) => one.type === 'lineage.advanced' && one.generation === 2);
    t.remove();
    t = threeGenerations();
    const ran = await t.run(['--max-tool-calls', String(1 + of(whole.slice(0, second), 'tool.intended').filter((one) => one.answers !== '').length)]);
    expect([ran.code, ran.result.error.code, of(ran.events(), 'lineage.advanced').length]).toEqual([6, 'LIMIT', 2]);
    const resumed = await tell('resume', '--extend', '--max-tool-calls', '100', '--json');
    expect([resumed.code, resumed.events().at(-1)?.outcome]).toEqual([0, 'APPROVED']);
    expect(of(resumed.events(), 'lineage.advanced').map((one) => one.generation)).toEqual([3]);
  });

  test('the flag counts more than the seed, and --once and more generations exclude each other', async () => {
    t = threeGenerations();
    const dry = await t.run(['--dry-run', '--max-generations', '5']);
    expect(linesOf(dry.stdout)[0]).toMatchObject({ generations: 5 });
    expect((await t.run(['--once', '--max-generations', '2'])).code).toBe(2);
    expect((await t.run(['--max-generations', '0'])).stderr + (await t.run(['--max-generations', '0'])).code).toContain('2');
  });
});

describe('a reflection that is not to be followed ends it, and the last verdict stands', () => {
  test.each([
    ['prose', [{ text: 'I would keep b.' }], 'it is no JSON'],
    ['an invented criterion', json({ criteria: [{ action: 'keep', id: 'z' }] }), 'there is no criterion z'],
    [
      'a contract in a text that workers see',
      json({ criteria: [{ action: 'revise', id: 'b', description: `pass ${CONTRACTS[0]}` }] }),
      'how a criterion is checked',
    ],
    ['a command that proves nothing', json({ criteria: [{ action: 'add', description: 'new', verify_command: 'true' }] }), 'proves nothing'],
    ['a command that cannot run', json({ criteria: [{ action: 'add', description: 'new', verify_command: 'no-such-program x' }] }), 'cannot run here'],
  ])('%s', async (_, reflect, why) => {
    t = threeGenerations({ reflect });
    const ran = await t.run();
    expect([ran.code, ran.result.outcome, ran.result.generations]).toEqual([1, 'REJECTED', 1]);
    expect(of(ran.events(), 'lineage.reflected')[0]?.why_not).toContain(why);
  });
});
