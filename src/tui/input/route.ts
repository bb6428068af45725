import type { Outcome } from '../intent.ts';
import { held, isTypedBeside } from '../overlays/coming.ts';
import type { Overlay, PaneName, ShellState } from '../state.ts';
import type { InputEvent, Key } from './event.ts';
import { everywhere, opened } from './everywhere.ts';
import { charName, keyName } from './key-name.ts';
import { bindingFor, type Keymap } from './keymap.ts';
import type { Binding } from './keys.ts';
import type { RouteParts } from './route-parts.ts';
import { actOnPrompt, edited } from './route-prompt.ts';

/** What an event comes to. Pure: the same state and event give the same outcome. */
export type Route = (state: ShellState, event: InputEvent, keymap: Keymap) => Outcome;

/** Finds who an event is for: what lies over the panes, the pane that has the focus, the prompt, or the whole shell. */
export function createRoute(parts: RouteParts): Route {
  return (state, event, keymap) => {
    const turn: Turn = { state, keymap, parts };
    const outcome = answeredOnce(holding(turn, event) ?? routed(turn, event));
    const wasCancelled = state.prompt.cancelled !== undefined && (outcome.prompt ?? state.prompt).cancelled === state.prompt.cancelled;
    return wasCancelled ? { ...outcome, prompt: { ...(outcome.prompt ?? state.prompt), cancelled: undefined } } : outcome;
  };
}

/** All that an event does, bit by bit where what it does first says who gets the rest. */
export function deliver(event: InputEvent, route: (event: InputEvent) => Outcome, apply: (outcome: Outcome) => void): void {
  let next: InputEvent | undefined = event;
  while (next) {
    const outcome: Outcome = route(next);
    apply(outcome);
    next = outcome.rest;
  }
}

/** What was typed behind an answer was typed before anybody saw what follows it. */
function answeredOnce(outcome: Outcome): Outcome {
  if (!outcome.world?.some((one) => one.do === 'answer')) return outcome;
  const { rest: _, ...alone } = outcome;
  return alone;
}

interface Turn {
  readonly state: ShellState;
  readonly keymap: Keymap;
  readonly parts: RouteParts;
}

/** What came to the front by itself is answered by no key that was on its way already; undefined: nothing came. */
function holding(turn: Turn, event: InputEvent): Outcome | undefined {
  if (event.is === 'wheel' || event.is === 'click') return undefined;
  const how = held(turn.state);
  const isEverywhere = event.is === 'key' && bindingFor(turn.keymap, [turn.state.overlay?.is ?? 'panes', 'everywhere'], event.key)?.where === 'everywhere';
  if (how === 'nothing') return isEverywhere ? undefined : {};
  return how === 'below' ? below(turn, event) : undefined;
}

function below(turn: Turn, event: Exclude<InputEvent, { is: 'wheel' | 'click' }>): Outcome | undefined {
  const { state, parts } = turn;
  if (!state.overlay) return event.is === 'key' ? {} : edited(state, { do: event.is === 'paste' ? 'paste' : 'type', text: event.text }, parts);
  // Beside what was typed Esc closes it as always.
  const isClosing = isTypedBeside(state) && event.is === 'key' && bindingFor(turn.keymap, ['everywhere'], event.key)?.action === 'interrupt';
  return isClosing ? undefined : routed({ ...turn, state: { ...state, overlay: undefined } }, event);
}

function routed(turn: Turn, event: InputEvent): Outcome {
  const { parts } = turn;
  const { overlay, focus } = turn.state;
  switch (event.is) {
    case 'wheel':
      return wheel(turn, event.by * WHEEL_ROWS, event.x, event.y);
    case 'click':
      return overlay ? {} : click(turn, event.x, event.y);
    case 'paste':
      return overlay ? (parts.typeIn(overlay, { text: event.text }, turn.state) ?? {}) : edited(turn.state, { do: 'paste', text: event.text }, parts);
    case 'text':
      if (overlay) return textInOverlay(turn, overlay, event.text);
      return focus === 'prompt' ? textInPrompt(turn, event.text) : textInPane(turn, focus, event.text);
    case 'key':
      return overlay ? keyInOverlay(turn, overlay, event.key) : keyBelow(turn, keyName(event.key));
  }
}

/** Rows for one notch. */
const WHEEL_ROWS = 3;

function wheel({ state, parts }: Turn, by: number, x: number, y: number): Outcome {
  const action = by > 0 ? 'wheel-down' : 'wheel-up';
  if (state.overlay) return parts.actIn(state.overlay, action, state, 0) ?? { ui: [{ ui: 'scroll', by }] };
  const at = parts.paneAt(state, x, y);
  const pane = at === undefined || at === 'prompt' || at === 'overlay' ? 'chat' : at;
  const own = parts.actOn(pane, action, state, 0);
  // What it moves is below the mouse, wherever the focus is.
  return own ? { ...own, ui: (own.ui ?? []).map((one) => (one.ui === 'move' ? { ...one, pane } : one)) } : { ui: [{ ui: 'scroll', by, pane }] };
}

/** A list that begins at its top goes by its own steps, where others go by rows. */
function page({ state, parts }: Turn, action: string): Outcome | undefined {
  if (!action.startsWith('scroll-')) return undefined;
  if (state.overlay) return parts.actIn(state.overlay, action, state, 0);
  return state.focus === 'prompt' ? undefined : parts.actOn(state.focus, action, state, 0);
}

function click({ state, parts }: Turn, x: number, y: number): Outcome {
  const pane = parts.paneAt(state, x, y);
  if (pane === undefined || pane === 'overlay') return {};
  const selects = parts.clickAt?.(state, x, y) ?? {};
  return { ...selects, ui: [{ ui: 'focus', pane }, ...(selects.ui ?? [])] };
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first character, and the rest as an event of its own. */
function firstOf(text: string): readonly [char: string, rest: Pick<Outcome, 'rest'>] {
  const [first] = graphemes.segment(text);
  const char = first?.segment ?? '';
  return [char, char.length < text.length ? { rest: { is: 'text', text: text.slice(char.length) } } : {}];
}

function textInPrompt(turn: Turn, text: string): Outcome {
  const { state, keymap, parts } = turn;
  const [char, rest] = firstOf(text);
  const binding = state.prompt.text === '' && !state.prompt.search ? bindingFor(keymap, ['prompt', 'everywhere'], charName(char)) : undefined;
  if (binding) return { ...done(turn, binding, charName(char)), ...rest };
  return edited(state, { do: 'type', text }, parts);
}

/** A character that the pane has no use for is the beginning of something typed. */
function textInPane(turn: Turn, pane: PaneName, text: string): Outcome {
  const [char, rest] = firstOf(text);
  const binding = bindingFor(turn.keymap, [pane, 'panes', 'everywhere'], charName(char));
  if (!binding) return edited(turn.state, { do: 'type', text }, turn.parts);
  return { ...done(turn, binding, charName(char)), ...rest };
}

function textInOverlay(turn: Turn, overlay: Overlay, text: string): Outcome {
  if (overlay.is === 'form') return {};
  const typed = turn.parts.typeIn(overlay, { text }, turn.state);
  if (typed) return typed;
  const [char, rest] = firstOf(text);
  const binding = bindingFor(turn.keymap, [overlay.is], charName(char));
  return { ...(binding ? done(turn, binding, charName(char)) : {}), ...rest };
}

function keyInOverlay(turn: Turn, overlay: Overlay, key: Key): Outcome {
  const binding = bindingFor(turn.keymap, [overlay.is, 'everywhere'], key);
  if (overlay.is === 'form') return binding && /^(?:interrupt|cancel|exit|suspend|redraw)$/u.test(binding.action) ? done(turn, binding, keyName(key)) : {};
  if (binding) return binding.where === overlay.is || OVER.has(binding.action) ? done(turn, binding, keyName(key)) : {};
  const isBack = /^(?:backspace|ctrl-h)$/u.test(keyName(key));
  return (isBack ? turn.parts.typeIn(overlay, 'backspace', turn.state) : undefined) ?? {};
}

/** What counts also while something lies over the panes. */
const OVER: ReadonlySet<string> = new Set(['interrupt', 'cancel', 'exit', 'suspend', 'redraw', 'palette', 'approval', 'scroll-up', 'scroll-down']);

function keyBelow(turn: Turn, key: string): Outcome {
  const { focus } = turn.state;
  const binding = bindingFor(turn.keymap, focus === 'prompt' ? ['prompt', 'everywhere'] : [focus, 'panes', 'everywhere'], key);
  return binding ? done(turn, binding, key) : {};
}

/** What a binding does where it stands. */
function done(turn: Turn, binding: Binding, key: string): Outcome {
  const { state, keymap, parts } = turn;
  const { where, action } = binding;
  const nth = binding.keys.indexOf(key);
  if (where === 'everywhere') return page(turn, action) ?? everywhere(state, action, parts);
  if (where === 'prompt') {
    const outcome = actOnPrompt(state, action, parts);
    if (outcome) return outcome;
    const other = bindingFor(keymap, ['everywhere'], key);
    return other ? everywhere(state, other.action, parts) : {};
  }
  if (state.overlay) return parts.actIn(state.overlay, action, state, nth) ?? {};
  return state.focus === 'prompt' ? {} : inPane(turn, state.focus, binding, key);
}

function inPane(turn: Turn, pane: PaneName, { action, keys }: Binding, key: string): Outcome {
  switch (action) {
    case 'leave':
      return key === 'escape' ? everywhere(turn.state, 'interrupt', turn.parts) : { ui: [{ ui: 'focus', pane: 'prompt' }] };
    case 'help':
      return opened({ is: 'help' });
    case 'filter':
      return opened({ is: 'form', title: 'Filter', value: turn.state.scroll[pane].filter, submit: { is: 'filter', pane } });
    default:
      return turn.parts.actOn(pane, action, turn.state, keys.indexOf(key)) ?? {};
  }
}
