import { describe, expect, test } from 'vitest';
import { createMarkdown, markdownRows } from '../../../src/tui/markdown/markdown.ts';
import { isClean, plainText, span } from '../../../src/tui/text/line.ts';

const rows = (text: string, width = 40): readonly string[] => markdownRows(text, { width, streams: false }).done.map(plainText);
const lines = (text: string, width = 40) => markdownRows(text, { width, streams: false }).done;

describe('blocks', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blank lines', '\n\n', []],
    ['a paragraph', 'one\ntwo  \nthree', ['one', 'two', 'three']],
    ['paragraphs', 'one\n\n\n\ntwo\n', ['one', '', 'two']],
    ['headings keep their signs', '# One\ntext\n### Two ###\n', ['# One', 'text', '', '### Two']],
    ['headings that are underlined', 'One\n===\nTwo\n---\n', ['# One', '## Two']],
    ['a long heading', `## ${'word '.repeat(10)}`, ['## word word word word word word word', '   word word word']],
    ['rules', 'a\n\n---\nb\n***', ['a', '', '─'.repeat(40), 'b', '─'.repeat(40)]],
    ['bullets', '- one\n* two\n+ three', ['• one', '• two', '• three']],
    ['loose bullets', '- one\n\n- two\n- three', ['• one', '', '• two', '• three']],
    ['nested lists', '- a\n  - b\n    - c\n      1. d\n- e', ['• a', '  ◦ b', '    ▪ c', '      1. d', '• e']],
    ['lists that are nested by less', '1. a\n  - b\n    - d\n2. c', ['1. a', '   ◦ b', '     ▪ d', '2. c']],
    ['numbers count on', '1. a\n1. b\n1. c', ['1. a', '2. b', '3. c']],
    ['numbers begin where they say', '7. a\n9. b', ['7. a', '8. b']],
    ['another list begins anew', '1. a\n\ntext\n\n5. b', ['1. a', '', 'text', '', '5. b']],
    ['tasks', '- [x] done\n- [ ] open\n  - [x] below', ['[x] done', '[ ] open', '    [x] below']],
    ['an item of many blocks', '- a\n\n  b\n\n  ```\n  c\n\n  d\n  ```\n- e', ['• a', '', '  b', '', '    c', '', '    d', '• e']],
    ['an item that goes on without its indent', '- a\nb\n\nc', ['• a', '  b', '', 'c']],
    ['an item without text', '-\n- a', ['• ', '• a']],
    ['a long item', `- ${'word '.repeat(10)}`, ['• word word word word word word word', '  word word word']],
    ['a quote', '> a\n> b\nc\n\nd', ['│ a', '│ b', '│ c', '', 'd']],
    ['a quote of blocks', '> # H\n>\n> - a\n>\n> > b', ['│ # H', '│ ', '│ • a', '│ ', '│ │ b']],
    ['code', '```\na  b\n\n  c\n```\nd', ['  a  b', '', '    c', 'd']],
    ['code with tabs', '~~~x\n\ta\tb\n~~~', ['      a   b']],
    ['code that is indented', 'a\n\n    b\n      c', ['a', '', '  b', '    c']],
    ['code in a longer fence', '````\n```\n````', ['  ```']],
    ['code without an end', '```\na', ['  a']],
    ['long lines of code', `\`\`\`\n${'word '.repeat(10)}\n\`\`\``, ['  word word word word word word word', '    word word word']],
    ['an empty fence', '```\n```\na', ['a']],
    ['HTML is text', '<div>\n<b>a</b> b<br>c\n</div>\n\nd <i>e</i>', ['<div>', '<b>a</b> b<br>c', '</div>', '', 'd <i>e</i>']],
    ['a definition of an address', '[a]: https://example.com', ['[a]: https://example.com']],
  ])('%s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected);
  });
});

describe('what stands in a paragraph', () => {
  test.each<[string, string, string[]]>([
    ['emphasis', '**a** *b* __c__ _d_ ***e*** `f` ~~g~~', ['a b c d e f ~~g~~']],
    ['signs that mean themselves', 'a * b, 2*3, x_y_z, \\*c\\*, **d', ['a * b, 2*3, x_y_z, *c*, **d']],
    ['a link', '[a](https://x.y "t") <https://x.y> https://x.y m@x.y', ['a (https://x.y) https://x.y https://x.y', 'm@x.y']],
    ['a link without words', '[](https://x.y)', ['https://x.y']],
    ['an image', '![a *b*](c.png)', ['image: a b (c.png)']],
    ['a line break in HTML', 'a<br>b<br/>c', ['a', 'b', 'c']],
    ['references', '&amp; &lt;b&gt; &hellip; &#8364; `&amp;` &unknown;', ['& <b> … € &amp; &unknown;']],
    ['a reference to an address', '[a][b] and [c]', ['[a][b] and [c]']],
    ['code over lines', '`a\nb`', ['a b']],
    ['wide characters', `${'日本語'.repeat(8)}`, [`${'日本語'.repeat(6)}日本`, '語日本語']],
  ])('%s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected);
  });

  test('has its tones', () => {
    expect(lines('a **b *c*** `d` [e](f) ~~g~~')).toEqual([
      [
        span('a '),
        span('b ', 'strong'),
        span('c', 'strong'),
        span(' '),
        span('d', 'code'),
        span(' '),
        span('e', 'link'),
        span(' (f)', 'dim'),
        span(' '),
        span('~~', 'struck'),
        span('g', 'struck'),
        span('~~', 'struck'),
      ],
    ]);
    expect(lines('# a **b** `c`\n> d **e**')).toEqual([
      [span('# ', 'heading'), span('a ', 'heading'), span('b', 'heading'), span(' ', 'heading'), span('c', 'code')],
      [span('│ ', 'quote'), span('d ', 'quote'), span('e', 'strong')],
    ]);
  });
});

describe('tables', () => {
  test.each<[string, string, number, string[]]>([
    ['as wide as they need', '| a | bb |\n|---|---|\n| ccc | d |', 40, ['a   │ bb', '────┼───', 'ccc │ d']],
    [
      'aligned',
      '| a | b | c |\n|:--|:-:|--:|\n| one | three | five |\n| x | y | z |',
      40,
      ['a   │   b   │    c', '────┼───────┼─────', 'one │ three │ five', 'x   │   y   │    z'],
    ],
    ['wide characters', '| 日本 | b |\n|---|---|\n| c | 👩‍💻 |', 40, ['日本 │ b', '─────┼───', 'c    │ 👩‍💻']],
    [
      'cells are wrapped',
      '| a | b |\n|---|---|\n| one two three | four five |\n| c | d |',
      16,
      ['a       │ b', '────────┼───────', 'one two │ four', 'three   │ five', '────────┼───────', 'c       │ d'],
    ],
    [
      'columns that fit nowhere',
      '| a | b | c |\n|---|---|---|\n| one | two | three |\n| x | y | z |',
      10,
      ['a: one', 'b: two', 'c: three', '──────────', 'a: x', 'b: y', 'c: z'],
    ],
    ['marks and breaks in cells', '| a |\n|---|\n| **b**<br>`c\\|d` |', 40, ['a', '───', 'b', 'c|d']],
    ['rows that are short or long', '| a | b |\n|---|---|\n| c |\n| d | e | f |', 40, ['a │ b', '──┼──', 'c │ ', 'd │ e']],
    ['behind a paragraph', 'text\n| a |\n|---|\n| b |\n\nmore', 40, ['text', 'a', '─', 'b', '', 'more']],
  ])('%s', (_, text, width, expected) => {
    expect(rows(text, width)).toEqual(expected);
  });
});

describe('text that nobody wrote', () => {
  test.each<[string, string]>([
    ['one line of 10 MB', 'word '.repeat(2_000_000)],
    ['one word of 10 MB', 'x'.repeat(10_000_000)],
    ['a line of wide characters', '日'.repeat(3_000_000)],
    ['a line of code', `\`\`\`ts\n${'x = 1;'.repeat(1_000_000)}`],
    ['a paragraph of many lines', 'word\n'.repeat(100_000)],
    ['deep quotes', `${'>'.repeat(20_000)}a`],
    ['deep lists', `${'- '.repeat(20_000)}a`],
    ['steps of lists', Array.from({ length: 300 }, (_, nth) => `${' '.repeat(2 * nth)}- a`).join('\n')],
    ['brackets', '['.repeat(15_000)],
    ['links in links', '[a]('.repeat(4000)],
    ['stars', '*a **'.repeat(4000)],
    ['emphasis in emphasis', `${'*a _b '.repeat(3000)}c${' d_ e*'.repeat(3000)}`],
    ['marks of code', Array.from({ length: 170 }, (_, nth) => '`'.repeat(nth)).join(' ')],
    ['a wide table', `|${'a|'.repeat(5000)}\n|${'-|'.repeat(5000)}\n|${'b|'.repeat(5000)}`],
    ['tags', '<a '.repeat(5000)],
    ['marks on a letter', `e${'\u0301'.repeat(1_000_000)}`],
  ])('%s is laid out', (_, text) => {
    const markdown = createMarkdown(80);
    for (const row of markdown.update(text, true).open.slice(0, 2000)) expect(isClean(row, 80)).toBe(true);
    for (const row of markdown.update(text, false).done.slice(0, 2000)) expect(isClean(row, 80)).toBe(true);
  });
});

test('a text that has ended is laid out once', () => {
  const text = '# a\n\nb';
  expect(markdownRows(text, { width: 33, streams: false })).toBe(markdownRows(text, { width: 33, streams: false }));
});
