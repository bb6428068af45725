import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { fit, oneLine } from '../../../src/cli/render/fit.ts';
import { table } from '../../../src/cli/render/table.ts';

const rows = [
  ['1', 'run', 'done', 'r_abc'],
  ['12', '漢字の名前 👩🏽\u200d🚀', 'waiting model', 'r_defghi'],
  ['3', 'العربية e\u0301', 'x', 'r_j'],
];

/** Column at which each of these texts begins. */
const starts = (text: string, of: readonly string[]): number[] => text.split('\n').map((line, at) => stringWidth(line.slice(0, line.indexOf(of[at] ?? ''))));

describe('a table', () => {
  test('keeps its columns straight with wide, joined and combining characters', () => {
    const shown = table(['PID', 'NAME', 'STATE', 'RUN'], rows);
    expect(new Set(starts(shown, ['STATE', 'done', 'waiting', 'x'])).size).toBe(1);
    expect(new Set(starts(shown, ['RUN', 'r_abc', 'r_defghi', 'r_j'])).size).toBe(1);
  });

  test('as text, exactly', () => {
    expect(
      table(
        [{ head: 'PID', align: 'right' }, 'NAME', 'RUN'],
        [
          ['1', 'run', 'r_abc'],
          ['12', '漢字', 'r_d'],
        ],
      ),
    ).toBe(['PID  NAME  RUN', '  1  run   r_abc', ' 12  漢字  r_d'].join('\n'));
  });

  test.each([120, 80, 60, 40, 30, 20, 10, 3, 1])('is never wider than %i columns', (width) => {
    const long = [...rows, ['4', 'n'.repeat(200), '状態'.repeat(50), 'r_'.repeat(30)]];
    for (const line of table(['PID', 'NAME', 'STATE', 'RUN'], long, width).split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  test('takes from the widest column, and leaves whole what is to stay whole', () => {
    const shown = table([{ head: 'RUN', whole: true }, 'WHAT', 'MODEL'], [['r_0123456789abcdef', 'w'.repeat(60), 'script']], 50);
    expect(shown.split('\n')[1]).toBe(`r_0123456789abcdef  ${'w'.repeat(21)}…  script`);
  });

  test('loses nothing where there is no terminal', () => {
    const long = 'x'.repeat(500);
    expect(table(['A', 'B'], [['1', long]])).toContain(long);
  });

  test('is safe: cells hold no control, no line break, no direction mark', () => {
    expect(table(['A', 'B'], [['\u001b[2Jx\ny', 'a\u202eb\tc'], ['only one']])).toBe(['A         B', 'x y       a<U+202E>b c', 'only one'].join('\n'));
  });
});

describe('fitting', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢…'],
    ['👩🏽\u200d🚀👩🏽\u200d🚀', 3, '👩🏽\u200d🚀…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s in %i columns', (text, width, shown) => expect(fit(text, width)).toBe(shown));

  test('a line is one line', () => expect(oneLine(' a \r\n  b\tc\u001b[0m\n')).toBe('a b c'));
});
