import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BIN, type RunOptions } from './oxios.ts';

/** The built program at a terminal of its own (util-linux `script`), with somebody at the keyboard. */
export interface Terminal {
  type(keys: string): void;
  /** Everything on the screen so far, as it was written. */
  seen(): string;
  /** Resolves when this text is there (again, after what was seen when it was called with `anew`). */
  shown(text: string): Promise<void>;
  readonly done: Promise<{ readonly code: number | null; readonly text: string }>;
}

export function atTerminal(args: readonly string[], options: RunOptions): Terminal {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: options.home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    OXIOS_HOME: join(options.home, '.oxios'),
    ...options.env,
  };
  const line = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qfec', `stty cols 80 rows 24; ${line}`, '/dev/null'], {
    cwd: options.cwd ?? options.home,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  const wishes = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (const look of wishes) look();
  });
  child.stdin.on('error', () => undefined);
  const done = new Promise<{ code: number | null; text: string }>((resolve) => child.on('close', (code) => resolve({ code, text })));
  return {
    type: (keys) => void child.stdin.write(keys),
    seen: () => text,
    shown: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (text.includes(wanted)) resolve();
        };
        wishes.add(look);
        look();
        void done.then(() => reject(new Error(`it ended without "${wanted}":\n${text}`)));
      }),
    done,
  };
}
