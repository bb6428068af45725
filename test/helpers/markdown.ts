import type { Random } from './random.ts';

const WORDS = [
  ...['alpha', 'beta', 'a', 'the quick brown fox', 'supercalifragilisticexpialidocious', 'x_y_z', '2 * 3', 'a*b', '&amp;', '&#27;[31m', '<b>html</b>', '<br>'],
  ...[
    '**bold**',
    '*slanted*',
    '_under_',
    '~~gone~~',
    '`code`',
    '``a`b``',
    '**open',
    '`open',
    '[link](https://example.com/p?q=1)',
    '[half](http',
    '![image](i.png)',
  ],
  ...[
    '日本語の文章です。',
    '「引用」',
    '한국어',
    '👩‍💻',
    '🇩🇪',
    '👍🏽',
    'e\u0301',
    'שלום עולם',
    'مرحبا',
    '\\*',
    '\\',
    'https://example.com/long/path/that/goes/on',
    '|',
    '[',
    '](',
    '!',
  ],
];
const STARTS = ['', '', '', '# ', '### ', '- ', '* ', '1. ', '3) ', '- [x] ', '- [ ] ', '  - ', '   - ', '    ', '\t', '> ', '> - ', '>> ', '| ', '10. '];
const WHOLE = [
  ...[
    '',
    '',
    '',
    '---',
    '===',
    '***',
    '```',
    '```ts',
    '```python',
    '~~~',
    '```diff',
    '````',
    '| a | b |',
    '|---|:-:|',
    '| 1 | **2** |',
    '|-',
    '- ',
    '1.',
    '+',
    '<div>',
    '</div>',
  ],
  ...['[ref]: https://example.com', 'const x = `a // c', '/* a', 'b */', '"""doc', 'def f(a):', '+added', '-removed', '@@ -1 +1 @@', '  ```', '   ```js'],
];

/** Markdown as nobody would write it, of everything that may stand in it. */
export function wildMarkdown(from: Random, lines: number): string {
  return Array.from({ length: lines }, () => {
    if (from.int(3) === 0) return from.pick(WHOLE);
    return from.pick(STARTS) + Array.from({ length: 1 + from.int(8) }, () => from.pick(WORDS)).join(from.int(6) === 0 ? '' : ' ');
  }).join('\n');
}

/** A text in pieces, cut anywhere: also inside a character. */
export function pieces(from: Random, text: string, longest: number): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < text.length; ) {
    const to = at + 1 + from.int(longest);
    out.push(text.slice(at, to));
    at = to;
  }
  return out;
}
