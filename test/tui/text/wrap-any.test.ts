import { expect, test } from 'vitest';
import { isClean, plainText, span, type Tone } from '../../../src/tui/text/line.ts';
import { wrapLine } from '../../../src/tui/text/wrap.ts';
import { random } from '../../helpers/random.ts';

const PARTS = [
  'word ',
  'a',
  ' ',
  '    ',
  'averyverylongword',
  '日本語、',
  '「文」',
  '👩‍💻',
  '🇩🇪🇫🇷',
  '👍🏽',
  'e\u0301',
  'שלום ',
  'مرحبا',
  'กำ',
  'हिन्दी ',
  '각',
  '│',
  '…',
  '❤️',
  '1️⃣',
  '. ',
  '(',
];
const TONES: readonly Tone[] = ['text', 'strong', 'code', 'link'];

test('whatever is wrapped, no row is too wide, nothing but spaces is lost, and each character keeps its tone', () => {
  for (let seed = 0; seed < 3000; seed++) {
    const from = random(seed);
    const line = Array.from({ length: 1 + from.int(20) }, () => span(from.pick(PARTS), from.pick(TONES)));
    const columns = 6 + from.int(60);
    const indent = from.int(4);
    const rows = wrapLine(line, columns, indent);
    for (const row of rows) expect(isClean(row, columns), `seed ${seed}: ${JSON.stringify(row)}`).toBe(true);
    const said = (text: string): string => text.replaceAll(' ', '');
    expect(said(rows.map(plainText).join('')), `seed ${seed}`).toBe(said(plainText(line)));
    const toned = (spans: readonly { text: string; tone: Tone }[]): string =>
      said(
        spans
          .filter((one) => one.tone === 'strong')
          .map((one) => one.text)
          .join(''),
      );
    // What begins in one part and goes on in the next is the first one's.
    if (!/\p{M}|\u200d/u.test(plainText(line))) expect(toned(rows.flat()), `seed ${seed}`).toBe(toned(line));
    expect(rows.slice(0, 2), `seed ${seed}`).toEqual(wrapLine(line, columns, indent, 2));
  }
});
