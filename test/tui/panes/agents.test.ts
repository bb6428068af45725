import { describe, expect, test } from 'vitest';
import type { Pid } from '../../../src/kernel/ids.ts';
import { agentAt, agentsRows, agentsTitle } from '../../../src/tui/panes/agents.ts';
import { expectFits, expectFrame, SIZES } from '../../helpers/frame.ts';
import { proc, run, runsOf, shellState, waits } from '../../helpers/shell-state.ts';

const TREE = runsOf(
  run([
    proc(1, 0, 'chat', { state: waits('child'), turn: 0 }),
    proc(2, 1, 'assistant', { state: waits('model'), turn: 12, tokens: 48_200, cost_usd: 0.312, started_at: 35_000 }),
    proc(3, 2, 'tests', { state: waits('tool'), tool: 'npm test -- --watch=false', turn: 3, tokens: 950 }),
    proc(4, 2, 'docs', { state: waits('approval'), turn: 2, nice: 5 }),
    proc(5, 1, 'old', { state: { is: 'exited', exit: { how: 'done', text: '' } }, ended_at: 95_000 }),
    proc(6, 1, 'bad', { state: { is: 'exited', exit: { how: 'failed', code: 'IO', message: '' } }, ended_at: 95_000 }),
  ]),
);
const state = shellState({ runs: TREE, selected: 2 as Pid });

describe('the process tree', () => {
  test('shows everything where there is room', () =>
    expectFrame(
      agentsRows(state, { width: 96, height: 20 }),
      `
      ○ chat 1                                                          waits                      10s
      ● ├ assistant 2                                                   model   t12 48.2k $0.312  1m05
      ● │ ├ tests 3  npm test -- --watch=false                          tool     t3   950          10s
      ? │ └ docs 4 n+5                                                  asks     t2                10s
      ✓ ├ old 5                                                         done     t1                 5s
      ✗ └ bad 6                                                         failed   t1                 5s
      `,
    ));

  test('drops columns where it is narrow, the name last, and tells the running tool by its first word', () =>
    expectFrame(
      agentsRows(state, { width: 30, height: 20 }),
      `
      ○ chat 1         waits     10s
      ● ├ assistant 2  model    1m05
      ● │ ├ tests 3    npm       10s
      ? │ └ docs 4 n+5 asks      10s
      ✓ ├ old 5        done       5s
      ✗ └ bad 6        failed     5s
      `,
    ));

  test('marks the one that keys act on, and only where it has the focus', () => {
    const rows = agentsRows({ ...state, focus: 'agents', scroll: { ...state.scroll, agents: { back: 0, at: 2, filter: '' } } }, { width: 60, height: 20 });
    expect(rows.map((row) => row.every(({ tone }) => tone === 'select'))).toEqual([false, false, true, false, false, false]);
    expect(
      agentsRows(state, { width: 60, height: 20 })
        .flat()
        .some(({ tone }) => tone === 'select'),
    ).toBe(false);
  });

  test('scrolls so that it is seen', () => {
    const many = runsOf(run([proc(1, 0, 'root'), ...Array.from({ length: 50 }, (_, at) => proc(at + 2, 1, `agent-${at}`))]));
    const rows = agentsRows(
      { ...state, runs: many, focus: 'agents', scroll: { ...state.scroll, agents: { back: 0, at: 40, filter: '' } } },
      { width: 40, height: 7 },
    );
    expect(rows).toHaveLength(7);
    expect(rows.some((row) => row.some(({ tone, text }) => tone === 'select' && text.includes('agent-39')))).toBe(true);
  });

  test('shows only what matches the filter', () => {
    const filtered = { ...state, scroll: { ...state.scroll, agents: { back: 0, at: 9, filter: 'npm' } } };
    expect([agentAt(filtered)?.name, agentsTitle(filtered)]).toEqual(['tests', 'Agents 4 /npm']);
    expect(agentsRows({ ...filtered, scroll: { ...state.scroll, agents: { back: 0, at: 0, filter: 'zzz' } } }, { width: 40, height: 5 })).toHaveLength(1);
  });

  test('says that it stops of one whose turn was interrupted', () => {
    expectFrame(
      agentsRows({ ...state, runs: runsOf(run([proc(2, 0, 'a')])), stopping: new Set([2 as Pid]) }, { width: 30, height: 2 }),
      `
      ◌ a 2            stops     10s
      `,
    );
  });

  test('says what to do next while it is empty', () =>
    expectFrame(
      agentsRows(shellState(), { width: 30, height: 9 }),
      `
      No agents yet.

      Type what you want
      and press Enter.
      `,
    ));

  test.each(SIZES)('fits %j with names in every script', (size) => {
    const names = ['作業者の名前がとても長い場合', 'עובד-בעברית', '👩‍👩‍👧‍👦 family agent', 'a'.repeat(300), 'é́́́combining'];
    const odd = runsOf(run(names.map((name, at) => proc(at + 1, at, name, { tool: `edit ${name}`, tokens: 10 ** (at * 2), cost_usd: null }))));
    for (let width: number = size.width; width > 0; width = Math.floor(width / 2))
      expectFits(agentsRows({ ...state, runs: odd }, { ...size, width }), { ...size, width });
  });
});
