import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSideBySide, logOf } from '../helpers/crash.ts';
import { hasCompiler } from '../helpers/failing-io.ts';
import { asks, ONE_ROUND, question, type Scene, scene } from '../helpers/interview.ts';
import { type Killer, killer } from '../helpers/kill-at.ts';
import type { Line } from '../helpers/oxios.ts';

/** Many programs one after the other: only a hang takes longer, milliseconds. */
const timeout = 600_000;

const AGENTS = { ...ONE_ROUND, interviewer: [asks(question('storage'), question('colour'))] };
const ANSWERS = { storage: 'kept', colour: 'auto' };

/** What must be the same however often it was killed. */
const essence = (at: Scene) => readFileSync(at.path('seed.yaml'), 'utf8').replace(/r_[a-z0-9]+|created_at: .*|seed_id: .*/gu, '');
const count = (log: readonly Line[], type: string) => log.filter((event) => event.type === type).length;

/** Questions put again though their answer was in the log. */
const askedAgain = (log: readonly Line[]): string[] => {
  const keys = new Map(log.flatMap((event) => (event.type === 'approval.asked' ? [[event.ask, event.key]] : [])));
  return log.flatMap((event, at) =>
    event.type === 'approval.answered' && log.slice(at).some((later) => later.type === 'approval.asked' && later.key === keys.get(event.ask))
      ? [`asked again: ${keys.get(event.ask)}`]
      : [],
  );
};

describe.runIf(process.platform === 'linux' && hasCompiler())('kill -9 at a commit of an interview', { timeout }, () => {
  let kill: Killer;
  let commits = 0;
  let whole = { seed: '', answered: 0, answers: 0 };

  beforeAll(async () => {
    kill = killer();
    const at = scene(AGENTS);
    const { vars, count: counted } = kill.env('after', 0);
    const ran = await at.interview(['--answers', at.answers(ANSWERS)], { env: vars });
    const log = await logOf(at);
    whole = { seed: essence(at), answered: count(log, 'model.answered'), answers: count(log, 'interview.answered') };
    commits = counted();
    at.remove();
    expect([ran.code, whole.answered, whole.answers, commits > 20]).toEqual([0, 5, 2, true]);
  });
  afterAll(() => kill?.remove());

  const wrongAfter = async (number: number): Promise<string[]> => {
    const at = scene(AGENTS);
    try {
      const answers = at.answers(ANSWERS);
      await at.interview(['--answers', answers], { env: kill.env('after', number).vars });
      const before = await logOf(at);
      const run = before[0]?.run;
      const again = await at.interview([...(run ? ['--resume', run] : []), '--answers', answers]);
      const log = await logOf(at);
      const now = { seed: again.code === 0 ? essence(at) : again.stderr, answered: count(log, 'model.answered'), answers: count(log, 'interview.answered') };
      // All its lives together come out again as they were recorded; looking at some of them is enough.
      const replayed = number % 4 === 0 ? await at.run(['replay', log[0].run, '--diff']) : { code: 0, stdout: '' };
      const wrong = [
        ...askedAgain(log),
        ...(JSON.stringify(now) === JSON.stringify(whole) ? [] : [JSON.stringify(now)]),
        ...(replayed.code === 0 ? [] : [replayed.stdout.slice(0, 2000)]),
      ];
      return wrong.map((one) => `commit ${number}: ${one}`);
    } finally {
      at.remove();
    }
  };

  test('loses no answer, puts no question again that was answered, asks no model twice, and writes the same seed', async () => {
    expect(
      await allSideBySide(
        Array.from({ length: commits }, (_, at) => at + 1),
        wrongAfter,
      ),
    ).toEqual([]);
  });
});
