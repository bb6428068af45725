import type { Outcome } from '../intent.ts';
import { layoutOf } from '../screen/layout.ts';
import type { ShellState } from '../state.ts';
import type { Size } from './sheet.ts';

/** What lies over the panes, where the prompt has as many rows as it has at least: the text is not longer than it is told here. */
export function overlaySize({ size, layout, focus }: Pick<ShellState, 'size' | 'layout' | 'focus'>): Size {
  const whole = { width: Math.max(1, size.columns), height: Math.max(1, size.rows - FOOT - 1) };
  return layout === 'inline' ? whole : (layoutOf({ size, focus, right: undefined, overlay: true, promptRows: FOOT }).overlay ?? whole);
}

/** A rule and one row of the prompt. */
const FOOT = 2;

/** Rows that the wheel goes at a time. */
const WHEEL = 3;
const STEPS: Readonly<Record<string, number>> = { up: -1, down: 1, 'wheel-up': -WHEEL, 'wheel-down': WHEEL };

/** Up and down in a list of so many; it ends at its ends. */
export function moveIn(action: string, at: number, count: number, page: number): Outcome | undefined {
  const by = STEPS[action] ?? { 'scroll-up': -page, 'scroll-down': page }[action];
  if (by === undefined) return undefined;
  const to = Math.max(0, Math.min(count - 1, Math.min(at, count - 1) + by));
  return { ui: [{ ui: 'move', by: to - at }] };
}

/** A text of so many rows, with rows around it that stay. */
export function scrollIn(action: string, state: ShellState, rows: number, around: number): Outcome | undefined {
  const room = Math.max(1, overlaySize(state).height - around);
  return moveIn(action, state.scroll.overlay.at, Math.max(1, rows - room + 1), room);
}
