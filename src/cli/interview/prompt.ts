import { createInterface } from 'node:readline/promises';
import { reveal } from '../../kernel/text/sanitize.ts';
import type { Question } from '../../ouroboros/interview/events.ts';
import { coloured, type Paint, plain } from '../render/paint.ts';
import { wrap } from '../render/wrap.ts';

const HELP = `  a number   that proposal
  Enter      the one that is recommended
  any words  your own answer; in quotes where it is one of the words below
  later      decide later: it is noted as open
  auto       leave it to Oxios: the recommended one, noted as such
  back       the question before, once more
  quit       stop here; all that was answered is kept
  force      have it written as it is, marked as degraded
  abort      give it up`;

export interface Terminal {
  /** Undefined: the question was taken away. */
  ask(shown: string, signal: AbortSignal): Promise<string | undefined>;
  readonly paint: Paint;
}

export const openTerminal = (live: boolean): Terminal => ({ ask, paint: live ? coloured : plain });

/** A question as it is put: what hangs on it, the proposals, what Enter does. */
export function shownQuestion(question: Question, paint: Paint): string {
  const { n, text, why, options, recommended } = question;
  const proposals = options.map((one, at) => `  ${at + 1}) ${told(one)}${at === recommended ? paint('dim', ' (recommended)') : ''}`);
  return [
    '',
    paint('strong', `${n}. ${told(text)}`),
    ...(why === '' ? [] : [paint('dim', `   ${told(why)}`)]),
    ...proposals,
    `  ${options.length + 1}) decide later`,
    paint('dim', `Enter takes ${recommended + 1}; or say it in your own words. ? for help`),
  ].join('\n');
}

export const shownPlain = (text: string, options: readonly string[]): string =>
  ['', ...text.split('\n').map(reveal), ...options.map((one, at) => `  ${at + 1}) ${told(one)}`)].join('\n');

/** A line of a model's text must not look like one of ours. */
const told = (text: string): string => reveal(text).replace(/\s*\n\s*/gu, ' ');

/** One line typed. The end of the input leaves the interview as `quit` does. */
async function ask(shown: string, signal: AbortSignal): Promise<string | undefined> {
  const say = (text: string): void => void process.stderr.write(`${wrap(text, process.stderr.columns)}\n`);
  say(shown);
  for (;;) {
    const typed = await line(signal);
    if (typed?.trim() !== '?') return typed;
    say(HELP);
  }
}

async function line(signal: AbortSignal): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C ends the run, as it does without a question.
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('quit')));
  const leave = (): void => void process.stderr.write('\n');
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([terminal.question('> ', { signal }), ended]);
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    signal.removeEventListener('abort', leave);
    terminal.close();
  }
}
