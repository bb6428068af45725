import type { InputEvent, Key } from './event.ts';

/**
 * An event as a plain terminal would have sent it, whatever protocol it came in: what a one-line form reads. Nothing
 * for the mouse, and for what no plain terminal can send.
 */
export function encode(event: InputEvent): string {
  switch (event.is) {
    case 'text':
      return event.text;
    case 'paste':
      return `\x1b[200~${event.text.replaceAll('\x1b', '')}\x1b[201~`;
    case 'key':
      return encodeKey(event.key);
    default:
      return '';
  }
}

function encodeKey(key: Key): string {
  const bits = 1 + (key.shift ? 1 : 0) + (key.alt ? 2 : 0) + (key.ctrl ? 4 : 0);
  const letter = LETTERS[key.name];
  if (letter !== undefined) return bits === 1 ? `\x1b[${letter}` : `\x1b[1;${bits}${letter}`;
  const number = NUMBERS[key.name];
  if (number !== undefined) return bits === 1 ? `\x1b[${number}~` : `\x1b[${number};${bits}~`;
  if (key.name === 'tab' && key.shift) return '\x1b[Z';
  return (key.alt ? '\x1b' : '') + single(key);
}

/** One character: a control character where ctrl is held. */
function single(key: Key): string {
  const named = NAMED[key.name];
  if (named !== undefined) return key.ctrl && key.name === 'space' ? '\0' : named;
  if (key.name.length > 2) return '';
  const char = key.shift ? key.name.toUpperCase() : key.name;
  return key.ctrl ? String.fromCharCode(char.toUpperCase().charCodeAt(0) & 31) : char;
}

const NAMED: Readonly<Record<string, string>> = { enter: '\r', tab: '\t', backspace: '\x7f', escape: '\x1b', space: ' ' };

const LETTERS: Readonly<Record<string, string>> = {
  ...{ up: 'A', down: 'B', right: 'C', left: 'D', end: 'F', home: 'H', f1: 'P', f2: 'Q', f3: 'R', f4: 'S' },
};

const NUMBERS: Readonly<Record<string, number>> = {
  ...{ insert: 2, delete: 3, pageup: 5, pagedown: 6, f5: 15, f6: 17, f7: 18, f8: 19, f9: 20, f10: 21, f11: 23, f12: 24 },
  ...{ f13: 25, f14: 26, f15: 28, f16: 29, f17: 31, f18: 32, f19: 33, f20: 34 },
};
