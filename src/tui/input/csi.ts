import type { InputEvent, Key } from './event.ts';
import { codeEvent, keyEvent, plainKey, type Taken, withModifiers } from './named-key.ts';

/** Final letters of CSI and SS3. */
export const LETTERS: Readonly<Record<string, string>> = {
  ...{ A: 'up', B: 'down', C: 'right', D: 'left', F: 'end', H: 'home', P: 'f1', Q: 'f2', R: 'f3', S: 'f4' },
};
/** rxvt: with ctrl behind SS3, with shift behind CSI. */
export const CTRL_ARROWS: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' };

export const named = (name: string | undefined, modifiers: number): Key | undefined => (name === undefined ? undefined : withModifiers(name, modifiers));

/** What stands behind `ESC [`; undefined while it may go on. */
export function takeCsi(text: string, from: number): Taken | undefined {
  const [, sign, digits = ''] = stuck(ODD, text, from) ?? [];
  if (sign !== undefined) return { to: from + 2, ...(/[A-E]/u.test(sign) ? eventOf(plainKey(`f${sign.charCodeAt(0) - 64}`)) : {}) };
  if (NUMBERS[Number(digits)] !== undefined) return { to: ODD.lastIndex, ...eventOf(numbered(Number(digits), RXVT_SUFFIX.$)) };
  const found = stuck(CSI, text, from);
  if (!found) return takeBroken(text, from);
  const [whole, parameters = '', between, final = ''] = found;
  const to = from + whole.length;
  // X10's mouse, from a terminal that does not know SGR's: three characters that are no text.
  if (whole === 'M') return to + 3 <= text.length ? { to: to + 3 } : undefined;
  if (whole === PASTE_BEGIN) return { to, pastes: true };
  return { to, ...(between === '' ? csiEvent(parameters, final) : {}) };
}

/** F1 to F5 on the console of Linux, and rxvt's keys with shift: both are no sequences by ECMA-48. */
const ODD = /\[([@-~])|(\d{1,2})\$/y;
const CSI = /([0-?]*)([ -/]*)([@-Z\\-~])/y;
const PASTE_BEGIN = '200~';

function stuck(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** No end yet, or a character that no sequence has: it breaks it off and counts. */
function takeBroken(text: string, from: number): Taken | undefined {
  const begun = /^(?:\[|[0-?]*[ -/]*)/u.exec(text.slice(from))?.[0].length ?? 0;
  return from + begun === text.length ? undefined : { to: from + begun };
}

/** Numbers before `~` (xterm, VT220), and before rxvt's suffixes. */
const NUMBERS: Readonly<Record<number, string>> = {
  ...{ 1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end' },
  ...{ 11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10', 23: 'f11', 24: 'f12' },
  ...{ 25: 'f13', 26: 'f14', 28: 'f15', 29: 'f16', 31: 'f17', 32: 'f18', 33: 'f19', 34: 'f20' },
};
const RXVT_SUFFIX = { $: 2, '^': 5, '@': 6 } as const;

const eventOf = (key: Key | undefined): { readonly event?: InputEvent } => (key ? { event: keyEvent(key) } : {});
const numbered = (number: number, modifiers: number): Key | undefined => named(NUMBERS[number], modifiers);

function csiEvent(parameters: string, final: string): { readonly event?: InputEvent } {
  if (parameters.startsWith('<')) return mouseEvent(parameters.slice(1), final);
  // `?`, `>` and `=` begin replies.
  if (/[<-?]/u.test(parameters)) return {};
  const numbers = parameters.split(';').map((one) => one.split(':').map((part) => (part === '' ? undefined : Number(part))));
  // The third kind of event is that a key was let go.
  return numbers[1]?.[1] === RELEASED ? {} : finalEvent(numbers, final);
}

const RELEASED = 3;
type Numbers = readonly (readonly (number | undefined)[])[];

function finalEvent([first = [], second = [], third = []]: Numbers, final: string): { readonly event?: InputEvent } {
  const number = first[0] ?? 0;
  const modifiers = second[0] ?? 1;
  switch (final) {
    case 'u':
      return coded(first[0], modifiers, first[1]);
    case '~':
      return number === MODIFY_OTHER_KEYS ? coded(third[0], modifiers, undefined) : eventOf(numbered(number, modifiers));
    case '^':
    case '@':
      return eventOf(numbered(number, RXVT_SUFFIX[final]));
    case 'Z':
      return eventOf(plainKey('tab', { shift: true }));
    case 'R':
      return isCursorReport(first[0], second[0]) ? {} : eventOf(named('f3', modifiers));
    default:
      return final in CTRL_ARROWS ? eventOf(named(CTRL_ARROWS[final], 2)) : eventOf(named(LETTERS[final], modifiers));
  }
}

const MODIFY_OTHER_KEYS = 27;

/** F3 with modifiers looks like a report of the cursor in the first row, which nobody asks for. */
const isCursorReport = (row: number | undefined, column: number | undefined): boolean =>
  row !== undefined && (row !== 1 || column === undefined || column < 2 || column > 16);

function coded(code: number | undefined, modifiers: number, shifted: number | undefined): { readonly event?: InputEvent } {
  const event = code === undefined ? undefined : codeEvent(code, modifiers, shifted);
  return event ? { event } : {};
}

/** Bits of SGR's button: the wheel, and what moved without a click. */
const WHEEL = 64;
const MOVED = 32;
const OTHER_BUTTONS = 128;

function mouseEvent(parameters: string, final: string): { readonly event?: InputEvent } {
  if (final !== 'M' || !/^\d{1,5};\d{1,5};\d{1,5}$/u.test(parameters)) return {};
  const [button = 0, column = 1, row = 1] = parameters.split(';').map(Number);
  if ((button & (MOVED | OTHER_BUTTONS)) !== 0) return {};
  const place = { x: Math.max(0, column - 1), y: Math.max(0, row - 1) };
  const which = button & 3;
  if ((button & WHEEL) === 0) return which === 0 ? { event: { is: 'click', ...place } } : {};
  return which > 1 ? {} : { event: { is: 'wheel', by: which === 0 ? -1 : 1, ...place } };
}
