/** Keeps a model that is down from being asked again and again. Whoever was let in says how it went. */
export interface Breaker {
  /** Whether a call may be made now; after the pause exactly one probe may. */
  enters(): boolean;
  /** Resolves when asking again makes sense: the pause is over, the probe is back, or the signal has aborted. */
  changed(signal: AbortSignal): Promise<void>;
  /** What is left of the pause, milliseconds. */
  left(): number;
  /** Why it failed last. */
  why(): string;
  succeeded(): void;
  failed(why: string): void;
  /** The call ended without saying anything about the provider. */
  leaves(): void;
}

export interface BreakerOptions {
  readonly pause_ms: number;
  readonly now: () => number;
}

export const FAILURES = 5;

/** Opens after five failures in a row; after the pause one probe decides. */
export function createBreaker({ pause_ms, now }: BreakerOptions): Breaker {
  let failures = 0;
  let openedAt = 0;
  let probing = false;
  let last = '';
  const waiting = new Set<() => void>();
  const settle = () => {
    probing = false;
    for (const wake of [...waiting]) wake();
  };
  const left = () => (failures < FAILURES ? 0 : Math.max(0, openedAt + pause_ms - now()));
  return {
    enters() {
      if (failures < FAILURES) return true;
      if (probing || left() > 0) return false;
      probing = true;
      return true;
    },
    changed: (signal) => woken(waiting, probing ? undefined : left(), signal),
    left,
    why: () => last,
    succeeded() {
      failures = 0;
      settle();
    },
    failed(why) {
      failures += 1;
      last = why;
      if (failures >= FAILURES) openedAt = now();
      settle();
    },
    leaves: settle,
  };
}

function woken(waiting: Set<() => void>, ms: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(wake, ms);
    function wake() {
      clearTimeout(timer);
      waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    }
    waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
  });
}
