import { z } from 'zod';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Exit } from '../../kernel/events.ts';
import type { Body, BodyContext } from '../../kernel/kernel-types.ts';
import { readSeed } from '../seed/read.ts';
import { toYaml } from '../seed/to-yaml.ts';
import { turnsOf } from '../view/interview.ts';
import { awaitAnswers, leftOpen } from './answers.ts';
import { lookAround } from './brownfield.ts';
import { createLive, type Live } from './live.ts';
import { notesOn, restated } from './restate.ts';
import { askRound } from './rounds.ts';
import { score } from './score.ts';
import { specify } from './specify.ts';
import { nextStep, type Step } from './state.ts';

/** What the root process of an interview is started with. */
export const INTERVIEW_ARGS = z.object({
  request: z.string().min(1),
  max_rounds: z.number().int().nonnegative(),
  unattended: z.boolean(),
  forced: z.boolean(),
});

/** The interview as a process body: one step after the other, each in the log before the next. Goes on from its own events. */
export const interview: Body = async (ctx) => {
  const live = createLive(ctx);
  try {
    for (;;) {
      const step = nextStep(live.now());
      if (step.do === 'end') return conclude(live);
      await STEPS[step.do](ctx, live, step);
    }
  } catch (error) {
    // Whoever goes on with an interview does it by its own command.
    if (error instanceof OxiosError && error.code === 'NEEDS_ANSWER')
      throw new OxiosError(error.code, error.detail, { hint: `go on with: oxios interview --resume ${ctx.run}` });
    throw error;
  }
};

type Do = (ctx: BodyContext, live: Live, step: Step) => Promise<void>;

const STEPS: Readonly<Record<Exclude<Step['do'], 'end'>, Do>> = {
  begin,
  score: (ctx, live) => score(ctx, live),
  ask: async (ctx, live) => {
    if (!(await askRound(ctx, live))) await block(ctx, live, 'nothing is left to ask, and it is not clear yet');
  },
  await: (ctx, live) => awaitAnswers(ctx, live),
  close: async (_, live, step) => {
    const { round, scores } = live.now();
    await live.emit({ type: 'interview.ready', round, score: scores.at(-1)?.score ?? 1, forced: step.do === 'close' && step.forced });
  },
  refuse: async (_, live) => {
    throw tooUnclear(live);
  },
  block: (ctx, live, step) => block(ctx, live, step.do === 'block' ? step.why : ''),
  specify: restate,
  confirm,
};

async function begin(ctx: BodyContext, live: Live): Promise<void> {
  const { request, ...rules } = INTERVIEW_ARGS.parse(ctx.args);
  const { brownfield, observations, dependencies, patterns } = await lookAround(ctx);
  await live.emit({
    type: 'interview.begun',
    request,
    brownfield,
    observations: observations.map((one) => ({ ...one })),
    dependencies: [...dependencies],
    patterns: [...patterns],
    ...rules,
  });
}

async function block(ctx: BodyContext, live: Live, reason: string): Promise<void> {
  await live.emit({ type: 'interview.blocked', round: live.now().round, reason });
  throw new OxiosError('SEED_AMBIGUOUS', `${reason}: ${lacking(live)}`, {
    hint: `go on with: oxios interview --resume ${ctx.run}; or have it written as it is, marked as degraded, with --force`,
  });
}

/** A request that was to need no question. */
const tooUnclear = (live: Live): OxiosError =>
  new OxiosError('SEED_AMBIGUOUS', `the request is not clear enough to work on: ${lacking(live)}`, {
    hint: `say it in an interview: oxios interview ${JSON.stringify(live.now().request.split('\n')[0]?.slice(0, 80) ?? '')}; or have it written as it is with --force`,
  });

function lacking(live: Live): string {
  const last = live.now().scores.at(-1);
  const missing = (last?.missing ?? []).map((text) => `missing: ${text}`);
  return [`ambiguity ${last?.score ?? 1}`, ...(last?.floor_failures ?? []), ...missing].join('; ');
}

/** The seed is made and said in plain words, before anybody is asked whether that is it. */
async function restate(ctx: BodyContext, live: Live): Promise<void> {
  const specification = await specify(ctx, live);
  await live.emit({ type: 'interview.restated', text: restated(specification, live.now()) });
}

const WRITE_IT = 'write it';
const STOP = 'stop here';

/** The user confirms, or says what is to be different. Where nobody was to look at it, it is written. */
async function confirm(ctx: BodyContext, live: Live): Promise<void> {
  if (live.now().rules.unattended) return seed(ctx, live);
  const { restated: text = '', corrections } = live.now();
  const refused = turnsOf(live.now(), CONFIRMATION);
  const ask =
    refused === 0 ? 'Is that it? Anything else you say is taken as a correction.' : 'Is that it? If not, say in your own words what is to be different.';
  const key = `confirm ${corrections.length}${refused === 0 ? '' : ` again ${refused}`}`;
  const reply = (await ctx.ask({ text: `${text}\n\n${ask}`, options: [WRITE_IT, STOP], key })).trim();
  if (reply === '2' || /^(stop here|quit|abort)$/iu.test(reply)) return stop(ctx, live, reply);
  if (AGREES.test(reply)) return seed(ctx, live);
  // A bare no says nothing that could be written.
  if (/^(n|no)$/iu.test(reply)) return live.emit({ type: 'interview.turned', question: CONFIRMATION, to: 'unclear' });
  return live.emit({ type: 'interview.corrected', text: reply });
}

/** Its place among the questions, which count from 1. */
const CONFIRMATION = 0;
const AGREES = /^(|1|y|yes|ok|write it)$/iu;

async function stop(ctx: BodyContext, live: Live, reply: string): Promise<void> {
  if (/^abort$/iu.test(reply)) return live.emit({ type: 'interview.aborted', reason: 'the user gave it up' });
  await live.emit({ type: 'interview.turned', question: CONFIRMATION, to: 'quit' });
  throw leftOpen(ctx, 'the specification');
}

/** As it will stand in the file; reading it gives the same seed. */
async function seed(ctx: BodyContext, live: Live): Promise<void> {
  const specification = await specify(ctx, live);
  const yaml = toYaml(specification.seed, notesOn(specification, live.now(), ctx.run));
  const reading = readSeed(new TextEncoder().encode(yaml), 'seed.yaml');
  if (!reading.ok) throw new OxiosError('INTERNAL', `the seed that was written cannot be read: ${reading.diagnostics[0]?.message ?? ''}`);
  await live.emit({ type: 'interview.seeded', digest: reading.digest, yaml, degraded: reading.seed.metadata.degraded });
}

function conclude(live: Live): Exit {
  const { is, yaml = '' } = live.now();
  if (is === 'seeded') return { how: 'done', text: yaml, data: { outcome: 'SEEDED', exit_code: EXIT.ok, criteria: [], files_changed: [], text: yaml } };
  return { how: 'done', text: 'given up', data: { outcome: 'ABORTED', exit_code: EXIT.blocked, criteria: [], files_changed: [] } };
}
