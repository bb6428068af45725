/** Paints at once what a person did, and in steps what happens by itself. */
export interface Pace {
  /** Something is to be painted. */
  wish(): void;
  /** While it runs nothing is painted; what was wished for is painted behind it, at once. */
  together(act: () => void): void;
  stop(): void;
}

export interface PaceDeps {
  readonly paint: () => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Ten frames a second are enough to read by; each costs time and bytes. Text that streams comes as often. */
const STEP_MS = 95;

export function createPace({ paint, now }: PaceDeps): Pace {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let holds = 0;
  let isWished = false;
  const go = (): void => {
    clearTimeout(timer);
    timer = undefined;
    isWished = false;
    last = now();
    paint();
  };
  return {
    wish() {
      isWished = true;
      if (holds > 0 || timer) return;
      const wait = last + STEP_MS - now();
      if (wait <= 0) go();
      else timer = setTimeout(go, wait);
    },
    together(act) {
      holds++;
      try {
        act();
      } finally {
        holds--;
        if (holds === 0 && isWished) go();
      }
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
