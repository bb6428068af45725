import { describe, expect, test } from 'vitest';
import { allSideBySide, logOf, seeded } from '../helpers/crash.ts';
import { type Line, oxios } from '../helpers/oxios.ts';
import { calls, says, type Trial, trial, votes, writes } from '../helpers/trial.ts';

/** Each run is killed and goes on: only a hang takes longer, milliseconds. */
const timeout = 600_000;
const POINTS = 6;

const plan = { split: true, reason: 'two files', children: ['one', 'two'].map((name) => ({ description: `write ${name}.txt`, artifacts: [`${name}.txt`] })) };
const circle = Array.from({ length: 5 }, () => ['ls', {}] as const);

/** A try that fails, one that goes in circles, one that is split and voted on; and a worker whose window is full. */
const eventful = (): Trial =>
  trial({
    criteria: [
      {
        id: 'a',
        description: 'one.txt and two.txt',
        verify_command: 'cat one.txt two.txt',
        output_assertion: 'one-and-two',
        expected_artifacts: ['one.txt', 'two.txt'],
      },
      { id: 'b', description: 'b.js runs', verify_command: 'node b.js', depends_on: ['a'] },
    ],
    agents: {
      'worker a': [calls(writes('one.txt', 'bad')), says('done')],
      'worker a#2': [calls(...circle)],
      'planner a': [says(JSON.stringify(plan))],
      'worker a.1': [calls(writes('one.txt', 'one-')), says('done')],
      'worker a.2': [calls(writes('two.txt', 'and-two')), says('done')],
      'worker b': [{ fault: { code: 'CONTEXT_FULL' } }],
      'worker b#2': [calls(writes('b.js', '1;\n')), says('done')],
      'planner b': [says('{"split": false, "reason": "no"}')],
      ballot: [votes(true, 'one.txt:1')],
    },
  });

const ofTries = (log: readonly Line[]): Line[] => log.filter((one) => /^(?:ac\.(?!baseline|judged)|router|drift)/u.test(one.type));
const named = (one: Line): string => [one.type, one.criterion, one.attempt, one.part].join(' ');
const twice = (keys: readonly string[]): readonly string[] => keys.filter((key, at) => keys.indexOf(key) !== at);

describe.runIf(process.platform === 'linux')('kill -9 at any moment of several tries', { timeout }, () => {
  test('nothing is dispatched or said twice, the verdict is the same, and so is the replay', async () => {
    const whole = eventful();
    const ran = await whole.run(['--once']);
    whole.remove();
    expect({ code: ran.code, statuses: ran.statuses }).toEqual({ code: 0, statuses: { a: 'PASS', b: 'PASS' } });
    const course = ofTries(ran.events()).map(named);
    expect(twice(course)).toEqual([]);
    const random = seeded(20261127);
    const points = Array.from({ length: POINTS }, (_, at) => 10 + Math.floor(((at + random()) / POINTS) * (ran.stdout.split('\n').length - 20)));

    const wrongAfter = async (lines: number): Promise<readonly string[]> => {
      const here = eventful();
      let isDue = true;
      await here.run(['--once'], {
        onStdout(text, kill) {
          if (!isDue || text.split('\n').length <= lines) return;
          isDue = false;
          kill('SIGKILL');
        },
      });
      if ((await logOf(here)).at(-1)?.type !== 'run.result') await oxios(['resume', '--json'], { home: here.home });
      const log = await logOf(here);
      const replayed = await oxios(['replay', 'r_', '--diff'], { home: here.home });
      here.remove();
      const forks = log.filter((one) => one.type === 'process.forked').map((one) => `${one.name} ${one.key}`);
      const answers = log.filter((one) => one.type === 'model.answered').map((one) => `${one.pid} ${one.request}`);
      const mine = ofTries(log).map(named);
      return [
        ...twice([...forks, ...answers]),
        ...(JSON.stringify(mine) === JSON.stringify(course) ? [] : [mine.join(', ')]),
        ...(log.findLast((one) => one.type === 'run.result')?.outcome === 'APPROVED' ? [] : ['not approved']),
        ...(replayed.code === 0 ? [] : [replayed.stdout + replayed.stderr]),
      ].map((one) => `after ${lines} lines: ${one}`);
    };
    expect(await allSideBySide(points, wrongAfter)).toEqual([]);
  });
});
