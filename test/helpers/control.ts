import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShellPorts } from '../../src/cli/shell/ports.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { type Control, createControl } from '../../src/tui/control/control.ts';
import type { ShellPorts } from '../../src/tui/ports.ts';
import type { Beginning } from '../../src/tui/shell-options.ts';
import type { ShellState } from '../../src/tui/state.ts';
import { createFeeds } from '../../src/tui/store/feeds.ts';
import { initialState } from '../../src/tui/store/reduce.ts';
import { createStore, type Store } from '../../src/tui/store/store.ts';

/** A shell without a screen: control and store over the real ports, a kernel of its own and a scripted model. */
export interface Scene {
  readonly home: AbsPath;
  readonly workspace: AbsPath;
  /** A shell on the home; the first holds the kernel, another attaches to it. */
  shell(model: unknown, change?: Partial<ShellPorts>, beginning?: Beginning, flags?: Readonly<Record<string, unknown>>): Promise<TestShell>;
  remove(): void;
}

export interface TestShell {
  readonly control: Control;
  readonly store: Store;
  readonly ports: ShellPorts;
  /** Until the state is so; the runner's limit ends a wait that has no end. */
  until<T>(find: (state: ShellState) => T | undefined | false): Promise<T>;
  /** The screen was told to close. */
  left(): boolean;
  /** How often the terminal was given away. */
  given(): number;
}

let scripts = 0;

export function controlScene(): Scene {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-control-')));
  const home = join(root, 'home') as AbsPath;
  const workspace = join(root, 'workspace') as AbsPath;
  mkdirSync(workspace);
  const script = (model: unknown): string => {
    const file = join(root, `script-${scripts++}.yaml`);
    writeFileSync(file, JSON.stringify(model));
    return `script:${file}`;
  };
  return {
    home,
    workspace,
    async shell(model, change = {}, beginning = {}, flags = {}) {
      const args = { _: [], $0: 'oxios', home, model: script(model), ...flags };
      const ports = { ...createShellPorts({ args, cwd: workspace, look: { notify: 'off' } }), ...change };
      const store = createStore(initialState({ columns: 100, rows: 30, layout: 'panes', theme: 'dark', now: 0 }));
      let left = false;
      let given = 0;
      const screen = {
        away<T>(act: () => Promise<T>) {
          given += 1;
          return act();
        },
        leave() {
          left = true;
        },
      };
      const control = createControl({ ports, store, feed: createFeeds(store), screen });
      await control.start(beginning);
      return { control, store, ports, until: (find) => until(store, find), left: () => left, given: () => given };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function until<T>(store: Store, find: (state: ShellState) => T | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const leave = store.subscribe(look);
    function look(): void {
      const found = find(store.state());
      if (found === undefined || found === false) return;
      leave();
      resolve(found);
    }
    look();
  });
}
