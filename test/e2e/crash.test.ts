import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSideBySide, essence, logOf, RUN_STEPS, repeated, seeded, steps, wrongIn } from '../helpers/crash.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { type Killer, killer, type Moment } from '../helpers/kill-at.ts';
import { oxios, type Place, type Ran } from '../helpers/oxios.ts';

/** Hundreds of programs one after the other: only a hang takes longer, milliseconds. */
const timeout = 900_000;

describe.runIf(process.platform === 'linux' && hasCompiler())('kill -9 at a commit of the log', { timeout }, () => {
  let kill: Killer;
  let commits = 0;
  let whole: ReturnType<typeof essence>;

  beforeAll(async () => {
    kill = killer();
    const at = steps();
    const { vars, count } = kill.env('after', 0);
    const ran = await oxios(RUN_STEPS, { home: at.home, env: vars });
    commits = count();
    whole = essence(at, ran.events().at(-1));
    expect(repeated(at, ran.events())).toEqual([]);
    at.remove();
    expect({ outcome: whole.outcome, code: ran.code, many: commits > 30 }).toEqual({ outcome: 'APPROVED', code: 0, many: true });
  });
  afterAll(() => kill?.remove());

  /** What is wrong after a run that was killed there has gone on to its end. */
  const wrongAfter = async ([moment, number]: readonly [Moment, number]): Promise<string[]> => {
    const at = steps();
    try {
      const { vars, count } = kill.env(moment, number);
      const killed = await oxios(RUN_STEPS, { home: at.home, env: vars });
      // What is written in one turn of the event loop is one commit: their number is not always the same.
      const survived = killed.signal === 'SIGKILL' || count() < number ? [] : [`it ended by itself: ${killed.code} ${killed.stderr}`];
      return [...survived, ...(await wrongIn(at, [killed], whole))].map((one) => `${moment} ${number}: ${one}`);
    } finally {
      at.remove();
    }
  };

  const allOf = (moment: Moment, step: number): Promise<string[]> =>
    allSideBySide(
      Array.from({ length: Math.ceil(commits / step) }, (_, at) => [moment, 1 + at * step] as const),
      wrongAfter,
    );

  test.for(['before', 'after'] as const)(
    '%s each one: nothing acknowledged is lost, nothing is done twice in silence, the result is the same',
    async (moment) => {
      expect(await allOf(moment, 1)).toEqual([]);
    },
  );

  test.for(['torn', 'unsynced'] as const)('in the middle of one (%s): the same', async (moment) => {
    expect(await allOf(moment, 7)).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('kill -9 at any moment', { timeout }, () => {
  let whole: ReturnType<typeof essence>;

  beforeAll(async () => {
    const at = steps();
    whole = essence(at, (await oxios(RUN_STEPS, { home: at.home })).events().at(-1));
    at.remove();
    expect(whole.outcome).toBe('APPROVED');
  });

  /** A program that is killed when it has printed so many lines, and so many milliseconds later. */
  const killedAfter = (args: readonly string[], at: Place, { lines, ms }: { lines: number; ms: number }): Promise<Ran> => {
    let isDue = false;
    return oxios(args, {
      home: at.home,
      onStdout(text, send) {
        if (isDue || text.split('\n').length <= lines) return;
        isDue = true;
        setTimeout(() => send('SIGKILL'), ms);
      },
    });
  };

  test('again and again, while it runs and while it goes on: the result is the same, and so is the replay', async () => {
    const random = seeded(20261126);
    const kills = Array.from({ length: 12 }, () => Array.from({ length: 3 }, () => ({ lines: Math.floor(random() * 50), ms: Math.floor(random() * 8) })));
    const wrongAfter = async ([first, ...later]: (typeof kills)[number]): Promise<string[]> => {
      const at = steps();
      try {
        const killed = [await killedAfter(RUN_STEPS, at, first ?? { lines: 0, ms: 0 })];
        for (const one of later) if ((await logOf(at)).at(-1)?.type !== 'run.result') killed.push(await killedAfter(['resume', '--json'], at, one));
        const wrong = await wrongIn(at, killed, whole);
        // All its lives together come out again as they were recorded.
        const replayed = await oxios(['replay', 'r_', '--json', '--diff'], { home: at.home });
        return [...wrong, ...(replayed.code === 0 ? [] : [replayed.stdout + replayed.stderr])].map((one) => `${JSON.stringify([first, ...later])}: ${one}`);
      } finally {
        at.remove();
      }
    };
    expect(await allSideBySide(kills, wrongAfter)).toEqual([]);
  });
});
