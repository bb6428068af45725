import { createClip, withCommas } from './clip.ts';

/** Passes text on as it comes, but at most so often and so much: a program that prints gigabytes is not for watching. */
export interface Live {
  add(text: string): void;
  /** Passes on what is held back. */
  end(): void;
}

/** A screen is repainted ten times a second at most. */
const WINDOW_MS = 100;
/** More than a screen can show in one window, bytes. */
const WINDOW_BYTES = 64 * 1024;

export function createLive(listener: (text: string) => void): Live {
  let held = createClip(WINDOW_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held.bytes() === 0) return;
    const text = held.text((cut) => `\n[... ${withCommas(cut)} bytes not shown ...]\n`);
    held = createClip(WINDOW_BYTES);
    listener(text);
  };
  return {
    add(text) {
      if (text === '') return;
      held.add(text);
      if (timer) return;
      flush();
      timer = setTimeout(flush, WINDOW_MS);
    },
    end: flush,
  };
}
