/** The first and the last part of a text that may be too long to keep. */
export interface Clip {
  add(text: string): void;
  /** Bytes of UTF-8 added so far. */
  bytes(): number;
  isCut(): boolean;
  /** `marker` gets the number of bytes left out and stands between the parts. */
  text(marker: (cut: number) => string): string;
}

/** Pieces are joined up to this many bytes, so that a program that prints byte by byte makes no long list. */
const PIECE_BYTES = 4096;

/** Keeps at most `cap` bytes: half from the start, half from the end, cut between characters. */
export function createClip(cap: number): Clip {
  const forTail = cap - Math.floor(cap / 2);
  let head = '';
  let room = cap - forTail;
  let tail: { text: string; bytes: number }[] = [];
  let tailBytes = 0;
  let total = 0;

  const push = (text: string, bytes: number): void => {
    const last = tail.at(-1);
    if (last && last.bytes + bytes <= PIECE_BYTES) tail[tail.length - 1] = { text: last.text + text, bytes: last.bytes + bytes };
    else tail.push({ text, bytes });
    tailBytes += bytes;
    let drop = 0;
    for (let first = tail[0]; first && tailBytes - first.bytes >= forTail; first = tail[++drop]) tailBytes -= first.bytes;
    if (drop > 0) tail = tail.slice(drop);
  };

  return {
    add(text) {
      if (text === '') return;
      const bytes = Buffer.byteLength(text);
      total += bytes;
      if (bytes <= room) {
        head += text;
        room -= bytes;
        return;
      }
      const first = startOf(text, room);
      head += first;
      room = 0;
      push(text.slice(first.length), bytes - Buffer.byteLength(first));
    },
    bytes: () => total,
    isCut: () => total > cap,
    text(marker) {
      const rest = tail.map((piece) => piece.text).join('');
      if (total <= cap) return head + rest;
      const end = endOf(rest, forTail);
      return `${head}${marker(total - Buffer.byteLength(head) - Buffer.byteLength(end))}${end}`;
    },
  };
}

/** 1234567 as 1,234,567; without the locale tables, which take milliseconds to load. */
export const withCommas = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/gu, ',');

/** The longest start of `text` within `bytes` of UTF-8. */
function startOf(text: string, bytes: number): string {
  // A character unit is at least one byte: more units than bytes never fit.
  const raw = Buffer.from(text.slice(0, bytes + 1));
  if (raw.length <= bytes) return text.slice(0, bytes + 1);
  let end = bytes;
  while (end > 0 && isInside(raw[end])) end--;
  return raw.toString('utf8', 0, end);
}

/** The longest end of `text` within `bytes` of UTF-8. */
function endOf(text: string, bytes: number): string {
  const raw = Buffer.from(text);
  let start = Math.max(0, raw.length - bytes);
  while (start < raw.length && isInside(raw[start])) start++;
  return raw.toString('utf8', start);
}

/** Whether a byte continues a character: 10xxxxxx. */
const isInside = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x80 && byte < 0xc0;
