/** The work of a process that INT ends without ending the process: a turn of an agent, or calls of a body. */
export interface Turning {
  /** Aborts with the turn or with the process: for calls. */
  readonly calls: AbortSignal;
  /** The same, and on TERM: for requests and questions. */
  readonly requests: AbortSignal;
  readonly controller: AbortController;
  /** Who ended it. */
  by: string | undefined;
  /** Work under way beside each other. */
  holds: number;
  /** Resolves when all of it has ended. */
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** As much of a process as its turns need. */
export interface Turner {
  readonly controller: AbortController;
  readonly end: AbortSignal;
  /** INT ends its turn and not the process. */
  readonly converses: boolean;
  turning: Turning | undefined;
}

/** From here on INT ends what the process does. Begun again before it ended, it goes on until both have. */
export function beginTurn(proc: Turner): void {
  if (!proc.converses) return;
  const controller = new AbortController();
  const { signal } = controller;
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  proc.turning ??= {
    controller,
    calls: AbortSignal.any([proc.controller.signal, signal]),
    requests: AbortSignal.any([proc.end, signal]),
    by: undefined,
    holds: 0,
    over,
    end,
  };
  proc.turning.holds += 1;
}

export function endTurn(proc: Turner): void {
  if (!proc.turning) return;
  proc.turning.holds -= 1;
  if (proc.turning.holds > 0) return;
  proc.turning.end();
  proc.turning = undefined;
}

/** Ends the turn under way. False when there is none. */
export function haltTurn({ turning }: Turner, by: string): boolean {
  if (!turning) return false;
  turning.by ??= by;
  turning.controller.abort();
  return true;
}

/** The turn was ended, and the process was not. */
export const isHalted = ({ turning, end }: Turner): boolean => turning?.controller.signal.aborted === true && !end.aborted;

export const callSignal = ({ turning, controller }: Turner): AbortSignal => turning?.calls ?? controller.signal;

export const requestSignal = ({ turning, end }: Turner): AbortSignal => turning?.requests ?? end;

/** Unwinds a turn that a person ended; never shown to anyone. */
export class Interrupted extends Error {
  constructor() {
    super('the turn was interrupted');
    this.name = 'Interrupted';
  }
}
