import { spawn } from 'node:child_process';
import { join } from 'node:path';
import headless from '@xterm/headless';
import { BIN } from './oxios.ts';

/** The shell as a person has it: the built program at a terminal of its own (util-linux `script`), seen as xterm shows it. */
export interface AtShell {
  type(keys: string): void;
  /** Resolves with the screen once it shows this; rejects when the program ends before. */
  shows(wanted: string | RegExp): Promise<string>;
  screen(): string;
  /** For who looks at its cells. */
  readonly terminal: headless.Terminal;
  /** All that was written to the terminal so far. */
  written(): string;
  readonly done: Promise<number | null>;
}

export interface ShellPlace {
  readonly home: string;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Words of a program that starts it. */
  readonly by?: readonly string[];
}

export function atShell(args: readonly string[], { home, cwd, columns = 120, rows = 36, env: more = {}, by = [] }: ShellPlace): AtShell {
  const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', OXIOS_HOME: join(home, '.oxios'), ...more };
  const line = [...by, process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qfec', `stty cols ${columns} rows ${rows}; ${line}`, '/dev/null'], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const wishes = new Set<() => void>();
  child.stdin.on('error', () => undefined);
  // What a program asks its terminal is answered.
  terminal.onData((data) => child.stdin.write(data));
  const bytes: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    bytes.push(chunk);
    terminal.write(chunk, () => {
      for (const look of [...wishes]) look();
    });
  });
  const done = new Promise<number | null>((resolve) => child.on('close', resolve));
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, at) => active.getLine(active.baseY + at)?.translateToString(true) ?? '').join('\n');
  };
  return {
    type: (keys) => void child.stdin.write(keys),
    screen,
    terminal,
    written: () => Buffer.concat(bytes).toString(),
    shows: (wanted) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const now = screen();
          if (typeof wanted === 'string' ? !now.includes(wanted) : !wanted.test(now)) return;
          wishes.delete(look);
          resolve(now);
        };
        wishes.add(look);
        terminal.write('', look);
        void done.then(() => reject(new Error(`it ended without ${wanted}:\n${screen()}`)));
      }),
    done,
  };
}
