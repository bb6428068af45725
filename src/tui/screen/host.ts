/** The process, as far as a screen needs it: `process` itself fits. */
export interface Host {
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  kill(pid: number, signal: string): unknown;
  /** Ends at once. */
  exit(code: number): unknown;
}

/** Why the terminal was given back. */
export type End =
  | { readonly is: 'left' }
  | { readonly is: 'signal'; readonly signal: Ending }
  /** The terminal is gone: nobody is there to be told anything. */
  | { readonly is: 'gone' }
  /** A defect. */
  | { readonly is: 'fault'; readonly error: unknown };

export type Ending = keyof typeof CODES;

/** As shells have it: 128 and the number of the signal. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** What the program ends with. A fault is thrown on instead. */
export const exitCodeOf = (end: Exclude<End, { is: 'fault' }>): number => (end.is === 'left' ? 0 : end.is === 'gone' ? CODES.SIGHUP : CODES[end.signal]);
