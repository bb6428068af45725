import type { z } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, isDurable } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import type { INTERVIEW_EVENTS, Question } from '../../ouroboros/interview/events.ts';
import { oneLine } from '../render/fit.ts';
import { type Answering, createAnswering } from '../run/answer.ts';
import type { Given } from './answers.ts';
import { openTerminal, shownPlain, shownQuestion, type Terminal } from './prompt.ts';
import { type Asked, createQueue, numberOf } from './queue.ts';

export interface FrontOptions {
  /** Somebody sits at the terminal. */
  readonly interactive: boolean;
  readonly live: boolean;
  readonly given: Given | undefined;
  /** Whatever is asked, have it written as it is. */
  readonly force: boolean;
  /** Questions of earlier lives. */
  readonly known: readonly Question[];
}

export interface Front extends Answering {
  /** Questions put so far. */
  readonly asked: readonly Question[];
}

/** Puts the questions of an interview to the person at the terminal, or answers them from a file: one front end of it among others. */
export function createFront(options: FrontOptions, beforeAsking: () => void): Front {
  const asked = [...options.known];
  const usual = createAnswering(beforeAsking);
  const stopped = new AbortController();
  const queue = createQueue();
  const terminal = openTerminal(options.live);
  let running = false;

  const run = async (): Promise<void> => {
    for (let next = await queue.next(stopped.signal); next; next = await queue.next(stopped.signal)) {
      const { event, kernel, taken } = next;
      const reply = await replyTo({ event, asked, options, terminal, beforeAsking }, AbortSignal.any([stopped.signal, taken.signal]));
      queue.replied(event, reply ?? '');
      if (reply !== undefined) await answer(kernel, event, reply);
    }
    running = false;
  };
  return {
    asked,
    watch(event) {
      // Nobody waits for the other answers of the round any more.
      if (event.type === 'interview.ready' || event.type === 'interview.aborted') queue.clear();
      if (isDurable(event) && event.type === 'interview.asked') asked.push(...(event as unknown as z.infer<Schemas['interview.asked']>).questions);
    },
    ask(event, kernel) {
      if (event.kind === 'approval') return options.interactive ? usual.ask(event, kernel) : void answer(kernel, event, undefined);
      queue.add(event, kernel);
      if (running) return;
      running = true;
      // All questions of a round come in at once; the first of them is put first.
      setImmediate(() => void run());
    },
    settled(ask) {
      queue.remove(ask);
      usual.settled(ask);
    },
    // Questions are shown one after the other, each where it is answered.
    hides: (event: BusEvent) => event.type.startsWith('approval.') || (options.interactive && event.type === 'interview.asked'),
    stop() {
      stopped.abort();
      usual.stop();
    },
  };
}

type Schemas = typeof INTERVIEW_EVENTS;

interface Putting {
  readonly event: Asked;
  readonly asked: readonly Question[];
  readonly options: FrontOptions;
  readonly terminal: Terminal;
  beforeAsking(): void;
}

async function replyTo({ event, asked, options, terminal, beforeAsking }: Putting, signal: AbortSignal): Promise<string | undefined> {
  const question = asked.find((one) => one.n === numberOf(event));
  const said = saidBefore(event, question, options);
  if (said !== undefined) return said;
  beforeAsking();
  return terminal.ask(question ? shownQuestion(question, terminal.paint) : shownPlain(event.text, event.options), signal);
}

/** What needs nobody at a terminal: the flag, the file of answers, and that nobody is there. */
function saidBefore({ key = '' }: Asked, question: Question | undefined, { force, given, interactive }: FrontOptions): string | undefined {
  if (force) return key.startsWith('force ') ? 'yes' : question ? 'force' : '';
  const found = question && given?.take(question);
  if (found !== undefined) return found;
  if (interactive) return undefined;
  // Who brings answers and sits nowhere has what comes of them written.
  return key.startsWith('confirm ') && given ? '' : 'quit';
}

async function answer(kernel: Kernel, event: Asked, text: string | undefined): Promise<void> {
  try {
    const reply = text === undefined ? ({ verdict: 'deny', scope: 'once' } as const) : ({ verdict: 'text', text } as const);
    await kernel.answer(event.ask as AskId, reply, text === undefined ? 'nobody at a terminal' : 'user at the terminal', 'terminal');
  } catch (error) {
    // The question has been answered elsewhere, or its run has ended.
    if (!(error instanceof OxiosError)) throw error;
    process.stderr.write(`${oneLine(error.detail)}\n`);
  }
}
