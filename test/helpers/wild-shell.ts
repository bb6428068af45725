import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import headless from '@xterm/headless';
import { BIN, type Place } from './oxios.ts';

/** The built program at a terminal that is used without mercy: its size changes, and everything that is written to it is kept. */
export interface WildShell {
  /** In one piece, or in as many as there are: each one is on its way before the next. */
  type(...chunks: readonly (string | Uint8Array)[]): Promise<void>;
  /** As a terminal does whose window is dragged: the program gets SIGWINCH. */
  resize(columns: number, rows: number): void;
  screen(): string;
  /** Until the screen shows it, or the program has ended: false. Where that takes long, `again` is typed: keys may have gone to an editor or a pager. */
  shows(wanted: string | RegExp, again: string): Promise<boolean>;
  /** Until something is written, or nothing comes for so long: as somebody looks up between two keys. */
  looks(most: number): Promise<void>;
  /** Everything that was written so far. */
  raw(): string;
  ended(): boolean;
  /** What the terminal is like once the program has ended, and what it ended with. */
  readonly done: Promise<Left>;
}

export interface Left {
  readonly code: string;
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
  // Ctrl-C at an editor goes to the whole job: what looks at the terminal afterwards goes on.
  const line = `trap : INT; tty > "$TTY"; stty cols ${columns} rows ${rows}; stty -g > "$LEFT"; "$NODE" "$BIN" ${args.join(' ')}; echo $? >> "$LEFT"; stty -g >> "$LEFT"`;
  const child = spawn('script', ['-qfec', `exec sh -c '${line}'`, '/dev/null'], { cwd: here.workspace, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const chunks: string[] = [];
  const looks = new Set<() => void>();
  const look = (): void => {
    for (const one of looks) one();
  };
  let isOver = false;
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk);
    terminal.write(chunk, look);
  });
  const done = new Promise<Left>((resolve) =>
    child.on('close', () => {
      isOver = true;
      const [before = '', code = '', after = ''] = readFileSync(here.path('left'), 'utf8').split('\n');
      terminal.write('', () => {
        const { bracketedPasteMode: pastes, mouseTrackingMode: mouse } = terminal.modes;
        resolve({ code, before, after, buffer: terminal.buffer.active.type, pastes, mouse });
        look();
      });
    }),
  );
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '').join('\n');
  };
  const type = async (...keys: readonly (string | Uint8Array)[]): Promise<void> => {
    for (const one of keys) await new Promise((resolve) => child.stdin.write(one, resolve));
  };
  return {
    type,
    resize(width, height) {
      terminal.resize(width, height);
      execFileSync('stty', ['-F', readFileSync(here.path('tty'), 'utf8').trim(), 'cols', String(width), 'rows', String(height)]);
    },
    screen,
    shows: (wanted, again) =>
      new Promise((resolve) => {
        const timer = setInterval(() => void type(again), PATIENCE_MS);
        const seen = (): void => {
          const isThere = typeof wanted === 'string' ? screen().includes(wanted) : wanted.test(screen());
          if (!isThere && !isOver) return;
          clearInterval(timer);
          looks.delete(seen);
          resolve(isThere && !isOver);
        };
        looks.add(seen);
        seen();
      }),
    looks: (most) =>
      new Promise((resolve) => {
        const seen = (): void => {
          clearTimeout(timer);
          looks.delete(seen);
          resolve();
        };
        const timer = setTimeout(seen, most);
        looks.add(seen);
      }),
    raw: () => chunks.join(''),
    ended: () => isOver,
    done,
  };
}

const PATIENCE_MS = 2000;
