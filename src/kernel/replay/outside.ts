import { TOO_LATE } from '../approvals.ts';
import type { KernelEvent } from '../events.ts';

/** Done to the run by somebody else or by the clock, not by it. */
export const isOutside = (event: KernelEvent): boolean =>
  event.type === 'approval.answered' ||
  event.type === 'approval.refused' ||
  (event.type === 'approval.expired' && event.reason === TOO_LATE) ||
  event.type === 'capability.revoked' ||
  event.type === 'process.signalled' ||
  event.type === 'process.niced' ||
  (event.type === 'budget.exceeded' && event.limit === 'wall_ms') ||
  (event.type === 'message.sent' && event.actor === 'user');

/** Processes that wait for what was said to them. */
export interface Hearing {
  wait(pid: number): Promise<void>;
  /** Lets those go on that have heard all, when the recorded events before `at` are there. */
  look(at: number): void;
}

export function createHearing(recorded: readonly KernelEvent[], end: number): Hearing {
  const waiting = new Map<number, () => void>();
  /** A message before a request was heard by it; one before anything else was not. */
  const hasHeard = (pid: number, at: number): boolean => {
    const own = recorded.findIndex((event, index) => index >= at && event.pid === pid && !isOutside(event));
    if (own < 0 || own >= end || recorded[own]?.type !== 'budget.reserved') return true;
    return !recorded.slice(at, own).some((event) => event.pid === pid && event.type === 'message.sent');
  };
  return {
    wait: (pid) => new Promise((resolve) => waiting.set(pid, resolve)),
    look(at) {
      for (const [pid, resolve] of waiting) {
        if (!hasHeard(pid, at)) continue;
        waiting.delete(pid);
        resolve();
      }
    },
  };
}
