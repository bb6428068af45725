import type { BusEvent } from '../../kernel/events.ts';
import type { Millis } from '../../kernel/ids.ts';
import type { UiIntent } from '../intent.ts';
import { edit } from '../prompt/edit.ts';
import { type Editor, EMPTY } from '../prompt/editor.ts';
import type { Notice, Overlay, PaneName, Scroll, ShellState } from '../state.ts';
import { createFold } from './fold.ts';

export interface Beginning extends Pick<ShellState, 'layout' | 'theme'> {
  readonly columns: number;
  readonly rows: number;
  readonly now: Millis;
}

/** What is painted before anything is known. */
export const initialState = ({ columns, rows, layout, theme, now }: Beginning): ShellState => ({
  size: { columns, rows },
  layout,
  theme,
  kernel: { is: 'opening' },
  runs: new Map(),
  alive: new Set(),
  facts: new Map(),
  opened: new Map(),
  transcripts: new Map(),
  session: undefined,
  selected: undefined,
  interviews: new Map(),
  work: new Map(),
  asks: [],
  offer: undefined,
  audit: { entries: [], size: 0, root: '', verified: undefined, verifying: false },
  sessions: [],
  searched: '',
  focus: 'prompt',
  overlay: undefined,
  scroll: { agents: STILL, chat: STILL, interview: STILL, seed: STILL, audit: STILL, overlay: STILL },
  unfolded: new Set(),
  prompt: EMPTY,
  queued: [],
  standing: [],
  stopping: new Set(),
  notices: [],
  model: undefined,
  sandbox: '',
  context: undefined,
  now,
});

/** Pure: the state after one event. Whoever has many folds them with `createFold`, which also knows sequences that are split over pieces. */
export function reduceEvent(state: ShellState, event: BusEvent): ShellState {
  const fold = createFold(state);
  fold.take(event);
  return fold.into(state);
}

/** Pure: the state after something that concerns only the screen. */
export function applyUi(state: ShellState, intent: UiIntent): ShellState {
  const step = UI[intent.ui] as (state: ShellState, intent: UiIntent) => ShellState;
  return step(state, intent);
}

export const withPrompt = (state: ShellState, prompt: Editor): ShellState => ({ ...state, prompt });
export const withSize = (state: ShellState, columns: number, rows: number): ShellState => ({ ...state, size: { columns, rows } });

/** It stays until it is followed by others, or taken away. */
export function withNotice(state: ShellState, tone: Notice['tone'], text: string, hint?: string): ShellState {
  const id = (state.notices.at(-1)?.id ?? 0) + 1;
  return { ...state, notices: [...state.notices.slice(1 - MAX_NOTICES), { id, tone, text, hint }] };
}

const STILL: Scroll = { back: 0, at: 0, filter: '' };
const MAX_NOTICES = 4;

/** Where the focus goes, in this order. */
const ORDER: readonly ShellState['focus'][] = ['prompt', 'agents', 'chat', 'interview', 'seed', 'audit'];

type Steps = { readonly [U in UiIntent['ui']]: (state: ShellState, intent: Extract<UiIntent, { ui: U }>) => ShellState };

const UI: Steps = {
  focus: (state, { pane }) => ({ ...state, focus: pane === 'next' ? beside(state.focus, 1) : pane === 'previous' ? beside(state.focus, -1) : pane }),
  open: (state, { overlay }) => withOverlay(overlay.is === 'approval' && overlay.came ? { ...state, came: state.now } : state, overlay),
  change: (state, { overlay }) => ({ ...state, overlay }),
  close: (state) => withOverlay(state, undefined),
  'put-off': (state) => ({ ...state, later: new Set(state.asks.map(({ ask }) => ask)) }),
  scroll: (state, { by, pane }) => scrolled(state, (scroll) => ({ ...scroll, back: backOf(scroll, by) }), pane),
  move: (state, { by, pane }) =>
    scrolled(state, (scroll) => ({ ...scroll, at: within(scroll.at + by, (scroll.extent?.items ?? Number.MAX_SAFE_INTEGER) - 1) }), pane),
  select: (state, { pid }) => (state.selected === pid ? state : { ...state, selected: pid, scroll: { ...state.scroll, chat: STILL } }),
  unfold: (state, { item }) => ({ ...state, unfolded: toggled(state.unfolded, item) }),
  filter: (state, { text }) => scrolled(state, (scroll) => ({ ...scroll, filter: text, at: 0, back: 0 })),
  edit: (state, { action }) => ({ ...state, prompt: edit(state.prompt, action) }),
  layout: (state, { to }) => ({ ...state, layout: to === 'toggle' ? (state.layout === 'panes' ? 'inline' : 'panes') : to }),
  theme: (state, { to }) => ({ ...state, theme: to }),
  notice: (state, { tone, text, hint }) => withNotice(state, tone, text, hint),
};

const beside = (focus: ShellState['focus'], by: number): ShellState['focus'] => ORDER[(ORDER.indexOf(focus) + by + ORDER.length) % ORDER.length] ?? 'prompt';

const withOverlay = (state: ShellState, overlay: Overlay | undefined): ShellState => ({ ...state, overlay, scroll: { ...state.scroll, overlay: STILL } });

/** What keys scroll: what lies over the panes, else the pane that has the focus; from the prompt, the conversation. */
export const scrolls = ({ overlay, focus }: ShellState): PaneName | 'overlay' => (overlay ? 'overlay' : focus === 'prompt' ? 'chat' : focus);

function scrolled(state: ShellState, change: (scroll: Scroll) => Scroll, of: PaneName | 'overlay' = scrolls(state)): ShellState {
  return { ...state, scroll: { ...state.scroll, [of]: change(state.scroll[of]) } };
}

/** Rows of a page that nobody painted yet. Down is towards what is newest, up goes back. */
const PAGE = 10;

function backOf({ back, extent }: Scroll, by: number | 'page' | '-page' | 'home' | 'end'): number {
  const page = Math.max(1, (extent?.height ?? PAGE) - 1);
  const most = extent?.most ?? Number.MAX_SAFE_INTEGER;
  if (by === 'end') return 0;
  if (by === 'home') return most;
  return within(back - (by === 'page' ? page : by === '-page' ? -page : by), most);
}

const within = (value: number, most: number): number => Math.max(0, Math.min(value, most));

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
