import { type Line, plainText, span } from '../text/line.ts';

/** Lines and blocks that boxes, rules and bars are drawn with. */
const DRAWN = /[\u2500-\u259f]+/gu;

/** What signs before a row stand for. */
const SIGNS: readonly (readonly [sign: RegExp, word: string])[] = [
  [/^\s*> /u, 'You: '],
  [/^\s*✓ /u, 'Done: '],
  [/^\s*✗ /u, 'Failed: '],
  [/^\s*⊘ /u, 'Refused: '],
  [/^\s*∴ /u, ''],
  [/^\s*· /u, 'Note: '],
  [/^\s*! /u, 'Warning: '],
];

/** Rows as they are read aloud, one after the other: no boxes, no rules, no columns, and words for signs. */
export const spoken = (rows: readonly Line[]): readonly Line[] => rows.map(plainText).flatMap((row) => linear(wordsOf(row)));

/** Without rules; what is typed stays as it is. */
export const undrawn = (rows: readonly Line[]): readonly Line[] => rows.filter((row) => plainText(row).replace(DRAWN, '').trim() !== '');

function linear(text: string): readonly Line[] {
  const said = text.replace(DRAWN, ' ').trim().replace(/ {2,}/gu, ' ');
  return said === '' ? [] : [[span(said, 'text')]];
}

function wordsOf(row: string): string {
  const found = SIGNS.find(([sign]) => sign.test(row));
  return found ? row.replace(found[0], found[1]) : row;
}
