import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { Interview } from '../../ouroboros/view/interview.ts';
import { type Given, readAnswers } from '../interview/answers.ts';
import { openTerminal, shownPlain } from '../interview/prompt.ts';
import { conduct, type Earlier, earlier, requestOf, resumption } from '../interview/session.ts';
import { checkFree, writeSeed } from '../interview/write.ts';
import { createIo, errorText, type Io } from '../io.ts';
import { interviewFlags } from '../run/flags.ts';
import { pipedText } from '../run/piped.ts';
import type { Ended } from '../run/session.ts';
import { type Args, type Command, flag, numeric, text } from './shared.ts';

type Flags = Args<Record<string, unknown>>;

/** Rounds, unless the flag says otherwise. */
const MAX_ROUNDS = 10;
const FILE = 'seed.yaml';

export const interview: Command = {
  name: 'interview',
  usage: 'interview [idea]',
  describe: 'Be asked what you want until it is clear, and have it written as a seed',
  examples: [
    ['oxios interview "a tally counter"', 'questions with proposals; Enter takes the recommended one'],
    ['oxios interview --resume r_m3x', 'go on with one that was left'],
    ['oxios interview "a tally counter" --answers answers.yaml', 'for CI: answers from a file'],
  ],
  options: (yargs) =>
    interviewFlags(yargs.positional('idea', { type: 'string', describe: 'what you want, in your own words; what is piped in goes with it' }))
      .option('resume', { type: 'string', describe: 'go on with this interview: its id, or the beginning of it', requiresArg: true })
      .option('answers', {
        type: 'string',
        describe: 'answers from a YAML or JSON file: in order, or by number, name or text of the question',
        requiresArg: true,
      })
      .option('out', { alias: 'o', type: 'string', describe: 'file of the seed, default seed.yaml', requiresArg: true })
      .option('max-rounds', { type: 'number', describe: `rounds of questions before it stops, default ${MAX_ROUNDS}`, requiresArg: true })
      .option('force', { type: 'boolean', describe: 'write the seed as it is, marked as degraded; replace the file if it is there' }),
  async run(args) {
    const io = createIo(args);
    const file = text(args.out) ?? FILE;
    const answers = text(args.answers);
    const given = answers === undefined ? undefined : readAnswers(answers);
    const id = text(args.resume);
    if (id !== undefined) checkGoingOn(args);
    const before = id === undefined ? undefined : await earlier(args, id);
    if (before?.state.yaml !== undefined) return save({ io, args, file, code: EXIT.ok }, before.state, before.run.run);
    checkFree(file, flag(args.force));
    return before ? resumed({ io, args, file, given }, before) : begun({ io, args, file, given });
  },
};

interface Asked {
  readonly io: Io;
  readonly args: Flags;
  readonly file: string;
  readonly given: Given | undefined;
}

async function begun({ io, args, file, given }: Asked): Promise<number> {
  const max_rounds = roundsOf(args);
  const { idea, piped } = await ideaOf(args, io);
  const forced = flag(args.force);
  const answered = io.interactive || given !== undefined;
  const request = await requestOf(args, io, { idea, piped, max_rounds, unattended: !io.interactive, forced, answered });
  const { beginOnce } = await import('../run/work.ts');
  return finished({ io, args, file, given }, await conduct({ io, args, begin: beginOnce(request, args.home), given, tell: telling(io) }));
}

async function resumed({ io, args, file, given }: Asked, before: Earlier): Promise<number> {
  const force = flag(args.force);
  const options = resumption(args, before.run, io.interactive || given !== undefined || force);
  const begin = (kernel: Parameters<Parameters<typeof conduct>[0]['begin']>[0]) => kernel.resume(before.run.run, options);
  return finished({ io, args, file, given }, await conduct({ io, args, begin, given, force, before, tell: telling(io) }));
}

/** What holds from the start on. */
const SETTLED = { idea: 'idea', maxRounds: 'number of rounds (--max-rounds)', projectDir: 'folder (--project-dir)', trust: 'trust (--trust)' } as const;
const AT_THE_START = Object.keys(SETTLED) as readonly (keyof typeof SETTLED)[];

function checkGoingOn(args: Flags): void {
  const settled = AT_THE_START.find((name) => args[name] !== undefined);
  if (settled !== undefined)
    throw new OxiosError('USAGE', `an interview that goes on has its ${SETTLED[settled]} already`, { hint: 'leave it out; say more in an answer' });
}

/** Names in the file of answers that no question had were meant for something: nothing is written as if they had been heard. */
function finished({ io, args, file, given }: Asked, { code, state, run }: Awaited<ReturnType<typeof conduct>>): number {
  const stray = given?.stray(state.questions) ?? [];
  if (stray.length > 0) {
    const asked = state.questions.map(({ n, id }) => `${n} ${id}`).join(', ');
    const detail = `no question was called ${stray.join(', ')}`;
    if (code === EXIT.ok)
      throw new OxiosError('USAGE', detail, { hint: `asked were: ${asked}; have it written all the same: oxios interview --resume ${run}` });
    io.say(`${detail}; asked were: ${asked}`);
  }
  return save({ io, args, file, code }, state, run);
}

interface Saving {
  readonly io: Io;
  readonly args: Flags;
  readonly file: string;
  readonly code: number;
}

function save({ io, args, file, code }: Saving, { yaml }: Interview, run: string): number {
  if (yaml === undefined) return code;
  try {
    writeSeed(file, yaml, flag(args.force));
  } catch (error) {
    if (error instanceof OxiosError) throw new OxiosError(error.code, error.detail, { hint: `it is kept: oxios interview --resume ${run} --out FILE` });
    throw error;
  }
  io.say(`wrote ${file}; look at it, then: oxios run ${file}`);
  return code;
}

function roundsOf(args: Flags): number {
  const rounds = args.maxRounds === undefined ? MAX_ROUNDS : numeric(args.maxRounds);
  if (rounds !== undefined && Number.isInteger(rounds) && rounds > 0) return rounds;
  throw new OxiosError('USAGE', '--max-rounds is a whole number from 1', { hint: 'such as: oxios interview "..." --max-rounds 5' });
}

/** What is wanted: said, piped in, or asked for. */
async function ideaOf(args: Flags, io: Io): Promise<{ readonly idea: string; readonly piped: string }> {
  const said = text(args.idea)?.trim() ?? '';
  const piped = await pipedText(io.say);
  if (said !== '') return { idea: said, piped };
  if (piped !== '') return { idea: piped, piped: '' };
  const typed = io.interactive ? await openTerminal(io.live).ask(shownPlain('What do you want to have built?', []), new AbortController().signal) : undefined;
  const idea = typed?.trim() ?? '';
  if (idea !== '' && idea !== 'quit') return { idea, piped: '' };
  throw new OxiosError('USAGE', 'the idea is empty', { hint: 'say what you want: oxios interview "..."' });
}

/** How an interview ended that has no seed yet is said with the way on. */
export const telling =
  (io: Io) =>
  ({ exit, code, run, result }: Ended): void => {
    if (exit.how === 'failed') process.stderr.write(errorText(exit.code, exit.message.split('\n')[0] ?? '', exit.hint));
    const cost = result?.cost_usd ? ` · $${result.cost_usd.toFixed(4)}` : '';
    if (result) io.say(`${result.outcome} (exit ${code})${cost} · interview ${run}`);
    if (exit.how === 'killed') io.say(`go on with: oxios interview --resume ${run}`);
  };
