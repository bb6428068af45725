import type { Binding } from '../input/keys.ts';
import type { Extent, Overlay, PaneName, ShellState } from '../state.ts';
import type { Line } from '../text/line.ts';
import { footOf } from './foot.ts';
import { overlayPart } from './frame.ts';
import { createPaneParts, type Part } from './pane-parts.ts';
import { createPrinter } from './print.ts';
import { spoken, undrawn } from './spoken.ts';

/** The lower end of the terminal, and what is printed above it for good. */
export interface InlineFrame {
  readonly fresh: readonly Line[];
  /** All that may change, lower than the screen. */
  readonly rows: readonly Line[];
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  readonly form: Extract<Overlay, { is: 'form' }> | undefined;
  readonly extents: readonly (readonly [of: PaneName, extent: Extent])[];
  /** Rows that there were for what lies over the conversation. */
  readonly over: number;
}

/** What is open of the conversation, or what has the focus, and the foot. */
export function createInlineFrames(keymap: readonly Binding[]): (state: ShellState, spin: string) => InlineFrame {
  const printer = createPrinter();
  const place = createPaneParts(keymap);
  return (state, spin) => {
    const { columns, rows } = state.size;
    const foot = footOf(state, spin, keymap);
    // A row stays free: a frame as high as the screen would scroll it.
    const below = foot.rows.slice(Math.max(0, foot.rows.length + 2 - rows));
    const room = Math.max(0, rows - below.length - 2);
    const { fresh, open } = printer.print(state, columns);
    const over = overIn(state, { columns, room, place, keymap });
    const above = over ? over.part.rows : open.slice(Math.max(0, open.length - room));
    const { cursor } = foot;
    const skipped = foot.rows.length - below.length;
    return {
      fresh,
      rows: [...above, ...below, foot.status],
      cursor: cursor && cursor.y >= skipped ? { x: cursor.x, y: above.length + cursor.y - skipped } : undefined,
      form: state.overlay?.is === 'form' ? state.overlay : undefined,
      extents: over?.extent ? [over.extent] : [],
      over: over?.part.height ?? 0,
    };
  };
}

interface Room {
  readonly columns: number;
  readonly room: number;
  readonly place: ReturnType<typeof createPaneParts>;
  readonly keymap: readonly Binding[];
}

interface Over {
  readonly part: Part;
  readonly extent?: readonly [of: PaneName, extent: Extent];
}

/** For a screen reader: what is finished is said once, what is open is not, and what is typed stands last, where the cursor is. */
export function createSpokenFrames(keymap: readonly Binding[]): (state: ShellState) => InlineFrame {
  const printer = createPrinter();
  const place = createPaneParts(keymap);
  return (state) => {
    const { columns, rows } = state.size;
    const foot = footOf(state, '', keymap);
    const { fresh } = printer.print(state, columns);
    const over = overIn(state, { columns, room: Math.max(0, rows - foot.rows.length - 2), place, keymap });
    return {
      fresh: spoken(fresh),
      rows: [...spoken(over?.part.rows ?? []), ...undrawn([foot.status, ...foot.rows])],
      cursor: undefined,
      form: state.overlay?.is === 'form' ? state.overlay : undefined,
      extents: over?.extent ? [over.extent] : [],
      over: over?.part.height ?? 0,
    };
  };
}

/** What lies over the conversation, or the pane that has the focus. */
function overIn(state: ShellState, { columns, room, place, keymap }: Room): Over | undefined {
  const rect = { x: 0, y: 0, width: columns, height: room };
  if (state.overlay) return { part: overlayPart(state.overlay, { state, keymap }, rect) };
  if (state.focus === 'prompt') return undefined;
  const { part, extent } = place({ ...rect, pane: state.focus }, state);
  return { part, ...(extent ? { extent: [state.focus, extent] as const } : {}) };
}
