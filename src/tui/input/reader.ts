import { PassThrough } from 'node:stream';
import { createDecoder } from './decoder.ts';
import { encode } from './encode.ts';
import type { InputEvent } from './event.ts';

/** What is needed of the process's stdin. */
export interface RawInput {
  readonly isTTY?: boolean;
  setRawMode?(on: boolean): unknown;
  on(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown;
  off(event: 'data', listener: (chunk: Uint8Array | string) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

export interface ReaderOptions {
  /** Called for each event before the next one is looked at: what it changes holds for the next. */
  onEvent(event: InputEvent): void;
  /** A one-line form is open: what is typed also goes to Ink. */
  forward(): boolean;
}

/** What Ink takes for stdin. It reads nothing by itself. */
export type ProxyInput = PassThrough & {
  readonly isTTY: boolean;
  setRawMode(on: boolean): ProxyInput;
  ref(): ProxyInput;
  unref(): ProxyInput;
};

/** Reads the terminal. Raw mode and reading are on between `resume` and `pause`; it begins paused. */
export interface Reader {
  readonly proxy: ProxyInput;
  resume(): void;
  /** Gives the terminal away: to a stopped shell, an editor, a pager. What was begun and not ended is dropped. */
  pause(): void;
}

/** Milliseconds that ESC waits for what it may begin; a slow line sends a sequence in one piece or nearly. */
const ESC_PATIENCE_MS = 30;

export function createReader(stdin: RawInput, options: ReaderOptions): Reader {
  const proxy = proxyOf();
  let decoder = createDecoder();
  let bytes = new TextDecoder('utf-8', { ignoreBOM: true });
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;

  const give = (events: readonly InputEvent[]): void => {
    for (const event of events) {
      if (options.forward() && !isOurs(event)) proxy.write(encode(event));
      options.onEvent(event);
    }
    clearTimeout(timer);
    timer = isReading && decoder.waiting ? setTimeout(() => give(decoder.flush()), ESC_PATIENCE_MS) : undefined;
  };
  const onData = (chunk: Uint8Array | string): void => give(decoder.push(typeof chunk === 'string' ? chunk : bytes.decode(chunk, { stream: true })));

  return {
    proxy,
    resume() {
      if (isReading) return;
      isReading = true;
      stdin.setRawMode?.(true);
      stdin.ref?.();
      stdin.on('data', onData);
      stdin.resume();
    },
    pause() {
      if (!isReading) return;
      isReading = false;
      clearTimeout(timer);
      stdin.off('data', onData);
      stdin.pause();
      stdin.unref?.();
      stdin.setRawMode?.(false);
      decoder = createDecoder();
      bytes = new TextDecoder('utf-8', { ignoreBOM: true });
    },
  };
}

/** Closing a form is the shell's business. */
const isOurs = (event: InputEvent): boolean => event.is === 'key' && (event.key.name === 'escape' || (event.key.ctrl && /^[cdz]$/u.test(event.key.name)));

function proxyOf(): ProxyInput {
  const stream = new PassThrough();
  const self = (): ProxyInput => proxy;
  const proxy: ProxyInput = Object.assign(stream, { isTTY: true, setRawMode: self, ref: self, unref: self });
  return proxy;
}
