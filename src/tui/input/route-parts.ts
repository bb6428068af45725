import type { Outcome } from '../intent.ts';
import type { Candidate } from '../prompt/editor.ts';
import type { Overlay, PaneName, ShellState } from '../state.ts';

/** What the places of the screen make of keys. Each belongs to the place; the route only finds the one that is asked. */
export interface RouteParts {
  /** An action of a pane, undefined when it means nothing there; `nth`: which of the action's keys was pressed, from 0. */
  actOn(pane: PaneName, action: string, state: ShellState, nth: number): Outcome | undefined;
  actIn(overlay: Overlay, action: string, state: ShellState, nth: number): Outcome | undefined;
  /** What is typed over a list that is searched; undefined: nothing is typed there. */
  typeIn(overlay: Overlay, change: { readonly text: string } | 'backspace', state: ShellState): Outcome | undefined;
  /** A `/` command, as it was typed. */
  slash(state: ShellState, text: string): Outcome | { readonly error: string; readonly hint?: string };
  /** Commands that begin so, without the sign, with what they do; the best first. */
  commands(query: string): readonly Candidate[];
  /** What lies at a cell of the screen. */
  paneAt(state: ShellState, x: number, y: number): PaneName | 'prompt' | 'overlay' | undefined;
  /** What a click there selects, besides giving the pane the focus. */
  clickAt?(state: ShellState, x: number, y: number): Outcome;
}
