import { describe, expect, test } from 'vitest';
import { followed, type Listed, scrolled, withItem } from '../../../src/tui/screen/list.ts';
import { createRowCache } from '../../../src/tui/screen/row-cache.ts';
import { type Line, line, plainText } from '../../../src/tui/text/line.ts';

/** Things of so many rows each, named a, b, c ...; their rows are a0, a1 ... */
function listOf(...heights: readonly number[]): Listed & { readonly asked: Set<number> } {
  const asked = new Set<number>();
  const name = (index: number): string => String.fromCharCode(97 + index);
  return {
    asked,
    count: heights.length,
    idAt: name,
    rowsAt(index) {
      asked.add(index);
      return Array.from({ length: heights[index] ?? 0 }, (_, at): Line => line(`${name(index)}${at}`));
    },
  };
}

const shown = (rows: readonly Line[]): string => rows.map(plainText).join(' ');

describe('following what is newest', () => {
  test('begins at the foot', () => expect(shown(followed(listOf(2, 2, 2), 4).rows)).toBe('b0 b1 c0 c1'));
  test('a list that is shorter than the screen begins at its start', () => expect(shown(followed(listOf(1, 1), 4).rows)).toBe('a0 b0'));
  test('of a thing higher than the screen its end is shown', () => expect(shown(followed(listOf(1, 9), 3).rows)).toBe('b6 b7 b8'));
  test('what is new goes below, and a third of the height is free after it scrolled', () => {
    const first = followed(listOf(3, 3), 6);
    const second = followed(listOf(3, 4), 6, first.anchor);
    expect(shown(second.rows)).toBe('b0 b1 b2 b3');
    const third = followed(listOf(3, 6), 6, second.anchor);
    expect(shown(third.rows)).toBe('b0 b1 b2 b3 b4 b5');
    expect(shown(followed(listOf(3, 7), 6, third.anchor).rows)).toBe('b3 b4 b5 b6');
  });
  test('looks only at what is seen', () => {
    const list = listOf(...Array.from({ length: 26 }, () => 2));
    followed(list, 6);
    expect([...list.asked].sort((a, b) => a - b)).toEqual([23, 24, 25]);
  });
});

describe('scrolling', () => {
  const list = listOf(3, 3, 3);
  const foot = followed(list, 4);
  test('goes back by rows', () => expect(shown(scrolled(list, 4, foot.anchor, -2).rows)).toBe('b0 b1 b2 c0'));
  test('ends at the first row, and says how many there were nothing for', () => {
    const top = scrolled(list, 4, foot.anchor, -50);
    expect([shown(top.rows), top.left, top.above]).toEqual(['a0 a1 a2 b0', -45, false]);
  });
  test('ends at the last row', () => {
    const end = scrolled(list, 4, foot.anchor, 3);
    expect([shown(end.rows), end.left > 0, end.below]).toEqual(['b2 c0 c1 c2', true, false]);
  });
  test('stays where it is while the list grows', () => {
    const back = scrolled(list, 4, foot.anchor, -3);
    expect(shown(scrolled(listOf(3, 3, 3, 9), 4, back.anchor, 0).rows)).toBe(shown(back.rows));
  });
  test('a thing is brought to where it is seen', () => {
    expect(shown(withItem(list, 4, foot, 'a').rows)).toBe('a0 a1 a2 b0');
    expect(withItem(list, 4, foot, 'c')).toBe(foot);
  });
});

describe('rows that were laid out once', () => {
  test('are not laid out again until they change', () => {
    const cache = createRowCache();
    let made = 0;
    const make = (): readonly Line[] => {
      made++;
      return [line('x')];
    };
    for (const rev of ['1', '1', '2', '2', '1']) cache.rows('key', rev, make);
    expect(made).toBe(3);
  });
  test('are forgotten, the longest unused first, when there are too many', () => {
    const cache = createRowCache(4);
    const made: string[] = [];
    const ask = (key: string): void => void cache.rows(key, '1', () => [...(made.push(key) > 0 ? [line(key), line(key)] : [])]);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) ask(key);
    expect(made.join(' ')).toBe('a b c b');
  });
});
