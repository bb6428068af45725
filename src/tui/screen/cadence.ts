/** What turns while something runs, and the time that is shown. Nothing of it runs otherwise. */
export interface Cadence {
  /** The sign for now; `isBusy`: something runs. */
  spin(isBusy: boolean): string;
  stop(): void;
}

export interface CadenceDeps {
  /** Called while something runs and nothing else was painted for a while. */
  readonly tick: () => void;
  /** Milliseconds. */
  readonly now: () => number;
  /** A screen reader would read every turn of it. */
  readonly isStill: boolean;
}

/** More often costs bytes and tells nothing more. */
const TURN_MS = 250;
/** A timer is late by some. */
const SLACK_MS = 30;
const SIGNS = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'] as const;
const STILL = '●';

export function createCadence({ tick, now, isStill }: CadenceDeps): Cadence {
  let timer: NodeJS.Timeout | undefined;
  let last = 0;
  let at = 0;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    spin(isBusy) {
      if (!isBusy) {
        stop();
        return STILL;
      }
      timer ??= setInterval(() => {
        if (now() - last >= TURN_MS - SLACK_MS) tick();
      }, TURN_MS);
      if (isStill) return STILL;
      const time = now();
      if (time - last >= TURN_MS - SLACK_MS) {
        last = time;
        at = (at + 1) % SIGNS.length;
      }
      return SIGNS[at] ?? STILL;
    },
    stop,
  };
}
