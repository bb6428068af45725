import type { RunId } from '../../kernel/ids.ts';
import type { Overlay, ShellAsk, ShellState } from '../state.ts';

/** What waits for a yes or an answer, oldest first; the questions of an interview have a pane of their own. */
export const waiting = (state: Pick<ShellState, 'asks' | 'interviews' | 'runs'>): readonly ShellAsk[] =>
  state.asks.filter((one) => one.kind === 'approval' || !isInterview(state, one.run));

/** By name: what is answered is what was seen when it was opened. */
export function firstAsk(state: Parameters<typeof waiting>[0]): Extract<Overlay, { is: 'approval' }> {
  const [ask] = waiting(state);
  return { is: 'approval', ...(ask ? { ask: ask.ask } : {}) };
}

/** What is said where the question that was shown is open no more. */
export const GONE = 'What was asked was answered elsewhere, or does not wait any more.';

/** Questions of interviews, oldest first. */
export const ofInterviews = (state: Pick<ShellState, 'asks' | 'interviews' | 'runs'>): readonly ShellAsk[] =>
  state.asks.filter((one) => one.kind !== 'approval' && isInterview(state, one.run));

/** The one that is shown: the one named and no other, or the first where none is named. */
export const shownAsk = (asks: readonly ShellAsk[], named: string | undefined): ShellAsk | undefined =>
  named === undefined ? asks[0] : asks.find((one) => one.ask === named);

const isInterview = ({ interviews, runs }: Pick<ShellState, 'interviews' | 'runs'>, run: RunId): boolean =>
  interviews.has(run) || runs.get(run)?.kind === 'interview';
