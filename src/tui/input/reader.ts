import { createDecoder } from './decoder.ts';
import type { InputEvent } from './event.ts';
import { createFormFeed, type FormFeedOptions, type ProxyInput } from './form-feed.ts';

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

/** Reads the terminal. Raw mode and reading are on between `resume` and `pause`; it begins paused. */
export interface Reader {
  /** Stdin for Ink. */
  readonly proxy: ProxyInput;
  resume(): void;
  /** Gives the terminal away: to a stopped shell, an editor, a pager. What was begun and not ended is dropped. */
  pause(): void;
}

/** Milliseconds that ESC waits for what it may begin; a slow line sends a sequence in one piece or nearly. */
const ESC_PATIENCE_MS = 30;

export interface ReaderOptions extends FormFeedOptions {
  /** Runs what one chunk brings: the screen is painted once behind it, however many keys are in it. */
  together?(act: () => void): void;
}

/** `onEvent` is called for each event before the next one is looked at: what it changes holds for the next. */
export function createReader(stdin: RawInput, options: ReaderOptions): Reader {
  const feed = createFormFeed(options);
  const together = options.together ?? ((act) => act());
  let decoder = createDecoder();
  let bytes = new TextDecoder('utf-8', { ignoreBOM: true });
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;

  const give = (events: readonly InputEvent[]): void => {
    // An event may give the terminal away: what came behind it was for the shell still, and is dropped with the rest.
    together(() => {
      for (const event of events) if (isReading) feed.take(event);
    });
    clearTimeout(timer);
    timer = isReading && decoder.waiting ? setTimeout(() => give(decoder.flush()), ESC_PATIENCE_MS) : undefined;
  };
  const onData = (chunk: Uint8Array | string): void => give(decoder.push(typeof chunk === 'string' ? chunk : bytes.decode(chunk, { stream: true })));

  return {
    proxy: feed.proxy,
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
      feed.drop();
      stdin.off('data', onData);
      stdin.pause();
      stdin.unref?.();
      stdin.setRawMode?.(false);
      decoder = createDecoder();
      bytes = new TextDecoder('utf-8', { ignoreBOM: true });
    },
  };
}
