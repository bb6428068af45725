import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { foldOn, type RunView } from '../../kernel/view/runs.ts';
import { withAudit } from '../panes/audit.ts';
import type { ShellState } from '../state.ts';
import { audited } from './audit.ts';
import { cleanEvent, slimEvent } from './clean.ts';
import { derived } from './derived.ts';
import { createLive, type Live, type Parts } from './live.ts';
import { withRows } from './rows.ts';
import { afterSteps, asKnown, asRead, isStep, seenView } from './step.ts';
import { createStory, type Told } from './story.ts';
import { type Ended, stale } from './tidy.ts';
import { toldOf } from './told.ts';

/** What the events of a kernel make of a state. It goes on event by event; a state comes of it when somebody looks. */
export interface Fold {
  /** By what it can be seen; an event that changes nothing is nothing. */
  take(event: BusEvent): 'durable' | 'delta' | 'nothing';
  /** The state with all that was taken since the last time. */
  into(state: ShellState): ShellState;
  /** A run as the kernel knows it, and whether it is worked on. */
  know(view: RunView, isAlive: boolean): void;
  /** The run is being read from the log: what comes meanwhile is kept. */
  await(run: RunId): void;
  /** The run as it was read; undefined: it could not be. */
  adopt(run: RunId, read: Read | undefined): void;
  /** Runs of which events are missing: they have to be read. */
  missing(): ReadonlySet<RunId>;
  /** The kernel is gone: nothing is at work. */
  lose(): void;
}

/** A run as the log has it. */
export interface Read {
  readonly parts: Parts;
  /** Clean events that change more of a state than the run itself. */
  readonly steps: readonly KernelEvent[];
}

/** `from`: the state that it goes on with. */
export function createFold(from: ShellState): Fold {
  const lives = new Map<RunId, Live>();
  const missing = new Set<RunId>();
  let news = nothingNew();

  const liveOf = (run: RunId): Live => {
    const live = lives.get(run) ?? createLive(partsIn(from, run), (event) => createStory(event.run));
    lives.set(run, live);
    return live;
  };
  const took = (event: KernelEvent): void => {
    const how = liveOf(event.run).take(event);
    if (how === 'missing') missing.add(event.run);
    if (how !== 'before') news.runs.add(event.run);
    if (event.type === 'process.exited') news.ends = true;
    if (how === 'taken' && isStep(event)) news.steps.push((state) => afterSteps(state, [event]));
  };
  const without = (state: ShellState, ended: readonly Ended[]): ShellState => {
    if (ended.length === 0) return state;
    const transcripts = new Map(state.transcripts);
    for (const { run, pid } of ended) {
      transcripts.delete(pid);
      lives.get(run)?.parts().story?.forget(pid);
    }
    return { ...state, transcripts };
  };
  const know = (raw: RunView, isAlive: boolean): void => {
    const view = seenView(raw, isAlive);
    const live = liveOf(view.run);
    const wasOpen = live.parts().story !== undefined;
    if (!live.know(view, isAlive)) return;
    if (wasOpen && !live.parts().story) missing.add(view.run);
    news.runs.add(view.run);
    news.steps.push((state) => asKnown(state, view, isAlive));
    for (const event of live.early()) took(event);
  };
  return {
    know,
    take(event) {
      if (!isDurable(event)) {
        if (liveOf(event.run).take(event) !== 'taken') return 'nothing';
        news.runs.add(event.run);
        return 'delta';
      }
      const clean = cleanEvent(event);
      news.entries.push(slimEvent(clean));
      took(clean);
      return 'durable';
    },
    into(state) {
      const taken = news;
      news = nothingNew();
      const next = withNews(state, taken, (run) => lives.get(run)?.parts());
      return taken.ends ? without(next, stale(next)) : next;
    },
    await: (run) => liveOf(run).await(),
    adopt(run, read) {
      missing.delete(run);
      const live = liveOf(run);
      live.adopt(read?.parts);
      news.ends = true;
      news.runs.add(run);
      if (!read) return;
      news.steps.push((state) => asRead(state, run, read.steps));
      for (const event of live.early()) took(event);
    },
    missing: () => missing,
    lose() {
      for (const live of lives.values()) {
        const view = live.parts().fold?.view();
        if (view?.status === 'running') know(view, false);
      }
    },
  };
}

/** What was taken since the last look. */
interface News {
  readonly runs: Set<RunId>;
  readonly entries: KernelEvent[];
  readonly steps: ((state: ShellState) => ShellState)[];
  /** Processes ended, or are known to have. */
  ends: boolean;
}

const nothingNew = (): News => ({ runs: new Set(), entries: [], steps: [], ends: false });

function partsIn(from: ShellState, run: RunId): Parts {
  const view = from.runs.get(run);
  const known = toldOf(from, run);
  const story = known && createStory(run, known.told, known.speakers);
  return { fold: view && foldOn(view), story, upTo: view?.last_seq ?? -1 };
}

function withNews(state: ShellState, { runs, entries, steps }: News, partsOf: (run: RunId) => Parts | undefined): ShellState {
  if (runs.size + entries.length + steps.length === 0) return state;
  const views = new Map(state.runs);
  let next: ShellState = { ...state, runs: views };
  for (const run of runs) {
    const { fold, story, upTo } = partsOf(run) ?? NO_PARTS;
    if (fold) views.set(run, fold.view());
    next = withStory(next, run, story?.told(), upTo);
  }
  for (const step of steps) next = step(next);
  if (entries.length > 0) next = withAudit(next, audited(next.audit, entries));
  return derived(withRows(next, runs));
}

const NO_PARTS: Parts = { fold: undefined, story: undefined, upTo: -1 };

function withStory(state: ShellState, run: RunId, told: Told | undefined, upTo: number): ShellState {
  const opened = new Map(state.opened);
  if (!told) return opened.delete(run) ? { ...state, opened } : state;
  const { interview, work, gone } = told;
  const transcripts = new Map([...state.transcripts, ...told.transcripts]);
  for (const pid of gone) if (!told.transcripts.has(pid)) transcripts.delete(pid);
  return {
    ...state,
    transcripts,
    opened: opened.set(run, upTo),
    interviews: interview && interview !== state.interviews.get(run) ? new Map(state.interviews).set(run, interview) : state.interviews,
    work: work && work !== state.work.get(run) ? new Map(state.work).set(run, work) : state.work,
  };
}
