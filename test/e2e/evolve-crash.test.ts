import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSideBySide, dispatchedAgain, essence, logOf, wrongIn } from '../helpers/crash.ts';
import { SMALL } from '../helpers/evolution.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { type Killer, killer, type Moment } from '../helpers/kill-at.ts';
import { type Line, oxios } from '../helpers/oxios.ts';
import { trial } from '../helpers/trial.ts';

/** Hundreds of programs one after the other: only a hang takes longer, milliseconds. */
const timeout = 1_800_000;

const RUN = ['run', 'seed.yaml', '--model', 'script:model.yaml', '--project-dir', 'workspace', '--json'] as const;

/** Each generation, what it was made of and what came of it. */
const lineageIn = (log: readonly Line[]) =>
  log.flatMap((one) => {
    if (one.type === 'lineage.advanced') return [[one.generation, one.digest]];
    return one.type === 'lineage.judged' ? [[one.generation, one.decision, one.results.map((each: Line) => `${each.criterion} ${each.status}`)]] : [];
  });

describe.runIf(process.platform === 'linux' && hasCompiler())('kill -9 in a run of three generations, at a commit of the log', { timeout }, () => {
  let kill: Killer;
  let commits = 0;
  let whole: ReturnType<typeof essence>;
  let generations: ReturnType<typeof lineageIn>;

  beforeAll(async () => {
    kill = killer();
    const at = trial(SMALL);
    const { vars, count } = kill.env('after', 0);
    const ran = await oxios(RUN, { home: at.home, env: vars });
    commits = count();
    whole = essence(at, ran.events().at(-1));
    const log = await logOf(at);
    generations = lineageIn(log);
    at.remove();
    expect({ outcome: whole.outcome, again: dispatchedAgain(log), length: generations.length, many: commits > 60 }).toEqual({
      outcome: 'APPROVED',
      again: [],
      length: 6,
      many: true,
    });
  });
  afterAll(() => kill?.remove());

  /** What is wrong after a run that was killed there has gone on to its end. */
  const wrongAfter = async ([moment, number]: readonly [Moment, number]): Promise<string[]> => {
    const at = trial(SMALL);
    try {
      const { vars, count } = kill.env(moment, number);
      const killed = await oxios(RUN, { home: at.home, env: vars });
      // What is written in one turn of the event loop is one commit: their number is not always the same.
      const survived = killed.signal === 'SIGKILL' || count() < number ? [] : [`it ended by itself: ${killed.code} ${killed.stderr}`];
      const wrong = await wrongIn(at, [killed], whole, RUN);
      const mine = lineageIn(await logOf(at));
      const other = isDeepStrictEqual(mine, generations) ? [] : [JSON.stringify(mine)];
      return [...survived, ...wrong, ...other].map((one) => `${moment} ${number}: ${one}`);
    } finally {
      at.remove();
    }
  };

  test.for([
    ['before', 1],
    ['after', 9],
    ['torn', 17],
    ['unsynced', 17],
  ] as const)('%s, each %i.: the same seeds and verdicts, and nobody is sent out or asked twice', async ([moment, step]) => {
    const numbers = Array.from({ length: Math.ceil(commits / step) }, (_, at) => [moment, 1 + at * step] as const);
    expect(await allSideBySide(numbers, wrongAfter)).toEqual([]);
  });
});
