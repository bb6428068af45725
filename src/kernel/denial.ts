import type { Capability } from './capability.ts';
import { OxiosError } from './errors.ts';
import type { Decision, KernelEvent } from './events.ts';
import type { Pid } from './ids.ts';

/** A call that was refused for want of authority. */
export interface Denial {
  readonly pid: Pid;
  readonly tool: string;
  readonly action: string;
  readonly needs: readonly string[];
  readonly reason: string;
}

/**
 * Thrown within a call that comes upon what it may not touch, such as a redirect to a host nobody granted. The gate makes a
 * denial of it, which is in the log before the call returns.
 */
export class RefusedError extends OxiosError {
  /** What it would have taken. */
  readonly needs: readonly Capability[];
  readonly decision: Decision;

  constructor(needs: readonly Capability[], decision: Decision) {
    super('DENIED', decision.reason);
    this.name = 'RefusedError';
    this.needs = needs;
    this.decision = decision;
  }
}

/** Rules of calls that could not be read. */
const MISREAD: ReadonlySet<string> = new Set(['unknown tool', 'malformed arguments', 'schema', 'TOOL_INPUT', 'redacted']);

/** A call that could not be read is the model's own slip, and no denial: it blocks nothing and counts as a failed call. */
export const isDenial = (decision: Decision): boolean => !MISREAD.has(decision.rule);

/** What these events say was refused. */
export const denialsIn = (events: readonly KernelEvent[]): Denial[] =>
  events.flatMap((event) =>
    event.type === 'tool.denied' && isDenial(event.decision)
      ? [{ pid: event.pid, tool: event.tool, action: event.action, needs: event.needs, reason: event.decision.reason }]
      : [],
  );
