import type { ShellAsk, ShellState } from '../state.ts';
import { withNotice } from '../store/reduce.ts';
import { GONE, ofInterviews, waiting } from './asks.ts';
import { isSeen, UNSEEN_MS } from './painted.ts';

/** Something asks only where nobody has typed for so long, milliseconds. */
const QUIET_MS = 1000;

type Coming = { readonly is: 'never' } | { readonly is: 'now'; readonly ask: ShellAsk } | { readonly is: 'later'; readonly ms: number };

/** Whether what waits for an answer comes to the front by itself: not while something is typed or open, and not what was put off. */
export function coming(state: ShellState, now: number): Coming {
  const ask = firstNew(state);
  if (!ask || state.overlay || state.prompt.text !== '' || state.prompt.search) return { is: 'never' };
  const ms = (state.typed ?? Number.NEGATIVE_INFINITY) + QUIET_MS - now;
  return ms > 0 ? { is: 'later', ms } : { is: 'now', ask };
}

function firstNew(state: ShellState): ShellAsk | undefined {
  const isNew = ({ ask }: ShellAsk): boolean => !state.later?.has(ask);
  const interview = state.focus === 'interview' ? undefined : ofInterviews(state).find(isNew);
  return waiting(state).find(isNew) ?? interview;
}

/** The state with this in front: over everything, or the pane that it belongs to. */
export function inFront(state: ShellState, ask: ShellAsk, now: number): ShellState {
  const came = { now, came: now };
  if (!waiting(state).includes(ask)) return { ...state, ...came, focus: 'interview', later: new Set([...(state.later ?? []), ask.ask]) };
  const { extent: _, ...overlay } = state.scroll.overlay;
  const scroll = { ...state.scroll, overlay: { ...overlay, back: 0, at: 0 } };
  return { ...state, ...came, scroll, overlay: { is: 'approval', ask: ask.ask, came: 'itself' } };
}

/** What was answered elsewhere, or ran out, gives way to the next one, or closes: keys never answer what nobody saw. */
export function withNext(state: ShellState, now: number): ShellState {
  const { overlay } = state;
  if (overlay?.is !== 'approval') return state;
  const asks = waiting(state);
  if (asks.some(({ ask }) => ask === overlay.ask)) return state;
  const [next] = asks;
  const told = overlay.ask === undefined ? state : withNotice(state, 'info', GONE);
  if (next) return { ...inFront(told, next, now), overlay: { is: 'approval', ask: next.ask, came: overlay.came ?? 'next' } };
  return overlay.ask === undefined ? state : { ...told, overlay: undefined };
}

/** What keys do to what came by itself: `below`, they go where they went before; `nothing`, where one answer may be pressed twice. */
export function held(state: ShellState): 'below' | 'nothing' | undefined {
  const { overlay, came, now, focus } = state;
  if (!overlay) return focus === 'interview' && came !== undefined && now - came < UNSEEN_MS ? 'below' : undefined;
  if (isTypedBeside(state)) return 'below';
  if (overlay.is !== 'approval' || overlay.came === undefined || isSeen(state, overlay.ask ?? '', overlay)) return undefined;
  return overlay.came === 'next' ? 'nothing' : 'below';
}

/** Something is typed into the prompt while a question stands that came by itself: it is typed on. */
export const isTypedBeside = ({ overlay, prompt }: Pick<ShellState, 'overlay' | 'prompt'>): boolean =>
  overlay?.is === 'approval' && overlay.came === 'itself' && prompt.text !== '';
