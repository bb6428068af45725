import { EventEmitter } from 'node:events';
import type { InputEvent } from '../../src/tui/input/event.ts';
import { KEYS } from '../../src/tui/input/keys.ts';
import { createTerminal, type Terminal } from '../../src/tui/screen/terminal.ts';
import type { ShellOptions } from '../../src/tui/shell-options.ts';
import type { ShellState } from '../../src/tui/state.ts';
import { createStore, type Store } from '../../src/tui/store/store.ts';
import { openScreen, type Screen, type ScreenOptions } from './screen.ts';
import { shellState } from './shell-state.ts';

/** A terminal in memory with the shell's picture on it. */
export interface Scene {
  readonly screen: Screen;
  readonly store: Store;
  readonly terminal: Terminal;
  /** Stands for the process: signals and faults are emitted at it. */
  readonly host: EventEmitter & {
    readonly killed: readonly (readonly [pid: number, signal: string])[];
    kill(pid: number, signal: string): void;
    readonly exits: readonly number[];
  };
  /** The state as a change makes it. */
  set(change: Partial<ShellState>): void;
  readonly events: readonly InputEvent[];
}

export interface SceneOptions extends ScreenOptions {
  readonly state?: Partial<ShellState>;
  readonly options?: Partial<ShellOptions>;
  readonly onEvent?: (event: InputEvent, store: Store) => void;
  /** What is made of the terminal; the whole screen if not said. */
  readonly make?: typeof createTerminal;
}

export function openScene(columns: number, rows: number, { state = {}, options = {}, onEvent, onWrite, make = createTerminal }: SceneOptions = {}): Scene {
  const screen = openScreen(columns, rows, onWrite ? { onWrite } : {});
  const killed: (readonly [number, string])[] = [];
  const exits: number[] = [];
  const host = Object.assign(new EventEmitter(), {
    ...{ killed, exits },
    kill: (pid: number, signal: string) => void killed.push([pid, signal]),
    exit: (code: number) => void exits.push(code),
  });
  const store = createStore(shellState({ size: { columns, rows }, ...state }));
  const events: InputEvent[] = [];
  const terminal = make({
    options: {
      ports: { now: () => 100_000 },
      layout: 'auto',
      theme: 'dark',
      themes: {},
      keys: undefined,
      vim: false,
      mouse: true,
      screenReader: false,
      plain: true,
      record: undefined,
      beginning: {},
      env: { TERM: 'xterm-256color' },
      stdin: screen.stdin,
      stdout: screen.stdout,
      host,
      ...options,
    } as unknown as ShellOptions,
    store,
    keymap: KEYS,
    onEvent(event) {
      events.push(event);
      onEvent?.(event, store);
    },
    onSubmit: () => undefined,
  });
  return { screen, store, terminal, host, events, set: (change) => store.set((now) => ({ ...now, ...change })) };
}
