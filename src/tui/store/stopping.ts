import type { KernelEvent } from '../../kernel/events.ts';
import type { Pid } from '../../kernel/ids.ts';

/** Processes that were told to end their turn and have not yet, after this event. */
export function stoppingAfter(stopping: ReadonlySet<Pid>, event: KernelEvent): ReadonlySet<Pid> {
  if (event.type === 'process.signalled' && event.signal === 'INT') return new Set([...stopping, event.pid]);
  const isOver = event.type === 'turn.interrupted' || event.type === 'process.exited' || (event.type === 'process.moved' && event.to === 'waiting');
  if (event.type === 'run.result') return stopping.size === 0 ? stopping : new Set();
  return isOver && stopping.has(event.pid) ? new Set([...stopping].filter((pid) => pid !== event.pid)) : stopping;
}
