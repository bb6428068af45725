import { expect, test } from 'vitest';
import { pidOf } from '../../../src/kernel/ids.ts';
import { createPlay, eventsIn } from '../../../src/tui/store/play.ts';
import { initialState } from '../../../src/tui/store/reduce.ts';
import { answered, conversation, createScene, requested } from '../../helpers/scene.ts';

const EMPTY = initialState({ columns: 80, rows: 24, layout: 'panes', theme: 'dark', now: 0 });

function recorded(): string {
  const scene = createScene();
  const events = [
    ...conversation(scene),
    scene.event(2, requested(0)),
    scene.delta(2, 'text', 'go'),
    scene.delta(2, 'text', 'od'),
    scene.event(2, answered(0, [{ type: 'text', text: 'good day' }])),
  ];
  return events.map((event) => JSON.stringify(event)).join('\n');
}

const shownAt = (place: number): readonly string[] => {
  const play = createPlay(EMPTY, eventsIn(recorded(), 'run.jsonl'));
  return (
    play
      .seek(place)
      .transcripts.get(pidOf(2))
      ?.items.map(({ text }) => text) ?? []
  );
};

test('a recorded file is shown as the shell would have shown it, at any place', () => {
  expect([0, 2, 3, 5, 6, 7, 99].map(shownAt)).toEqual([[], [], ['hello'], ['hello', 'go'], ['hello', 'good'], ['hello', 'good day'], ['hello', 'good day']]);
});

test('going back and on again ends in the same state as going there at once', () => {
  const play = createPlay(EMPTY, eventsIn(recorded(), 'run.jsonl'));
  const there = play.seek(6);
  play.seek(7);
  play.seek(2);
  expect(play.at()).toBe(2);
  expect(play.seek(6)).toEqual(there);
  expect(play.seek(0)).toBe(EMPTY);
  expect(there.session).toBe('r_scene');
});

test('places are told by the time they were recorded at', () => {
  const play = createPlay(EMPTY, eventsIn(recorded(), 'run.jsonl'));
  expect(Array.from({ length: 8 }, (_, place) => play.timeOf(place))).toEqual([0, 0, 1000, 2000, 3000, 3000, 3000, 4000]);
  expect([0, 999, 1000, 3000, 3999, 4000, 9999].map(play.placeAt)).toEqual([1, 1, 2, 6, 6, 7, 7]);
});

test.each([
  ['nothing', '\n\n', 'f has no events in it'],
  ['a line that is no JSON', '{"v":1', 'f:1 is not JSON'],
  ['no object', '[]', 'f:1 is no event: it is no object'],
  ['no type', '{"run":"r","pid":1}', 'f:1 is no event: it has no type'],
  ['no process', '{"type":"x.y","run":"r"}', 'f:1 is no event: it does not say of which run and process it is'],
  ['no place in the log', '{"type":"x.y","run":"r","pid":1,"seq":0}', 'f:1 is no event: it does not say where in the log it is'],
  ['no text', '{"type":"model.delta","run":"r","pid":1,"after":0}', 'f:1 is no event: it has neither a place in the log nor a text'],
])('%s is refused with its place', (_, text, detail) => {
  expect(() => eventsIn(text, 'f')).toThrow(expect.objectContaining({ code: 'USAGE', detail }));
});

test('the line that is wrong is named, blank ones counted', () => {
  expect(() => eventsIn(`${recorded()}\n\n{}`, 'run.jsonl')).toThrow(expect.objectContaining({ detail: 'run.jsonl:9 is no event: it has no type' }));
});
