import type { PaneName, ShellState } from '../state.ts';

/** A part of the screen, in columns and rows from 0. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Place extends Rect {
  readonly pane: PaneName;
}

/** Where everything lies; nothing overlaps, nothing is outside, and together it is the screen. */
export interface Layout {
  /** Side by side, a free column between them; each with its title in its first row. */
  readonly panes: readonly Place[];
  /** What lies over the panes takes the place of all of them. */
  readonly overlay: Rect | undefined;
  readonly prompt: Rect;
  readonly status: Rect;
}

/** What the layout depends on. `promptRows`: what the prompt would like to have. */
export interface LayoutAsk {
  readonly size: ShellState['size'];
  readonly focus: ShellState['focus'];
  readonly right: PaneName | undefined;
  readonly overlay: boolean;
  readonly promptRows: number;
}

/** The least width at which panes stand side by side, and three of them. */
const TWO_COLUMNS = 78;
const THREE_COLUMNS = 100;
/** Lower than this one pane is all there is room for. */
const TWO_ROWS = 16;
/** An agent's name, state and time. */
const AGENTS = { least: 26, most: 80 };
/** A question with its options, a criterion with its evidence. */
const RIGHT = { least: 32, most: 72 };
/** Panes keep at least a title and three rows, whatever is typed. */
const PANE_ROWS = 4;

/** Rectangles for every size from 1x1 on. */
export function layoutOf({ size, focus, right, overlay, promptRows }: LayoutAsk): Layout {
  const columns = Math.max(1, size.columns);
  const rows = Math.max(1, size.rows);
  const statusRows = rows >= 3 ? 1 : 0;
  const prompt = Math.max(1, Math.min(promptRows, rows - statusRows - PANE_ROWS));
  const height = Math.max(0, rows - statusRows - prompt);
  const body = { x: 0, y: 0, width: columns, height };
  return {
    panes: height === 0 || overlay ? [] : placed(panesFor(columns, height, focus, right), body),
    overlay: overlay ? body : undefined,
    prompt: { x: 0, y: height, width: columns, height: Math.min(prompt, rows) },
    status: { x: 0, y: height + prompt, width: columns, height: statusRows },
  };
}

/** The pane in the right column: the one that has the focus, else what is most worth a look. */
export function rightPane(state: Pick<ShellState, 'focus' | 'interviews' | 'work' | 'runs'>): PaneName | undefined {
  const { focus } = state;
  if (focus === 'interview' || focus === 'seed' || focus === 'audit') return focus;
  const isOpen = (run: string): boolean => [...state.runs.values()].some((one) => one.run === run && one.status === 'running');
  if ([...state.interviews.keys()].some(isOpen)) return 'interview';
  if ([...state.work.keys()].some(isOpen)) return 'seed';
  return state.interviews.size + state.work.size > 0 ? 'seed' : undefined;
}

/** What is at a place of the screen. */
export function paneAt(layout: Layout, x: number, y: number): PaneName | 'prompt' | 'overlay' | undefined {
  const holds = (rect: Rect): boolean => x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
  if (layout.overlay && holds(layout.overlay)) return 'overlay';
  if (holds(layout.prompt)) return 'prompt';
  return layout.panes.find(holds)?.pane;
}

function panesFor(columns: number, height: number, focus: ShellState['focus'], right: PaneName | undefined): readonly PaneName[] {
  const front = focus === 'prompt' ? 'chat' : focus;
  if (columns >= THREE_COLUMNS && height >= TWO_ROWS) return right === undefined ? ['agents', 'chat'] : ['agents', 'chat', right];
  if (columns >= TWO_COLUMNS && height >= TWO_ROWS && (front === 'chat' || front === 'agents')) return ['agents', 'chat'];
  return [front];
}

const agentsWidth = (columns: number): number => Math.min(AGENTS.most, Math.max(AGENTS.least, Math.floor(columns * 0.22)));

function placed(panes: readonly PaneName[], body: Rect): readonly Place[] {
  const [first] = panes;
  if (panes.length === 1 && first) return [{ ...body, pane: first }];
  const agents = agentsWidth(body.width);
  const right = panes.length === 3 ? Math.min(RIGHT.most, Math.max(RIGHT.least, Math.floor(body.width * 0.32))) : 0;
  const widths = [agents, body.width - agents - 1 - (right > 0 ? right + 1 : 0), right];
  let x = 0;
  return panes.map((pane, at) => {
    const width = widths[at] ?? 0;
    const place = { ...body, pane, x, width };
    x += width + 1;
    return place;
  });
}
