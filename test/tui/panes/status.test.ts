import { describe, expect, test } from 'vitest';
import type { AskId, Pid, RunId } from '../../../src/kernel/ids.ts';
import { statusLine } from '../../../src/tui/panes/status.ts';
import type { ShellAsk, ShellState } from '../../../src/tui/state.ts';
import { columnsOf, plainText } from '../../../src/tui/text/line.ts';
import { proc, RUN, run, runsOf, shellState, waits } from '../../helpers/shell-state.ts';

const usage = { input: 40_000, output: 9000, cache_read: 0, cache_write: 0 };
const limits = { tokens: null, usd: 2, turns: 50, wall_ms: null, tool_calls: null };
const runs = runsOf(
  run([proc(1, 0, 'chat', { state: waits('child') }), proc(2, 1, 'assistant', { state: waits('model') })], { usage, cost_usd: 0.31, limits }),
);
const audit = { entries: [], size: 1234, root: 'abcdef0123456789', verified: undefined, verifying: false };
const state = shellState({ runs, session: RUN, context: 0.41, audit });

const told = (change: Partial<ShellState>, width = 400): string => plainText(statusLine({ ...state, ...change }, width));
const ask = { ask: 'a1' as AskId } as ShellAsk;

describe('the status line', () => {
  test.each<readonly [width: number, text: string]>([
    [200, '● working · anthropic/claude-opus-4-5 · 1 agent · 49.0k tokens · $0.310 of $2.00 · context 41% · bwrap · #1234 abcdef01'],
    [110, '● working · anthropic/claude-opus-4-5 · 1 agent · 49.0k tokens · $0.310 of $2.00 · context 41% · bwrap'],
    [80, '● working · anthropic/claude-opus-4-5 · 1 agent · $0.310 of $2.00 · context 41%'],
    [40, '● working · anthropic/claude-opus-4-5'],
    [20, '● working'],
    [5, '● wo…'],
  ])('in %d columns leaves the least important out', (width, text) => expect(told({}, width)).toBe(text));

  test('never is wider than the screen', () => {
    for (let width = 1; width <= 400; width++) expect(columnsOf(told({ asks: [ask], sandbox: 'none' }, width))).toBeLessThanOrEqual(width);
  });

  test.each<readonly [claim: string, change: Partial<ShellState>, first: string]>([
    ['says that the kernel opens', { kernel: { is: 'opening' } }, 'opening…'],
    ['says why there is no kernel', { kernel: { is: 'failed', text: 'LOCKED: the home is in use', hint: undefined } }, 'LOCKED: the home is in use'],
    ['is at rest when nobody works', { runs: new Map() }, 'ready'],
    ['is at rest when the agent waits for what is said next', { runs: runsOf(run([proc(2, 0, 'a', { state: waits('message') })])) }, 'ready'],
    [
      'is at work when the root of a conversation runs its checks',
      { runs: runsOf(run([proc(1, 0, 'chat', { state: waits('tool') }), proc(2, 1, 'assistant', { state: waits('message') })])) },
      '● working',
    ],
    ['says that a turn is being stopped', { stopping: new Set([2 as Pid]) }, 'stopping…'],
    ['knows an interview', { runs: runsOf(run([proc(2, 0, 'a')], { kind: 'interview' })) }, '● interview'],
    ['knows work that begins', { runs: runsOf(run([proc(2, 0, 'a')], { kind: 'run' })) }, '● starting'],
  ])('%s', (_claim, change, first) => expect(told(change).split(' · ')[0]).toBe(first));

  test.each<readonly [claim: string, change: Partial<ShellState>, part: string]>([
    ['tells how many questions are open', { asks: [ask, ask] }, '2 wait for you (Alt-A)'],
    ['warns where there is no sandbox', { sandbox: 'none' }, 'no sandbox'],
    ['says that a price is unknown', { runs: runsOf(run([], { usage, cost_usd: null })) }, '$?'],
    ['shows the head of a log that was proved', { audit: { ...audit, verified: { ok: true, entries: 9, of: 9 } } }, '#1234 abcdef01 ✓'],
    ['shouts when the log does not prove', { audit: { ...audit, verified: { ok: false, entries: 3, of: 9 } } }, '#1234 abcdef01 ✗ not proved'],
    ['says that there is no model', { model: '' }, 'no model'],
  ])('%s', (_claim, change, part) => expect(told(change).split(' · ')).toContain(part));

  test('turns only while something runs', () => {
    expect(plainText(statusLine(state, 80, '⠋'))).toMatch(/^⠋ /u);
    expect(plainText(statusLine({ ...state, runs: runsOf(run([], { run: 'r2' as RunId })) }, 80, '⠋'))).not.toContain('⠋');
  });
});
