import type { Decision } from './events.ts';
import type { Pid } from './ids.ts';

/** A call that was refused for want of authority. */
export interface Denial {
  readonly pid: Pid;
  readonly tool: string;
  readonly action: string;
  readonly needs: readonly string[];
  readonly reason: string;
}

/** Rules of calls that could not be read. */
const MISREAD: ReadonlySet<string> = new Set(['unknown tool', 'malformed arguments', 'schema', 'TOOL_INPUT', 'redacted']);

/** A call that could not be read is the model's own slip, and no denial: it blocks nothing and counts as a failed call. */
export const isDenial = (decision: Decision): boolean => !MISREAD.has(decision.rule);
