import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { BusEvent, EventOf, Exit } from '../../kernel/events.ts';
import { isDurable } from '../../kernel/events.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import type { Booted } from '../boot.ts';

export type Result = EventOf<'run.result'>;

export interface Session {
  /** Starts or resumes the run; its events are delivered from the first. */
  begin(kernel: Booted['kernel']): Promise<{ run: RunId; pid: Pid }>;
  onEvent(event: BusEvent, answer: Booted['kernel']): void;
}

export interface Ended {
  readonly run: RunId;
  readonly exit: Exit;
  /** Undefined when the log could not take the end of the run. */
  readonly result: Result | undefined;
  readonly code: number;
}

/** One run from begin to end, in this process or in the kernel that owns the home. Ctrl-C ends only this run. */
export async function runSession(booted: Booted, session: Session): Promise<Ended> {
  const { kernel } = booted;
  const inbox = createInbox((event) => session.onEvent(event, kernel));
  const { deliver } = inbox;
  const leave = booted.local ? kernel.subscribe(deliver) : () => undefined;
  const interrupt = watchSignals();
  const started = await session.begin(kernel);
  inbox.open(started.run);
  interrupt.arm((signal) => void kernel.signal(started.pid, signal === 'SIGINT' ? 'KILL' : 'TERM', 'user').catch(() => undefined));
  const stop = new AbortController();
  const following = booted.local ? Promise.resolve() : follow(booted, started.run, deliver, stop.signal);
  try {
    const exit = await kernel.wait(started.pid);
    if (!booted.local) await Promise.race([following, resultSeen(() => inbox.result() !== undefined)]);
    return { run: started.run, exit, result: inbox.result(), code: codeOf(inbox.result(), exit, interrupt.signal) };
  } finally {
    stop.abort();
    leave();
    interrupt.disarm();
  }
}

interface Inbox {
  deliver(event: BusEvent): void;
  /** From now on events of this run are handed on, those that came before first. */
  open(run: RunId): void;
  result(): Result | undefined;
}

/** Hands on each event of one run once: what comes before its id is known is kept. */
function createInbox(take: (event: BusEvent) => void): Inbox {
  let run: RunId | undefined;
  let result: Result | undefined;
  const early: BusEvent[] = [];
  const seen = new Set<number>();
  const isNew = (event: BusEvent): boolean => {
    if (!isDurable(event)) return true;
    if (seen.has(event.seq)) return false;
    seen.add(event.seq);
    if (event.type === 'run.result') result = event;
    if (event.type === 'run.resumed') result = undefined;
    return true;
  };
  const deliver = (event: BusEvent) => {
    if (run === undefined) early.push(event);
    else if (event.run === run && isNew(event)) take(event);
  };
  return {
    deliver,
    open(id) {
      run = id;
      for (const event of early) deliver(event);
    },
    result: () => result,
  };
}

async function follow(booted: Booted, run: RunId, deliver: (event: BusEvent) => void, signal: AbortSignal): Promise<void> {
  for await (const event of booted.kernel.read({ run, from: 0, follow: true }, signal)) {
    deliver(event);
    if (event.type === 'run.result') return;
  }
}

/** A short wait for the stream to deliver what the kernel has already written. */
async function resultSeen(is: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !is(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
}

function codeOf(result: Result | undefined, exit: Exit, signal: NodeJS.Signals | undefined): number {
  if (signal === 'SIGTERM' && exit.how === 'killed') return EXIT.terminated;
  if (result) return result.exit_code;
  if (exit.how === 'failed') throw new OxiosError(exit.code as never, exit.message, exit.hint === undefined ? {} : { hint: exit.hint });
  return exit.how === 'killed' ? EXIT.interrupted : EXIT.internal;
}

interface Interrupt {
  readonly signal: NodeJS.Signals | undefined;
  arm(act: (signal: NodeJS.Signals) => void): void;
  disarm(): void;
}

/** The first signal ends the run, the second the process. */
function watchSignals(): Interrupt {
  let got: NodeJS.Signals | undefined;
  let act: ((signal: NodeJS.Signals) => void) | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (got) process.exit(signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted);
    got = signal;
    act?.(signal);
  };
  process.on('SIGINT', take);
  process.on('SIGTERM', take);
  return {
    get signal() {
      return got;
    },
    arm(handler) {
      act = handler;
      if (got) handler(got);
    },
    disarm() {
      process.off('SIGINT', take);
      process.off('SIGTERM', take);
    },
  };
}
