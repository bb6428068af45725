import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { judges, THREE, threeGenerations } from '../helpers/evolution.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { killer } from '../helpers/kill-at.ts';
import { type Line, linesOf, oxios } from '../helpers/oxios.ts';
import { says, type Trial } from '../helpers/trial.ts';
import { atTerminal } from '../helpers/tty.ts';

let t: Trial;
afterEach(() => t.remove());

const json = (value: object): readonly object[] => [says(JSON.stringify(value))];
const tell = (...args: readonly string[]) => oxios(args, { home: t.home });
const of = (events: readonly Line[], type: string): Line[] => events.filter((one) => one.type === type);
const files = () => [t.read('b.txt'), t.read('c.txt')];

/** Another script for a run that goes on: in it, everybody is the first of their name again. */
function next(change: Record<string, readonly object[]> = {}): readonly string[] {
  const { agents } = THREE;
  const again = {
    ...agents,
    'worker b': agents['worker b#3'],
    'worker c': agents['worker c#2'],
    'judge b': judges('b.txt:1'),
    reflect: json({ criteria: [] }),
  };
  writeFileSync(t.path('next.yaml'), JSON.stringify({ agents: { ...again, ...change } }));
  return ['--model', `script:${t.path('next.yaml')}`];
}

/** Two generations of three: b is wrong, and c was broken in the second. */
async function exhausted(): Promise<string> {
  t = threeGenerations();
  const ran = await t.run(['--max-generations', '2']);
  expect([ran.code, ran.result.outcome, files()]).toEqual([6, 'EXHAUSTED', ['never\n', 'no\n']]);
  return String(ran.result.run);
}

test('a finished run is gone on with in a run of its own, which begins with what is still not known, and replays by itself', async () => {
  const run = await exhausted();
  const evolved = await tell('evolve', run, '--json', ...next());
  const events = evolved.events();
  expect([evolved.code, events.at(-1)?.outcome, events.at(-1)?.generations, events.at(-1)?.lineage]).toEqual([0, 'APPROVED', 3, run]);
  expect(
    of(events, 'process.forked')
      .map((one) => one.name)
      .slice(1, 3),
  ).toEqual(['wonder', 'reflect']);
  expect(of(events, 'process.forked').filter((one) => one.name === 'worker a')).toEqual([]);
  expect(of(events, 'ac.baseline')).toEqual([]);
  const rows = linesOf((await tell('lineage', run, '--json')).stdout);
  expect(rows.map((one) => [one.generation, one.run === run, one.outcome, one.discarded])).toEqual([
    [1, true, 'REJECTED', false],
    [2, true, 'REJECTED', false],
    [3, false, 'APPROVED', false],
  ]);
  expect(rows.map((one) => one.parent_digest)).toEqual([null, rows[0]?.digest, rows[1]?.digest]);
  const second = rows[2]?.run;
  expect((await tell('replay', second, '--diff')).code).toBe(0);

  const seed = await tell('lineage', second, '--seed', '3');
  writeFileSync(t.path('third.yaml'), seed.stdout);
  expect((await tell('seed', 'digest', 'third.yaml')).stdout.trim()).toBe(rows[2]?.digest);

  const done = await tell('evolve', run);
  expect([done.code, done.stderr]).toEqual([0, 'nothing to evolve: all of generation 3 holds; --force looks for what is still not known all the same\n']);
  const forced = await tell('evolve', run, '--force', '--generations', '1', '--json');
  expect([forced.code, forced.events().at(-1)?.generations]).toEqual([0, 4]);
});

test('a rewind puts the files of a generation back, evolution goes on from there, and undo takes it back', async () => {
  const run = await exhausted();
  const dry = await tell('rewind', run, '1', '--dry-run');
  expect([dry.stdout, files()]).toEqual([`~ b.txt\n~ c.txt\n2 files of ${t.workspace} would be as at the end of generation 1\n`, ['never\n', 'no\n']]);
  expect((await tell('rewind', run, '1')).code).toBe(0);
  expect(files()).toEqual(['no\n', 'yes\n']);
  const shown = (await tell('lineage', run)).stdout;
  expect(shown).toMatch(/^ {2}1 {2}seed_\w+ {2}REJECTED {2}2 of 3 hold {2}went on: .*\n {2}2 {2}seed_\w+ .*\(gone back to before it\)$/mu);

  expect((await tell('undo', run, '--redo')).code).toBe(0);
  expect([files(), (await tell('lineage', run)).stdout.includes('gone back')]).toEqual([['never\n', 'no\n'], false]);

  await tell('rewind', run, '1');
  const evolved = await tell('evolve', run, '--json', ...next());
  expect([evolved.code, of(evolved.events(), 'lineage.advanced').map((one) => one.generation)]).toEqual([0, [2]]);
  const tree = (await tell('lineage')).stdout.trimEnd().split('\n').slice(1);
  expect(tree.map((line) => /^(\S*) +(\d)/u.exec(line)?.slice(1))).toEqual([
    ['', '1'],
    ['├─', '2'],
    ['└─', '2'],
  ]);
  expect((await tell('replay', run, '--diff')).code).toBe(0);
});

test('what somebody else changed since is refused, kept or put back, as by undo', async () => {
  const run = await exhausted();
  t.write('b.txt', 'mine\n');
  const refused = await tell('rewind', run, '1');
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringMatching(/^UNDO_CONFLICT: .*b\.txt/u)]);
  expect((await tell('rewind', run, '1', '--keep')).code).toBe(0);
  expect(files()).toEqual(['mine\n', 'yes\n']);
  expect((await tell('rewind', run, '2', '--force')).code).toBe(2);
  expect((await tell('undo', run, '--redo', '--keep')).code).toBe(0);
  expect((await tell('rewind', run, '1', '--force')).code).toBe(0);
  expect(files()).toEqual(['no\n', 'yes\n']);
});

test.runIf(process.platform === 'linux' && hasCompiler())(
  'kill -9 anywhere in a rewind: saying it again finishes it, and nothing goes on before',
  { timeout: 600_000 },
  async () => {
    const kill = killer();
    const run = await exhausted();
    const { vars, count } = kill.env('after', 0);
    await oxios(['rewind', run, '1'], { home: t.home, env: vars });
    const commits = count();
    expect(commits).toBeGreaterThan(1);
    await tell('undo', run, '--redo');
    for (const [moment, at] of Array.from(
      { length: commits },
      (_, at) =>
        [
          ['before', at + 1],
          ['after', at + 1],
        ] as const,
    ).flat()) {
      const killed = await oxios(['rewind', run, '1'], { home: t.home, env: kill.env(moment, at).vars });
      const last = linesOf((await tell('audit', 'list', '--json', '--type', 'workspace.snapshotted', '--type', 'workspace.restored')).stdout).at(-1);
      // Cut off in the middle: nobody works on that.
      if (killed.signal === 'SIGKILL' && last?.before?.startsWith('undo to')) expect((await tell('evolve', run, '--force')).code).toBe(2);
      const again = await tell('rewind', run, '1');
      expect([moment, at, again.code, files()]).toEqual([moment, at, 0, ['no\n', 'yes\n']]);
      const rewinds = linesOf((await tell('audit', 'list', '--json', '--type', 'lineage.rewound')).stdout);
      const restored = linesOf((await tell('audit', 'list', '--json', '--type', 'workspace.restored')).stdout).filter((one) => !one.redo);
      expect(rewinds.length).toBe(restored.length);
      await tell('undo', run, '--redo');
      expect(files()).toEqual(['never\n', 'no\n']);
    }
    kill.remove();
  },
);

describe('what cannot be', () => {
  test('there is nothing yet', async () => {
    t = threeGenerations();
    const empty = await tell('lineage');
    expect([empty.code, empty.stdout, empty.stderr]).toEqual([0, '', 'no specification was worked on here yet; try: oxios run seed.yaml, or oxios demo\n']);
  });

  test('names that nothing has, generations that are not there, and runs that were interrupted', async () => {
    const run = await exhausted();
    for (const [args, what] of [
      [['lineage', 'r_none'], 'NOT_FOUND: no lineage r_none'],
      [['rewind', run, '7'], 'has no generation 7'],
      [['rewind', run, '0'], 'a generation is a whole number from 1'],
      [['lineage', run, '--seed', '9'], 'has no generation 9'],
      [['lineage', '--seed', '1'], '--seed needs the lineage'],
      [['evolve', run, '--generations', '0'], '--generations is a whole number from 1'],
      [['rewind', run, '1', '--keep', '--force'], 'opposites'],
    ] as const) {
      const ran = await tell(...args);
      expect([args, ran.code, ran.stderr.includes(what)]).toEqual([args, 2, true]);
    }
    await tell('undo', run);
    expect((await tell('evolve', run)).stderr).toContain(`take that back with oxios undo ${run} --redo`);
  });

  test('a run that is going, or was cut off, is not evolved', async () => {
    t = threeGenerations({ wonder: [{ text: 'x', delay_ms: 60_000 }] });
    let asked = '';
    const ran = await t.run([], {
      onStdout(text, send) {
        const waits = linesOf(text.slice(0, text.lastIndexOf('\n') + 1)).some((one) => one.type === 'process.forked' && one.name === 'wonder');
        if (asked !== '' || !waits) return;
        asked = 'going';
        const run = linesOf(text.slice(0, text.indexOf('\n') + 1))[0]?.run;
        void tell('evolve', run).then((other) => {
          asked = other.stderr;
          send('SIGKILL');
        });
      },
    });
    expect([ran.signal, asked]).toEqual(['SIGKILL', expect.stringContaining('is still going')]);
    const [first] = linesOf((await tell('lineage', '--json')).stdout);
    expect((await tell('evolve', first?.run)).stderr).toContain('was interrupted\n  hint: finish it: oxios resume');
  });
});

describe('a change of what was asked for needs votes and the user', () => {
  const change = { reflect: json({ criteria: [], goal: 'make it agree at once' }), 'reflect#2': json({ criteria: [] }) };
  const proposed = async (): Promise<Line[]> => linesOf((await tell('audit', 'list', '--json', '--type', 'lineage.proposed')).stdout);
  const goals = async (): Promise<string[]> =>
    linesOf((await tell('audit', 'list', '--json', '--type', 'lineage.advanced')).stdout).map((one) => one.seed.goal);

  test('where nobody can be asked it is only proposed', async () => {
    t = threeGenerations(change);
    await t.run(['--max-generations', '2']);
    expect(await proposed()).toMatchObject([
      { approvals: 3, valid: 3, answer: null, applied: false, changes: [{ what: 'goal', to: 'make it agree at once' }] },
    ]);
    expect(await goals()).toEqual(['make it so', 'make it so']);
  });

  test.runIf(process.platform === 'linux').each([
    ['yes', 'yes\n', true],
    ['no', 'no\n', false],
  ])('at a terminal, %s', async (_, keys, applied) => {
    t = threeGenerations(change);
    const person = atTerminal(
      ['run', t.path('seed.yaml'), '--model', `script:${t.path('model.yaml')}`, '--project-dir', t.workspace, '--max-generations', '2'],
      { home: t.home },
    );
    await person.shown('0J> ');
    person.type(keys);
    await person.done;
    expect(await proposed()).toMatchObject([{ applied, answer: keys.trim() }]);
    expect(await goals()).toEqual(['make it so', applied ? 'make it agree at once' : 'make it so']);
  });

  test('votes against it, and it is not even asked', async () => {
    t = threeGenerations({ ...change, 'ballot change 1': json({ approved: false }), 'ballot change 2': json({ approved: false }) });
    await t.run(['--max-generations', '2']);
    expect(await proposed()).toMatchObject([{ approvals: 1, valid: 3, applied: false }]);
  });
});
