import { EXIT } from '../../kernel/error-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof SIGNALS)[number];

export interface Interrupt {
  /** The one that came, if any. */
  readonly signal: EndSignal | undefined;
  arm(act: (signal: EndSignal) => void): void;
  disarm(): void;
}

export const exitFor = (signal: EndSignal): number => (signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);

/** The first signal ends the run, the second the process. */
export function watchSignals(): Interrupt {
  let got: EndSignal | undefined;
  let act: ((signal: EndSignal) => void) | undefined;
  const take = (signal: EndSignal) => {
    if (got) process.exit(exitFor(signal));
    got = signal;
    act?.(signal);
  };
  for (const signal of SIGNALS) process.on(signal, take);
  return {
    get signal() {
      return got;
    },
    arm(handler) {
      act = handler;
      if (got) handler(got);
    },
    disarm() {
      for (const signal of SIGNALS) process.off(signal, take);
    },
  };
}
