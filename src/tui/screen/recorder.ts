import type { InputEvent } from '../input/event.ts';

/** Writes down what is on the screen and when, as a player of asciicasts (version 2) shows it again. */
export interface Recorder {
  output(text: string): void;
  /** What came in, by its name: what was typed stands on the screen or nowhere. */
  input(event: InputEvent): void;
  resize(columns: number, rows: number): void;
}

export interface RecorderDeps {
  /** Takes a line, without its end. */
  readonly write: (line: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
  readonly columns: number;
  readonly rows: number;
}

/** Characters: a day of work. Nothing is written behind it. */
const MOST = 64 * 1024 * 1024;

export function createRecorder({ write, now, columns, rows }: RecorderDeps): Recorder {
  const began = now();
  let written = 0;
  const put = (value: unknown): void => {
    if (written > MOST) return;
    const line = JSON.stringify(value);
    written += line.length;
    write(line);
    if (written > MOST) write(JSON.stringify([seconds(), 'm', 'the record is full']));
  };
  const seconds = (): number => Math.round(now() - began) / 1000;
  put({ version: 2, width: columns, height: rows, timestamp: Math.floor(began / 1000), title: 'oxios', env: { TERM: 'xterm-256color' } });
  return {
    output: (text) => put([seconds(), 'o', text]),
    input: (event) => put([seconds(), 'i', nameOf(event)]),
    resize: (width, height) => put([seconds(), 'r', `${width}x${height}`]),
  };
}

/** Everything written to a stream is told too. Returns the way out. */
export function tapped(stdout: Pick<NodeJS.WriteStream, 'write'>, told: (text: string) => void): () => void {
  const { write } = stdout;
  const tap = function (this: unknown, chunk: Uint8Array | string, ...rest: readonly unknown[]): boolean {
    told(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
    return Reflect.apply(write, stdout, [chunk, ...rest]) as boolean;
  };
  Object.assign(stdout, { write: tap });
  return () => void Object.assign(stdout, { write });
}

function nameOf(event: InputEvent): string {
  if (event.is !== 'key') return event.is;
  const { name, ctrl, alt, shift } = event.key;
  // A character is what was typed.
  const shown = [...name].length === 1 && !ctrl && !alt ? 'character' : name;
  return `${ctrl ? 'ctrl-' : ''}${alt ? 'alt-' : ''}${shift ? 'shift-' : ''}${shown}`;
}
