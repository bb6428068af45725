import type { Binding } from '../input/keys.ts';
import { overlayRows } from '../overlays/overlay-rows.ts';
import { withPainted } from '../overlays/painted.ts';
import type { View } from '../overlays/sheet.ts';
import type { Overlay, ShellState } from '../state.ts';
import { withNow } from '../store/set.ts';
import type { Store } from '../store/store.ts';
import { type Line, plainText, span } from '../text/line.ts';
import { noticeRows } from './chrome.ts';
import { createLifetime } from './lifetime.ts';
import { meantBy } from './meant.ts';
import { createPrinter } from './print.ts';
import type { Terminal, TerminalDeps } from './terminal.ts';

/**
 * A terminal that can only print (`TERM=dumb`): lines come in whole, as its own line editor ends them, and what is
 * finished is printed below what is there. No cursor is moved and no mode is set.
 */
export function createLineMode({ options, store, keymap, onEvent, onSubmit }: TerminalDeps): Terminal {
  const { stdin, stdout, host } = options;
  const show = printing(store, keymap, stdout);
  let isReading = false;
  const print = (asks: boolean): void => {
    show(asks);
    // Lines that came in together were all typed before what the first of them made to be printed.
    if (!isReading) store.set((state) => withPainted(state, options.ports.now(), MOST_ROWS));
  };
  const bytes = new TextDecoder();
  let rest = '';
  const read = (line: string): void => {
    if (store.state().overlay?.is === 'form') {
      onSubmit(line);
      return;
    }
    // What is open may stand there for long: how long says whether the line is an answer to it.
    store.set((state) => withNow(state, options.ports.now()));
    const { prompt, events, isEntered } = meantBy(line, store.state(), keymap);
    if (prompt !== undefined) store.apply({ ui: 'edit', action: { do: 'set', text: prompt } });
    for (const event of events) onEvent(event);
    if (isEntered && store.state().overlay?.is === 'form') onSubmit(line);
  };
  const onData = (chunk: Uint8Array | string): void => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : bytes.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    isReading = true;
    for (const line of lines) read(line.replace(/\r$/u, ''));
    isReading = false;
    print(true);
  };
  const onEnd = (): void => lifetime.end({ is: 'left' });
  const lifetime = createLifetime({
    host,
    stdout,
    enter() {
      stdin.on('data', onData);
      stdin.on('end', onEnd);
      stdin.resume();
      print(true);
    },
    leave() {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.pause();
    },
  });
  const { ended, end, release, away, suspend } = lifetime;
  return {
    ...{ ended, end, release, away, suspend },
    redraw: () => print(true),
    open() {
      const unsubscribe = store.subscribe(() => lifetime.isOpen() && print(false));
      lifetime.open();
      void ended.then(unsubscribe);
    },
  };
}

/** Rows of what lies over the conversation, at most. */
const MOST_ROWS = 200;

/** Prints what is new; `asks`: somebody is to type, so the prompt is printed. */
function printing(store: Store, keymap: readonly Binding[], stdout: Pick<NodeJS.WriteStream, 'write' | 'columns'>): (asks: boolean) => void {
  const fresh = news(keymap);
  let isAsking = false;
  return (asks) => {
    const rows = fresh(store.state(), Math.max(20, stdout.columns || 80));
    if (rows.length > 0) stdout.write(`${isAsking ? '\n' : ''}${rows.map((row) => plainText(row).trimEnd()).join('\n')}\n`);
    if (rows.length > 0 || asks) stdout.write('> ');
    isAsking = true;
  };
}

/** A form is asked for by its title. */
const shownOver = (overlay: Overlay, view: View, width: number): readonly Line[] =>
  overlay.is === 'form' ? [[span(overlay.title, 'title')]] : overlayRows(overlay, view, { width, height: MOST_ROWS });

/** Rows that were not there before: what was finished, notices, and what lies over the conversation now. */
function news(keymap: readonly Binding[]): (state: ShellState, width: number) => readonly Line[] {
  const printer = createPrinter();
  let overlay: ShellState['overlay'];
  const told = new WeakSet<object>();
  return (state, width) => {
    const notices = state.notices.filter((one) => !told.has(one));
    const isNew = state.overlay !== overlay;
    for (const one of notices) told.add(one);
    overlay = state.overlay;
    const over = overlay && isNew ? shownOver(overlay, { state, keymap }, width) : [];
    return [...printer.print(state, width).fresh, ...noticeRows(notices, width, MOST_ROWS), ...over];
  };
}
