import { expect, test } from 'vitest';
import { DEFAULT_KEYMAP } from '../../../src/tui/input/keymap.ts';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { plainKey } from '../../../src/tui/input/named-key.ts';
import { createRoute } from '../../../src/tui/input/route.ts';
import { meantBy } from '../../../src/tui/screen/meant.ts';
import { PLACES } from '../../../src/tui/screen/places.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { askOf, stateOf } from '../../helpers/shell-scene.ts';

const over = (ask: ReturnType<typeof askOf>, change: Partial<ShellState> = {}): ShellState =>
  stateOf({ asks: [ask], overlay: { is: 'approval', ask: ask.ask }, painted: { ask: ask.ask, since: 0 }, ...change });
const APPROVAL = over(askOf({}));
const QUESTION = over(askOf({ kind: 'question', text: 'Which port?', options: ['80', '8080'] }));

/** What a line comes to, in short: `+` what is entered into a form. */
const short = (line: string, state: ShellState): string => {
  const { events, isEntered } = meantBy(line, state, KEYS);
  const told = events.map((event) => (event.is === 'text' ? event.text : event.is === 'key' ? `<${event.key.name}>` : event.is));
  return [...told, ...(isEntered ? ['+'] : [])].join(' ');
};

test.each([
  ['y', 'y'],
  [' n ', 'n'],
  ['Yes', 'y'],
  ['once', 'y'],
  ['run', 'r'],
  ['always', 'a'],
  ['no', 'n'],
  ['refuse', 'n'],
  ['later', '<escape>'],
  // No answer: it is said, and what asks waits.
  ['nah', '<escape> nah <enter>'],
  ['yy', '<escape> yy <enter>'],
  ['na', '<escape> na <enter>'],
  ['yes please', '<escape> yes please <enter>'],
  ['x', 'x'],
  ['', '<enter>'],
])('a line %j over an approval is %j', (line, meant) => {
  expect(short(line, APPROVAL)).toBe(meant);
});

test.each([
  ['2', '2'],
  ['no', 'w +'],
  ['8080', 'w +'],
  ['C', 'w +'],
  ['later', '<escape>'],
])('a line %j over a question is %j', (line, meant) => {
  expect(short(line, QUESTION)).toBe(meant);
});

test.each(['y', 'always', '/approvals'])('beside what came up just now %j is said, however long its keys take', (line) => {
  const cameUp: Partial<ShellState> = { overlay: { is: 'approval', ask: 'a3.0', came: 'itself' }, painted: { ask: 'a3.0', since: APPROVAL.now } };
  const { prompt, events } = meantBy(line, { ...APPROVAL, ...cameUp }, KEYS);
  expect({ prompt, events }).toEqual({ prompt: line, events: [{ is: 'key', key: plainKey('enter') }] });
  const long = { ...APPROVAL, ...cameUp, now: APPROVAL.now + 10_000, prompt: { ...APPROVAL.prompt, text: line, cursor: line.length } };
  const { world = [] } = createRoute(PLACES)(long, { is: 'key', key: plainKey('enter') }, DEFAULT_KEYMAP);
  expect(world.length).toBeGreaterThan(0);
  expect(world.map((one) => one.do)).not.toContain('answer');
});

test.each([
  ['k', 'k'],
  ['so what', '<escape> so what <enter>'],
])('a line %j over the question at the end is %j', (line, meant) => {
  expect(short(line, stateOf({ overlay: { is: 'exit' } }))).toBe(meant);
});
