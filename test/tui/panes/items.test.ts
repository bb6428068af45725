import { describe, expect, test } from 'vitest';
import { isFinished, itemRows, settledRows } from '../../../src/tui/panes/items.ts';
import type { Item } from '../../../src/tui/state.ts';
import { widthOf } from '../../../src/tui/text/line.ts';
import { expectFits, SIZES, textOf } from '../../helpers/frame.ts';
import { answered, called, noted, said, thought } from '../../helpers/shell-talk.ts';

const DIFF = ['--- a/one.txt', '+++ b/one.txt', '@@ -1,3 +1,3 @@', ' same', '-old', '+new', ' end'].join('\n');
const look = { width: 50, isUnfolded: false, isAt: false, now: 100_000 };
const frame = (item: Item, rows: string, change: Partial<typeof look> = {}): void =>
  expect(`\n${textOf(itemRows(item, { ...look, ...change })).join('\n')}\n`).toBe(rows);

describe('one thing of a conversation', () => {
  test('what a person said stands out, wrapped', () =>
    frame(said('u', 'fix the tests of the parser, and tell me why they failed'), '\n\n  > fix the tests of the parser, and tell me why\n    they failed\n'));
  test('a long one is folded', () => {
    const rows = itemRows(said('u', 'x\n'.repeat(50)), look);
    expect(rows).toHaveLength(22);
    expect(textOf(rows.slice(-1))).toEqual(['  … 31 more rows, space shows them']);
  });
  test("of what a command of a person's own printed its beginning and its end are shown", () => {
    const text = Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\n');
    const rows = textOf(itemRows(called('c', 'seq', { text, typed: true }), look)).map((row) => row.trim());
    expect([rows[1], rows[10], rows.at(-1)]).toEqual(['line 0', '… 31 lines more (space shows them)', 'line 49']);
  });
  test('an answer is Markdown', () => frame(answered('a', '# Title\n\nSome **bold** text.'), '\n\n  # Title\n\n  Some bold text.\n'));
  test('thinking is one line, until it is unfolded', () => {
    frame(thought('t', 'one\ntwo'), '\n\n  ∴ thought · 2 lines\n');
    frame(thought('t', 'one\ntwo'), '\n\n  ∴ thought\n  one\n  two\n', { isUnfolded: true });
  });
  test('a note says what happened', () => frame(noted('n', 'the model was asked again'), '\n  · the model was asked again\n'));

  const calls: readonly (readonly [claim: string, item: Item, rows: string, change?: Partial<typeof look>])[] = [
    ['one that ended, with what came of it', called('c', 'bash npm test', { text: 'a\nb\nc' }), '  ✓ bash npm test                    3 lines · 1.2s', {}],
    [
      'all of it when unfolded',
      called('c', 'bash ls', { text: 'a\nb', ms: 10 }),
      '  ✓ bash ls                          2 lines · 0.0s\n    a\n    b',
      { isUnfolded: true },
    ],
    [
      'one that failed, with its last lines',
      called('c', 'bash x', { how: 'failed', text: '1\n2\n3\n4' }),
      '  ✗ bash x                  failed · 4 lines · 1.2s\n    2\n    3\n    4',
    ],
    [
      'one that was refused',
      called('c', 'bash rm', { how: 'denied', text: 'not granted', ms: undefined }),
      '  ⊘ bash rm                                  denied\n    not granted',
    ],
    [
      'one that runs, with what it prints',
      called('c', 'bash x', { how: 'runs', text: 'a\nb\nc\nd', ms: undefined }),
      '  ● bash x                                       3s\n    b\n    c\n    d',
    ],
    ['one that asks', called('c', 'bash x', { how: 'asks', ms: undefined }), '  ? bash x                                     asks', {}],
    ['its changes', called('c', 'edit one.txt', { diff: DIFF, text: 'done' }), '  ✓ edit one.txt                       +1 -1 · 1.2s', {}],
    ['the one that keys act on', called('c', 'bash x'), '▸ ✓ bash x                                     1.2s', { isAt: true }],
    ['what does not fit, cut', called('c', 'bash a very long command that does not fit'), '  ✓ bash a ver… 1.2s', { width: 20 }],
  ];
  test.each(calls.map((one) => ({ claim: one[0], one })))('a call: $claim', ({ one: [, item, rows, change = {}] }) => {
    const gaps = (of: readonly string[]): readonly string[] => of.map((row) => row.replace(/(?<=\S) {2,}/gu, '  '));
    const shown = itemRows(item, { ...look, ...change });
    expect(gaps(textOf(shown).slice(0, rows.split('\n').length))).toEqual(gaps(rows.split('\n')));
    // What came of it stands at the right.
    expect(widthOf(shown[0] ?? [])).toBe({ ...look, ...change }.width);
  });

  test('a change is shown in colour below its line', () => {
    const tones = itemRows(called('c', 'edit one.txt', { diff: DIFF }), look)
      .slice(1)
      .flatMap((row) => row.map(({ tone }) => tone));
    expect(tones.some((tone) => tone.startsWith('added'))).toBe(true);
    expect(tones.some((tone) => tone.startsWith('removed'))).toBe(true);
  });

  test('is finished when nothing of it changes any more', () => {
    expect(
      [said('a', ''), answered('a', '', true), answered('a', ''), called('a', ''), called('a', '', { how: 'runs' }), called('a', '', { how: 'asks' })].map(
        isFinished,
      ),
    ).toEqual([true, false, true, true, false, false]);
  });

  test('rows of an answer that streams in settle and stay', () => {
    const text = 'First.\n\nSecond.\n\nThird';
    const settled = settledRows(answered('s', text, true), 50);
    const before = itemRows(answered('s', text, true), look).slice(0, settled);
    const after = itemRows(answered('s', `${text} goes on.`, false, 2), look).slice(0, settled);
    expect(settled).toBeGreaterThan(2);
    expect(after).toEqual(before);
  });

  test.each(SIZES)('fits %j in every script', ({ width: most }) => {
    const odd = ['漢字かな交じり文'.repeat(30), '👩‍👩‍👧‍👦 '.repeat(40), 'שלום עולם '.repeat(40), 'x'.repeat(900), 'a\tb\n\n\n', ''];
    for (let width: number = most; width > 4; width = Math.floor(width / 2)) {
      for (const text of odd) {
        const items = [
          said('u', text),
          thought('t', text),
          noted('n', text),
          answered(`a${width}`, text),
          called('c', text, { text }),
          called('d', text, { how: 'failed', text }),
          called('e', text, { diff: DIFF }),
        ];
        for (const isUnfolded of [false, true])
          for (const item of items) expectFits(itemRows(item, { ...look, width, isUnfolded }), { width, height: Number.POSITIVE_INFINITY });
      }
    }
  });
});
