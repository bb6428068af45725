import { describe, expect, test } from 'vitest';
import { unified } from '../../../src/tools/unified.ts';
import { hunksOf, statOf } from '../../../src/tui/diff/hunks.ts';
import { diffRows, hunkRows, statLine } from '../../../src/tui/diff/rows.ts';
import { isClean, plainText, span } from '../../../src/tui/text/line.ts';

const numbers = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, nth) => `line ${from + nth}\n`).join('');
const BEFORE = `${numbers(1, 20)}const a = one(x);\nb\n${numbers(23, 60)}last`;
const AFTER = BEFORE.replace('one(x)', 'two(x)').replace('\nb\n', '\n').replace('line 50\n', 'line 50\nmore\nand more\n').replace('last', 'last one\n');
const DIFF = unified('src/a.ts', BEFORE, AFTER);
const rows = (diff: string, width = 40, most?: number): readonly string[] => diffRows(diff, most === undefined ? { width } : { width, most }).map(plainText);

const CHANGED = [
  '⋯ 17 lines',
  '18   line 18',
  '19   line 19',
  '20   line 20',
  '21 - const a = one(x);',
  '22 - b',
  '21 + const a = two(x);',
  '22   line 23',
  '23   line 24',
  '24   line 25',
];

describe('a diff', () => {
  test('has line numbers, signs, and how much lies between', () => {
    expect(rows(DIFF)).toEqual([
      ...CHANGED,
      ...['⋯ 22 lines', '47   line 48', '48   line 49', '49   line 50', '50 + more', '51 + and more', '52   line 51', '53   line 52', '54   line 53'],
      ...['⋯ 4 lines', '59   line 58', '60   line 59', '61   line 60', '61 - last', '   \\ no newline at the end', '62 + last one'],
    ]);
  });

  test('is shown hunk by hunk', () => {
    const hunks = hunksOf(DIFF);
    expect(hunks.map((one) => [one.path, one.before, one.after, one.lines.length])).toEqual([
      ['src/a.ts', 18, 18, 9],
      ['src/a.ts', 48, 47, 8],
      ['src/a.ts', 58, 59, 5],
    ]);
    expect(hunks.flatMap((one, nth) => (nth === 0 ? hunkRows(one, { width: 40 }).map(plainText) : []))).toEqual(CHANGED);
    expect(plainText(statLine(statOf(hunks)))).toBe('+4 -3');
  });

  test('says how much of it is left out', () => {
    expect(rows(DIFF, 40, 5)).toEqual([...CHANGED.slice(0, 4), '… 19 lines more']);
    expect(rows(DIFF, 40, 25)).toHaveLength(25);
    expect(rows(DIFF, 40, 26)).toEqual(rows(DIFF));
    expect(rows(unified('a', '', 'x\n'.repeat(100_000)), 40, 3)).toEqual(['     1 + x', '     2 + x', '… 99,998 lines more']);
  });

  test('wraps long lines behind their signs, and leaves the numbers out where it is narrow', () => {
    expect(rows(unified('a', '', 'one two three four five six\n'), 24)).toEqual(['1 + one two three four', '    five six']);
    expect(rows(unified('a', '', 'one two three four\n'), 12)).toEqual(['+ one two', '  three four']);
    expect(rows(unified('a', '', '日本語の文章\n'), 10)).toEqual(['+ 日本語の', '  文章']);
  });

  test('marks the words that changed in a line, when the rest is the same', () => {
    expect(diffRows(unified('a', 'a = one(x, y)\nfoo\n', 'a = two(x, z)\nbar\n'), { width: 40 })).toEqual([
      [
        span('1 ', 'dim'),
        span('- ', 'removed'),
        span('a = ', 'removed'),
        span('one', 'removed-word'),
        span('(x, ', 'removed'),
        span('y', 'removed-word'),
        span(')', 'removed'),
      ],
      [span('2 ', 'dim'), span('- ', 'removed'), span('foo', 'removed')],
      [
        span('1 ', 'dim'),
        span('+ ', 'added'),
        span('a = ', 'added'),
        span('two', 'added-word'),
        span('(x, ', 'added'),
        span('z', 'added-word'),
        span(')', 'added'),
      ],
      [span('2 ', 'dim'), span('+ ', 'added'), span('bar', 'added')],
    ]);
  });

  test('folds many unchanged lines', () => {
    const lines = numbers(1, 30).replaceAll(/^/gmu, ' ').trimEnd();
    expect(rows(`--- a\n+++ a\n@@ -1,30 +1,31 @@ head()\n${lines.slice(0, -1)}\n+x`)).toEqual([
      'head()',
      ...[' 1   line 1', ' 2   line 2', ' 3   line 3', '   ⋯ 24 lines', '28   line 28', '29   line 29', '30   line 3', '31 + x'],
    ]);
  });

  test('of several files names them', () => {
    expect(rows(unified('a', 'x\n', 'y\n') + unified('b', '', 'z\n'))).toEqual(['a  +1 -1', '1 - x', '1 + y', 'b  +1 -0', '1 + z']);
  });

  test('may be no more than lines with signs', () => {
    expect(rows('-a\n+b\n-c\n+d')).toEqual(['- a', '+ b', '- c', '+ d']);
    expect(rows('+-- a\n+++ b')).toEqual(['+ -- a', '+ ++ b']);
    expect(rows('')).toEqual([]);
  });

  test('of lines that look like its own marks is read right', () => {
    const before = '-- a\n++ b\n@@ -1 +1 @@\n\\ No newline\n';
    const hunks = hunksOf(unified('a', before, ''));
    expect(hunks.map((one) => one.lines.map((line) => `${line.sign}${line.text}`))).toEqual([['--- a', '-++ b', '-@@ -1 +1 @@', '-\\ No newline']]);
  });

  test('of megabytes in one line stays small', () => {
    const long = rows(unified('a', '', `${'x'.repeat(2_000_000)}\n`), 100, 200);
    expect(long.length).toBeLessThan(60);
    expect(long.join('')).toContain('1,996,000 characters more');
  });

  test.each([10, 17, 24, 80, 200])('keeps to %i columns', (width) => {
    const text = `a\tb 日本語の文章です 👩‍💻 שלום ${'long'.repeat(30)}\n`.repeat(3);
    for (const row of diffRows(unified('dir/日本.ts', text, text.replaceAll('a', 'b').replaceAll('日本', 'nihon ')), { width }))
      expect(isClean(row, width)).toBe(true);
  });
});
