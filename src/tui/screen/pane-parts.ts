import type { Binding } from '../input/keys.ts';
import { type AgentsState, agentsRows, branchesOf } from '../panes/agents.ts';
import { auditRows, entriesOf } from '../panes/audit.ts';
import { chatList, chatTitle, emptyChat, itemAt, transcriptOf } from '../panes/chat.ts';
import { interviewShown } from '../panes/interview.ts';
import { seedRows } from '../panes/seed.ts';
import type { Extent, PaneName, ShellState } from '../state.ts';
import { type Line, padLine } from '../text/line.ts';
import { titleRow } from './chrome.ts';
import type { Place, Rect } from './layout.ts';
import { createRowCache } from './row-cache.ts';
import { createScroller } from './scroller.ts';

/** A rectangle of rows; there are never more than its height. */
export interface Part extends Rect {
  readonly key: string;
  readonly rows: readonly Line[];
}

/** A pane as it is shown, and how much there was to show, for the keys. */
export interface PanePart {
  readonly part: Part;
  readonly extent: Extent | undefined;
}

/** Makes panes of states. It remembers where they were scrolled to and what was laid out; what nothing changed for is the same part again. */
export function createPaneParts(keymap: readonly Binding[]): (place: Place, state: ShellState) => PanePart {
  const cache = createRowCache();
  const scroller = createScroller();
  /** As they were made last. */
  const panes = new Map<PaneName, PanePart & { readonly deps: readonly unknown[] }>();

  const chat = (state: ShellState, { width, height }: Rect): readonly [rows: readonly Line[], extent: Extent] => {
    const list = chatList(state, width, cache);
    const items = transcriptOf(state)?.items.length ?? 0;
    if (list.count === 0) return [emptyChat(width, state).slice(0, height), { height, most: 0, items }];
    const item = state.focus === 'chat' ? itemAt(state)?.id : undefined;
    const shown = scroller.show(list, { key: `${width} ${height} ${state.selected}`, height, back: state.scroll.chat.back, item });
    return [shown.rows, { height, most: shown.most, items }];
  };
  const rowsOf = (pane: PaneName, state: ShellState, size: Rect): readonly [rows: readonly Line[], extent: Extent | undefined] => {
    const { height } = size;
    if (pane === 'chat') return chat(state, size);
    if (pane === 'agents') return [agentsRows(state, size), { height, most: 0, items: branchesOf(state).length }];
    if (pane === 'audit') return [auditRows(state, size), { height, most: 0, items: entriesOf(state).length }];
    const view = { state, keymap };
    if (pane === 'seed') return [seedRows(view, size), undefined];
    const { rows, most } = interviewShown(view, size);
    // Its selection goes round by itself.
    return [rows, { height, most, items: Number.MAX_SAFE_INTEGER }];
  };
  return (place, state) => {
    const deps = [
      ...depsOf(place.pane, state),
      state.focus,
      state.overlay === undefined,
      state.scroll[place.pane],
      place.x,
      place.y,
      place.width,
      place.height,
    ];
    const found = panes.get(place.pane);
    if (found?.deps.every((one, at) => one === deps[at])) return found;
    const [rows, extent] = rowsOf(place.pane, state, { ...place, height: Math.max(0, place.height - 1) });
    const part: Part = {
      ...place,
      key: place.pane,
      rows: [titleRow(place.pane, state, place.width), ...rows.map((row) => whole(row, place.width))].slice(0, place.height),
    };
    const made = { deps, part, extent };
    panes.set(place.pane, made);
    return made;
  };
}

/** A row that is selected is so to its end. */
const whole = (row: Line, width: number): Line => (row[0]?.tone === 'select' ? padLine(row, width, 'select') : row);

/** What the rows of a pane are made from. */
function depsOf(pane: PaneName, state: ShellState): readonly unknown[] {
  const { runs, transcripts, selected, unfolded, audit, interviews, work, edited, asks, stopping, now, scroll } = state;
  switch (pane) {
    case 'agents':
      return [runs, selected, stopping, isTicking(state) ? now : 0];
    case 'chat':
      return [
        selected === undefined ? undefined : transcripts.get(selected),
        selected,
        unfolded,
        runs.size === 0,
        chatTitle(state),
        isTicking(state) ? Math.floor(now / 1000) : 0,
      ];
    case 'audit':
      return [audit, scroll.audit.filter.includes('agent:') ? runs : 0];
    case 'interview':
    case 'seed':
      return [interviews, work, edited, runs, asks, unfolded, state.session, selected];
  }
}

/** Somebody works, and how long is shown. */
const isTicking = ({ runs }: Pick<AgentsState, 'runs'>): boolean => [...runs.values()].some((run) => run.status === 'running');
