import { afterEach, expect, test } from 'vitest';
import { type Line, oxios } from '../helpers/oxios.ts';
import { approves, calls, outcomeOf, says, type Trial, trial, votes, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

const json = (value: object): object => says(JSON.stringify(value));
const tell = async (...args: readonly string[]) => outcomeOf(await oxios([...args, '--json'], { home: here.home }));
const of = (events: readonly Line[], type: string): readonly Line[] => events.filter((event) => event.type === type);

test('a generation that expects a test to be left frees nobody from the test as it was, and no later one forgets the votes', async () => {
  const fake = "console.log('fine');\n";
  here = trial({
    criteria: [{ id: 'a', description: 'adding works', verify_command: 'node test/x.test.js' }],
    agents: {
      'worker a': [calls(writes('test/x.test.js', fake)), says('done')],
      'judge a': [approves('add.js:1')],
      ballot: [votes(false, 'add.js:1')],
      wonder: [json({ questions: ['which tests?'] })],
      'wonder#2': [json({ questions: ['what else?'] })],
      reflect: [json({ criteria: [{ action: 'revise', id: 'a', expected_artifacts: ['test/x.test.js'] }], reasons: 'tests belong to it' })],
      'reflect#2': [json({ criteria: [{ action: 'keep', id: 'a' }], reasons: 'as it is' })],
    },
    files: { 'add.js': 'module.exports = () => 0;\n', 'test/x.test.js': "process.exit(require('../add.js')(1, 2) === 3 ? 0 : 1);\n" },
  });
  const ran = await here.run(['--max-generations', '3']);
  expect(of(ran.events(), 'lineage.judged').map((one) => one.outcome)).toEqual(['REJECTED', 'REJECTED', 'REJECTED']);
  expect(of(ran.events(), 'evaluation.checked').map((one) => [one.facts.exit_code, one.restored, one.with_restored.exit_code])).toEqual(
    Array(3).fill([0, ['test/x.test.js'], 1]),
  );
  expect([ran.code, ran.statuses]).toEqual([6, { a: 'FAIL' }]);
  expect(ran.evidence('a')).toContain('- restored: it fails with the original test/x.test.js');
});

test('what evolution changed is voted on until it held once', async () => {
  here = trial({
    criteria: [{ id: 'a', description: 'a.txt is nice' }],
    agents: {
      'worker a': [calls(writes('a.txt', 'x\n')), says('done')],
      'judge a': [approves('a.txt:1', { compliance: false })],
      'judge a#2': [approves('a.txt:1')],
      'judge a#3': [approves('a.txt:1')],
      ballot: [votes(false, 'a.txt:1')],
      wonder: [json({ questions: ['what is nice?'] })],
      'wonder#2': [json({ questions: ['what else?'] })],
      reflect: [json({ criteria: [{ action: 'revise', id: 'a', description: 'a.txt is there' }], reasons: 'simpler' })],
      'reflect#2': [json({ criteria: [{ action: 'keep', id: 'a' }], reasons: 'as it is' })],
    },
  });
  const ran = await here.run(['--max-generations', '3']);
  expect(of(ran.events(), 'evaluation.convened').map((one) => one.triggers)).toEqual([['seed_changed'], ['seed_changed']]);
  expect([ran.code, ran.statuses]).toEqual([6, { a: 'FAIL' }]);
});

test('verdicts of another run say nothing of files that were changed since', async () => {
  here = trial({
    criteria: [{ id: 'a', description: 'out.txt says ok', verify_command: 'grep -q ok out.txt' }],
    agents: { 'worker a': [calls(writes('out.txt', 'ok\n')), says('done')], 'judge a': [approves('out.txt:1')] },
  });
  const { run, outcome } = (await here.run()).result;
  expect(outcome).toBe('APPROVED');
  expect((await tell('evolve', run, '--force')).result).toMatchObject({ outcome: 'APPROVED', exit_code: 0 });
  here.write('out.txt', 'broken\n');
  const evolved = await tell('evolve', run, '--force');
  expect([evolved.code, evolved.statuses]).toEqual([4, { a: 'UNVERIFIED' }]);
  expect(evolved.evidence('a')).toContain('out.txt');
});

test('after a rewind was taken back, the newest seed is the one that is evaluated', async () => {
  here = trial({
    criteria: [{ id: 'a', description: 'a.txt says a', verify_command: 'cat a.txt; grep -q a a.txt' }],
    agents: {
      'worker a': [calls(writes('a.txt', 'x\n')), says('done')],
      'worker a#2': [calls(writes('a.txt', 'y\n')), says('done')],
      'worker a#3': [calls(writes('a.txt', 'z\n')), says('done')],
      'worker a#4': [calls(writes('a.txt', 'a\n')), says('done')],
      worker: [says('done')],
      judge: [approves('a.txt:1')],
      ballot: [votes(true, 'a.txt:1')],
      wonder: [json({ questions: ['what else?'] })],
      reflect: [json({ criteria: [{ action: 'add', description: 'c.txt says c', verify_command: 'grep -q c c.txt' }], reasons: 'more' })],
    },
  });
  const { run } = (await here.run(['--max-generations', '2', '--sequential'])).result;
  const both = { a: 'PASS', ac2: 'FAIL' };
  expect((await tell('evaluate', run)).statuses).toEqual(both);
  expect((await tell('rewind', run, '1')).code).toBe(0);
  expect((await tell('evaluate', run)).statuses).toEqual({ a: 'FAIL' });
  expect((await tell('undo', run, '--redo')).code).toBe(0);
  expect((await tell('evaluate', run)).statuses).toEqual(both);
});

test('who had a check changed to succeed failed, whatever else it was refused', async () => {
  here = trial({
    criteria: [{ id: 'a', description: 'adding works', verify_command: 'node test/x.test.js' }],
    agents: { 'worker a': [calls(writes('test/x.test.js', ''), ['bash', { command: 'curl http://example.invalid' }]), says('done')] },
    files: { 'test/x.test.js': 'process.exit(1);\n' },
  });
  const ran = await here.run(['--once']);
  expect(of(ran.events(), 'ac.worked').at(-1)).toMatchObject({ blocked: true });
  expect([ran.code, ran.statuses]).toEqual([1, { a: 'FAIL' }]);
});
