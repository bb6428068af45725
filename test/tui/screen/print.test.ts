import { expect, test } from 'vitest';
import { createPrinter } from '../../../src/tui/screen/print.ts';
import type { Item } from '../../../src/tui/state.ts';
import { textOf } from '../../helpers/frame.ts';
import { shellState } from '../../helpers/shell-state.ts';
import { answered, called, said, talk } from '../../helpers/shell-talk.ts';

const printed = (): ((items: readonly Item[]) => readonly [fresh: string, open: string]) => {
  const printer = createPrinter();
  return (items) => {
    const { fresh, open } = printer.print(shellState(talk(items)), 40);
    const shown = (rows: typeof fresh): string =>
      textOf(rows)
        .filter(Boolean)
        .map((row) => row.trim())
        .join(' / ');
    return [shown(fresh), shown(open)];
  };
};

test('what is finished is printed once, in its order; what is not stays open, with all behind it', () => {
  const print = printed();
  const runs = called('x', 'bash x', { how: 'runs', began: 100_000, ms: undefined });
  const done = called('y', 'bash y', { ms: undefined });
  expect(print([said('u', 'go')])).toEqual(['> go', '']);
  expect(print([said('u', 'go'), runs, done])).toEqual(['', '● bash x / ✓ bash y']);
  expect(print([said('u', 'go'), { ...runs, how: 'ok', rev: 2 }, done])).toEqual(['✓ bash x / ✓ bash y', '']);
  expect(print([said('u', 'go'), { ...runs, how: 'ok', rev: 2 }, done])).toEqual(['', '']);
});

test('of an answer that streams in what has settled is printed, and nothing twice', () => {
  const print = printed();
  const all: string[] = [];
  const text = 'One.\n\nTwo.\n\n- three\n- four\n\nFive.';
  for (let end = 1; end <= text.length; end++) all.push(print([answered('a', text.slice(0, end), true, end)])[0]);
  all.push(print([answered('a', text, false, 999)])[0]);
  expect(all.filter(Boolean).join(' / ')).toBe('One. / Two. / • three / • four / Five.');
});

test('older things that are dropped are not printed again', () => {
  const print = printed();
  print([said('u', 'one'), said('v', 'two')]);
  expect(print([said('v', 'two'), said('w', 'three')])).toEqual(['> three', '']);
});
