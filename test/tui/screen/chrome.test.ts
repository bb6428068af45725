import { describe, expect, test } from 'vitest';
import { noticeRows } from '../../../src/tui/screen/chrome.ts';
import type { Notice } from '../../../src/tui/state.ts';
import { plainText } from '../../../src/tui/text/line.ts';

const rows = (notices: readonly Notice[], width: number, most: number): readonly string[] => noticeRows(notices, width, most).map(plainText);
const notice = (text: string, hint?: string): Notice => ({ tone: 'warn', text, ...(hint === undefined ? {} : { hint }) }) as Notice;

describe('what the shell has to say', () => {
  test('has its hint in the next row where one row is too short', () => {
    expect(rows([notice('no provider openai-compatible:m', 'write provider/model')], 40, 3)).toEqual([
      '! no provider openai-compatible:m  write',
      '  provider/model',
    ]);
  });

  test('is the newest first where there is little room, and no part of another', () => {
    const [older, newer] = [notice('one that takes two rows of this width'), notice('short')];
    expect(rows([older, newer], 24, 2)).toEqual(['! short']);
    expect(rows([older, newer], 24, 3)).toHaveLength(3);
    expect(rows([older, newer], 24, 0)).toEqual([]);
    expect(rows([notice('x '.repeat(200))], 24, 2)).toHaveLength(2);
  });
});
