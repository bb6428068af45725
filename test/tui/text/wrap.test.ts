import { describe, expect, test } from 'vitest';
import { type Line, plainText, span } from '../../../src/tui/text/line.ts';
import { wrapLine, wrapText } from '../../../src/tui/text/wrap.ts';

const rows = (text: string, columns: number, indent: Line | number = 0, most?: number): readonly string[] =>
  wrapLine([span(text)], columns, indent, most).map(plainText);

describe('a line is wrapped', () => {
  test.each<[string, number, string[]]>([
    ['', 10, ['']],
    ['one two three', 20, ['one two three']],
    ['one two three', 8, ['one two', 'three']],
    ['one two three', 7, ['one two', 'three']],
    ['one    two three', 8, ['one', 'two', 'three']],
    ['  one two three', 8, ['  one', 'two', 'three']],
    ['                one', 8, ['    one']],
    ['a abcdefghijkl b', 5, ['a', 'abcde', 'fghij', 'kl b']],
    ['abcdefghij', 5, ['abcde', 'fghij']],
    ['日本語の文章です', 6, ['日本語', 'の文章', 'です']],
    ['日本語、文章', 6, ['日本', '語、文', '章']],
    ['「日本」語', 4, ['「日', '本」', '語']],
    ['ab日本cd', 4, ['ab日', '本cd']],
    ['日本', 1, ['…', '…']],
    ['👩‍💻👩‍💻👩‍💻', 4, ['👩‍💻👩‍💻', '👩‍💻']],
    ['🇩🇪🇫🇷🇯🇵', 5, ['🇩🇪🇫🇷', '🇯🇵']],
    ['👍🏽 ok 👍🏽', 5, ['👍🏽 ok', '👍🏽']],
    ['e\u0301e\u0301e\u0301e\u0301', 3, ['e\u0301e\u0301e\u0301', 'e\u0301']],
    ['שלום עולם טוב', 9, ['שלום עולם', 'טוב']],
    ['مرحبا بالعالم', 8, ['مرحبا', 'بالعالم']],
  ])('%j in %i columns', (text, columns, expected) => {
    expect(rows(text, columns)).toEqual(expected);
  });

  test('with an indent before every row but the first', () => {
    expect(rows('one two three', 7, 2)).toEqual(['one two', '  three']);
    expect(rows('one two three', 7, [span('│ ', 'quote')])).toEqual(['one two', '│ three']);
    expect(rows('one two', 4, 40)).toEqual(['one', '  tw', '  o']);
  });

  test('with the tone of each part', () => {
    expect(wrapLine([span('one '), span('two', 'strong'), span(' three')], 8)).toEqual([[span('one '), span('two', 'strong')], [span('three')]]);
  });

  test('with whole characters also where two parts meet', () => {
    expect(wrapLine([span('👩‍'), span('💻x', 'strong')], 10)).toEqual([[span('👩‍💻'), span('x', 'strong')]]);
    expect(wrapLine([span('e'), span('\u0301', 'strong'), span('f')], 10)).toEqual([[span('e\u0301'), span('f')]]);
  });

  test('no further than it is asked to', () => {
    expect(rows('one two three four', 5, 0, 2)).toEqual(['one', 'two']);
    expect(rows('日'.repeat(5_000_000), 10, 0, 2)).toEqual(['日日日日日', '日日日日日']);
    expect(rows('x'.repeat(10_000_000), 5, 0, 1)).toEqual(['xxxxx']);
    expect(rows(`a${' '.repeat(10_000_000)}b`, 5, 0, 3)).toEqual(['a', 'b']);
    expect(rows(`a${'\u0301'.repeat(1_000_000)}b`, 5)[0]?.length).toBeLessThan(100);
  });
});

describe('a text is wrapped', () => {
  test.each<[string, number, string[]]>([
    ['a\n\nb\n', 10, ['a', '', 'b', '']],
    ['\tone\ttwo', 20, ['    one two']],
    ['日\tone', 20, ['日  one']],
  ])('%j in %i columns', (text, columns, expected) => {
    expect(wrapText(text, columns).map(plainText)).toEqual(expected);
  });

  test('no further than it is asked to', () => {
    expect(wrapText('one\n'.repeat(3_000_000), 10, 'dim', 2)).toEqual([[span('one', 'dim')], [span('one', 'dim')]]);
    expect(wrapText('\t'.repeat(10_000_000), 10, 'dim', 2).length).toBeLessThanOrEqual(2);
  });
});
