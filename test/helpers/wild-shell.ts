import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import headless from '@xterm/headless';
import { BIN, type Place } from './oxios.ts';

/** The built program at a terminal that is used without mercy: its size changes, and everything that is written to it is kept. */
export interface WildShell {
  type(keys: string): void;
  /** As a terminal does whose window is dragged: the program gets SIGWINCH. */
  resize(columns: number, rows: number): void;
  screen(): string;
  /** Everything that was written so far. */
  raw(): string;
  ended(): boolean;
  /** What the terminal is like once the program has ended, and what it ended with. */
  readonly done: Promise<Left>;
}

export interface Left {
  readonly code: number;
  /** Its modes (stty) before and after. */
  readonly before: string;
  readonly after: string;
  readonly buffer: 'normal' | 'alternate';
  readonly pastes: boolean;
  readonly mouse: string;
}

export function wildShell(args: readonly string[], here: Place, columns: number, rows: number): WildShell {
  const env = {
    ...{ PATH: process.env.PATH ?? '', HOME: here.home, LANG: 'C.UTF-8', TERM: 'xterm-256color', OXIOS_HOME: here.path('.oxios') },
    // What the shell gives its terminal to is gone at once.
    ...{ EDITOR: 'true', PAGER: 'true', NODE: process.execPath, BIN, LEFT: here.path('left'), TTY: here.path('tty') },
  };
  const line = `tty > "$TTY"; stty cols ${columns} rows ${rows}; stty -g > "$LEFT"; "$NODE" "$BIN" ${args.join(' ')}; echo $? >> "$LEFT"; stty -g >> "$LEFT"`;
  const child = spawn('script', ['-qfec', `sh -c '${line}'`, '/dev/null'], { cwd: here.workspace, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const chunks: string[] = [];
  let isOver = false;
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk);
    terminal.write(chunk);
  });
  const done = new Promise<Left>((resolve) =>
    child.on('close', () => {
      isOver = true;
      const [before = '', code = '', after = ''] = readFileSync(here.path('left'), 'utf8').split('\n');
      terminal.write('', () => {
        const { bracketedPasteMode: pastes, mouseTrackingMode: mouse } = terminal.modes;
        resolve({ code: Number(code), before, after, buffer: terminal.buffer.active.type, pastes, mouse });
      });
    }),
  );
  return {
    type: (keys) => void child.stdin.write(keys),
    resize(width, height) {
      terminal.resize(width, height);
      execFileSync('stty', ['-F', readFileSync(here.path('tty'), 'utf8').trim(), 'cols', String(width), 'rows', String(height)]);
    },
    screen() {
      const { active } = terminal.buffer;
      return Array.from({ length: terminal.rows }, (_, at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '').join('\n');
    },
    raw: () => chunks.join(''),
    ended: () => isOver,
    done,
  };
}

/** How often the screen is looked at, and after how many looks without it keys are typed again: they may have gone to an editor or a pager. */
const LOOK_MS = 10;
const LOOKS = 200;

/** Until the screen shows it, or the program has ended. */
export async function shown(shell: WildShell, wanted: string | RegExp, again: string): Promise<boolean> {
  for (let look = 1; !shell.ended(); look++) {
    const now = shell.screen();
    if (typeof wanted === 'string' ? now.includes(wanted) : wanted.test(now)) return true;
    if (look % LOOKS === 0) shell.type(again);
    await pause(LOOK_MS);
  }
  return false;
}
