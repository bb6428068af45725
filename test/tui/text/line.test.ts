import { describe, expect, test } from 'vitest';
import { columnsOf, fitLine, isClean, line, padLine, plainText, span, split, widthOf } from '../../../src/tui/text/line.ts';

describe('columns', () => {
  test.each<[string, number]>([
    ['', 0],
    ['abc', 3],
    ['日本語', 6],
    ['한국어', 6],
    ['ｱｲｳ', 3],
    ['Ａ', 2],
    ['👩‍💻', 2],
    ['👨‍👩‍👧‍👦', 2],
    ['👍🏽', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['❤', 1],
    ['1️⃣', 2],
    ['e\u0301', 1],
    ['שָׁלוֹם', 4],
    ['مرحبا', 5],
    ['│ ├─ • … — →', 12],
    ['✓ ✗ !', 5],
  ])('of %j are %i', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
    expect(widthOf(line(text, span(text, 'good')))).toBe(2 * columns);
  });
});

describe('a text is split between whole characters', () => {
  test.each<[string, number, string, string]>([
    ['abc', 2, 'ab', 'c'],
    ['abc', 9, 'abc', ''],
    ['abc', 0, '', 'abc'],
    ['abc', -1, '', 'abc'],
    ['日本', 3, '日', '本'],
    ['a👩‍💻b', 2, 'a', '👩‍💻b'],
    ['a👩‍💻b', 3, 'a👩‍💻', 'b'],
    ['🇩🇪🇫🇷', 3, '🇩🇪', '🇫🇷'],
    ['abe\u0301c', 3, 'abe\u0301', 'c'],
    ['abe\u0301', 3, 'abe\u0301', ''],
  ])('%j at %i', (text, columns, head, rest) => {
    expect(split(text, columns)).toEqual([head, rest]);
  });
});

describe('a row is made to fit', () => {
  test.each<[string, number, string, string]>([
    ['abc', 3, 'abc', 'abc'],
    ['abcd', 3, 'ab…', 'ab…'],
    ['ab', 4, 'ab', 'ab  '],
    ['日本語', 5, '日本…', '日本…'],
    ['日本語', 4, '日…', '日… '],
    ['abc', 0, '', ''],
    ['abc', 1, '…', '…'],
  ])('%j in %i columns', (text, columns, fitted, padded) => {
    expect(plainText(fitLine(line(text), columns))).toBe(fitted);
    expect(plainText(padLine(line(text), columns))).toBe(padded);
  });

  test('keeps the tones of its parts', () => {
    expect(fitLine(line(span('ab', 'good'), span('cd', 'bad')), 3)).toEqual([span('ab', 'good'), span('…', 'bad')]);
    expect(padLine(line(span('a', 'good')), 3, 'select')).toEqual([span('a', 'good'), span('  ', 'select')]);
  });

  test.each(['x', '日', '\u0301', '👩‍💻', ' '])('of megabytes of %j looks at no more than it shows', (char) => {
    const row = padLine(line(char.repeat(2_000_000)), 20);
    expect(plainText(row).length).toBeLessThan(400);
    expect(widthOf(row)).toBe(20);
  });
});

test.each<[string, string, number, boolean]>([
  ['plain text', 'abc', 3, true],
  ['emoji', '👩‍💻', 2, true],
  ['too wide', 'abcd', 3, false],
  ['a control', 'a\u001bb', 9, false],
  ['a tab', 'a\tb', 9, false],
  ['a newline', 'a\nb', 9, false],
  ['a direction mark', 'a\u202eb', 9, false],
  ['nothing to see', 'a\u200bb', 9, false],
])('a row of %s is clean or not', (_, text, columns, is) => {
  expect(isClean(line(text), columns)).toBe(is);
});

test('a row whose characters are cut in two by its parts is not clean', () => {
  expect(isClean(line('👩‍', '💻'))).toBe(false);
});
