import { createInterface } from 'node:readline/promises';
import { OxiosError } from '../../kernel/errors.ts';
import type { BusEvent, EventOf } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { Kernel, Reply } from '../../kernel/kernel-types.ts';
import { reveal } from '../../kernel/text/sanitize.ts';
import { oneLine } from '../render/fit.ts';

type Asked = EventOf<'approval.asked'>;
type Shown = Pick<Asked, 'text' | 'detail' | 'options' | 'needs' | 'leads' | 'origins' | 'reason'>;

/** Puts approvals and questions to the person at the terminal, one after the other. */
export interface Answering {
  ask(event: Asked, kernel: Kernel): void;
  /** The question was answered elsewhere, or nobody may answer it any more. */
  settled(ask: string): void;
  /** Takes an open question away: its run has ended. */
  stop(): void;
  /** Every event, as it comes. */
  watch?(event: BusEvent): void;
  /** It shows that by itself. */
  hides?(event: BusEvent): boolean;
}

export function createAnswering(beforeAsking: () => void): Answering {
  const stopped = new AbortController();
  const open = new Map<string, AbortController>();
  let turn: Promise<void> = Promise.resolve();
  const put = async (event: Asked, kernel: Kernel) => {
    const taken = open.get(event.ask)?.signal ?? stopped.signal;
    if (stopped.signal.aborted || taken.aborted) return;
    beforeAsking();
    try {
      const reply = await promptFor(event, AbortSignal.any([stopped.signal, taken]));
      if (reply) await kernel.answer(event.ask as AskId, reply, 'user at the terminal', 'terminal');
    } catch (error) {
      // The question has been answered elsewhere, or its run has ended.
      if (!(error instanceof OxiosError)) throw error;
      process.stderr.write(`${oneLine(error.detail)}\n`);
    } finally {
      open.delete(event.ask);
    }
  };
  return {
    ask(event, kernel) {
      open.set(event.ask, new AbortController());
      turn = turn.then(() => put(event, kernel));
    },
    settled: (ask) => open.get(ask)?.abort(),
    stop: () => stopped.abort(),
  };
}

/** Undefined when the question was taken away. */
async function promptFor(event: Asked, signal: AbortSignal): Promise<Reply | undefined> {
  const isQuestion = event.kind === 'question';
  process.stderr.write(isQuestion ? questionText(event) : approvalText(event));
  await dropKeysPressedBefore();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C ends the run, as it does without a question.
  terminal.on('SIGINT', () => process.emit('SIGINT'));
  // What is said next begins a line of its own.
  const leave = (): void => void process.stderr.write('\n');
  signal.addEventListener('abort', leave, { once: true });
  try {
    const typed = (await terminal.question(isQuestion ? '> ' : 'Allow it? [y] once, [r] for this run, [a] always in this folder, [N] no: ', { signal })).trim();
    return isQuestion ? { verdict: 'text', text: event.options[Number(typed) - 1] ?? typed } : verdictOf(typed.toLowerCase());
  } catch (error) {
    if (!signal.aborted) throw error;
    return undefined;
  } finally {
    signal.removeEventListener('abort', leave);
    terminal.close();
  }
}

export function questionText(event: Shown): string {
  const options = event.options.map((one, at) => `  ${at + 1}) ${told(one)}\n`).join('');
  return `\n${told(event.text)}\n${options}`;
}

/** What a person is shown of an approval, every character that hides made visible. */
export function approvalText(event: Shown): string {
  const lines = [
    `An agent wants to: ${told(event.text)}`,
    ...(event.detail === undefined ? [] : [`  ${BAR}${told(shortened(event.detail))}`]),
    `  needs: ${event.needs.map(reveal).join(', ')}`,
    ...(event.leads ?? []).map(({ from, to }) => `  ${reveal(from)} leads to ${reveal(to)}`),
    `  why it is asked: ${reveal(event.reason)}`,
    ...(event.origins ?? []).map(originText),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** Whose words chose what the call acts on. */
const originText = ({ argument, value, from, found }: NonNullable<Asked['origins']>[number]): string =>
  `  ${reveal(argument)} ${told(JSON.stringify(value))} ${found ? 'comes from' : 'was not named by you, and these were read'}: ${from.map(reveal).join('; ')}`;

/** A line of the agent's text must not look like one of ours. */
const told = (text: string): string => reveal(text).replaceAll('\n', `\n  ${BAR}`);
const BAR = '| ';

/** More lines than this nobody reads on a terminal. */
const MAX_DETAIL = 200;

function shortened(text: string): string {
  const lines = text.split('\n');
  return lines.length > MAX_DETAIL
    ? [...lines.slice(0, MAX_DETAIL), `[${lines.length - MAX_DETAIL} lines more: oxios audit list --type approval.asked]`].join('\n')
    : text;
}

function verdictOf(typed: string): Reply {
  if (typed === 'y' || typed === 'yes') return { verdict: 'allow', scope: 'once' };
  if (typed === 'a') return { verdict: 'allow', scope: 'rule' };
  return typed === 'r' ? { verdict: 'allow', scope: 'run' } : { verdict: 'deny', scope: 'once' };
}

/** What was typed before the question was painted is no answer to it. Raw mode makes the terminal hand over half a line too. */
async function dropKeysPressedBefore(): Promise<void> {
  const { stdin } = process;
  const drop = () => undefined;
  stdin.setRawMode(true);
  stdin.on('data', drop).resume();
  // What the terminal holds is read in the next round of the event loop.
  for (let rounds = 0; rounds < 3; rounds++) await new Promise((resolve) => setImmediate(resolve));
  stdin.off('data', drop).pause();
  stdin.setRawMode(false);
}
