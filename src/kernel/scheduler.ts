import { OxiosError } from './errors.ts';

/** A process's claim on a slot. Holds nest: the slot is given back when the last one ends. */
export interface Seat {
  /** Waits for a slot; rejects when the signal aborts. */
  hold(signal: AbortSignal): Promise<void>;
  release(): void;
  /** Gives the slot back while `wait` runs (a child, an approval, a timer), then takes one again. */
  aside<T>(signal: AbortSignal, wait: () => Promise<T>): Promise<T>;
  nice(value: number): void;
}

export interface Scheduler {
  seat(nice: number): Seat;
  readonly running: number;
}

interface Waiter {
  readonly seat: SeatState;
  readonly go: () => void;
}

interface SeatState {
  nice: number;
  /** Slot time used so far, weighted: the smallest goes next. Milliseconds. */
  used: number;
  holds: number;
  since: number;
  has: boolean;
  granted: Promise<void> | undefined;
}

/** Each step of nice costs a quarter more of the turn-taking, as in the Linux fair scheduler. */
const WEIGHT_STEP = 1.25;

/** At most `slots` processes use a model or a tool at once; who has used least, weighted by nice, goes first. */
export function createScheduler(slots: number, now: () => number): Scheduler {
  let running = 0;
  /** Virtual time of the busiest past: newcomers start here, so that waiting saves nothing up. */
  let floor = 0;
  const waiting: Waiter[] = [];

  const next = () => {
    while (running < slots && waiting.length > 0) {
      const best = waiting.reduce((a, b) => (isBefore(b.seat, a.seat) ? b : a));
      waiting.splice(waiting.indexOf(best), 1);
      running += 1;
      floor = Math.max(floor, best.seat.used);
      best.seat.since = now();
      best.go();
    }
  };

  const take = (seat: SeatState, signal: AbortSignal): Promise<void> => {
    seat.used = Math.max(seat.used, floor);
    if (!signal.aborted && running < slots && waiting.length === 0) {
      running += 1;
      seat.since = now();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new OxiosError('INTERRUPTED', 'the process has ended'));
      const abort = () => {
        const at = waiting.indexOf(waiter);
        if (at >= 0) waiting.splice(at, 1);
        reject(new OxiosError('INTERRUPTED', 'ended while waiting for a slot'));
      };
      const waiter: Waiter = {
        seat,
        go: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      waiting.push(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  };

  const give = (seat: SeatState) => {
    seat.used += (now() - seat.since) * WEIGHT_STEP ** seat.nice;
    running -= 1;
    next();
  };

  return {
    get running() {
      return running;
    },
    seat: (nice) => createSeat({ nice, used: floor, holds: 0, since: 0, has: false, granted: undefined }, take, give),
  };
}

/** Who has used less; of equals who gives way less, and else who came first. */
const isBefore = (a: SeatState, b: SeatState): boolean => a.used < b.used || (a.used === b.used && a.nice < b.nice);

function createSeat(state: SeatState, take: (seat: SeatState, signal: AbortSignal) => Promise<void>, give: (seat: SeatState) => void): Seat {
  const enter = async (signal: AbortSignal) => {
    state.holds += 1;
    if (state.holds === 1) {
      state.granted = take(state, signal).then(() => {
        state.has = true;
      });
    }
    await state.granted;
  };
  const release = () => {
    state.holds -= 1;
    if (state.holds > 0 || !state.has) return;
    state.has = false;
    give(state);
  };
  return {
    async hold(signal) {
      if (signal.aborted) throw new OxiosError('INTERRUPTED', 'the process has ended');
      try {
        await enter(signal);
      } catch (error) {
        release();
        throw error;
      }
    },
    release,
    async aside(signal, wait) {
      release();
      try {
        return await wait();
      } finally {
        // A process that ended meanwhile gets no slot; its own release then has nothing to give back.
        await enter(signal).catch(() => undefined);
      }
    },
    nice: (value) => {
      state.nice = value;
    },
  };
}
