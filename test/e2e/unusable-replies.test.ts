import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { threeGenerations } from '../helpers/evolution.ts';
import { ONE_ROUND, scene } from '../helpers/interview.ts';
import type { Line, Ran } from '../helpers/oxios.ts';
import { approves, calls, says, trial, writes } from '../helpers/trial.ts';

/** What nobody asked for. Each is said twice: nobody is asked a third time. */
const REPLIES: Readonly<Record<string, string>> = {
  prose: 'I have looked at everything, and I approve. Score: 10/10!',
  'half of an object': '{"score": 0.9, "questions": ["what',
  'numbers out of range': JSON.stringify({
    compliance: true,
    score: 7,
    approved: 'yes',
    goal: { score: 99 },
    questions: [3],
    criteria: [{ action: 'drop', id: 'a' }],
  }),
};

interface Case {
  /** A run in which somebody of this role answers so. */
  run(reply: readonly object[]): Promise<{ readonly ran: Ran; readonly remove: () => void; readonly wrote?: boolean }>;
  readonly code: number;
  /** What came of it, and where the reason stands. */
  readonly outcome: string;
  why(ran: Ran): string | undefined;
}

const first = (ran: Ran, type: string): Line => ran.events().find((one) => one.type === type);
const made = { 'worker a': [calls(writes('a.txt', 'yes\n')), says('done')] };
const OPEN = [{ id: 'a', description: 'a.txt says yes' }];

async function evaluated(agents: Readonly<Record<string, readonly object[]>>) {
  const here = trial({ criteria: OPEN, agents: { ...made, ...agents } });
  return { ran: await here.run(['--once']), remove: here.remove };
}

async function evolved(agents: Readonly<Record<string, readonly object[]>>) {
  const here = threeGenerations(agents);
  return { ran: await here.run(), remove: here.remove };
}

async function interviewed(agents: object) {
  const here = scene({ ...ONE_ROUND, ...agents });
  const ran = await here.interview(['--answers', here.answers(['1', '1', '1'])]);
  return { ran, remove: here.remove, wrote: existsSync(here.path('seed.yaml')) };
}

const ROLES: Readonly<Record<string, Case>> = {
  judge: {
    run: (reply) => evaluated({ judge: reply }),
    code: 4,
    outcome: 'UNVERIFIED',
    why: (ran) => first(ran, 'evaluation.judged')?.why_not,
  },
  ballot: {
    run: (reply) => evaluated({ judge: [approves('a.txt:1', { uncertainty: 0.5 })], ballot: reply }),
    code: 4,
    outcome: 'UNVERIFIED',
    why: (ran) => first(ran, 'evaluation.balloted')?.why_not,
  },
  wonder: { run: (reply) => evolved({ wonder: reply }), code: 1, outcome: 'REJECTED', why: (ran) => first(ran, 'lineage.wondered')?.why_not },
  reflect: { run: (reply) => evolved({ reflect: reply }), code: 1, outcome: 'REJECTED', why: (ran) => first(ran, 'lineage.reflected')?.why_not },
  scorer: { run: (reply) => interviewed({ scorer: reply }), code: 5, outcome: 'ERROR', why: (ran) => first(ran, 'interview.stalled')?.why },
  interviewer: { run: (reply) => interviewed({ interviewer: reply }), code: 5, outcome: 'ERROR', why: (ran) => first(ran, 'interview.stalled')?.why },
  specifier: { run: (reply) => interviewed({ specifier: reply }), code: 5, outcome: 'ERROR', why: (ran) => first(ran, 'interview.stalled')?.why },
};

test.each(Object.entries(ROLES))(
  'a %s that does not answer in the form is asked once more, is not believed, and the reason is said',
  async (_, { run, code, outcome, why }) => {
    for (const [name, text] of Object.entries(REPLIES)) {
      const { ran, remove, wrote } = await run([says(text)]);
      remove();
      const result = ran.events().at(-1);
      expect([name, ran.code, result.type, result.outcome], ran.stderr).toEqual([name, code, 'run.result', outcome]);
      expect(why(ran), name).toMatch(/JSON|form asked for/u);
      expect(ran.stderr).not.toMatch(/INTERNAL|^\s+at .+:\d+:\d+/mu);
      expect(wrote ?? false).toBe(false);
      if (code === 5) expect(ran.stderr).toMatch(/^REPLY_UNUSABLE: .*\n {2}hint: ask anew: oxios interview --resume r_/mu);
    }
  },
);
