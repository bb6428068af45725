// biome-ignore-all lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
// biome-ignore-all lint/suspicious/noMisleadingCharacterClass: so are combining ones

/** `sanitize` for text that comes in pieces: what is split over them is found as if it came at once. */
export interface Sanitizer {
  push(chunk: string): string;
  /** What was held back, because more could have followed. The sanitizer is then as new. */
  end(): string;
}

/**
 * Text from outside as a terminal or a page may show it (security.md section 7). Complete escape sequences are taken
 * away, with what they carry; zero-width and tag characters too, where no script or emoji needs them. Every other
 * control, direction mark and broken sequence is shown as a visible sign, so that nothing can be hidden behind one.
 * Newlines and tabs stay.
 */
export function sanitize(text: string): string {
  if (!SUSPECT.test(text)) return text;
  const sanitizer = createSanitizer();
  return sanitizer.push(text) + sanitizer.end();
}

/** Nothing is taken away: every character that could mislead is shown as a sign, also a space that is none. For what a person is asked to approve. */
export const reveal = (text: string): string => text.replace(SUSPECTS, signOf).replace(/[^\P{Zs} ]/gu, signOf);

/** JSON as a terminal may show it: the same value, with every character that could mislead as an escape. */
export const escaped = (json: string): string =>
  SUSPECT.test(json)
    ? json.replace(SUSPECTS, (char) => Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))
    : json;

export function createSanitizer(): Sanitizer {
  let machine: Machine = { out: '', before: '', held: '', state: 'text' };
  /** First half of a character that was split. */
  let half = '';
  return {
    push(chunk) {
      let text = half + chunk;
      half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
      if (half !== '') text = text.slice(0, -1);
      if (machine.state !== 'text' || SUSPECT.test(text)) run(machine, text);
      else emit(machine, text);
      return flush(machine);
    },
    end() {
      if (half !== '') run(machine, half);
      if (machine.state === 'closing') machine.held += signOf('\x1b');
      abandon(machine);
      const rest = flush(machine);
      machine = { out: '', before: '', held: '', state: 'text' };
      half = '';
      return rest;
    },
  };
}

/**
 * What is not plain text: C0 but tab and newline, DEL, C1; what has no width; direction marks; invisible fillers,
 * separators and annotations; variation selectors; tags and all else in plane 14; halves of characters.
 */
const SUSPECT =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
const SUSPECTS = new RegExp(SUSPECT, 'gu');

/** Taken away without a sign. */
const INVISIBLE =
  /[\xad\u034f\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\ufe00-\ufe0f\ufeff\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** Joiners and emoji presentation have a meaning behind these. */
const JOINING =
  /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f\u20e3\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]$/u;
const STYLED = /\p{Emoji}$/u;

/**
 * `cr`: behind a carriage return. `esc`: behind ESC. `csi`, `osc` and `string` (DCS, APC, PM, SOS): inside one.
 * `closing`: behind an ESC inside `osc` or `string`, which may begin its end.
 */
type State = 'text' | 'cr' | 'esc' | 'csi' | 'osc' | 'string' | 'closing';

interface Machine {
  out: string;
  /** The last character of the text so far, and perhaps half of the one before. */
  before: string;
  /** The sequence so far as it is shown if it turns out to be none; its first character is a sign already. */
  held: string;
  state: State;
}

/** Longest sequences that are taken away, characters: an unfinished one shows itself after so many. */
const MAX_CSI = 256;
const MAX_STRING = 65_536;

const INTRODUCERS: Readonly<Record<string, State>> = {
  '\r': 'cr',
  '\x1b': 'esc',
  '\x9b': 'csi',
  '\x9d': 'osc',
  '\x90': 'string',
  '\x98': 'string',
  '\x9e': 'string',
  '\x9f': 'string',
};
/** What follows ESC to the same effect. */
const ESCAPED: Readonly<Record<string, State>> = { '[': 'csi', ']': 'osc', P: 'string', X: 'string', '^': 'string', _: 'string' };

function run(machine: Machine, text: string): void {
  for (let at = 0; at < text.length; ) at = machine.state === 'text' ? plain(machine, text, at) : STEPS[machine.state](machine, text, at);
}

/** Copies up to the next suspect and deals with it; gives the place behind. */
function plain(machine: Machine, text: string, at: number): number {
  SUSPECTS.lastIndex = at;
  const found = SUSPECTS.exec(text);
  emit(machine, text.slice(at, found?.index));
  if (!found) return text.length;
  const [char] = found;
  const state = INTRODUCERS[char];
  if (state) begin(machine, state, signOf(char));
  else if (isNeeded(machine, char)) emit(machine, char);
  else if (!INVISIBLE.test(char)) emit(machine, signOf(char));
  return found.index + char.length;
}

/** One step inside a sequence: takes characters at `at` and gives the place behind them. */
const STEPS: Readonly<Record<Exclude<State, 'text'>, (machine: Machine, text: string, at: number) => number>> = {
  cr(machine, text, at) {
    if (text[at] === '\n') machine.held = '';
    abandon(machine);
    return at;
  },
  esc(machine, text, at) {
    const char = text[at] ?? '';
    const state = machine.held.length === 1 ? ESCAPED[char] : undefined;
    if (state) begin(machine, state, machine.held + char);
    else if (/[ -/]/.test(char) && machine.held.length < MAX_CSI) machine.held += char;
    else if (/[0-~]/.test(char)) finish(machine);
    else return abandoned(machine, at);
    return at + 1;
  },
  csi(machine, text, at) {
    const char = text[at] ?? '';
    if (/[ -?]/.test(char) && machine.held.length < MAX_CSI) machine.held += char;
    else if (/[@-~]/.test(char)) finish(machine);
    else return abandoned(machine, at);
    return at + 1;
  },
  osc: (machine, text, at) => carried(machine, text, at),
  string: (machine, text, at) => carried(machine, text, at),
  closing(machine, text, at) {
    if (text[at] === '\\') {
      finish(machine);
      return at + 1;
    }
    // Not its end: what it carried is shown, and the ESC begins something of its own.
    abandon(machine);
    begin(machine, 'esc', signOf('\x1b'));
    return at;
  },
};

const CARRIED = /[^\0-\x1f\x7f-\x9f]+/y;

/** Inside OSC, DCS, APC, PM, SOS: no control but the end belongs there. */
function carried(machine: Machine, text: string, at: number): number {
  CARRIED.lastIndex = at;
  const [more] = CARRIED.exec(text) ?? [''];
  const room = MAX_STRING - machine.held.length;
  machine.held += more.slice(0, room);
  if (more.length > room) return abandoned(machine, at + room);
  const char = text[at + more.length];
  if (char === undefined) return text.length;
  if (char === '\x1b') machine.state = 'closing';
  else if (char === '\x9c' || (char === '\x07' && machine.state === 'osc')) finish(machine);
  else return abandoned(machine, at + more.length);
  return at + more.length + 1;
}

function begin(machine: Machine, state: State, held: string): void {
  machine.state = state;
  machine.held = held;
}

function finish(machine: Machine): void {
  machine.state = 'text';
  machine.held = '';
}

/** It was no sequence: what was held is text. It holds no control, so this goes no deeper. */
function abandon(machine: Machine): void {
  const { held } = machine;
  finish(machine);
  run(machine, held);
}

function abandoned(machine: Machine, at: number): number {
  abandon(machine);
  return at;
}

function isNeeded(machine: Machine, char: string): boolean {
  if (char !== '\u200d' && char !== '\u200c' && char !== '\ufe0f' && char !== '\ufe0e') return false;
  return (char < '\ufe00' ? JOINING : STYLED).test(machine.before);
}

/** `before` is taken from the piece: what was put together is not taken apart again for every joiner. */
function emit(machine: Machine, piece: string): void {
  if (piece === '') return;
  machine.out += piece;
  machine.before = piece.slice(-2);
}

function flush(machine: Machine): string {
  const { out } = machine;
  machine.out = '';
  return out;
}

/** Control pictures for controls, the number for the rest, U+FFFD for half a character. */
function signOf(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
