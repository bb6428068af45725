import { describe, expect, test } from 'vitest';
import { createMarkdown } from '../../../src/tui/markdown/markdown.ts';
import { type Line, plainText } from '../../../src/tui/text/line.ts';

const said = (rows: readonly Line[]): string => rows.map(plainText).join('\n').trimEnd();

describe('what is half written looks as it will when it is whole', () => {
  test.each([
    'Some **bold words** and *slanted ones*, `code with * in it`, ~~no more~~.',
    '***both*** and __strong__ and _slanted_ snake_case_name src/*.ts 2 * 3',
    'A [link to **it**](https://example.com/a?b=c) and ![an image](x.png) here.',
    'Arrays [1, 2] and [3] stay (so do these) and <https://example.com> and &amp; too.',
    '# A heading with `code`\n\nText.\n\n## Another\n',
    '- one\n- two **bold**\n  - three\n- [x] done\n- [ ] open\n\n1. first\n2. second\n',
    '> quoted *words*\n> and more\n\nAfter.',
    '```ts\nconst a = `x`;\n```\n\nAfter.',
    'One\n---and so on\n\n***\n\nEnd',
    'Escaped \\*stars\\* and **bold [link](http://a.b) in it** end',
    '日本語の**文章**です。`コード`も',
    '1. one\n\n   with more\n\n2. two',
    'text with "**quoted bold**" and (*so*) done',
  ])('%j', (text) => {
    const whole = said(createMarkdown(60).update(text, false).done);
    const markdown = createMarkdown(60);
    for (let end = 1; end <= text.length; end++) {
      const { done, open } = markdown.update(text.slice(0, end), true);
      // What is struck through ends in its sign as soon as it begins.
      const now = said([...done, ...open]).replace(/~~$/u, '');
      // A mark that stands alone, or the first letters of a word, are not there yet.
      expect(whole.startsWith(now) || now === '', JSON.stringify([text.slice(0, end), now])).toBe(true);
    }
  });

  test.each<[string, string]>([
    ['| a | b', 'a │ b\n──┼──'],
    ['| a | b |\n', 'a │ b\n──┼──'],
    ['| a | b |\n|--', 'a │ b\n──┼──'],
    ['| a | b |\n|---|---|\n| **1', 'a │ b\n──┼──\n1 │'],
    ['text\n\n| a', 'text\n\na'],
  ])('a table: %j', (text, expected) => {
    const { done, open } = createMarkdown(60).update(text, true);
    expect(
      said([...done, ...open])
        .split('\n')
        .map((one) => one.trimEnd()),
    ).toEqual(expected.split('\n').concat(text.endsWith('| a') ? ['─'] : []));
  });
});
