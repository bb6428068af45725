import { Failure } from './failure.ts';

/** One server-sent event: the JSON text of its data. */
export interface SseEvent {
  readonly data: string;
  /** False for what stood behind the last blank line when the stream ended. */
  readonly whole: boolean;
}

/** Bytes that count as a sign of life when no event is complete yet; what comes slower than this in the idle time is no answer. */
const SIGN_OF_LIFE = 1024;
/** An answer that is longer than this is none, bytes: the longest known ones have a few megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Splits a byte stream into events, a network chunk at a time; a chunk without a complete event gives an empty list. Comments are passed over. */
export async function* sseBatches(body: AsyncIterable<Uint8Array>): AsyncIterable<readonly SseEvent[]> {
  const decoder = new TextDecoder();
  let pending: string[] = [];
  /** The end of what is pending: a blank line may have begun there. */
  let tail = '';
  let bytes = 0;
  let shown = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Failure('PROVIDER_PROTOCOL', `the provider sent more than ${MAX_BYTES / 1024 / 1024} MB in one answer`, { retry: false });
    const text = decoder.decode(chunk, { stream: true });
    const end = behindLastBreak(tail + text) - tail.length;
    if (end > 0) {
      const complete = [...pending, text.slice(0, end)].join('');
      pending = [text.slice(end)];
      tail = text.slice(end).slice(-BREAK);
      shown = bytes;
      yield eventsIn(complete, true);
    } else {
      pending.push(text);
      tail = (tail + text).slice(-BREAK);
      if (bytes - shown < SIGN_OF_LIFE) continue;
      shown = bytes;
      yield [];
    }
  }
  const rest = [...pending, decoder.decode()].join('');
  if (rest.trim() !== '') yield eventsIn(rest, false);
}

/** Characters of a blank line that may have come with an earlier chunk. */
const BREAK = 2;

/** Where the text goes on behind its last blank line; 0 without one. Lines end in LF or CRLF. */
function behindLastBreak(text: string): number {
  const plain = text.lastIndexOf('\n\n');
  const windows = text.lastIndexOf('\n\r\n');
  return Math.max(plain < 0 ? 0 : plain + 2, windows < 0 ? 0 : windows + 3);
}

function eventsIn(text: string, whole: boolean): readonly SseEvent[] {
  const events: SseEvent[] = [];
  for (const block of text.split(/\r?\n\r?\n/u)) {
    const data = dataOf(block);
    if (data !== '') events.push({ data, whole });
  }
  return events;
}

const dataOf = (block: string): string =>
  block
    .split(/\r?\n/u)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(line.charCodeAt(5) === 32 ? 6 : 5)] : []))
    .join('\n');
