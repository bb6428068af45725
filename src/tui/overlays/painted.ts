import type { Millis } from '../../kernel/ids.ts';
import type { Overlay, ShellState } from '../state.ts';
import { shownAsk, waiting } from './asks.ts';

/** Keys that come sooner behind what came up by itself were on their way already, milliseconds. */
export const UNSEEN_MS = 500;

/** A title, and some of what is asked. */
const LEAST_ROWS = 2;

/**
 * The state when this was written to the terminal: the question on it is the one that can be answered. The same state where
 * that is known. `rows`: what it had room for; with none for what is asked, nothing of it was seen.
 */
export function withPainted(state: ShellState, now: Millis, rows: number): ShellState {
  const { overlay, painted } = state;
  const ask = overlay?.is === 'approval' && rows >= LEAST_ROWS ? shownAsk(waiting(state), overlay.ask)?.ask : undefined;
  if (painted?.ask === ask) return state;
  const { painted: _, ...rest } = state;
  return ask === undefined ? rest : { ...rest, painted: { ask, since: now } };
}

/** Keys that follow each other faster than people press them come from one that is held down, milliseconds. */
const HELD_MS = 100;

/** The state when another key came, before it is looked at. What came up while a key is held down is seen once that was let go. */
export function withKey(state: ShellState, now: Millis): ShellState {
  const { overlay, painted, typed } = state;
  if (overlay?.is !== 'approval' || overlay.came !== 'next' || !painted || typed === undefined) return state;
  const isHeld = now - typed < HELD_MS && now - painted.since < UNSEEN_MS;
  return isHeld ? { ...state, painted: { ...painted, since: now } } : state;
}

/** It stood on the screen before the key came; where nobody opened it, for long enough to be read. */
export const isSeen = ({ painted, now }: ShellState, ask: string, { came }: Pick<Extract<Overlay, { is: 'approval' }>, 'came'>): boolean =>
  painted?.ask === ask && (came === undefined || now - painted.since >= UNSEEN_MS);
