import type { InputEvent } from '../input/event.ts';
import type { Binding } from '../input/keys.ts';
import { plainKey } from '../input/named-key.ts';
import { shownAsk, waiting } from '../overlays/asks.ts';
import { held } from '../overlays/coming.ts';
import { overlayRows } from '../overlays/overlay-rows.ts';
import type { View } from '../overlays/sheet.ts';
import type { Overlay, ShellState } from '../state.ts';
import type { Store } from '../store/store.ts';
import { type Line, plainText, span } from '../text/line.ts';
import { noticeRows } from './chrome.ts';
import { createLifetime } from './lifetime.ts';
import { createPrinter } from './print.ts';
import type { Terminal, TerminalDeps } from './terminal.ts';

/**
 * A terminal that can only print (`TERM=dumb`): lines come in whole, as its own line editor ends them, and what is
 * finished is printed below what is there. No cursor is moved and no mode is set.
 */
export function createLineMode({ options, store, keymap, onEvent, onSubmit }: TerminalDeps): Terminal {
  const { stdin, stdout, host } = options;
  const print = printing(store, keymap, stdout);
  const bytes = new TextDecoder();
  let rest = '';
  const read = (line: string): void => {
    const { overlay } = store.state();
    const isForm = overlay?.is === 'form';
    if (!isForm) for (const event of eventsOf(line, store.state(), keymap)) onEvent(event);
    if (isForm || (store.state().overlay?.is === 'form' && isAnswer(line, overlay))) onSubmit(line);
  };
  const onData = (chunk: Uint8Array | string): void => {
    const lines = (rest + (typeof chunk === 'string' ? chunk : bytes.decode(chunk, { stream: true }))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) read(line.replace(/\r$/u, ''));
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

/**
 * Over what is open a line is its keys; else it is what is said. Over what an agent asks one key is an answer, and more
 * than that is none: to a question it is one in one's own words, else it is said, and what asks waits.
 */
function eventsOf(line: string, state: ShellState, keymap: readonly Binding[]): readonly InputEvent[] {
  const enter: InputEvent = { is: 'key', key: plainKey('enter') };
  const said: readonly InputEvent[] = line === '' ? [enter] : [{ is: 'text', text: line }, enter];
  const { overlay } = state;
  if (!overlay || held(state) === 'below') return said;
  if (!isAnswer(line, overlay)) return line === '' ? [enter] : [{ is: 'text', text: line }];
  const write = keymap.find(({ where, action }) => where === 'approval' && action === 'write')?.keys[0];
  const isQuestion = shownAsk(waiting(state), overlay.is === 'approval' ? overlay.ask : undefined)?.kind === 'question';
  return isQuestion && write !== undefined ? [{ is: 'text', text: write }] : [{ is: 'key', key: plainKey('escape') }, ...said];
}

/** More than a key, where an agent asks. */
const isAnswer = (line: string, overlay: ShellState['overlay']): boolean => overlay?.is === 'approval' && line.trim().length > 1;

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
