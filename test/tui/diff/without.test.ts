import { applyPatch, parsePatch } from 'diff';
import { describe, expect, test } from 'vitest';
import { unified } from '../../../src/tools/unified.ts';
import { hunksOf } from '../../../src/tui/diff/hunks.ts';
import { withoutHunks } from '../../../src/tui/diff/without.ts';
import { random } from '../../helpers/random.ts';

const numbers = (count: number): string => Array.from({ length: count }, (_, nth) => `line ${nth}\n`).join('');

describe('hunks that are not wanted are put back', () => {
  test('in any text, whichever they are', () => {
    for (let seed = 0; seed < 400; seed++) {
      const from = random(seed);
      const lines = Array.from({ length: from.int(60) }, () => `${from.pick(['a', 'b', 'c', '', '-- x', '++ y', '日本', 'd\r'])}${from.int(3)}`);
      const changed = lines.flatMap((one) => (from.int(8) > 0 ? [one] : from.pick([[], [`${one}!`], [one, 'new'], ['x', 'y']])));
      const [before, after] = [lines, changed].map((all) => all.join('\n') + (all.length > 0 && from.int(3) > 0 ? '\n' : ''));
      const diff = unified('a.txt', before ?? '', after ?? '');
      const hunks = hunksOf(diff);
      const rejected = hunks.flatMap((_, nth) => (from.int(2) === 0 ? [nth] : []));
      const patch = diff === '' ? undefined : parsePatch(diff)[0];
      const kept = patch && { ...patch, hunks: patch.hunks.filter((_, nth) => !rejected.includes(nth)) };
      const wanted = kept ? applyPatch(before ?? '', kept, { autoConvertLineEndings: false }) : after;
      expect(withoutHunks(after ?? '', diff, rejected), `seed ${seed}`).toBe(wanted);
    }
  });

  const before = numbers(40);
  const after = before.replace('line 5\n', 'five\n').replace('line 30\n', 'thirty\n');
  const diff = unified('a.txt', before, after);
  test.each<[string, string, number[], string | undefined]>([
    ['all of them', after, [0, 1], before],
    ['none of them', after, [], after],
    ['one of them', after, [1], after.replace('thirty\n', 'line 30\n')],
    ['named twice', after, [1, 1], after.replace('thirty\n', 'line 30\n')],
    ['one that there is not', after, [2], undefined],
    ['where lines came before', `new\n${after}`, [1], `new\n${after.replace('thirty\n', 'line 30\n')}`],
    ['where its lines changed since', after.replace('thirty', 'thirty-one'), [1], undefined],
    ['where others changed since', after.replace('five', 'six'), [1], after.replace('five', 'six').replace('thirty\n', 'line 30\n')],
    ['where what is around it changed since', after.replace('line 29\n', ''), [1], undefined],
    ['where they stand twice', `new\n${after}${after}`, [1], undefined],
    ['where the file is gone', '', [0], undefined],
  ])('%s', (_, text, rejected, expected) => {
    expect(withoutHunks(text, diff, rejected)).toBe(expected);
  });

  test('of a new file, and of one that was emptied', () => {
    expect(withoutHunks('a\nb\n', unified('a', '', 'a\nb\n'), [0])).toBe('');
    expect(withoutHunks('', unified('a', 'a\nb', ''), [0])).toBe('a\nb');
    expect(withoutHunks('c\n', unified('a', 'a\nb', ''), [0])).toBeUndefined();
  });

  test('not of bare lines, which say not where they stand', () => {
    expect(withoutHunks('b\n', '-a\n+b', [0])).toBeUndefined();
  });
});
