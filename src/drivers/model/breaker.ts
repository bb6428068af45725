/** Keeps a provider that is down from being asked again and again. */
export interface Breaker {
  /** Whether a call may be made now; after the pause exactly one probe may. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
}

const FAILURES = 5;
const PAUSE_MS = 30_000;

/** Opens after five failures in a row, for 30 seconds; then one probe decides. */
export function createBreaker(now: () => number): Breaker {
  let failures = 0;
  let openedAt = 0;
  let probing = false;
  return {
    allows() {
      if (failures < FAILURES) return true;
      if (probing || now() - openedAt < PAUSE_MS) return false;
      probing = true;
      return true;
    },
    succeeded() {
      failures = 0;
      probing = false;
    },
    failed() {
      failures += 1;
      probing = false;
      if (failures >= FAILURES) openedAt = now();
    },
  };
}
