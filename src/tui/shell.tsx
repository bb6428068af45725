import { sanitize } from '../kernel/text/sanitize.ts';
import { createAttention } from './control/attention.ts';
import { createControl } from './control/control.ts';
import type { InputEvent } from './input/event.ts';
import { DEFAULT_KEYMAP, keymapOf } from './input/keymap.ts';
import { createRoute, deliver } from './input/route.ts';
import type { Outcome } from './intent.ts';
import { submitForm } from './overlays/form-act.ts';
import { withKey } from './overlays/painted.ts';
import { EMPTY } from './prompt/editor.ts';
import { exitCodeOf } from './screen/host.ts';
import { createLineMode } from './screen/line-mode.ts';
import { PLACES } from './screen/places.ts';
import { createTerminal } from './screen/terminal.ts';
import type { ShellOptions } from './shell-options.ts';
import type { ShellState } from './state.ts';
import { createFeeds } from './store/feeds.ts';
import { initialState, withNotice, withPrompt } from './store/reduce.ts';
import { withNow, withoutNotices, withTyped } from './store/set.ts';
import { createStore, type Store } from './store/store.ts';

/** Panes stand side by side from here on. */
const PANES_FROM = 100;

/** The shell, until it is left. Returns the exit code; a defect is thrown on when the terminal is as it was before. */
export async function openShell(options: ShellOptions): Promise<number> {
  const { ports } = options;
  const { keymap, wrong } = options.keys === undefined ? { keymap: DEFAULT_KEYMAP, wrong: [] } : keymapOf(options.keys);
  const store = createStore(beginning(options, wrong));
  const route = createRoute(PLACES);
  const apply = ({ prompt, ui, world, screen }: Outcome): void => {
    if (prompt) store.set((state) => withPrompt(state, prompt));
    if (ui) store.apply(...ui);
    for (const intent of world ?? []) void control.run(intent);
    if (screen === 'suspend') terminal.suspend();
    if (screen === 'redraw') terminal.redraw();
  };
  const open = options.env.TERM === 'dumb' ? createLineMode : createTerminal;
  const terminal = open({
    options,
    store,
    keymap: keymap.bindings,
    onEvent(event: InputEvent) {
      const isTyped = event.is !== 'wheel' && event.is !== 'click';
      const isSent = event.is === 'key' && /^(?:enter|escape)$/u.test(event.key.name);
      store.set((state) => (isTyped ? withTyped(withKey(withoutNotices(state, isSent), ports.now()), ports.now()) : withNow(state, ports.now())));
      deliver(event, (one) => route(store.state(), one, keymap), apply);
    },
    onSubmit: (text) => apply(submitted(store, text)),
  });
  const control = createControl({
    ports,
    store,
    feed: createFeeds(store),
    screen: { away: terminal.away, leave: () => terminal.end({ is: 'left' }) },
  });
  const leave = createAttention({ store, now: ports.now });
  terminal.open();
  // The first frame is on the screen before anything else is begun.
  setImmediate(() => void control.start(options.beginning));
  const end = await terminal.ended;
  leave();
  const unsent = await control.close();
  terminal.release();
  if (end.is === 'left' || (end.is === 'signal' && end.signal !== 'SIGHUP')) for (const text of unsent) options.stdout.write(`not sent: ${sanitize(text)}\n`);
  if (end.is === 'fault') throw end.error;
  return exitCodeOf(end);
}

function submitted(store: Store, text: string): Outcome {
  const { overlay } = store.state();
  return overlay?.is === 'form' ? submitForm(overlay, text) : {};
}

function beginning({ stdout, layout, theme, themes, vim, ports }: ShellOptions, wrong: readonly string[]): ShellState {
  const { columns, rows } = stdout;
  const first = initialState({ columns, rows, layout: layout === 'auto' ? (columns >= PANES_FROM ? 'panes' : 'inline') : layout, theme, now: ports.now() });
  const known = { ...first, themes: Object.keys(themes) };
  const state = vim ? withPrompt(known, { ...EMPTY, vim: { mode: 'insert', pending: '', lines: false } }) : known;
  return wrong.reduce((next, text) => withNotice(next, 'warn', text), state);
}
