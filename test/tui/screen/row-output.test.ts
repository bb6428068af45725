import { expect, it } from 'vitest';
import { type Output, rowOutput } from '../../../tools/row-output.ts';
import { simpleWidth } from '../../../tools/simple-width.ts';
import { random } from '../../helpers/random.ts';

const INK = new URL('../../../node_modules/ink/', import.meta.url);
const { default: CellOutput } = (await import(new URL('build/output.js', INK).href)) as { default: new (size: { width: number; height: number }) => Output };

const WORDS = ['a', 'word ', '漢字', '👩‍👩‍👧', 'e\u0301', '│', '\x1b[1m', '\x1b[31m', '\x1b[38;5;9m', '\x1b[48;2;1;2;3m', '\x1b[22;39m', '\x1b[0m', '', '   '];

it('rows that are kept between frames are those that Ink makes anew', () => {
  const next = random(7).int;
  const Rows = rowOutput((size) => new CellOutput(size));
  const line = (): string => Array.from({ length: next(8) }, () => WORDS[next(WORDS.length)]).join('') + (next(5) === 0 ? '' : '\x1b[0m');
  const panes = Array.from({ length: 3 }, (_, at) => ({ x: at * 9, y: at % 2, lines: Array.from({ length: 6 }, line) }));
  for (let frame = 0; frame < 300; frame++) {
    const changed = panes[next(panes.length)];
    if (changed) changed.lines[next(changed.lines.length)] = line();
    const size = { width: 20 + next(10), height: 5 + next(3) };
    const outputs = [new CellOutput(size), new Rows(size)];
    const upper = next(10) === 0 ? [(text: string) => text.toUpperCase()] : [(text: string) => text];
    for (const output of outputs) {
      if (frame % 17 === 0) output.clip({ x1: 2, x2: 18, y1: 0, y2: 4 });
      for (const { x, y, lines } of panes) output.write(x, y, lines.join('\n'), { transformers: upper });
      if (frame % 17 === 0) output.unclip();
    }
    expect(outputs[1]).toMatchObject(size);
    expect(outputs[1]?.get()).toEqual(outputs[0]?.get());
  }
});

it('a row that is as it was is not made again', () => {
  let made = 0;
  const Rows = rowOutput((size) => {
    made++;
    return new CellOutput(size);
  });
  const frame = (...lines: readonly string[]): void => {
    const output = new Rows({ width: 20, height: lines.length });
    output.write(0, 0, lines.join('\n'), { transformers: [] });
    output.get();
  };
  frame('one', '\x1b[1mtwo\x1b[0m', 'three');
  expect(made).toBe(3);
  frame('\x1b[1mtwo\x1b[0m', 'three', 'four');
  expect(made).toBe(4);
});

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
