import { describe, expect, test } from 'vitest';
import { type LayoutAsk, layoutOf, paneAt, type Rect } from '../../../src/tui/screen/layout.ts';
import { random } from '../../helpers/random.ts';

const ask = (columns: number, rows: number, change: Partial<LayoutAsk> = {}): LayoutAsk => ({
  size: { columns, rows },
  focus: 'prompt',
  right: 'audit',
  overlay: false,
  promptRows: 2,
  ...change,
});

const panesOf = (of: LayoutAsk): string =>
  layoutOf(of)
    .panes.map(({ pane, width, height }) => `${pane} ${width}x${height}`)
    .join(' | ');

describe('the panes that are side by side', () => {
  const rows: readonly (readonly [of: LayoutAsk, panes: string])[] = [
    [ask(40, 12), 'chat 40x9'],
    [ask(40, 12, { focus: 'audit' }), 'audit 40x9'],
    [ask(80, 24), 'agents 26x21 | chat 53x21'],
    [ask(80, 24, { focus: 'agents' }), 'agents 26x21 | chat 53x21'],
    [ask(80, 24, { focus: 'interview' }), 'interview 80x21'],
    [ask(100, 24), 'agents 26x21 | chat 40x21 | audit 32x21'],
    [ask(100, 24, { right: undefined }), 'agents 26x21 | chat 73x21'],
    [ask(200, 50), 'agents 44x47 | chat 90x47 | audit 64x47'],
    [ask(400, 100), 'agents 80x97 | chat 246x97 | audit 72x97'],
    [ask(200, 14), 'chat 200x11'],
    [ask(200, 50, { overlay: true }), ''],
    [ask(80, 24, { overlay: true }), ''],
    [ask(1, 1), ''],
  ];
  test.each(rows)('%j', (of, panes) => expect(panesOf(of)).toBe(panes));
});

test('every place of the screen belongs to at most one part, and none is outside, at any size', () => {
  const next = random(7);
  for (let count = 0; count < 400; count++) {
    const of = ask(1 + next.int(420), 1 + next.int(110), {
      focus: next.pick(['prompt', 'agents', 'chat', 'interview', 'seed', 'audit'] as const),
      right: next.pick(['audit', 'seed', undefined] as const),
      overlay: next.pick([true, false]),
      promptRows: 1 + next.int(30),
    });
    const { columns, rows } = of.size;
    const { panes, overlay, prompt, status } = layoutOf(of);
    const parts: readonly Rect[] = [...panes, ...(overlay ? [overlay] : []), prompt, status];
    for (const one of parts) {
      expect(
        one.x >= 0 && one.y >= 0 && one.width >= 0 && one.height >= 0 && one.x + one.width <= columns && one.y + one.height <= rows,
        JSON.stringify(of),
      ).toBe(true);
    }
    const overlaps = parts.some((a, at) =>
      parts.some((b, other) => other > at && a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height),
    );
    expect(overlaps, JSON.stringify(of)).toBe(false);
    expect(prompt.height).toBeGreaterThan(0);
  }
});

test('a long text in the prompt leaves the panes four rows', () => {
  expect(layoutOf(ask(80, 24, { promptRows: 60 })).panes[0]?.height).toBe(4);
});

test('a place of the screen is of a pane, the prompt, what lies over the panes, or of nothing', () => {
  const open = layoutOf(ask(80, 24));
  expect([paneAt(open, 0, 3), paneAt(open, 26, 3), paneAt(open, 27, 3), paneAt(open, 5, 21), paneAt(open, 5, 23)]).toEqual([
    'agents',
    undefined,
    'chat',
    'prompt',
    undefined,
  ]);
  expect(paneAt(layoutOf(ask(80, 24, { overlay: true })), 5, 5)).toBe('overlay');
});
