import type { Pid } from './ids.ts';

/** A call that was refused. */
export interface Denial {
  readonly pid: Pid;
  readonly tool: string;
  readonly action: string;
  readonly needs: readonly string[];
  readonly reason: string;
}
