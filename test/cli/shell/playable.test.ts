import { expect, test } from 'vitest';
import { playable } from '../../../src/cli/shell/playable.ts';

test.each([
  ['text, colours, moves and erasures paint', '\u001b[1;38;2;1;2;3mé漢\u001b[0m\u001b[2K\u001b[3;4H\u001b[1A\r\n\t', undefined],
  ['modes are not set', 'a\u001b[?1000h\u001b[?1049h\u001b[?2004h\u001b[>1u\u001b[?25lb', 'ab'],
  ['no clipboard and no title is set', 'a\u001b]52;c;eA==\u0007b\u001b]0;title\u001b\\c\u009d52;c;eA==\u009cd', 'abcd'],
  ['the terminal is asked nothing', 'a\u001b[c\u001b[6n\u001b[?u\u001bP+q\u001b\\\u001bZb', 'ab'],
  ['what has no end is left out', 'a\u001b]52;c;eA', 'a'],
  ['a sequence that is cut off is left out', 'a\u001b[38;2', 'a'],
  ['other controls are left out', 'a\u0000\u0007\u000e\u009b31mb\u001bc', 'ab'],
])('of a recording %s', (_, text, wanted) => {
  expect(playable(text)).toBe(wanted ?? text);
});
