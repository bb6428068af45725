import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSideBySide, essence, RUN_STEPS, repeated, wrongIn } from '../helpers/crash.ts';
import { besideSteps } from '../helpers/crash-beside.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { type Killer, killer, type Moment } from '../helpers/kill-at.ts';
import { type Line, oxios } from '../helpers/oxios.ts';

/** Many programs one after the other: only a hang takes longer, milliseconds. */
const timeout = 900_000;

/** Commits from one kill to the next: each is a prime away from the one before, so that all kinds of moments are met. */
const STEP = Number(process.env.OXIOS_CRASH_STEP ?? 11);

describe.runIf(process.platform === 'linux' && hasCompiler())('kill -9 while criteria are worked on side by side and merged', { timeout }, () => {
  let kill: Killer;
  let commits = 0;
  let whole: ReturnType<typeof essence>;

  beforeAll(async () => {
    kill = killer();
    const at = besideSteps();
    const { vars, count } = kill.env('after', 0);
    const ran = await oxios(RUN_STEPS, { home: at.home, env: vars });
    commits = count();
    whole = essence(at, ran.events().at(-1));
    expect(repeated(at, ran.events())).toEqual([]);
    const merges = ran.events().flatMap((one: Line) => (one.type === 'ac.merged' ? [[one.criterion, one.again, one.conflicts]] : []));
    expect(merges).toEqual([
      ['a', false, []],
      ['b', true, ['list.txt']],
      ['c', false, []],
    ]);
    expect(readFileSync(join(at.workspace, 'list.txt'), 'utf8')).toBe('The TITLE\n\n- one\n\nthe end\n');
    expect(readFileSync(join(at.workspace, 'dist/out'), 'utf8')).toBe('of c\n');
    expect({ outcome: whole.outcome, code: ran.code, many: commits > 30 }).toEqual({ outcome: 'APPROVED', code: 0, many: true });
    at.remove();
  }, timeout);
  afterAll(() => kill?.remove());

  /** What is wrong after a run that was killed there has gone on to its end. */
  const wrongAfter = async ([moment, number]: readonly [Moment, number]): Promise<string[]> => {
    const at = besideSteps();
    try {
      const { vars, count } = kill.env(moment, number);
      const killed = await oxios(RUN_STEPS, { home: at.home, env: vars });
      const survived = killed.signal === 'SIGKILL' || count() < number ? [] : [`it ended by itself: ${killed.code} ${killed.stderr}`];
      return [...survived, ...(await wrongIn(at, [killed], whole))].map((one) => `${moment} ${number}: ${one}`);
    } finally {
      at.remove();
    }
  };

  test.for([
    ['before', 2],
    ['after', 5],
  ] as const)('%s a commit of the log: it goes on to the same files and verdicts, nothing is done twice, nothing is left', async ([moment, first]) => {
    const numbers = Array.from({ length: Math.ceil((commits - first) / STEP) }, (_, nth) => [moment, first + nth * STEP] as const);
    expect(await allSideBySide(numbers, wrongAfter)).toEqual([]);
  });
});
