import { expect, test } from 'vitest';
import { flow } from '../../../src/tui/overlays/flow.ts';
import { plainText, span } from '../../../src/tui/text/line.ts';

const rows = (...of: Parameters<typeof flow>): string =>
  flow(...of)
    .map(plainText)
    .join('\n');

test.each<[string, Parameters<typeof flow>, string]>([
  ['between words', ['one two three', 8], 'one two\nthree'],
  ['within a word that is too long', ['abcdefgh', 3], 'abc\ndef\ngh'],
  ['wide characters by their columns', ['日本語です', 4], '日本\n語で\nす'],
  ['behind its lead', ['one two', 6, { lead: span('- ') }], '- one\n  two'],
  ['behind a bar in every row, empty ones too', ['a\n\nb', 9, { bar: span('| ') }], '| a\n| \n| b'],
  ['as far in as the line began', ['  one two\nthree', 7], '  one\n  two\nthree'],
  ['with tabs as spaces', ['\tx', 9], '    x'],
  ['further in', ['one two', 6, { indent: 2 }], '  one\n  two'],
])('text is broken %s', (_, given, expected) => {
  expect(rows(...given)).toBe(expected);
});
