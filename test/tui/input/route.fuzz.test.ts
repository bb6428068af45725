import { expect, test } from 'vitest';
import type { Pid, RunId } from '../../../src/kernel/ids.ts';
import { slash, slashEntries } from '../../../src/tui/commands/slash.ts';
import { createDecoder } from '../../../src/tui/input/decoder.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/input/keymap.ts';
import { createRoute, deliver } from '../../../src/tui/input/route.ts';
import type { Intent } from '../../../src/tui/intent.ts';
import { actIn, typeIn } from '../../../src/tui/overlays/act.ts';
import { overlayRows } from '../../../src/tui/overlays/overlay-rows.ts';
import { actOnInterview } from '../../../src/tui/panes/act-interview.ts';
import { actOnSeed } from '../../../src/tui/panes/act-seed.ts';
import { snapped } from '../../../src/tui/prompt/units.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { applyUi, withPrompt } from '../../../src/tui/store/reduce.ts';
import { random } from '../../helpers/random.ts';
import { askOf, procOf, runOf, stateOf } from '../../helpers/shell-scene.ts';

const route = createRoute({
  actOn: (pane, action, state, nth) => (pane === 'interview' ? actOnInterview(action, state, nth) : pane === 'seed' ? actOnSeed(action, state) : undefined),
  ...{ actIn, typeIn, slash },
  commands: (query) => slashEntries(query).map(({ name }) => ({ text: name })),
  paneAt: (_, x, y) => (y > 20 ? 'prompt' : x < 20 ? 'agents' : x < 60 ? 'chat' : 'audit'),
});

const ESC = '\x1b';
/** What comes from a keyboard, a mouse and a terminal, and what should not. */
const PIECES = [
  ...['a', 'hello ', '日本', '👩‍👩‍👧', '/', '@', '!', '?', 'x', 'y', 'n', 'q', '1', ' ', 'i', 'j', 'k', 'G', '/help', '/exit now', '/theme'],
  ...['\r', '\n', '\t', '\x7f', '\x03', '\x0b', '\x0c', '\x12', '\x15', '\x17', '\x19', '\x1a', '\x1f', '\x01', '\x05', '\x10', '\x0e', '\x14'],
  ...['A', 'B', 'C', 'D', 'H', 'F', 'Z', '1;5C', '1;3D', '3~', '5~', '6~', '13;2u', '97;5u', '<64;9;9M', '<0;9;9M', '<0;30;22M', 'I', '?1;2c'].map(
    (one) => `${ESC}[${one}`,
  ),
  ...[
    `${ESC}[200~one line${ESC}[201~`,
    `${ESC}[200~${'many\r'.repeat(60)}${ESC}[201~`,
    `${ESC}b`,
    `${ESC}d`,
    `${ESC}1`,
    `${ESC}3`,
    `${ESC}5`,
    `${ESC}p`,
    `${ESC}a`,
    `${ESC}\r`,
  ],
  ...[`${ESC}]11;rgb:0/0/0${ESC}\\`, '\x9b', `${ESC}[999;`, '\ud800'],
];

const start = (): ShellState => {
  const run = 'r_1' as RunId;
  const procs = [procOf(1, { run, name: 'chat' }), procOf(2, { run, ppid: 1 as Pid, name: 'assistant', state: { is: 'waiting', on: 'model' } })];
  return stateOf({
    session: run,
    runs: new Map([[run, runOf('r_1', { kind: 'chat', procs })]]),
    asks: [askOf({}), askOf({ kind: 'question', options: ['yes', 'no'] })],
  });
};

test.each([1, 2, 3])('ten thousand keys, pastes and scraps leave a shell that can be left (seed %i)', (seed) => {
  const { int, pick } = random(seed);
  const decoder = createDecoder();
  let state = start();
  const asked: Intent[] = [];
  const take = (bytes: string, isQuiet: boolean): void => {
    for (const event of [...decoder.push(bytes), ...(isQuiet ? decoder.flush() : [])])
      deliver(
        event,
        (one) => route(state, one, DEFAULT_KEYMAP),
        (outcome) => {
          if (outcome.prompt) state = withPrompt(state, outcome.prompt);
          for (const intent of outcome.ui ?? []) state = applyUi(state, intent);
          asked.push(...(outcome.world ?? []));
        },
      );
  };
  for (let n = 0; n < 3_400; n += 1) {
    const piece = pick(PIECES);
    const cut = int(piece.length + 1);
    take(piece.slice(0, cut), false);
    take(piece.slice(cut), int(4) === 0);
    expect(state.prompt.at).toBe(snapped(state.prompt.text, state.prompt.at));
    if (state.overlay && int(50) === 0) overlayRows(state.overlay, { state, keymap: DEFAULT_KEYMAP.bindings }, { width: 80, height: 20 });
    if (state.prompt.text.length > 2_000) take(`${ESC}[201~\x03`, true);
  }
  asked.length = 0;
  for (let n = 0; n < 200; n += 1) decoder.flush();
  for (let n = 0; n < 8; n += 1) take('\x03', true);
  expect(asked).toContainEqual({ do: 'exit', agents: 'ask' });
});
