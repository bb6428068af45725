import { expect, test } from 'vitest';
import { highlight, isHighlighting, loadHighlighter } from '../../../src/tui/markdown/highlight.ts';
import { createMarkdown, markdownRows } from '../../../src/tui/markdown/markdown.ts';
import { plainText, span } from '../../../src/tui/text/line.ts';

const CODE = '```ts\nconst a = "x"; // b\n```';

test('code is plain until the grammars are there, which are loaded with the first of it', async () => {
  expect(isHighlighting()).toBe(false);
  expect(markdownRows(CODE, { width: 40, streams: false }).done).toEqual([[span('  '), span('const a = "x"; // b', 'code')]]);
  await loadHighlighter();
  expect(isHighlighting()).toBe(true);
  expect(markdownRows(CODE, { width: 40, streams: false }).done).toEqual([
    [span('  '), span('const', 'keyword'), span(' a = '), span('"x"', 'string'), span('; '), span('// b', 'comment')],
  ]);
});

test.each<[string, string, string[]]>([
  ['python', 'def f(a):\n    return 1', ['keyword:def', 'function:f', 'keyword:return', 'number:1']],
  ['sh', 'echo "$A" # b', ['type:echo', 'string:"', 'variable:$A', 'string:"', 'comment:# b']],
  ['json5', '{"a": true}', ['variable:"a"', 'keyword:true']],
  ['html', '<a href="b">c</a>', ['keyword:<', 'keyword:a', 'variable:href', 'string:"b"', 'keyword:>', 'keyword:</', 'keyword:a', 'keyword:>']],
  ['rs', 'struct A;', ['keyword:struct', 'type:A']],
])('%s has its words', (lang, code, expected) => {
  const spans = highlight(code.split('\n'), lang)?.lines.flat() ?? [];
  expect(spans.map((one) => `${one.tone}:${one.text}`)).toEqual(expect.arrayContaining(expected));
  expect(spans.map((one) => one.text).join('')).toBe(code.replaceAll('\n', ''));
});

test.each(['', 'none', 'constructor', '__proto__', 'ts\u001b'])('%j is no language, and its code is plain', (lang) => {
  expect(highlight(['a'], lang)).toBeUndefined();
});

test('a diff in a fence has its signs coloured', () => {
  expect(markdownRows('```diff\n@@ -1 +1 @@\n-a\n+b\n c\n```', { width: 40, streams: false }).done).toEqual([
    [span('  '), span('@@ -1 +1 @@', 'hunk')],
    [span('  '), span('-a', 'removed')],
    [span('  '), span('+b', 'added')],
    [span('  '), span(' c')],
  ]);
});

test('long code is done piece by piece, and a comment or string that goes over lines stays whole', () => {
  const code = Array.from({ length: 200 }, (_, nth) => (nth % 40 === 10 ? '/* begins' : nth % 40 === 30 ? 'ends */' : `const x${nth} = 1;`));
  const markdown = createMarkdown(60);
  let open = 0;
  for (let count = 1; count <= code.length; count++) {
    const now = markdown.update(`\`\`\`ts\n${code.slice(0, count).join('\n')}\n`, true);
    open = Math.max(open, now.open.length);
    expect(now.done.length + now.open.length).toBe(count);
  }
  const rows = markdown.update(`\`\`\`ts\n${code.join('\n')}\n\`\`\``, false).done;
  expect(open).toBeLessThan(60);
  for (const [nth, row] of rows.entries()) {
    const isComment = nth % 40 >= 10 && nth % 40 <= 30;
    expect(
      row.some((one) => one.tone === 'comment'),
      plainText(row),
    ).toBe(isComment);
  }
});
