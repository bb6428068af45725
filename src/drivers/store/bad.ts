import { faultOf, messageOf } from '../../kernel/errors.ts';

/** Something in the log that is not what was written. */
export interface Bad {
  /** Number of the first entry that is concerned. */
  readonly seq: number;
  readonly reason: string;
}

export const earliest = (...found: readonly (Bad | undefined)[]): Bad | undefined =>
  found.reduce((first, one) => (one && (!first || one.seq < first.seq) ? one : first), undefined);

/** What cannot be read: a damaged page of the database, a number beyond what any entry has. Undefined for any other error. */
export function damage(error: unknown, seq: number): Bad | undefined {
  const beyond = error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
  return beyond || faultOf(error)?.code === 'AUDIT_TAMPERED' ? { seq, reason: `damaged: the entry cannot be read: ${messageOf(error)}` } : undefined;
}
