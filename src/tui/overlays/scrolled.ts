import type { Outcome } from '../intent.ts';
import type { ShellState } from '../state.ts';
import type { Size } from './sheet.ts';

/** What lies over the panes has all rows but those of the prompt and the status line. */
export const overlaySize = ({ columns, rows }: ShellState['size']): Size => ({ width: columns, height: Math.max(MOST_FRAME, rows - BELOW) });
const BELOW = 3;
const MOST_FRAME = 3;

const STEPS: Readonly<Record<string, number>> = { up: -1, down: 1 };

/** Up and down in a list of so many; it ends at its ends. */
export function moveIn(action: string, at: number, count: number, page: number): Outcome | undefined {
  const by = STEPS[action] ?? { 'scroll-up': -page, 'scroll-down': page }[action];
  if (by === undefined) return undefined;
  const to = Math.max(0, Math.min(count - 1, Math.min(at, count - 1) + by));
  return { ui: [{ ui: 'move', by: to - at }] };
}

/** A text of so many rows, with rows around it that stay. */
export function scrollIn(action: string, state: ShellState, rows: number, around: number): Outcome | undefined {
  const room = Math.max(1, overlaySize(state.size).height - around);
  return moveIn(action, state.scroll.overlay.at, Math.max(1, rows - room + 1), room);
}
