import type { BusEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { UiIntent } from '../intent.ts';
import type { ShellState } from '../state.ts';
import { createFold, type Fold } from './fold.ts';
import { applyUi } from './reduce.ts';

/** The one state of the shell. */
export interface Store {
  /** As it was told last: it changes only with a notification. */
  state(): ShellState;
  /** Returns the way out. */
  subscribe(listener: () => void): () => void;
  /** What the kernel says: seen within the turn of the event loop, streamed text within a tenth of a second. */
  take(event: BusEvent): void;
  /** What only the screen has to do: seen when it returns. */
  apply(...intents: readonly UiIntent[]): void;
  /** Any other change: seen when it returns; the same state is none. */
  set(change: (state: ShellState) => ShellState): void;
  /** Runs of which events are missing. */
  missing(): ReadonlySet<RunId>;
  /** What the feed read of the kernel, in one go: seen within the turn. */
  learn(teach: (fold: Omit<Fold, 'take' | 'into'>) => void): void;
}

/** Time, handed in. */
export interface Schedule {
  /** Behind all that is handled now. */
  soon(run: () => void): void;
  /** Returns the way to call it off. */
  later(ms: number, run: () => void): () => void;
}

/** Streamed text is shown this often, milliseconds. */
const STREAM_MS = 100;

export const REAL_TIME: Schedule = {
  soon: (run) => void setImmediate(run),
  later(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** No timer runs while nothing is to be shown. */
export function createStore(initial: ShellState, { schedule = REAL_TIME }: { readonly schedule?: Schedule } = {}): Store {
  const listeners = new Set<() => void>();
  const fold = createFold(initial);
  let state = initial;
  let isSoon = false;
  let callOff: (() => void) | undefined;

  const show = (next: ShellState): void => {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  };
  const flush = (): void => {
    isSoon = false;
    callOff?.();
    callOff = undefined;
    show(fold.into(state));
  };
  const soon = (): void => {
    if (isSoon) return;
    isSoon = true;
    schedule.soon(flush);
  };
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    take(event) {
      const how = fold.take(event);
      if (how === 'durable') soon();
      else if (how === 'delta' && !isSoon) callOff ??= schedule.later(STREAM_MS, flush);
    },
    apply: (...intents) => show(intents.reduce(applyUi, state)),
    set: (change) => show(change(state)),
    missing: fold.missing,
    learn(teach) {
      teach(fold);
      soon();
    },
  };
}
