import type { InputEvent, Key } from './event.ts';

/** What stands at a place of the input, and where it ends. No event: a reply or something unknown, which nobody is to see. */
export interface Taken {
  readonly to: number;
  readonly event?: InputEvent;
  /** A paste begins behind it. */
  readonly pastes?: true;
}

/** Bits of the number that xterm and kitty send one higher. Caps lock and num lock (64, 128) say nothing here. */
const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super and hyper: keys of the desktop, not ours. */
const FOREIGN = 8 | 16;
const META = 32;

export const keyEvent = (key: Key): InputEvent => ({ is: 'key', key });
export const plainKey = (name: string, change: Partial<Key> = {}): Key => ({ name, ctrl: false, alt: false, shift: false, ...change });

/** A named key with xterm's modifier parameter (absent: none); undefined when it belongs to the desktop. */
export function withModifiers(name: string, modifiers = 1): Key | undefined {
  const bits = Math.max(0, modifiers - 1);
  if ((bits & FOREIGN) !== 0) return undefined;
  return { name, ctrl: (bits & CTRL) !== 0, alt: (bits & (ALT | META)) !== 0, shift: (bits & SHIFT) !== 0 };
}

/** What a C0 control character or DEL stands for. */
export function controlKey(code: number): Key {
  const named = CONTROLS[code];
  if (named !== undefined) return plainKey(named);
  if (code === 0) return plainKey('space', { ctrl: true });
  // 1 to 26 are the letters, 28 to 31 what stands behind `Z` and `[` in ASCII.
  return plainKey(code < 27 ? String.fromCharCode(code + 96) : String.fromCharCode(code + 64), { ctrl: true });
}

const CONTROLS: Readonly<Record<number, string>> = { 9: 'tab', 13: 'enter', 27: 'escape', 127: 'backspace' };

/** A character with alt, as ESC before it: an upper-case letter is one with shift. */
export function altKey(char: string): Key {
  if (char === ' ') return plainKey('space', { alt: true });
  const lower = char.toLowerCase();
  return plainKey(lower, { alt: true, shift: lower !== char && lower.length === char.length });
}

/** A key by its code point, as kitty's `u` and xterm's modifyOtherKeys report it; undefined when nothing could be bound to it. */
export function codeEvent(code: number, modifiers: number, shifted: number | undefined): InputEvent | undefined {
  const control = CONTROLS[code];
  const name = control ?? nameOfCode(code);
  const key = name === undefined ? undefined : withModifiers(name, modifiers);
  if (!key) return undefined;
  if (control !== undefined || key.name.length > 2) return { is: 'key', key };
  if (!key.ctrl && !key.alt) return { is: 'text', text: key.shift ? upper(key.name, shifted) : key.name };
  return { is: 'key', key: asOlder(key) };
}

const upper = (char: string, shifted: number | undefined): string => (shifted === undefined ? char.toUpperCase() : (nameOfCode(shifted) ?? char));

function nameOfCode(code: number): string | undefined {
  if (code >= 57_399 && code <= 57_426) return KEYPAD[code - 57_399];
  if (code >= 57_376 && code <= 57_398) return `f${code - 57_363}`;
  // Other codes of kitty's private range are modifiers, locks and media keys.
  if (code < 32 || (code >= 57_344 && code <= 63_743) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return String.fromCodePoint(code);
}

const KEYPAD = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+', 'enter', '=', ',', 'left', 'right', 'up', 'down'].concat([
  ...['pageup', 'pagedown', 'home', 'end', 'insert', 'delete'],
]);

/** What other terminals cannot tell apart is not told apart: ctrl-i is tab, ctrl-m enter, ctrl-[ escape, ctrl-/ and ctrl-- undo. */
function asOlder(key: Key): Key {
  if (key.name === ' ') return { ...key, name: 'space' };
  const lower = key.name.toLowerCase();
  const older = key.ctrl ? OLDER[lower] : undefined;
  if (older === undefined) return { ...key, name: lower, shift: key.shift || lower !== key.name };
  return older === '_' ? { ...key, name: older, shift: false } : { ...key, name: older, ctrl: false };
}

const OLDER: Readonly<Record<string, string>> = { i: 'tab', m: 'enter', '[': 'escape', '/': '_', '-': '_', _: '_' };
