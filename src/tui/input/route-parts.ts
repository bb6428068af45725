import type { Outcome } from '../intent.ts';
import type { Candidate } from '../prompt/editor.ts';
import type { Overlay, PaneName, ShellState } from '../state.ts';

/** What the places of the screen make of keys. Each belongs to the place; the route only finds the one that is asked. */
export interface RouteParts {
  /** An action of a pane; `key` is the one that was pressed, for actions with several meanings (`choose`). */
  actOn(pane: PaneName, action: string, state: ShellState, key: string): Outcome;
  actIn(overlay: Overlay, action: string, state: ShellState, key: string): Outcome;
  /** A `/` command, as it was typed. */
  slash(state: ShellState, text: string): Outcome | { readonly error: string; readonly hint?: string };
  /** Names of the `/` commands, without the sign, with what they do. */
  readonly commands: readonly Candidate[];
  /** What lies at a cell of the screen. */
  paneAt(state: ShellState, x: number, y: number): PaneName | 'prompt' | undefined;
  /** What a click there selects, besides giving the pane the focus. */
  clickAt?(state: ShellState, x: number, y: number): Outcome;
  /** What enter with nothing typed comes to: an offer that is open. */
  offer?(state: ShellState): Outcome | undefined;
}
