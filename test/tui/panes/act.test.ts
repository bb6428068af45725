import { describe, expect, test } from 'vitest';
import type { Pid } from '../../../src/kernel/ids.ts';
import { actOn } from '../../../src/tui/panes/act.ts';
import type { Scroll, ShellState } from '../../../src/tui/state.ts';
import { entry, proc, RUN, run, runsOf, shellState } from '../../helpers/shell-state.ts';
import { ASSISTANT, answered, called, said, talk } from '../../helpers/shell-talk.ts';

const at = (pane: 'agents' | 'chat' | 'audit', place: number, change: Partial<ShellState> = {}): ShellState => {
  const state = shellState(change);
  const scroll: Scroll = { back: 0, at: place, filter: '' };
  return { ...state, focus: pane, scroll: { ...state.scroll, [pane]: scroll } };
};
const PID = 5 as Pid;
const one = (change: Parameters<typeof proc>[3] = {}, more: Partial<ShellState> = {}): ShellState =>
  at('agents', 0, { runs: runsOf(run([proc(5, 0, 'a', change)])), ...more });
const audit = (...entries: ReturnType<typeof entry>[]): Partial<ShellState> => ({
  audit: { entries, size: entries.length, root: '', verified: undefined, verifying: false },
});

describe('keys of the agents', () => {
  test.each<readonly [action: string, state: ShellState, outcome: object | undefined]>([
    [
      'open',
      one(),
      {
        ui: [
          { ui: 'select', pid: PID },
          { ui: 'focus', pane: 'chat' },
        ],
      },
    ],
    ['stop', one(), { world: [{ do: 'signal', pid: PID, signal: 'STOP' }] }],
    ['stop', one({ state: { is: 'stopped' } }), { world: [{ do: 'signal', pid: PID, signal: 'CONT' }] }],
    ['kill', one(), { world: [{ do: 'signal', pid: PID, signal: 'TERM' }] }],
    ['kill', one({}, audit(entry(1, { type: 'process.signalled', signal: 'TERM' }, 5))), { world: [{ do: 'signal', pid: PID, signal: 'KILL' }] }],
    ['kill', one({}, audit(entry(1, { type: 'process.signalled', signal: 'TERM' }, 6))), { world: [{ do: 'signal', pid: PID, signal: 'TERM' }] }],
    ['inspect', one(), { ui: [{ ui: 'open', overlay: { is: 'detail', of: { pid: PID } } }] }],
    ['up', one(), { ui: [{ ui: 'move', by: -1 }] }],
    ['unknown', one(), undefined],
    ['kill', at('agents', 0), undefined],
  ])('%s', (action, state, outcome) => expect(actOn('agents', action, state)).toEqual(outcome));

  test.each(['message', 'nice'])('%s opens a line to be typed', (action) => {
    expect(actOn('agents', action, one())?.ui?.[0]).toMatchObject({ ui: 'open', overlay: { is: 'form' } });
  });

  test.each(['message', 'nice', 'stop', 'kill'])('%s of one that has ended only says so', (action) => {
    expect(actOn('agents', action, one({ state: { is: 'exited', exit: { how: 'done', text: '' } } }))).toMatchObject({
      ui: [{ ui: 'notice', text: 'a has ended' }],
    });
  });
});

describe('keys of the conversation', () => {
  const items = [said('u', 'hello'), called('c', 'edit a', { diff: '+x' }), answered('a', 'text')];
  test.each<readonly [action: string, place: number, outcome: object]>([
    ['unfold', 0, { ui: [{ ui: 'unfold', item: 'a' }] }],
    ['unfold', 1, { ui: [{ ui: 'unfold', item: 'c' }] }],
    ['open', 99, { ui: [{ ui: 'unfold', item: 'u' }] }],
    ['up', 0, { ui: [{ ui: 'move', by: 1 }] }],
    ['page', 0, { world: [{ do: 'page', title: 'answer', text: 'text\n' }] }],
    ['page', 1, { world: [{ do: 'page', title: 'edit a', text: 'edit a\n\n+x\n' }] }],
    ['review', 1, { ui: [{ ui: 'open', overlay: { is: 'review', run: RUN, call: 'c' } }] }],
    ['review', 0, { ui: [{ ui: 'open', overlay: { is: 'review', run: RUN } }] }],
    [
      'bottom',
      2,
      {
        ui: [
          { ui: 'move', by: -2 },
          { ui: 'scroll', by: 'end' },
        ],
      },
    ],
  ])('%s of the thing %d from the newest', (action, place, outcome) => expect(actOn('chat', action, at('chat', place, talk(items)))).toEqual(outcome));
  test('nothing where nothing was said', () => expect(actOn('chat', 'unfold', at('chat', 0, { selected: ASSISTANT }))).toBeUndefined());
});

describe('keys of the log', () => {
  const state = at('audit', 1, audit(entry(7, { type: 'a.b' }), entry(8, { type: 'a.b' })));
  test('enter shows all of an entry', () =>
    expect(actOn('audit', 'open', state)).toEqual({ ui: [{ ui: 'open', overlay: { is: 'detail', of: { leaf: 7 } } }] }));
  test('v proves the log', () => expect(actOn('audit', 'verify', state)).toEqual({ world: [{ do: 'verify' }] }));
  test('down goes towards the newest', () => expect(actOn('audit', 'down', state)).toEqual({ ui: [{ ui: 'move', by: -1 }] }));
});
