import { describe, expect, test } from 'vitest';
import { wrap } from '../../../src/cli/render/wrap.ts';

describe('a line that is too long', () => {
  test.each([
    ['one two three', 20, 'one two three'],
    ['one two three', 8, 'one two\n  three'],
    ['  one two three', 9, '  one two\n    three'],
    ['see /a/very/long/path/to/copy now', 12, 'see\n  /a/very/long/path/to/copy\n  now'],
    ['a\nb c d e', 5, 'a\nb c d\n  e'],
    ['\u001b[31mone two three\u001b[39m', 8, '\u001b[31mone two\n  three\u001b[39m'],
    ['1. 计数以什么格式？', 10, '1. 计数以\n  什么格\n  式？'],
    ['日本 語 日本', 6, '日本\n  語\n  日本'],
  ])('%j at %i is %j', (text, width, expected) => {
    expect(wrap(text, width)).toBe(expected);
  });
});
