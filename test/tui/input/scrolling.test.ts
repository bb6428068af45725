import { describe, expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { NO_INTERVIEW } from '../../../src/ouroboros/view/interview.ts';
import type { InputEvent } from '../../../src/tui/input/event.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/input/keymap.ts';
import { createRoute } from '../../../src/tui/input/route.ts';
import { actIn, typeIn } from '../../../src/tui/overlays/act.ts';
import { actOnInterview } from '../../../src/tui/panes/act-interview.ts';
import { actOnSeed } from '../../../src/tui/panes/act-seed.ts';
import type { PaneName, ShellState } from '../../../src/tui/state.ts';
import { applyUi } from '../../../src/tui/store/reduce.ts';
import { askOf, stateOf } from '../../helpers/shell-scene.ts';

const route = (below: PaneName) =>
  createRoute({
    actOn: (pane, action, state, nth) => (pane === 'seed' ? actOnSeed(action, state) : pane === 'interview' ? actOnInterview(action, state, nth) : undefined),
    actIn,
    typeIn,
    slash: () => ({}),
    commands: () => [],
    paneAt: () => below,
  });

const key = (name: string): InputEvent => ({ is: 'key', key: { name, ctrl: false, alt: false, shift: false } });
const wheel = (by: 1 | -1): InputEvent => ({ is: 'wheel', by, x: 0, y: 0 });
const after = (state: ShellState, event: InputEvent, below: PaneName = 'chat'): ShellState =>
  (route(below)(state, event, DEFAULT_KEYMAP).ui ?? []).reduce(applyUi, state);

const long = askOf({ detail: Array.from({ length: 100 }, (_, at) => `+line ${at}`).join('\n') });
const approval = stateOf({ asks: [long], overlay: { is: 'approval' } });
const yaml = Array.from({ length: 90 }, (_, at) => `line${at}: 1`).join('\n');
const seed = stateOf({ interviews: new Map([['r_1' as RunId, { ...NO_INTERVIEW, is: 'seeded', yaml }]]) });

describe('what begins at its top is scrolled', () => {
  test('by a page, and back', () => {
    const down = after(approval, key('pagedown'));
    expect(down.scroll.overlay.at).toBeGreaterThan(10);
    expect(after(down, key('pageup')).scroll.overlay.at).toBe(0);
    expect(after({ ...seed, focus: 'seed' }, key('pagedown')).scroll.seed.at).toBe(10);
  });

  test('by the wheel, never beyond its ends', () => {
    expect(after(approval, wheel(1)).scroll.overlay.at).toBe(3);
    expect(after(approval, wheel(-1)).scroll.overlay.at).toBe(0);
    const end = Array.from({ length: 200 }).reduce<ShellState>((state) => after(state, wheel(1)), approval);
    expect(after(end, wheel(-1)).scroll.overlay.at).toBe(end.scroll.overlay.at - 3);
  });

  test('where the mouse is, wherever the focus is', () => {
    const state = after({ ...seed, focus: 'prompt' }, wheel(1), 'seed');
    expect([state.scroll.seed.at, state.scroll.chat.at, state.focus]).toEqual([3, 0, 'prompt']);
  });

  test('and what follows its end goes on by rows', () => {
    expect(after(stateOf({ focus: 'interview' }), wheel(-1), 'interview').scroll.interview.back).toBeGreaterThan(0);
    expect(after(stateOf(), wheel(-1)).scroll.chat.back).toBeGreaterThan(0);
  });
});
