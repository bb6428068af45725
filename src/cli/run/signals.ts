import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import { report } from '../io.ts';
import { lastWord } from './last-word.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof SIGNALS)[number];

/** What a signal means to a command that works. */
export interface Interrupt {
  /** From here on a signal is kept until there is a run that it can end. */
  hold(): void;
  arm(run: RunId, act: (signal: EndSignal) => void): void;
  /** A signal has its usual effect again. */
  disarm(): void;
}

let watching: Interrupt | undefined;

/**
 * The first signal ends the run, the second the process; before there is a run, the first one does. With `json` a process
 * that is ended says so on stdout. There is one watch at a time, from the first call on.
 */
export function watchSignals(json: boolean): Interrupt {
  watching ??= createInterrupt(json);
  return watching;
}

function createInterrupt(json: boolean): Interrupt {
  let got: EndSignal | undefined;
  let isHeld = false;
  let run: RunId | undefined;
  let act: ((signal: EndSignal) => void) | undefined;
  const take = (signal: EndSignal) => {
    if (got || !isHeld) endNow(signal, run, json);
    got = signal;
    act?.(signal);
  };
  // Who emits one in this process itself says no name with it.
  const handlers = SIGNALS.map((signal) => [signal, () => take(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    hold() {
      isHeld = true;
    },
    arm(begun, handler) {
      run = begun;
      act = handler;
      if (got) handler(got);
    },
    disarm() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
      watching = undefined;
    },
  };
}

function endNow(signal: EndSignal, run: RunId | undefined, json: boolean): never {
  const code = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  const error =
    run === undefined
      ? new OxiosError('INTERRUPTED', 'nothing had begun yet', { hint: 'start it again' })
      : new OxiosError('INTERRUPTED', 'the program ended at once', { hint: `go on with: oxios resume ${run}` });
  report(error, false);
  if (json) process.stdout.write(`${lastWord(error, code, run)}\n`);
  process.exit(code);
}
