import type { RunId } from './ids.ts';

/** What is to be taken out of the log: entries by their number, or whatever holds a text. */
export interface RedactionRequest {
  readonly entries?: readonly number[] | undefined;
  readonly match?: string | undefined;
  /** Only entries of this run, with `match`. */
  readonly run?: RunId | undefined;
  readonly reason: string;
  readonly by: string;
}

export interface Redaction {
  readonly entries: readonly number[];
  /** Files of `blobs/` that are gone. */
  readonly files: readonly string[];
  /** Entries that hold the text in a part that every proof is over, and which therefore stays. */
  readonly kept: readonly number[];
}
