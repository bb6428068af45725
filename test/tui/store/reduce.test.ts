import { describe, expect, test } from 'vitest';
import { pidOf } from '../../../src/kernel/ids.ts';
import type { UiIntent } from '../../../src/tui/intent.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { applyUi, initialState, withNotice, withSize } from '../../../src/tui/store/reduce.ts';
import { withExtent, withoutNotices, withVerified } from '../../../src/tui/store/set.ts';

const EMPTY = initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 });

const after = (state: ShellState, ...intents: readonly UiIntent[]): ShellState => intents.reduce(applyUi, state);
const painted = (state: ShellState): ShellState => withExtent(state, 'chat', { height: 11, most: 30, items: 5 });

describe('a pane scrolls', () => {
  test.each<[string, readonly UiIntent[], number]>([
    ['back by rows', [{ ui: 'scroll', by: -3 }], 3],
    [
      'and on',
      [
        { ui: 'scroll', by: -3 },
        { ui: 'scroll', by: 2 },
      ],
      1,
    ],
    ['no further than the newest', [{ ui: 'scroll', by: 5 }], 0],
    ['by pages, with a row of the one before', [{ ui: 'scroll', by: '-page' }], 10],
    ['no further than there are rows', [{ ui: 'scroll', by: -100 }], 30],
    ['to the start', [{ ui: 'scroll', by: 'home' }], 30],
    [
      'and back to the newest',
      [
        { ui: 'scroll', by: 'home' },
        { ui: 'scroll', by: 'end' },
      ],
      0,
    ],
  ])('%s', (_, intents, back) => {
    expect(after(painted(EMPTY), ...intents).scroll.chat.back).toBe(back);
  });

  test('the one that has the focus, the one that is named, or what lies over them', () => {
    const state = after(EMPTY, { ui: 'focus', pane: 'audit' }, { ui: 'scroll', by: -1 }, { ui: 'scroll', by: -2, pane: 'agents' });
    const over = after(state, { ui: 'open', overlay: { is: 'help' } }, { ui: 'scroll', by: -4 });
    const { chat, agents, audit, overlay } = over.scroll;
    expect([chat, agents, audit, overlay].map(({ back }) => back)).toEqual([0, 2, 1, 4]);
    expect(after(over, { ui: 'close' }).scroll.overlay.back).toBe(0);
  });
});

test('a list moves within its entries', () => {
  const at = (...by: readonly number[]) =>
    after(painted(after(EMPTY, { ui: 'focus', pane: 'chat' })), ...by.map((one): UiIntent => ({ ui: 'move', by: one }))).scroll.chat.at;
  expect([at(1), at(1, 1, -1), at(-1), at(9)]).toEqual([1, 1, 0, 4]);
});

test('what was painted bounds where keys lead, and says nothing new when it is the same', () => {
  const state = after(painted(EMPTY), { ui: 'scroll', by: 'home' });
  expect(painted(state)).toBe(state);
  expect(withExtent(state, 'chat', { height: 11, most: 8, items: 5 }).scroll.chat.back).toBe(8);
});

test('the focus goes round all panes and the prompt', () => {
  const round: ShellState[] = [EMPTY];
  for (let n = 0; n < 6; n++) round.push(after(round.at(-1) ?? EMPTY, { ui: 'focus', pane: 'next' }));
  expect(round.map(({ focus }) => focus)).toEqual(['prompt', 'agents', 'chat', 'interview', 'seed', 'audit', 'prompt']);
  expect(after(EMPTY, { ui: 'focus', pane: 'previous' }).focus).toBe('audit');
});

test('an overlay that changes stays where it was scrolled to, another one begins at its start', () => {
  const state = after(EMPTY, { ui: 'open', overlay: { is: 'palette' } }, { ui: 'move', by: 3 });
  expect(after(state, { ui: 'change', overlay: { is: 'palette', models: ['m'] } })).toMatchObject({
    overlay: { models: ['m'] },
    scroll: { overlay: { at: 3 } },
  });
  expect(after(state, { ui: 'open', overlay: { is: 'help' } }).scroll.overlay.at).toBe(0);
});

test('a filter begins at the newest; another process too', () => {
  const state = after(painted(EMPTY), { ui: 'scroll', by: -9 });
  expect(after(state, { ui: 'filter', text: 'x' }).scroll.chat).toMatchObject({ filter: 'x', back: 0, at: 0 });
  expect(after(state, { ui: 'select', pid: pidOf(3) })).toMatchObject({ selected: 3, scroll: { chat: { back: 0 } } });
});

test('what is unfolded is folded by the same key', () => {
  const state = after(EMPTY, { ui: 'unfold', item: 'c1.0' });
  expect([state.unfolded.has('c1.0'), after(state, { ui: 'unfold', item: 'c1.0' }).unfolded.size]).toEqual([true, 0]);
});

test('the newest notices stay until the next key, what went wrong until something is sent', () => {
  const state = [1, 2, 3, 4, 5, 6].reduce((before, n) => withNotice(before, 'info', `n${n}`), EMPTY);
  expect(state.notices.map(({ text }) => text)).toEqual(['n3', 'n4', 'n5', 'n6']);
  const wrong = withNotice(state, 'error', 'no');
  expect(withoutNotices(wrong, false).notices.map(({ text }) => text)).toEqual(['no']);
  expect(withoutNotices(wrong, true).notices).toEqual([]);
  expect(withoutNotices(EMPTY, true)).toBe(EMPTY);
});

test('layout, theme, size and the proof of the log', () => {
  const state = withVerified(
    withSize(after(EMPTY, { ui: 'layout', to: 'toggle' }, { ui: 'theme', to: 'light' }), 40, 12),
    { ok: true, entries: 3, of: 3 },
    false,
  );
  expect(state).toMatchObject({ layout: 'panes', theme: 'light', size: { columns: 40, rows: 12 }, audit: { verified: { ok: true, of: 3 } } });
  expect(after(state, { ui: 'layout', to: 'toggle' }).layout).toBe('inline');
});
