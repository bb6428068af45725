import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../src/tui/input/decoder.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/input/keymap.ts';
import { createRoute, deliver } from '../../../src/tui/input/route.ts';
import { withKey, withPainted } from '../../../src/tui/overlays/painted.ts';
import { PLACES } from '../../../src/tui/screen/places.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { applyUi, withPrompt } from '../../../src/tui/store/reduce.ts';
import { withNow } from '../../../src/tui/store/set.ts';
import { askOf, stateOf } from '../../helpers/shell-scene.ts';

const FIRST = askOf({});
const SECOND = askOf({ ask: 'a4.0' as never, text: 'bash: npm publish' });
const QUESTION = askOf({ ask: 'a5.0' as never, kind: 'question', text: 'Which port?', options: ['80', '8080'] });
const route = createRoute(PLACES);

/** What keys that come in one chunk answer; the screen is written behind them. */
function typed(before: ShellState, chunk: string): readonly [answers: readonly string[], state: ShellState] {
  const decoder = createDecoder();
  const answers: string[] = [];
  let state = before;
  for (const event of [...decoder.push(chunk), ...decoder.flush()])
    deliver(
      event,
      (one) => route(state, one, DEFAULT_KEYMAP),
      ({ prompt, ui = [], world = [] }) => {
        state = ui.reduce(applyUi, prompt ? withPrompt(state, prompt) : state);
        for (const one of world) if (one.do === 'answer') answers.push(`${one.ask} ${one.reply.verdict}`);
      },
    );
  return [answers, withPainted(state, state.now, 24)];
}

const open = (asks: ShellState['asks'], change: Partial<ShellState> = {}): ShellState =>
  stateOf({ now: 1000, asks, overlay: { is: 'approval', ask: 'a3.0' }, painted: { ask: 'a3.0', since: 1000 }, ...change });

describe('one chunk of keys answers one question at most, the one that was on the screen before it', () => {
  test.each([
    ['na', ['a3.0 deny']],
    ['yy', ['a3.0 allow']],
    ['n\u001b[Ca', ['a3.0 deny']],
    ['\ty', []],
    ['\u001b\u001bay', ['a3.0 allow']],
  ])('%j', (chunk, answers) => {
    expect(typed(open([FIRST, SECOND]), chunk)[0]).toEqual(answers);
  });

  test.each([
    ['a question behind an approval', [FIRST, QUESTION], 'y1', ['a3.0 allow']],
    ['what was opened with the same keys', [FIRST], 'y', []],
  ])('%s', (name, asks, chunk, answers) => {
    const isNew = name.startsWith('what');
    expect(typed(isNew ? stateOf({ asks }) : open(asks), isNew ? `/approvals\r${chunk}` : chunk)[0]).toEqual(answers);
  });
});

test('the next one takes an answer half a second after it was written to the screen, not after it was opened', () => {
  const [, next] = typed(open([FIRST, SECOND]), 'n');
  expect(next).toMatchObject({ overlay: { ask: 'a4.0', came: 'next' }, painted: { ask: 'a4.0', since: 1000 } });
  const { painted: _, ...unpainted } = next;
  expect(typed(withNow(unpainted, 9000), 'a')[0]).toEqual([]);
  const late = withPainted(withNow(unpainted, 5000), 5000, 24);
  expect(typed(withNow(late, 5499), 'a')[0]).toEqual([]);
  expect(typed(withNow(late, 5500), 'a')[0]).toEqual(['a4.0 allow']);
});

test.each(['y', 'r', 'a', 'n', 'd', '1', 'w'])('%s answers nothing where the one that was shown was answered elsewhere, or ran out', (key) => {
  const [answers, { overlay }] = typed(open([SECOND, QUESTION]), key);
  expect([answers, overlay]).toEqual([[], { is: 'approval', ask: 'a3.0' }]);
});

test('what is on the screen is known from the time it was written there, until something else is', () => {
  const shown = withPainted(open([FIRST], { painted: { ask: 'a9.0', since: 1 } }), 50, 24);
  expect(shown.painted).toEqual({ ask: 'a3.0', since: 50 });
  expect(withPainted(shown, 70, 24)).toBe(shown);
  expect(withPainted({ ...shown, asks: [SECOND] }, 70, 24).painted).toBeUndefined();
  expect(withPainted({ ...shown, overlay: { is: 'help' } }, 70, 24).painted).toBeUndefined();
});

test('a window without a row for what is asked has not shown it', () => {
  const shown = open([FIRST]);
  expect(withPainted(shown, 70, 1).painted).toBeUndefined();
  expect(withPainted(withPainted(shown, 70, 1), 90, 2).painted).toEqual({ ask: 'a3.0', since: 90 });
});

test('a key that is held down answers one question, and the next one when it was let go', () => {
  const next = open([SECOND], { overlay: { is: 'approval', ask: 'a4.0' as never, came: 'next' }, painted: { ask: 'a4.0', since: 1000 }, typed: 1000 });
  const pressed = (state: ShellState, now: number): ShellState => ({ ...withKey(state, now), now, typed: now });
  let held = next;
  for (let now = 1030; now <= 3010; now += 30) {
    held = pressed(held, now);
    expect(typed(held, 'y')[0]).toEqual([]);
  }
  expect(typed(pressed(held, 3600), 'y')[0]).toEqual(['a4.0 allow']);
  expect(typed(pressed(next, 1600), 'y')[0]).toEqual(['a4.0 allow']);
});
