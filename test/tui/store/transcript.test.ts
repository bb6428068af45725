import { expect, test } from 'vitest';
import type { BusEvent } from '../../../src/kernel/events.ts';
import { pidOf } from '../../../src/kernel/ids.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { createFold } from '../../../src/tui/store/fold.ts';
import { initialState, reduceEvent } from '../../../src/tui/store/reduce.ts';
import { answered, conversation, createScene, finished, intended, requested, said } from '../../helpers/scene.ts';

const EMPTY = initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 });

function played(events: readonly BusEvent[]): ShellState {
  const fold = createFold(EMPTY);
  for (const event of events) fold.take(event);
  return fold.into(EMPTY);
}

const linesOf = (state: ShellState, pid: number): readonly string[] =>
  (state.transcripts.get(pidOf(pid))?.items ?? []).map((item) =>
    item.is === 'tool' ? `tool ${item.how} ${item.action}: ${item.text}` : `${item.is}${'streams' in item && item.streams ? '…' : ''} ${item.text}`,
  );

test('a conversation is what was said, thought, answered and done, in the order of the log', () => {
  const scene = createScene();
  const state = played([
    ...conversation(scene),
    scene.event(2, requested(0)),
    scene.event(
      2,
      answered(0, [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'let me look' },
        { type: 'call', id: 'p', name: 'bash', input: {} },
      ]),
    ),
    scene.event(2, intended('c2.0', 'bash', '$ ls')),
    scene.event(2, finished('c2.0', 'bash', 'a\nb')),
    scene.event(2, requested(1)),
    scene.event(2, answered(1, [{ type: 'text', text: 'two files' }])),
    scene.event(2, { type: 'process.moved', to: 'waiting' }),
    scene.event(2, said('thanks'), { actor: 'user' }),
  ]);
  expect(linesOf(state, 2)).toEqual(['user hello', 'thinking hm', 'answer let me look', 'tool ok $ ls: a\nb', 'answer two files', 'user thanks']);
});

test('what streams is shown as it comes, and replaced by what the log has', () => {
  const scene = createScene();
  const before = [
    ...conversation(scene),
    scene.event(2, requested(0)),
    scene.delta(2, 'thinking', 'h'),
    scene.delta(2, 'thinking', 'm'),
    scene.delta(2, 'text', 'tw'),
  ];
  expect(linesOf(played(before), 2)).toEqual(['user hello', 'thinking… hm', 'answer… tw']);
  const after = [
    ...before,
    scene.event(
      2,
      answered(0, [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'two' },
      ]),
    ),
  ];
  expect(linesOf(played(after), 2)).toEqual(['user hello', 'thinking hm', 'answer two']);
  const ids = (state: ShellState) => state.transcripts.get(pidOf(2))?.items.map(({ id }) => id);
  expect(ids(played(after))).toEqual(ids(played(before)));
});

test('events one by one give what they give in one go', () => {
  const scene = createScene();
  const events = [...conversation(scene), scene.event(2, requested(0)), scene.event(2, answered(0, [{ type: 'text', text: 'hi' }]))];
  expect(events.reduce(reduceEvent, EMPTY)).toEqual(played(events));
});
