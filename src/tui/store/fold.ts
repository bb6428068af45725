import { type BusEvent, isDurable, type KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import { foldFrom, foldOn, type RunFold, type RunView } from '../../kernel/view/runs.ts';
import type { ShellState } from '../state.ts';
import { asksAfter } from './asks.ts';
import { audited } from './audit.ts';
import { cleanEvent, slimEvent } from './clean.ts';
import { derived } from './derived.ts';
import { factsIn } from './facts.ts';
import { withRows } from './rows.ts';
import { stoppingAfter } from './stopping.ts';
import { createStory, type Story } from './story.ts';
import { toldOf } from './told.ts';

/** What the events of a kernel make of a state. It goes on event by event; a state comes of it when somebody looks. */
export interface Fold {
  /** By what it can be seen; an event that changes nothing is nothing. */
  take(event: BusEvent): 'durable' | 'delta' | 'nothing';
  /** A run as the kernel knows it; older than what is known already it counts only for whether it is worked on. */
  know(view: RunView, isAlive: boolean): void;
  /** What was read of a run takes the place of what was folded of it. */
  open(story: Story): void;
  /** The state with all that was taken since the last time. */
  into(state: ShellState): ShellState;
}

/** `from`: the state that it goes on with. */
export function createFold(from: ShellState): Fold {
  const runs = new Map<RunId, Live>();
  const stories = new Map<RunId, Story>();
  let news = nothingNew();

  const tell = (event: BusEvent): boolean => {
    const story = stories.get(event.run) ?? storyFor(from, event);
    if (!story) return false;
    stories.set(event.run, story);
    story.take(event);
    news.stories.add(event.run);
    return true;
  };
  const fold = (event: KernelEvent): void => {
    const run = runs.get(event.run) ?? liveFor(from, event);
    if (!run || event.seq <= run.upTo) return;
    runs.set(event.run, run);
    run.fold.take(event);
    run.upTo = event.seq;
    news.runs.add(event.run);
    if (STEPS.has(event.type)) news.steps.push(event);
  };
  return {
    take(event) {
      if (!isDurable(event)) return tell(event) ? 'delta' : 'nothing';
      const clean = cleanEvent(event);
      news.entries.push(slimEvent(clean));
      fold(clean);
      tell(clean);
      return 'durable';
    },
    know(view, isAlive) {
      news.alive.set(view.run, isAlive);
      const known = runs.get(view.run);
      if (known && known.upTo >= view.last_seq) return;
      runs.set(view.run, { fold: foldOn(view), upTo: view.last_seq });
      news.runs.add(view.run);
    },
    open(story) {
      stories.set(story.run, story);
      news.stories.add(story.run);
    },
    into(state) {
      const taken = news;
      news = nothingNew();
      return withNews(state, taken, { runs, stories });
    },
  };
}

/** A run that is being folded. */
interface Live {
  readonly fold: RunFold;
  upTo: number;
}

/** What was taken since the last look. */
interface News {
  readonly runs: Set<RunId>;
  readonly alive: Map<RunId, boolean>;
  readonly stories: Set<RunId>;
  readonly entries: KernelEvent[];
  /** Events that change more than the run and its story. */
  readonly steps: KernelEvent[];
}

const nothingNew = (): News => ({ runs: new Set(), alive: new Map(), stories: new Set(), entries: [], steps: [] });

const STEPS: ReadonlySet<string> = new Set([
  ...['run.started', 'run.resumed', 'run.result', 'approval.asked', 'approval.answered', 'approval.expired'],
  ...['process.signalled', 'process.moved', 'process.exited', 'turn.interrupted'],
]);

function liveFor(from: ShellState, event: KernelEvent): Live | undefined {
  const view = from.runs.get(event.run);
  const fold = view ? foldOn(view) : foldFrom(event);
  return fold && { fold, upTo: view?.last_seq ?? -1 };
}

/** Only of a run that was followed from its beginning, or read from the log, is it known what was said in it. */
function storyFor(from: ShellState, event: BusEvent): Story | undefined {
  const told = toldOf(from, event.run);
  if (told) return createStory(event.run, told.told, told.speakers);
  return event.type === 'run.started' ? createStory(event.run) : undefined;
}

interface Folded {
  readonly runs: ReadonlyMap<RunId, Live>;
  readonly stories: ReadonlyMap<RunId, Story>;
}

function withNews(state: ShellState, news: News, { runs, stories }: Folded): ShellState {
  let next = state;
  if (news.runs.size > 0) {
    const views = new Map(next.runs);
    for (const run of news.runs) {
      const view = runs.get(run)?.fold.view();
      if (view) views.set(run, view);
    }
    next = { ...next, runs: views };
  }
  for (const run of news.stories) {
    const story = stories.get(run);
    if (story) next = withStory(next, run, story);
  }
  for (const event of news.steps) next = withStep(next, event);
  next = withAlive(next, news.alive);
  if (news.entries.length > 0) next = { ...next, audit: audited(next.audit, news.entries) };
  return derived(withRows(next, new Set([...news.runs, ...news.alive.keys()])));
}

function withStory(state: ShellState, run: RunId, story: Story): ShellState {
  const { upTo, interview, work, transcripts: told, gone } = story.told();
  const transcripts = new Map([...state.transcripts, ...told]);
  for (const pid of gone) if (!told.has(pid)) transcripts.delete(pid);
  return {
    ...state,
    transcripts,
    opened: new Map(state.opened).set(run, upTo),
    interviews: interview && interview !== state.interviews.get(run) ? new Map(state.interviews).set(run, interview) : state.interviews,
    work: work && work !== state.work.get(run) ? new Map(state.work).set(run, work) : state.work,
  };
}

function withStep(state: ShellState, event: KernelEvent): ShellState {
  const isOver = event.type === 'run.result';
  const begins = event.type === 'run.started' || event.type === 'run.resumed';
  const alive = begins || isOver ? withAlive(state, new Map([[event.run, begins]])) : state;
  return {
    ...alive,
    asks: asksAfter(state.asks, event, state.runs.get(event.run)),
    stopping: stoppingAfter(state.stopping, event),
    facts: begins ? new Map(state.facts).set(event.run, factsIn(event, state.facts.get(event.run))) : state.facts,
  };
}

function withAlive(state: ShellState, changes: ReadonlyMap<RunId, boolean>): ShellState {
  const alive = new Set(state.alive);
  for (const [run, isAlive] of changes) isAlive ? alive.add(run) : alive.delete(run);
  return changes.size === 0 ? state : { ...state, alive };
}
