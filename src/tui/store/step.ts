import type { KernelEvent } from '../../kernel/events.ts';
import type { AskId, RunId } from '../../kernel/ids.ts';
import { reveal } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import type { ShellAsk, ShellState } from '../state.ts';
import { asksAfter } from './asks.ts';
import { cleanValue } from './clean.ts';
import { factsIn } from './facts.ts';
import { offerAfter } from './offer.ts';
import { stoppingAfter } from './stopping.ts';

/** Whether the event changes more of a state than its run and what was said in it. */
export const isStep = (event: KernelEvent): boolean => STEPS.has(event.type);

/** What such events, clean and of runs that are known, change of it. */
export const afterSteps = (state: ShellState, events: readonly KernelEvent[]): ShellState => events.reduce(afterStep, state);

/** A run as the kernel told of it. */
export const asKnown = (state: ShellState, view: RunView, isAlive: boolean): ShellState =>
  withAlive({ ...state, asks: [...state.asks.filter(({ run }) => run !== view.run), ...view.asks.map((ask) => askOf(ask, view))] }, view.run, isAlive);

/** A run as it was read from the log, which does not know whether a kernel works on it. */
export function asRead(state: ShellState, run: RunId, events: readonly KernelEvent[]): ShellState {
  const isAlive = state.alive.has(run);
  const others = state.asks.filter((ask) => ask.run !== run);
  const read = afterSteps({ ...state, asks: others }, events);
  return withAlive(isAlive ? read : { ...read, asks: others }, run, isAlive);
}

/** Clean; of a run that nobody works on any more, as what a crash left of it. */
export function seenView(raw: RunView, isAlive: boolean): RunView {
  const view = { ...cleanValue({ ...raw, asks: [] }), asks: cleanValue(raw.asks, reveal) };
  if (isAlive) return view;
  return { ...view, asks: [], procs: view.procs.map((proc) => (proc.state.is === 'exited' ? proc : { ...proc, ...CUT_OFF, ended_at: view.ended_at })) };
}

const CUT_OFF = { state: { is: 'exited', exit: { how: 'killed', signal: 'KILL' } }, tool: null } as const;

const STEPS: ReadonlySet<string> = new Set([
  ...['run.started', 'run.resumed', 'run.result', 'approval.asked', 'approval.answered', 'approval.expired'],
  ...['chat.suggested', 'message.sent', 'process.signalled', 'process.moved', 'process.exited', 'turn.interrupted'],
]);

function afterStep(state: ShellState, event: KernelEvent): ShellState {
  const begins = event.type === 'run.started' || event.type === 'run.resumed';
  const next = begins || event.type === 'run.result' ? withAlive(state, event.run, begins) : state;
  const asks = asksAfter(state.asks, event, state.runs.get(event.run));
  const stopping = stoppingAfter(state.stopping, event);
  const facts = begins ? new Map(state.facts).set(event.run, factsIn(event, state.facts.get(event.run))) : state.facts;
  return { ...next, asks, stopping, facts, offer: offerAfter(state.offer, event) };
}

function withAlive(state: ShellState, run: RunId, isAlive: boolean): ShellState {
  if (state.alive.has(run) === isAlive) return state;
  const alive = new Set(state.alive);
  if (isAlive) alive.add(run);
  else alive.delete(run);
  return { ...state, alive };
}

const askOf = (ask: RunView['asks'][number], view: RunView): ShellAsk => ({
  ...ask,
  ask: ask.ask as AskId,
  run: view.run,
  name: view.procs.find(({ pid }) => pid === ask.pid)?.name ?? view.title,
});
