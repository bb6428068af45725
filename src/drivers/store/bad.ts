/** Something in the log that is not what was written. */
export interface Bad {
  /** Number of the first entry that is concerned. */
  readonly seq: number;
  readonly reason: string;
}

export const earliest = (...found: readonly (Bad | undefined)[]): Bad | undefined =>
  found.reduce((first, one) => (one && (!first || one.seq < first.seq) ? one : first), undefined);
