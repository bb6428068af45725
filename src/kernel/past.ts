import type { KernelEvent } from './events.ts';
import { numberOf } from './ids.ts';
import type { Json } from './json.ts';
import type { Process } from './process.ts';

/** What tools kept between calls in an earlier life. */
export const notesIn = (past: readonly KernelEvent[]): Process['notes'] =>
  new Map(past.flatMap((event) => (event.type === 'tool.finished' ? Object.entries((event.notes ?? {}) as Record<string, Json>) : [])));

/** Counters go on where the earlier life left them: ids are never used twice. */
export function counted(past: readonly KernelEvent[]): Pick<Process, 'tokens' | 'context_tokens' | 'cost_usd' | 'calls' | 'asks' | 'requests'> {
  const calls = past.flatMap((event) => (event.type === 'tool.intended' || event.type === 'tool.denied' ? [numberOf(event.call) + 1] : []));
  const settled = past.filter((event) => event.type === 'budget.settled');
  return {
    tokens: settled.reduce((sum, event) => sum + event.tokens, 0),
    context_tokens: contextIn(past),
    cost_usd: settled.reduce((sum, event) => sum + event.usd, 0),
    calls: Math.max(0, ...calls),
    asks: past.filter((event) => event.type === 'approval.asked').length,
    requests: past.filter((event) => event.type === 'model.requested').length,
  };
}

function contextIn(past: readonly KernelEvent[]): number {
  const last = past.findLast((event) => (event.type === 'model.requested' && !event.purpose) || event.type === 'context.compacted');
  return last?.type === 'model.requested' ? last.est_tokens : last?.type === 'context.compacted' ? last.after_tokens : 0;
}
