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

/** Which process is below which. */
export type Family = (pid: number, ancestor: number) => boolean;

export function familyIn(recorded: readonly KernelEvent[]): Family {
  const parents = new Map<number, number>(recorded.flatMap((event) => (event.type === 'process.forked' ? [[event.pid, event.ppid] as const] : [])));
  return (pid, ancestor) => {
    for (let at: number | undefined = pid; at; at = parents.get(at)) if (at === ancestor) return true;
    return false;
  };
}

export type HeardBy = 'told' | { readonly emits: string };

/** Processes that wait for what was said and done to them. */
export interface Hearing {
  wait(pid: number, by?: HeardBy): Promise<void>;
  /** Lets those go on that have heard all, when the recorded events before `at` are there. */
  look(at: number): void;
}

export interface HearingDeps {
  readonly recorded: readonly KernelEvent[];
  readonly end: number;
  /** Events of the process that it has written and whose turn has not come: what it does next stands behind them. */
  written(pid: number, type?: string): number;
}

/** Where a process does what it does next with all that was said to it until then. */
const HEARS: ReadonlySet<string> = new Set(['budget.reserved', 'turn.interrupted', 'process.moved']);

interface Waiter {
  readonly pid: number;
  readonly by: HeardBy | undefined;
  readonly go: () => void;
}

export function createHearing({ recorded, end, written }: HearingDeps): Hearing {
  const { nextOf, isSignalled } = createScan({ recorded, end, written });
  let waiting: Waiter[] = [];
  /** A message before a request was heard by it, one before anything else was not; a signal is obeyed at once. */
  const hasHeard = (pid: number, at: number): boolean => {
    const next = nextOf(pid, at);
    if (next === undefined) return true;
    const hears = HEARS.has(recorded[next]?.type ?? '');
    return !isSignalled(pid, at, next) && !(hears && recorded.slice(at, next).some((event) => event.type === 'message.sent' && event.pid === pid));
  };
  /** What never came was forestalled by a signal. */
  const mayEmit = (pid: number, at: number, type: string): boolean => !isSignalled(pid, at, nextOf(pid, at, type) ?? end);
  const isTold = (pid: number, at: number): boolean => {
    const next = recorded.findIndex((event, index) => index >= at && index < end && event.type === 'message.sent' && event.pid === pid && !isOutside(event));
    return next < 0 ? !isSignalled(pid, at, end) : next === at;
  };
  return {
    wait: (pid, by) => new Promise((go) => waiting.push({ pid, by, go })),
    look(at) {
      const [first] = waiting.filter((one) => one.by === 'told' && isTold(one.pid, at));
      const isReady = ({ pid, by }: Waiter): boolean => (typeof by === 'object' ? mayEmit(pid, at, by.emits) : hasHeard(pid, at));
      const ready = waiting.filter((one) => (one.by === 'told' ? one === first : isReady(one)));
      waiting = waiting.filter((one) => !ready.includes(one));
      for (const one of ready) one.go();
    },
  };
}

/** What of the recording is still to come for a process. */
function createScan({ recorded, end, written }: HearingDeps) {
  const isBelow = familyIn(recorded);
  /** What it writes next, or next of that type: behind what it has written already. */
  const nextOf = (pid: number, at: number, type?: string): number | undefined => {
    let left = written(pid, type);
    for (let index = at; index < end; index += 1) {
      const event = recorded[index];
      if (!event || !isOwn(event, pid, type)) continue;
      if (left === 0) return index;
      left -= 1;
    }
    return undefined;
  };
  /** Somebody signals it, or one above it, between the two. */
  const isSignalled = (pid: number, from: number, to: number): boolean =>
    recorded.slice(from, to).some((event) => event.type === 'process.signalled' && isBelow(pid, event.pid));
  return { nextOf, isSignalled };
}

const isOwn = (event: KernelEvent, pid: number, type: string | undefined): boolean =>
  event.pid === pid && (type ? event.type === type : event.type !== 'message.sent') && !isOutside(event);
