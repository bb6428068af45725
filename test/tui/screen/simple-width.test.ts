import { expect, it } from 'vitest';
import { simpleWidth } from '../../../tools/simple-width.ts';

const INK = new URL('../../../node_modules/ink/', import.meta.url);

it('text of simple characters has the columns that string-width gives it, in each release that is bundled', async () => {
  const folders = ['string-width', 'ink/node_modules/string-width', 'wrap-ansi/node_modules/string-width'];
  const widths = await Promise.all(
    folders.map(async (folder) => ((await import(new URL(`../${folder}/index.js`, INK).href)) as { default: (text: string) => number }).default),
  );
  const wrong: string[] = [];
  for (let code = 0; code < 0x3000; code++) {
    const char = String.fromCharCode(code);
    if (simpleWidth(char) < 0) continue;
    for (const text of [char, `a${char}b`, `\x1b[1;31m${char}${char}\x1b[0m`, `│${char}`])
      if (widths.some((width) => width(text) !== simpleWidth(text))) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
  expect(['a\u0301', '\x1b[2J', '\x1b]8;;x\x07', 'a\tb', '漢', '#\ufe0f\u20e3', 'x\u200d'].map(simpleWidth)).toEqual([-1, -1, -1, -1, -1, -1, -1]);
});
