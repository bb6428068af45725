import type { Json } from '../json.ts';
import { formatSpans, openKey } from './formats.ts';
import { createFinder, longestForm, MIN_SECRET, type Secret, type Span } from './needles.ts';

/** Takes secrets out of text (security.md section 7): configured values in any of their forms, and keys of the known formats. */
export interface Redactor {
  text(text: string): string;
  /** Every string in a value made of plain objects; the value itself where there is nothing to take out. */
  value<T>(value: T): T;
  /** Only the configured values: for what a person wrote as a specification, where a key in a format may be part of the task. */
  configured<T>(value: T): T;
  /** For text that comes in pieces. What may be the beginning of a secret is held back. */
  stream(): RedactingStream<string>;
  /** The same for the output of a program, in whatever encoding: bytes that belong to no secret stay as they are. */
  bytes(): RedactingStream<Buffer>;
}

export interface RedactingStream<T> {
  push(chunk: T): T;
  /** What was held back. The stream is then as new. */
  end(): T;
}

export function createRedactor(secrets: readonly Secret[]): Redactor {
  const configured = createFinder(secrets);
  const all = (text: string): readonly Span[] => (text.length < MIN_SECRET ? [] : joined([...configured(text), ...formatSpans(text)]));
  const room = Math.max(KEY_CHARS, longestForm(secrets));
  const broken = secrets.some(({ value }) => /\s/u.test(value)) ? room : 0;
  const stream = (): RedactingStream<string> => createStream(all, { room, broken });
  return {
    text: (text) => without(text, all(text)),
    value: (value) => walked(value, all),
    configured: (value) => walked(value, configured),
    stream,
    bytes() {
      const inner = stream();
      const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
      return { push: (chunk) => bytes(inner.push(chunk.toString('latin1'))), end: () => bytes(inner.end()) };
    },
  };
}

/** Whether something was taken out of what a value says. */
export const isRedacted = (value: Json): boolean => JSON.stringify(value).includes(MARK);

const MARK = '[redacted by oxios: ';

/** The longest key of a known format on one line that is found when it comes in pieces, characters. */
const KEY_CHARS = 2048;
/** The longest key over several lines that is waited for, characters. */
const MULTILINE_CHARS = 16_384;
/** What is behind stays in view this far, characters: `Authorization: Bearer` in one piece, the token in the next. */
const CONTEXT_CHARS = 80;

type Find = (text: string) => readonly Span[];

/** In order and without overlaps: what two of them say of a character is said once. */
function joined(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans;
  const out: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = out.at(-1);
    if (last && span.from < last.to) out[out.length - 1] = { ...last, to: Math.max(last.to, span.to) };
    else out.push(span);
  }
  return out;
}

/** The text from `start` on, with a mark for each span that reaches beyond it. */
function without(text: string, spans: readonly Span[], start = 0): string {
  if (spans.length === 0) return start === 0 ? text : text.slice(start);
  let out = '';
  let at = start;
  for (const { from, to, name } of spans) {
    if (to <= start) continue;
    out += `${text.slice(at, Math.max(at, from))}${MARK}${name}]`;
    at = to;
  }
  return out + text.slice(at);
}

/** Copies only along the way to what changed. */
function walked<T>(value: T, find: Find): T {
  if (typeof value === 'string') return without(value, find(value)) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => walked(item, find));
    return items.some((item, at) => item !== value[at]) ? (items as T) : value;
  }
  const entries = Object.entries(value);
  const kept = entries.map(([key, inner]) => [without(key, find(key)), walked(inner, find)] as const);
  return kept.some(([key, inner], at) => key !== entries[at]?.[0] || inner !== entries[at]?.[1]) ? (Object.fromEntries(kept) as T) : value;
}

interface Hold {
  /** The longest secret on one line, characters. */
  readonly room: number;
  /** The same when one of them has a space in it: then words are no border; else 0. */
  readonly broken: number;
}

function createStream(find: Find, hold: Hold): RedactingStream<string> {
  let behind = '';
  let held = '';
  const give = (upTo: number): string => {
    const text = behind + held;
    const spans = find(text);
    // What is found is not cut: it is given whole as soon as nothing more of it can come.
    const end = spans.reduceRight((at, { from, to }) => (from < at && at < to ? Math.max(from, behind.length) : at), behind.length + upTo);
    const out = without(
      text.slice(0, end),
      spans.filter(({ to }) => to <= end),
      behind.length,
    );
    held = text.slice(end);
    behind = text.slice(Math.max(0, end - CONTEXT_CHARS), end);
    return out;
  };
  return {
    push(chunk) {
      held += chunk;
      const end = safeEnd(held, hold);
      return end === 0 ? '' : give(end);
    },
    end() {
      const out = give(held.length);
      behind = '';
      return out;
    },
  };
}

/** Up to where a text can be judged whatever follows: the last word may go on, and so may a key over several lines. */
function safeEnd(text: string, { room, broken }: Hold): number {
  const key = openKey(text);
  if (key >= 0 && text.length - key <= MULTILINE_CHARS) return key;
  const word = Math.min(wordStart(text, text.length), text.length - broken);
  return Math.max(word, text.length - room, 0);
}

/** Lines of one long word before the last one belong to it: hex and base64 are broken so. */
function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && !isSpace(text.charCodeAt(start - 1))) start -= 1;
  if (text.charCodeAt(start - 1) !== NEWLINE) return start;
  const before = text.slice(Math.max(0, start - LINE_CHARS), start);
  const line = /(?:^|[\n ])(?<run>[A-Za-z0-9+/=_-]{60,})\r?\n$/u.exec(before)?.groups?.run;
  return line === undefined ? start : wordStart(text, start - (before.length - before.lastIndexOf(line)));
}

/** A line of hex or base64 as programs break them is at most this long, characters. */
const LINE_CHARS = 130;

const NEWLINE = 10;

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
