import { describe, expect, test } from 'vitest';
import { fold } from '../../../src/tui/text/fold.ts';
import { isClean, plainText, span } from '../../../src/tui/text/line.ts';

const numbers = (count: number): string => Array.from({ length: count }, (_, nth) => `line ${nth + 1}\n`).join('');
const rows = (text: string, most: number, columns = 40): readonly string[] => fold(text, most, columns).map(plainText);

describe('a long text is folded', () => {
  test.each<[string, string, number, string[]]>([
    ['not when it fits', numbers(5), 5, ['line 1', 'line 2', 'line 3', 'line 4', 'line 5']],
    ['its end a little longer than its beginning', numbers(4815), 4, ['line 1', '… 4,812 lines more (p: pager)', 'line 4814', 'line 4815']],
    ['to its end', numbers(3), 2, ['… 2 lines more (p: pager)', 'line 3']],
    ['to one row', numbers(3), 1, ['… 3 lines more (p: pager)']],
    ['to nothing', numbers(3), 0, []],
    ['by one line', 'a\nb\nc', 2, ['… 2 lines more (p: pager)', 'c']],
    ['with the lines that are empty', 'a\n\n\nb\n', 3, ['a', '… 2 lines more (p: pager)', 'b']],
    ['where it is empty', '', 3, ['']],
    ['inside of one line', 'x'.repeat(200), 3, ['x'.repeat(40), '… part of a long line (p: pager)', 'x'.repeat(40)]],
  ])('%s', (_, text, most, expected) => {
    expect(rows(text, most)).toEqual(expected);
  });

  test('in a tone, with the way to see it all', () => {
    expect(fold('a\nb\nc\n', 2, 40, 'text', 'o: unfold')).toEqual([[span('… 2 lines more (o: unfold)', 'dim')], [span('c')]]);
  });

  test.each<[string, string]>([
    ['lines', 'some line of a long output\n'.repeat(400_000)],
    ['one line', 'x'.repeat(10_000_000)],
    ['one line of wide characters', '日'.repeat(4_000_000)],
    ['one character', `e${'\u0301'.repeat(5_000_000)}`],
    ['spaces', ' '.repeat(10_000_000)],
    ['tabs', '\t'.repeat(10_000_000)],
    ['newlines', '\n'.repeat(5_000_000)],
  ])('of 10 MB of %s, without looking at more than it shows', (_, text) => {
    const found = fold(text, 9, 80);
    expect(found.length).toBeLessThanOrEqual(9);
    for (const row of found) expect(isClean(row, 80) && plainText(row).length < 2000).toBe(true);
  });
});
