import { type BusEvent, type EventOf, type Exit, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';

export type Result = EventOf<'run.result'>;
export type Begun = { readonly run: RunId; readonly pid: Pid };

/** The events of one run as they come in: each once and in order, also when they come twice by two ways. */
export interface Course {
  readonly result: Result | undefined;
  /** How its root process ended. */
  readonly exit: Exit | undefined;
  /** The first `seq` that was not delivered. */
  readonly next: number;
  take(event: BusEvent): void;
  begin(begun: Begun): void;
}

export function createCourse(deliver: (event: BusEvent) => void, from = 0): Course {
  let begun: Begun | undefined;
  const seen: Seen = { next: from, result: undefined, exit: undefined };
  const early: BusEvent[] = [];
  const take = (event: BusEvent) => {
    if (begun === undefined) return void early.push(event);
    if (event.run !== begun.run || (isDurable(event) && event.seq < seen.next)) return;
    if (isDurable(event)) note(seen, event, begun);
    deliver(event);
  };
  return {
    take,
    get result() {
      return seen.result;
    },
    get exit() {
      return seen.exit;
    },
    get next() {
      return seen.next;
    },
    begin(started) {
      begun = started;
      for (const event of early.splice(0)) take(event);
    },
  };
}

interface Seen {
  next: number;
  result: Result | undefined;
  exit: Exit | undefined;
}

function note(seen: Seen, event: KernelEvent, { pid }: Begun): void {
  seen.next = event.seq + 1;
  if (event.type === 'run.resumed') seen.result = undefined;
  if (event.type === 'run.result') seen.result = event;
  if (event.type === 'process.exited' && event.pid === pid) seen.exit = event.exit;
}
