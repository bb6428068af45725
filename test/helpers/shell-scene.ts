import type { Pid, RunId } from '../../src/kernel/ids.ts';
import type { ProcView } from '../../src/kernel/kernel-types.ts';
import type { RunView } from '../../src/kernel/view/runs.ts';
import { KEYS } from '../../src/tui/input/keys.ts';
import type { View } from '../../src/tui/overlays/sheet.ts';
import type { ShellAsk, ShellState } from '../../src/tui/state.ts';
import { initialState } from '../../src/tui/store/reduce.ts';
import { columnsOf, type Line, plainText } from '../../src/tui/text/line.ts';
import { proc, run } from './shell-state.ts';

/** A shell in which nothing has happened yet. */
export const stateOf = (change: Partial<ShellState> = {}): ShellState => ({
  ...initialState({ columns: 80, rows: 24, layout: 'panes', theme: 'dark', now: 1_000_000 }),
  kernel: { is: 'open', own: true },
  model: 'script:turns.yaml',
  sandbox: 'bwrap',
  ...change,
});

export const viewOf = (change: Partial<ShellState> = {}): View => ({ state: stateOf(change), keymap: KEYS });

export const scrolledTo = (at: number, filter = ''): ShellState['scroll'] => ({ ...stateOf().scroll, overlay: { back: 0, at, filter } });

export const askOf = (change: Partial<ShellAsk>): ShellAsk =>
  ({
    ask: 'a3.0',
    run: 'r_1' as RunId,
    name: 'assistant',
    pid: 3 as Pid,
    kind: 'approval',
    text: 'bash: npm test',
    options: [],
    needs: ['exec:npm:test'],
    reason: 'it runs code of the project',
    asked_at: 990_000,
    expires_at: null,
    ...change,
  }) as ShellAsk;

export const runOf = (id: string, change: Partial<RunView> = {}): RunView => run([], { run: id as RunId, title: id, cwd: '/work/project', ...change });

export const procOf = (pid: number, change: Partial<ProcView> = {}): ProcView => proc(pid, 0, 'worker', change);

/** Rows as they are read, after what holds for every frame: it is no taller and no wider than the screen, and nothing in it is a control. */
export function frame(rows: readonly Line[], { width, height }: { readonly width: number; readonly height: number }): string {
  const texts = rows.map(plainText);
  if (texts.length > height) throw new Error(`${texts.length} rows of ${height}`);
  for (const text of texts) {
    if (columnsOf(text) > width) throw new Error(`${columnsOf(text)} columns of ${width}: ${text}`);
    if (/\p{Cc}/u.test(text)) throw new Error(`a control: ${JSON.stringify(text)}`);
  }
  return texts.map((text) => text.trimEnd()).join('\n');
}

export const SIZES = [
  { width: 40, height: 12 },
  { width: 80, height: 24 },
  { width: 200, height: 50 },
] as const;
