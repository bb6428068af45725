/** A value that must not be seen, and what is shown instead of it. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** A part of a text; `to` is behind it. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Characters of the shortest value that is looked for: anything shorter stands in ordinary text by chance. */
export const MIN_SECRET = 8;

/**
 * Finds values in any of the forms in which programs print them: as they are, as JSON and URLs write them, in hex, and
 * in base64 wherever they begin in it; the last two also broken into lines. It looks at three characters in every few
 * (Wu and Manber): what a text without any of them costs does not grow with their number.
 */
export function createFinder(secrets: readonly Secret[]): (text: string) => readonly Span[] {
  const needles = secrets.flatMap(({ name, value }) => (value.length < MIN_SECRET ? [] : formsOf(value).map((form) => ({ ...form, name }))));
  if (needles.length === 0) return () => [];
  const stride = Math.min(...needles.map(({ text }) => text.length)) - GRAM + 1;
  const filter = new Uint8Array(GRAMS);
  const places = new Map<number, Place[]>();
  for (const needle of needles)
    for (let offset = 0; offset + GRAM <= needle.text.length; offset++) {
      const gram = gramAt(needle.text, offset);
      filter[gram] = 1;
      places.set(gram, [...(places.get(gram) ?? []), { needle, offset }]);
    }
  return (text) => {
    const found: Span[] = [];
    for (let at = 0; at + GRAM <= text.length; at += stride) {
      const gram = gramAt(text, at);
      if (filter[gram] === 0) continue;
      const span = spanAt(text, at, places.get(gram) ?? []);
      if (!span) continue;
      found.push(span);
      at = span.to - stride;
    }
    return found;
  };
}

/** Characters of the longest form that is looked for. */
export const longestForm = (secrets: readonly Secret[]): number =>
  Math.max(0, ...secrets.flatMap(({ value }) => (value.length < MIN_SECRET ? [] : formsOf(value).map(({ text }) => text.length))));

const GRAM = 3;
const GRAMS = 65_536;

/** A number for three characters; the factors spread ASCII over all numbers. */
const gramAt = (text: string, at: number): number => (text.charCodeAt(at) * 5003 + text.charCodeAt(at + 1) * 97 + text.charCodeAt(at + 2)) & (GRAMS - 1);

interface Form {
  readonly text: string;
  /** Programs that write it break it into lines. */
  readonly wraps: boolean;
}

interface Needle extends Form {
  readonly name: string;
}

/** Three characters of a needle. */
interface Place {
  readonly needle: Needle;
  readonly offset: number;
}

function formsOf(value: string): readonly Form[] {
  const bytes = Buffer.from(value);
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const each = (write: (code: string) => string): string => [...bytes].map((byte) => write(byte.toString(16).padStart(2, '0'))).join('');
  const percent = each((code) => `%${code}`);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  const whole = [
    value,
    // As it stands in bytes that are read one by one.
    bytes.toString('latin1'),
    json,
    json.replaceAll('/', '\\/'),
    each((code) => `\\u00${code}`),
    each((code) => `\\x${code}`),
    url,
    url.replace(/%../gu, (code) => code.toLowerCase()),
    percent,
    percent.toUpperCase(),
  ];
  const broken = [hex, hex.toUpperCase(), ...base64, ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
  const known = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter((text) => text.length >= MIN_SECRET);
  return [...known(whole).map((text) => ({ text, wraps: false })), ...known(broken).map((text) => ({ text, wraps: true }))];
}

/** The characters that these bytes alone decide, when `offset` others (modulo 3) stand before them. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return text.slice(Math.ceil((8 * offset) / 6), Math.floor((8 * (offset + bytes.length)) / 6));
}

function spanAt(text: string, at: number, places: readonly Place[]): Span | undefined {
  for (const { needle, offset } of places) {
    const from = follow(text, needle, { at: at - 1, next: offset - 1, step: -1 });
    const last = from === undefined ? undefined : follow(text, needle, { at, next: offset, step: 1 });
    if (from !== undefined && last !== undefined) return { from: from + 1, to: last, name: needle.name };
  }
  return undefined;
}

interface Course {
  readonly at: number;
  readonly next: number;
  readonly step: 1 | -1;
}

/** The place behind the needle's last character in this direction; undefined when it does not stand there. */
function follow(text: string, { text: wanted, wraps }: Needle, { at: start, next: first, step }: Course): number | undefined {
  let at = start;
  for (let next = first; next >= 0 && next < wanted.length; at += step) {
    const code = text.charCodeAt(at);
    if (code === wanted.charCodeAt(next)) next += step;
    else if (!wraps || !isBreak(code)) return undefined;
  }
  return at;
}

/** Newline, carriage return, space. */
const isBreak = (code: number): boolean => code === 10 || code === 13 || code === 32;
