// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
import type { InputEvent } from './event.ts';
import { controlKey, keyEvent, type Taken } from './named-key.ts';
import { ESCAPE, takeAlt, takeEscape } from './sequence.ts';

/** Takes apart what a terminal sends. However it is cut into chunks, the same keys come out. */
export interface Decoder {
  push(chunk: string): readonly InputEvent[];
  /** Nothing came for a while: an ESC that waits was the key, and what never ends is given up after some of these. */
  flush(): readonly InputEvent[];
  /** Something is held back, and `flush` has to be called when nothing follows. */
  readonly waiting: boolean;
}

/** Characters; more than anybody pastes. What follows then is no longer part of it. */
export const MOST_PASTED = 32 * 1024 * 1024;
/** Calls of `flush`, 30 ms each: a paste or a reply that pauses for three seconds has ended. */
export const MOST_FLUSHES = 100;

export function createDecoder(): Decoder {
  let held = '';
  let paste: Paste | undefined;
  let flushes = 0;

  const step = (at: number, events: InputEvent[]): number | undefined => {
    if (paste) {
      const to = pasteStep(held, at, paste);
      if (paste.done) events.push({ is: 'paste', text: unified(paste.parts.join('')) });
      if (paste.done) paste = undefined;
      return to;
    }
    const taken = take(held, at);
    if (taken?.event) events.push(taken.event);
    if (taken?.pastes) paste = { parts: [], size: 0, done: false };
    return taken?.to;
  };

  const run = (events: InputEvent[]): void => {
    let at = 0;
    while (at < held.length) {
      const to = step(at, events);
      if (to === undefined) break;
      at = to;
    }
    held = held.slice(at);
  };

  return {
    get waiting() {
      return held !== '' || paste !== undefined;
    },
    push(chunk) {
      const events: InputEvent[] = [];
      held += chunk;
      flushes = 0;
      run(events);
      held = bounded(held);
      return events;
    },
    flush() {
      const events: InputEvent[] = [];
      flushes += 1;
      const isLate = flushes >= MOST_FLUSHES;
      if (paste && isLate) {
        events.push({ is: 'paste', text: unified(paste.parts.join('') + held) });
        paste = undefined;
        held = '';
      } else if (!paste) {
        const [typed, rest] = settle(held, isLate);
        events.push(...typed);
        held = rest;
        run(events);
      }
      return events;
    },
  };
}

/** What stands at a place outside of a paste. */
function take(text: string, at: number): Taken | undefined {
  const code = text.charCodeAt(at);
  if (code === 0x1b) return takeEscape(text, at);
  if (code < 0x20 || code === 0x7f) return { to: at + 1, event: keyEvent(controlKey(code)) };
  // No terminal that speaks UTF-8 sends C1 controls.
  if (code > 0x7f && code < 0xa0) return { to: at + 1 };
  PRINTABLE.lastIndex = at;
  const run = PRINTABLE.exec(text)?.[0] ?? '';
  const whole = /[\ud800-\udbff]$/.test(run) && at + run.length === text.length ? run.slice(0, -1) : run;
  return whole === '' ? undefined : { to: at + whole.length, event: { is: 'text', text: whole } };
}

const PRINTABLE = /[^\0-\x1f\x7f-\x9f]+/y;

interface Paste {
  readonly parts: string[];
  size: number;
  done: boolean;
}

const PASTE_END = '\x1b[201~';

/** Takes what surely belongs to the paste; undefined when the rest may be the beginning of its end. */
function pasteStep(text: string, at: number, paste: Paste): number | undefined {
  const end = text.indexOf(PASTE_END, at);
  const to = end < 0 ? text.length - endBegun(text) : end;
  paste.parts.push(text.slice(at, to));
  paste.size += to - at;
  paste.done = end >= 0 || paste.size > MOST_PASTED;
  if (end >= 0) return end + PASTE_END.length;
  return to > at || paste.done ? to : undefined;
}

/** Characters at the end that may begin the end of a paste. */
function endBegun(text: string): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length); length > 0; length -= 1) if (text.endsWith(PASTE_END.slice(0, length))) return length;
  return 0;
}

/** A terminal sends a carriage return for each new line of a paste. */
const unified = (text: string): string => text.replace(/\r\n?/gu, '\n');

/** Longest sequence that is kept; of a longer one only how it ends counts. */
const MOST_HELD = 4_096;
const bounded = (text: string): string => (text.length > MOST_HELD ? text.slice(0, MOST_HELD / 2) + text.slice(-1) : text);

/** What an unfinished sequence comes to when nothing follows: keys, as long as it is short enough to have been typed. */
function settle(text: string, isLate: boolean): readonly [typed: readonly InputEvent[], rest: string] {
  if (!text.startsWith('\x1b')) return isLate ? [[], ''] : [[], text];
  if (text.length === 1) return [[keyEvent(ESCAPE)], ''];
  if (text === '\x1b\x1b') return [[keyEvent(ESCAPE), keyEvent(ESCAPE)], ''];
  if (text === '\x1b\x1b[' || text === '\x1b\x1bO') return [[keyEvent(ESCAPE)], text.slice(1)];
  if (text.length === 2) return [[takeAlt(text, 1)?.event ?? keyEvent(ESCAPE)], ''];
  return isLate ? [[], ''] : [[], text];
}
