import type { z } from 'zod';
import { OxiosError } from '../../kernel/errors.ts';
import { type BusEvent, type EventOf, isDurable } from '../../kernel/events.ts';
import type { AskId } from '../../kernel/ids.ts';
import type { Kernel } from '../../kernel/kernel-types.ts';
import type { INTERVIEW_EVENTS, Question } from '../../ouroboros/interview/events.ts';
import { oneLine } from '../render/fit.ts';
import { type Answering, createAnswering } from '../run/answer.ts';
import type { Given } from './answers.ts';
import { openTerminal, shownPlain, shownQuestion, type Terminal } from './prompt.ts';

type Asked = EventOf<'approval.asked'>;

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
  const open = new Map<string, { readonly event: Asked; readonly kernel: Kernel; readonly taken: AbortController }>();
  const terminal = openTerminal(options.live);
  let arrival = Promise.withResolvers<void>();
  let running = false;

  const takeAway = (): void => {
    for (const { taken } of open.values()) taken.abort();
    open.clear();
  };
  const run = async (): Promise<void> => {
    for (let next = first(open.values()); next && !stopped.signal.aborted; next = first(open.values())) {
      const { event, kernel, taken } = next;
      const reply = await replyTo({ event, asked, options, terminal, beforeAsking }, AbortSignal.any([stopped.signal, taken.signal]));
      open.delete(event.ask);
      if (reply === undefined) continue;
      // What comes next stands before what is open already: the question before, or whether it is meant.
      const another = arrival.promise;
      await answer(kernel, event, reply);
      if (TURNS.test(reply)) await Promise.race([another, ended(stopped.signal)]);
    }
    running = false;
  };
  return {
    asked,
    watch(event) {
      // Nobody waits for the other answers of the round any more.
      if (event.type === 'interview.ready' || event.type === 'interview.aborted') takeAway();
      if (isDurable(event) && event.type === 'interview.asked')
        asked.push(...(event as unknown as z.infer<(typeof INTERVIEW_EVENTS)['interview.asked']>).questions);
    },
    ask(event, kernel) {
      if (event.kind === 'approval') return options.interactive ? usual.ask(event, kernel) : void answer(kernel, event, undefined);
      open.set(event.ask, { event, kernel, taken: new AbortController() });
      arrival.resolve();
      arrival = Promise.withResolvers();
      if (running) return;
      running = true;
      // All questions of a round come in at once; the first of them is put first.
      setImmediate(() => void run());
    },
    settled(ask) {
      open.get(ask)?.taken.abort();
      open.delete(ask);
      usual.settled(ask);
    },
    hides: (event: BusEvent) => event.type.startsWith('approval.'),
    stop() {
      stopped.abort();
      usual.stop();
    },
  };
}

/** Words that the interview answers with another question. */
const TURNS = /^\s*(back|force)\s*$/iu;

const ended = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const numberOf = ({ key = '' }: Asked): number => Number(/^q(\d+)/u.exec(key)?.[1] ?? 0);

/** By number; what is no question of a round comes before all of them. */
const first = <T extends { readonly event: Asked }>(open: Iterable<T>): T | undefined => [...open].sort((a, b) => numberOf(a.event) - numberOf(b.event))[0];

interface Putting {
  readonly event: Asked;
  readonly asked: readonly Question[];
  readonly options: FrontOptions;
  readonly terminal: Terminal;
  beforeAsking(): void;
}

async function replyTo({ event, asked, options, terminal, beforeAsking }: Putting, signal: AbortSignal): Promise<string | undefined> {
  const { key = '', text } = event;
  const question = asked.find((one) => one.n === numberOf(event));
  if (options.force) return key.startsWith('force ') ? 'yes' : question ? 'force' : '';
  const given = question && options.given?.take(question);
  if (given !== undefined) return given;
  if (!options.interactive) return 'quit';
  beforeAsking();
  return terminal.ask(question ? shownQuestion(question, terminal.paint) : shownPlain(text, event.options), signal);
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
