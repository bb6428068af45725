import { PassThrough, Writable } from 'node:stream';
import headless from '@xterm/headless';

/** What a program takes for its terminal. */
export interface ScreenStdout extends Writable {
  readonly isTTY: true;
  columns: number;
  rows: number;
}

export interface ScreenStdin extends PassThrough {
  readonly isTTY: true;
  isRaw: boolean;
  setRawMode(on: boolean): ScreenStdin;
  ref(): ScreenStdin;
  unref(): ScreenStdin;
}

/** A terminal in memory: it understands what a program writes as xterm does. */
export interface Screen {
  readonly stdout: ScreenStdout;
  readonly stdin: ScreenStdin;
  /** What a person sees, one string a row, without what is blank at the end. */
  rows(): readonly string[];
  /** Rows that went off the top, oldest first. */
  scrollback(): readonly string[];
  /** Everything that was written, and how much that is in bytes. */
  raw(): string;
  bytes(): number;
  /** `alternate` while a program has the whole screen. */
  buffer(): 'normal' | 'alternate';
  cursor(): { readonly x: number; readonly y: number };
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves when the screen shows it, after everything written so far was taken in. */
  shows(wanted: string | RegExp | ((rows: readonly string[]) => boolean)): Promise<readonly string[]>;
  /** Everything written so far is on the screen. */
  settled(): Promise<void>;
}

export interface ScreenOptions {
  /** Told of each write, for what only looks at bytes. */
  readonly onWrite?: (text: string) => void;
}

export function openScreen(columns: number, rows: number, { onWrite }: ScreenOptions = {}): Screen {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 5000 });
  let raw = '';
  let bytes = 0;
  const wishes = new Set<() => void>();
  const write = (chunk: Buffer | string, _encoding: unknown, done: () => void): void => {
    const text = chunk.toString();
    raw += text;
    bytes += Buffer.byteLength(text);
    onWrite?.(text);
    terminal.write(text, () => {
      for (const look of wishes) look();
    });
    done();
  };
  const stdout = Object.assign(new Writable({ write, decodeStrings: false }), {
    isTTY: true as const,
    columns,
    rows,
    getColorDepth: () => 24,
    hasColors: () => true,
  });
  const stdin: ScreenStdin = Object.assign(new PassThrough(), {
    isTTY: true as const,
    isRaw: false,
    setRawMode(on: boolean) {
      stdin.isRaw = on;
      return stdin;
    },
    ref: () => stdin,
    unref: () => stdin,
  });
  const lines = (from: number, to: number): readonly string[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, at) => terminal.buffer.active.getLine(from + at)?.translateToString(true) ?? '');
  const shown = (): readonly string[] => lines(terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows);
  return {
    stdout,
    stdin,
    rows: shown,
    scrollback: () => lines(0, terminal.buffer.active.baseY),
    raw: () => raw,
    bytes: () => bytes,
    buffer: () => terminal.buffer.active.type,
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
    type: (keys) => void stdin.write(keys),
    resize(width, height) {
      terminal.resize(width, height);
      stdout.columns = width;
      stdout.rows = height;
      stdout.emit('resize');
    },
    settled: () => new Promise((resolve) => terminal.write('', resolve)),
    shows: (wanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const now = shown();
          const text = now.join('\n');
          if (typeof wanted === 'function' ? !wanted(now) : typeof wanted === 'string' ? !text.includes(wanted) : !wanted.test(text)) return;
          wishes.delete(look);
          resolve(now);
        };
        wishes.add(look);
        terminal.write('', look);
      }),
  };
}

/** Erasing the whole screen or what was scrolled off: no frame does. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
export const ERASES = /\x1b\[[23]J/u;
