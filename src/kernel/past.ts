import type { Amounts } from './budget.ts';
import type { KernelEvent } from './events.ts';
import type { Pid } from './ids.ts';
import type { Json } from './json.ts';
import type { Process } from './process.ts';

/** `sameTask`: only one that was cut off, at the very same work, goes on; else a new one begins. */
export interface Child {
  readonly name: string;
  readonly args: Json;
  readonly sameTask: boolean;
}

/** What tools kept between calls in an earlier life. */
export const notesIn = (past: readonly KernelEvent[]): Process['notes'] =>
  new Map(past.flatMap((event) => (event.type === 'tool.finished' ? Object.entries((event.notes ?? {}) as Record<string, Json>) : [])));

/** Counters go on where the earlier life left them: ids are never used twice. */
export function counted(past: readonly KernelEvent[]): Pick<Process, 'tokens' | 'cost_usd' | 'calls' | 'asks' | 'requests'> {
  const calls = past.flatMap((event) => (event.type === 'tool.intended' || event.type === 'tool.denied' ? [Number(event.call.split('.')[1]) + 1] : []));
  const settled = past.filter((event) => event.type === 'budget.settled');
  return {
    tokens: settled.reduce((sum, event) => sum + event.tokens, 0),
    cost_usd: settled.reduce((sum, event) => sum + event.usd, 0),
    calls: Math.max(0, ...calls),
    asks: past.filter((event) => event.type === 'approval.asked').length,
    requests: past.filter((event) => event.type === 'model.requested').length,
  };
}

/** What was used up in an earlier life. A call without an outcome is made again, and counted then. */
export function usedIn(past: readonly KernelEvent[]): Amounts {
  let [tokens, usd, tool_calls] = [0, 0, 0];
  for (const event of past) {
    if (event.type === 'budget.settled') [tokens, usd] = [tokens + event.tokens, usd + event.usd];
    if (event.type === 'tool.finished' || event.type === 'tool.indoubt') tool_calls += 1;
  }
  return { tokens, usd, tool_calls };
}

/** What a process of an earlier life goes on with. */
export interface Revival {
  readonly revive: { readonly pid: Pid; readonly past: readonly KernelEvent[] };
}

/** A child of an earlier life that goes on as this one. */
export function earlierLife(parent: Process, child: Child, isBackAlready: (pid: Pid) => boolean): Revival | Record<never, never> {
  const { past } = parent.run;
  const found = past.find(
    (event) =>
      event.type === 'process.forked' &&
      event.ppid === parent.pid &&
      event.name === child.name &&
      !isBackAlready(event.pid) &&
      (!child.sameTask || (isSame(event.args, child.args) && !isOver(past, event.pid))),
  );
  return found ? { revive: { pid: found.pid, past: past.filter((event) => event.pid === found.pid) } } : {};
}

const isSame = (a: unknown, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

/** It came to an end of its own; what was killed was cut off. */
function isOver(past: readonly KernelEvent[], pid: Pid): boolean {
  const last = past.findLast((event) => event.pid === pid && event.type === 'process.exited');
  return last?.type === 'process.exited' && last.exit.how !== 'killed';
}
