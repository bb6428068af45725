import { expect, test } from 'vitest';
import { inputModes } from '../../../src/tui/input/modes.ts';

const PASTE = '\x1b[?7l\x1b[?2004h';
const MOUSE = '\x1b[?1000h\x1b[?1006h';
const KITTY = '\x1b[>1u';

test.each([
  [{ term: 'xterm-256color', program: undefined, mouse: true }, PASTE + MOUSE],
  [{ term: 'xterm-256color', program: undefined, mouse: false }, PASTE],
  [{ term: 'xterm-kitty', program: undefined, mouse: true }, PASTE + MOUSE + KITTY],
  [{ term: 'xterm-256color', program: 'ghostty', mouse: false }, PASTE + KITTY],
  [{ term: 'tmux-256color', program: 'ghostty', mouse: false }, PASTE],
  [{ term: 'xterm-kitty', program: 'tmux', mouse: false }, PASTE],
  [{ term: undefined, program: undefined, mouse: false }, PASTE],
  [{ term: 'dumb', program: 'iTerm.app', mouse: true }, ''],
])('%j is told to send %j', (terminal, enter) => {
  expect(inputModes(terminal).enter).toBe(enter);
});

/** Keys of kitty, and lines that wrap. */
const OPPOSITE: Readonly<Record<string, string>> = { '[>1u': '[<u', '[?7l': '[?7h' };

test('each mode that is switched on is switched off, the last one first', () => {
  const { enter, leave } = inputModes({ term: 'xterm-kitty', program: undefined, mouse: true });
  const on = enter.split('\x1b').slice(1);
  const off = leave.split('\x1b').slice(1);
  expect(off).toEqual(on.reverse().map((mode) => OPPOSITE[mode] ?? mode.replace(/h$/u, 'l')));
});
