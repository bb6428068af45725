import type { KernelEvent } from '../../kernel/events.ts';
import type { AuditView } from '../state.ts';

/** Entries of the log that are kept to be looked at. */
const MAX_ENTRIES = 2000;

/** The window with these entries, slim and clean, in the order of the log; each once. */
export function audited(audit: AuditView, entries: readonly KernelEvent[]): AuditView {
  const all = joined(audit.entries, entries);
  const last = all.at(-1)?.leaf ?? -1;
  const head = headIn(entries);
  // A root stands for one size: without one, the newest entry says how large the log is.
  const known = head && head.size >= audit.size ? head : audit.root === '' ? { size: Math.max(audit.size, last + 1), root: '' } : {};
  return { ...audit, entries: all.slice(-MAX_ENTRIES), ...known };
}

/** The window with entries from before it: as many as it takes, and so many of the newest less. */
export const withOlder = (audit: AuditView, entries: readonly KernelEvent[]): AuditView => ({
  ...audit,
  entries: joined(audit.entries, entries).slice(0, MAX_ENTRIES),
});

function joined(known: readonly KernelEvent[], more: readonly KernelEvent[]): readonly KernelEvent[] {
  const last = known.at(-1)?.leaf ?? -1;
  if (more.every(({ leaf }, at) => leaf > (more[at - 1]?.leaf ?? last))) return [...known, ...more];
  const byLeaf = new Map([...known, ...more].map((entry) => [entry.leaf, entry]));
  return [...byLeaf.values()].sort((one, other) => one.leaf - other.leaf);
}

function headIn(entries: readonly KernelEvent[]): { readonly size: number; readonly root: string } | undefined {
  const event = entries.findLast((one) => one.type === 'checkpoint.signed' || one.type === 'run.result');
  if (event?.type === 'checkpoint.signed') return { size: event.size, root: event.root };
  return event?.type === 'run.result' ? event.audit_head : undefined;
}
