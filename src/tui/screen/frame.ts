import type { Binding } from '../input/keys.ts';
import { overlayRows } from '../overlays/overlay-rows.ts';
import type { Extent, Overlay, PaneName, ShellState } from '../state.ts';
import { type Foot, footOf } from './foot.ts';
import { layoutOf, type Rect, rightPane } from './layout.ts';
import { createPaneParts, type Part } from './pane-parts.ts';

/** All that is on the screen. */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  /** Side by side. */
  readonly body: readonly Part[];
  readonly foot: Part;
  readonly status: Part;
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  readonly form: Extract<Overlay, { is: 'form' }> | undefined;
  /** How much there was to show, for the keys. */
  readonly extents: readonly (readonly [of: PaneName, extent: Extent])[];
  /** Rows that there were for what lies over the panes. */
  readonly over: number;
}

/** Makes frames of states. */
export function createFrames(keymap: readonly Binding[]): (state: ShellState, spin: string) => Frame {
  const place = createPaneParts(keymap);
  return (state, spin) => {
    const foot = footOf(state, spin, keymap);
    const layout = layoutFor(state, foot);
    const placed = layout.panes.map((one) => place(one, state));
    const over = layout.overlay && state.overlay ? [overlayPart(state.overlay, { state, keymap }, layout.overlay)] : [];
    // Of a foot that is higher than its place the end is seen: the prompt.
    const skipped = Math.max(0, foot.rows.length - layout.prompt.height);
    const { cursor } = foot;
    return {
      columns: Math.max(1, state.size.columns),
      rows: Math.max(1, state.size.rows),
      body: [...placed.map(({ part }) => part), ...over],
      foot: { ...layout.prompt, key: 'foot', rows: foot.rows.slice(skipped) },
      status: { ...layout.status, key: 'status', rows: layout.status.height > 0 ? [foot.status] : [] },
      cursor: cursor && cursor.y >= skipped ? { x: cursor.x, y: layout.prompt.y + cursor.y - skipped } : undefined,
      form: state.overlay?.is === 'form' ? state.overlay : undefined,
      extents: layout.panes.flatMap(({ pane }, at) => {
        const extent = placed[at]?.extent;
        return extent ? [[pane, extent] as const] : [];
      }),
      over: layout.overlay?.height ?? 0,
    };
  };
}

/** The same as is painted, for the mouse. */
export const layoutFor = (state: ShellState, foot: Pick<Foot, 'rows'> = footOf(state, '')): ReturnType<typeof layoutOf> =>
  layoutOf({ size: state.size, focus: state.focus, right: rightPane(state), overlay: state.overlay !== undefined, promptRows: foot.rows.length });

export const overlayPart = (overlay: Overlay, view: { readonly state: ShellState; readonly keymap: readonly Binding[] }, rect: Rect): Part => ({
  ...rect,
  key: 'overlay',
  rows: overlayRows(overlay, view, rect).slice(0, rect.height),
});
