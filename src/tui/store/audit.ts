import type { KernelEvent } from '../../kernel/events.ts';
import type { AuditView } from '../state.ts';

/** Entries of the log that are kept to be looked at as it grows, and with older ones that were asked for. */
const MAX_ENTRIES = 2000;
const MOST_ENTRIES = 2 * MAX_ENTRIES;

/** The window with these entries, slim and clean, in the order of the log; each once. */
export function audited(audit: AuditView, entries: readonly KernelEvent[]): AuditView {
  const all = joined(audit.entries, entries);
  const head = headIn(entries);
  // A root stands for one size: without one, the newest entry says how large the log is.
  const known = head && head.size >= audit.size ? head : audit.root === '' ? { size: Math.max(audit.size, (all.at(-1)?.leaf ?? -1) + 1), root: '' } : {};
  const room = Math.min(MOST_ENTRIES, Math.max(MAX_ENTRIES, audit.entries.length));
  return { ...audit, entries: all.length > room ? all.slice(-room) : all, ...known };
}

/** The window with entries from before it, as far as there is room. */
export const withOlder = (audit: AuditView, entries: readonly KernelEvent[]): AuditView => ({
  ...audit,
  entries: joined(audit.entries, entries).slice(-MOST_ENTRIES),
});

/** Older entries can be added to it. */
export const hasRoom = ({ entries }: AuditView): boolean => entries.length < MOST_ENTRIES && (entries[0]?.leaf ?? 0) > 0;

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
