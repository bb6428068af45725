import { OxiosError } from '../../kernel/errors.ts';
import { isDurable } from '../../kernel/events.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellKernel } from '../ports.ts';
import type { ShellState } from '../state.ts';
import { readRun } from './reading.ts';
import { withNotice } from './reduce.ts';
import { searchSessions, sessionsOf } from './sessions.ts';
import { REAL_TIME, type Schedule, type Store } from './store.ts';
import { createTail } from './tail.ts';

/** What keeps a store in step with a kernel. */
export interface Feed {
  /** Resolves when it is known what there is; what is at work is read behind that. Rejects with what stands in the way. */
  readonly ready: Promise<void>;
  /** Reads all that was said in a run, also one that ended long ago; resolves when it is in the store. */
  open(run: RunId): Promise<void>;
  /** Entries of the log before the oldest one that is shown; false when there is none, or no room for more. */
  older(): Promise<boolean>;
  /** The sessions in which it was said, or whose title has it; with an empty text all. A search under way is given up. */
  search(text: string): Promise<void>;
  /** Leaves the kernel to itself. What it said so far stays. */
  close(): void;
}

type Feeding = Pick<ShellKernel, 'read' | 'subscribe' | 'ps' | 'runs' | 'head' | 'lost'>;

/**
 * Hears the kernel first and reads what was before then: nothing is missed, nothing comes twice. A run that is looked
 * at is read by itself. After a loss another feed on the same store goes on where this one stopped.
 */
export function createFeed(store: Store, kernel: Feeding, { schedule = REAL_TIME }: { readonly schedule?: Schedule } = {}): Feed {
  const closed = new AbortController();
  const { signal } = closed;
  let searching = new AbortController();
  const fails = (error: unknown): void => {
    if (!(error instanceof OxiosError)) throw error;
    if (!signal.aborted && !kernel.lost.aborted) store.set((state) => withNotice(state, 'warn', error.detail, error.hint));
  };
  const tail = createTail({ store, kernel, schedule, fails }, signal);
  const leave = kernel.subscribe((event) => {
    store.take(event);
    if (isDurable(event)) tail.heard(event);
  });
  const reader = createReader(store, kernel, schedule, signal);
  const page = async (): Promise<void> => {
    while (!signal.aborted && isAtOldest(store.state()) && (await tail.older()));
  };
  const stopWatching = store.subscribe(() => {
    reader.fill(fails);
    page().catch(fails);
  });
  const lose = (): void => store.learn((fold) => fold.lose());
  kernel.lost.addEventListener('abort', lose, { once: true });
  const begin = async (): Promise<void> => {
    const [views, head] = await Promise.all([kernel.runs(), kernel.head()]);
    // Later than the runs: what ends in between says so itself.
    const procs = await kernel.ps();
    const alive = new Set(procs.filter(({ state }) => state.is !== 'exited').map(({ run }) => run));
    const isAlive = ({ run, status }: RunView): boolean => status === 'running' && alive.has(run);
    store.learn((fold) => {
      for (const view of shownOf(views, store.state(), isAlive)) fold.know(view, isAlive(view));
    });
    store.set((state) => ({ ...state, sessions: sessionsOf(views, isAlive), searched: '' }));
    await tail.begin(head);
    // What was learnt is in the state when this resolves.
    await new Promise<void>((resolve) => schedule.soon(resolve));
  };
  return {
    ready: begin(),
    open: reader.open,
    older: tail.older,
    async search(text) {
      searching.abort();
      searching = new AbortController();
      const own = searching.signal;
      const [views, { size }] = await Promise.all([kernel.runs(), kernel.head()]);
      const rows = sessionsOf(views, ({ run }) => store.state().alive.has(run));
      if (text === '') return store.set((state) => ({ ...state, sessions: rows, searched: '' }));
      for await (const sessions of searchSessions(kernel, { text, rows, size }, AbortSignal.any([own, signal]))) {
        if (own.aborted) return;
        store.set((state) => ({ ...state, sessions, searched: text }));
      }
    },
    close() {
      closed.abort();
      searching.abort();
      leave();
      stopWatching();
      kernel.lost.removeEventListener('abort', lose);
    },
  };
}

/** Rows of the oldest entries before which older ones are read. */
const MARGIN = 50;

const isAtOldest = ({ focus, scroll, audit }: ShellState): boolean => focus === 'audit' && scroll.audit.at + MARGIN >= audit.entries.length && audit.size > 0;

/** Runs that ended and are among those at work all the same. */
const RECENT = 20;

/** What is at work, what ended last, and what the shell looks at. */
function shownOf(views: readonly RunView[], state: ShellState, isAlive: (view: RunView) => boolean): readonly RunView[] {
  const recent = new Set(views.slice(-RECENT));
  return views.filter((view) => isAlive(view) || recent.has(view) || state.runs.has(view.run) || state.session === view.run);
}

interface Reader {
  open(run: RunId): Promise<void>;
  /** Reads what is looked at and not here, and what has a gap. */
  fill(fails: (error: unknown) => void): void;
}

/** A run whose gaps do not close is given up after so many readings. */
const MAX_READINGS = 5;

function createReader(store: Store, kernel: Pick<Feeding, 'read'>, schedule: Schedule, signal: AbortSignal): Reader {
  const opening = new Map<RunId, Promise<void>>();
  const readings = new Map<RunId, number>();
  const tried = new Set<Pid>();
  const breathe = (): Promise<void> => new Promise((resolve) => schedule.soon(resolve));
  const read = async (run: RunId): Promise<void> => {
    readings.set(run, (readings.get(run) ?? 0) + 1);
    store.learn((fold) => fold.await(run));
    try {
      const found = await readRun({ kernel, breathe }, run, signal);
      store.learn((fold) => fold.adopt(run, found));
      if (found && !store.missing().has(run)) readings.delete(run);
      // It is in the state when this resolves.
      await breathe();
    } catch (error) {
      store.learn((fold) => fold.adopt(run, undefined));
      throw error;
    } finally {
      opening.delete(run);
    }
  };
  const open = (run: RunId): Promise<void> => {
    const reading = opening.get(run) ?? read(run);
    opening.set(run, reading);
    return reading;
  };
  return {
    open,
    fill(fails) {
      if (signal.aborted) return;
      for (const run of [...wantedIn(store), ...goneIn(store, tried)]) if (!opening.has(run) && (readings.get(run) ?? 0) < MAX_READINGS) open(run).catch(fails);
    },
  };
}

function wantedIn(store: Store): readonly RunId[] {
  const state = store.state();
  const missing = store.missing();
  const wanted = new Set([state.session, lookedAt(state)?.run, ...state.alive, ...missing].filter((run) => run !== undefined));
  return [...wanted].filter((run) => !state.opened.has(run) || missing.has(run));
}

const lookedAt = ({ selected, runs }: ShellState): RunView | undefined => runs.values().find(({ procs }) => procs.some(({ pid }) => pid === selected));

/** The run of a process whose transcript was let go because nobody looked at it. It is tried once: some have none of their own. */
function goneIn(store: Store, tried: Set<Pid>): readonly RunId[] {
  const state = store.state();
  const { selected, transcripts } = state;
  const run = lookedAt(state)?.run;
  if (selected === undefined || run === undefined || !state.opened.has(run)) return [];
  if (transcripts.has(selected)) tried.delete(selected);
  if (transcripts.has(selected) || tried.has(selected)) return [];
  tried.add(selected);
  return [run];
}
