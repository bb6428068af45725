import { describe, expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { ago } from '../../../src/tui/overlays/ago.ts';
import { sessionsRows } from '../../../src/tui/overlays/sessions.ts';
import type { SessionRow } from '../../../src/tui/state.ts';
import { frame, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';

const now = 1_700_000_000_000;
const row = (run: string, change: Partial<SessionRow> = {}): SessionRow => ({
  run: run as RunId,
  kind: 'chat',
  title: run,
  cwd: '/w',
  at: now,
  cost_usd: 0.01,
  isAlive: false,
  ...change,
});
const SESSIONS = [
  row('r_1', { title: 'the tax\nform', isAlive: true, at: now - 90_000 }),
  row('r_2', { kind: 'interview', at: now - 7_200_000, cost_usd: null, found: '…where the count is kept, in a file…' }),
  row('r_3', { kind: 'run', title: '', at: now - 400 * 86_400_000, cost_usd: 12.5 }),
];
const scene = (at = 0, searched = '') => stateOf({ sessions: SESSIONS, searched, now, session: 'r_1' as RunId, scroll: scrolledTo(at) });
const act = (action: string, at = 0) => actIn({ is: 'sessions' }, action, scene(at));

describe('the list of sessions', () => {
  test('shows kind, title, age, cost, which one lives, and where was found what was searched for', () => {
    const size = { width: 80, height: 12 };
    expect(frame(sessionsRows({ state: scene(1, 'count'), keymap: viewOf().keymap }, size), size)).toBe(
      `Sessions · 3 with count
  ● chat      the tax form (this one)                             1 m    $0.0100
>   interview r_2                                                 2 h         $?
    …where the count is kept, in a file…
    run       r_3                                          2022-10-10     $12.50
Enter go on  f fork  e export  / search  n new  Esc close`,
    );
  });

  test('is usable at 40 x 12', () => {
    const size = { width: 40, height: 12 };
    expect(frame(sessionsRows({ state: scene(), keymap: viewOf().keymap }, size), size)).toBe(
      `Sessions · 3
> ● chat      the tax form (this on… 1 m
    interview r_2                    2 h
    …where the count is kept, in a file…
    run       r_3             2022-10-10
Enter go on  f fork  e export  / search
n new  Esc close`,
    );
  });

  test.each<[string, number, object]>([
    ['take', 1, { ui: [{ ui: 'close' }], world: [{ do: 'resume', run: 'r_2' }] }],
    ['fork', 0, { ui: [{ ui: 'close' }], world: [{ do: 'fork-session', run: 'r_1' }] }],
    ['new', 0, { ui: [{ ui: 'close' }], world: [{ do: 'new-session' }] }],
    ['down', 0, { ui: [{ ui: 'move', by: 1 }] }],
    ['down', 2, { ui: [{ ui: 'move', by: 0 }] }],
    ['up', 99, { ui: [{ ui: 'move', by: -98 }] }],
  ])('%s at %d', (action, at, outcome) => {
    expect(act(action, at)).toEqual(outcome);
  });

  test('asks for a file, or for words, in a form', () => {
    expect(act('export', 2)).toMatchObject({ ui: [{ ui: 'open', overlay: { is: 'form', submit: { is: 'export', run: 'r_3' } } }] });
    expect(act('search')).toMatchObject({ ui: [{ ui: 'open', overlay: { is: 'form', submit: { is: 'search-sessions' } } }] });
  });

  test('without any says how one begins, and what a search did not find', () => {
    const size = { width: 60, height: 6 };
    const shown = (searched: string) => frame(sessionsRows({ state: stateOf({ searched }), keymap: viewOf().keymap }, size), size);
    expect(shown('')).toContain('There is no session yet: what you say in the prompt begins\nthe first one.');
    expect(shown('xyz')).toContain('Nobody said that in any session: xyz.');
    expect(actIn({ is: 'sessions' }, 'take', stateOf())).toBeUndefined();
  });

  test.each(SIZES)('fits $width x $height, with the chosen one in sight', (size) => {
    const sessions = Array.from({ length: 300 }, (_, at) =>
      row(`r_${at}`, { title: `${at} 日本語の題名👩‍👧 ${'x'.repeat(200)}`, found: '見つかった'.repeat(50) }),
    );
    expect(frame(sessionsRows({ state: stateOf({ sessions, now, scroll: scrolledTo(222) }), keymap: viewOf().keymap }, size), size)).toMatch(
      /^> {3}chat +222 /mu,
    );
  });
});

test.each([
  [0, 'now'],
  [-5000, 'now'],
  [59_000, '59 s'],
  [60_000, '1 m'],
  [3_599_000, '59 m'],
  [86_399_000, '23 h'],
  [86_400_000 * 3, '3 d'],
])('%d ms ago is %s', (ms, said) => {
  expect(ago(now - ms, now)).toBe(said);
});
