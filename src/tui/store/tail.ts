import type { KernelEvent } from '../../kernel/events.ts';
import type { LogHead, LogRange } from '../../kernel/log.ts';
import { withAudit } from '../panes/audit.ts';
import type { ShellKernel } from '../ports.ts';
import { audited, hasRoom, withOlder } from './audit.ts';
import { cleanEvent, slimEvent } from './clean.ts';
import type { Schedule, Store } from './store.ts';

/** The end of the log as it grows: its head, and the entries that are only in the log itself. */
export interface Tail {
  begin(head: LogHead): Promise<void>;
  heard(event: KernelEvent): void;
  /** False when there is none, or no room for more. */
  older(): Promise<boolean>;
}

interface TailDeps {
  readonly store: Store;
  readonly kernel: Pick<ShellKernel, 'read' | 'head'>;
  readonly schedule: Schedule;
  /** Told of what goes wrong in the background. */
  fails(error: unknown): void;
}

/** Entries that are read at first, and a page of older ones. */
const FIRST = 500;
const PAGE = 200;
/** The head is asked for at most this often, milliseconds. */
const HEAD_MS = 1000;

export function createTail({ store, kernel, schedule, fails }: TailDeps, signal: AbortSignal): Tail {
  let next = Number.POSITIVE_INFINITY;
  let isAsking = false;

  const entries = async (range: LogRange): Promise<readonly KernelEvent[]> => {
    const all: KernelEvent[] = [];
    for await (const event of kernel.read(range, signal)) all.push(slimEvent(cleanEvent(event)));
    return all;
  };
  const withHead = (head: LogHead): void => store.set((state) => ({ ...state, audit: { ...state.audit, ...head } }));
  const askHead = async (): Promise<void> => {
    isAsking = false;
    if (!signal.aborted) withHead(await kernel.head());
  };
  /** The log writes of itself without saying it on the bus. */
  const fill = async (from: number, to: number): Promise<void> => {
    const between = await entries({ from, to });
    store.set((state) => withAudit(state, audited(state.audit, between)));
  };
  let paging: Promise<boolean> | undefined;
  const page = async (): Promise<boolean> => {
    const { audit } = store.state();
    const [first] = audit.entries;
    if (!first || !hasRoom(audit)) return false;
    const older = await entries({ from: Math.max(0, first.leaf - PAGE), to: first.leaf - 1 });
    store.set((state) => withAudit(state, withOlder(state.audit, older)));
    return older.length > 0;
  };
  return {
    async begin(head) {
      withHead(head);
      const last = await entries({ from: Math.max(0, head.size - FIRST) });
      store.set((state) => withAudit(state, audited(state.audit, last)));
    },
    heard({ leaf }) {
      if (leaf > next) fill(next, leaf - 1).catch(fails);
      next = leaf + 1;
      if (isAsking) return;
      isAsking = true;
      const callOff = schedule.later(HEAD_MS, () => void askHead().catch(fails));
      signal.addEventListener('abort', callOff, { once: true });
    },
    older() {
      paging ??= page().finally(() => {
        paging = undefined;
      });
      return paging;
    },
  };
}
