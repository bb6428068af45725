import { expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { ambiguityOf } from '../../../src/ouroboros/interview/ambiguity.ts';
import { NO_INTERVIEW } from '../../../src/ouroboros/view/interview.ts';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { actIn, typeIn } from '../../../src/tui/overlays/act.ts';
import { overlayRows } from '../../../src/tui/overlays/overlay-rows.ts';
import { actOnInterview } from '../../../src/tui/panes/act-interview.ts';
import { actOnSeed } from '../../../src/tui/panes/act-seed.ts';
import { interviewShown } from '../../../src/tui/panes/interview.ts';
import { seedRows } from '../../../src/tui/panes/seed.ts';
import type { Overlay, ShellState } from '../../../src/tui/state.ts';
import { applyUi } from '../../../src/tui/store/reduce.ts';
import { random } from '../../helpers/random.ts';
import { askOf, frame, procOf, runOf, stateOf } from '../../helpers/shell-scene.ts';
import { entry, runsOf } from '../../helpers/shell-state.ts';

const TEXT = '日本語のテキスト 👩‍👩‍👧‍👦 שלום עולם é\twords and words\n'.repeat(3);
const RUN = 'r_1' as RunId;
const DIFF = `--- a.ts\ta\n+++ a.ts\tb\n@@ -1,2 +1,2 @@\n-${TEXT.replaceAll('\n', ' ')}\n+b\n c\n@@ -9 +9 @@\n-x\n+y\n`;

const clarity = { goal: 0.9, constraints: 0.2, criteria: null, context: 0.5 };
const full = (): ShellState =>
  stateOf({
    runs: runsOf(
      runOf(RUN, { title: TEXT, procs: [procOf(3, { name: TEXT, tool: TEXT })] }),
      runOf('r_2', { kind: 'interview' }),
      runOf('r_3', { kind: 'interview' }),
    ),
    transcripts: new Map([
      [
        3,
        {
          items: [
            { id: 'c3.0', rev: 0, at: 0, is: 'tool', call: 'c3.0', tool: 'edit', action: TEXT, how: 'ok', text: TEXT, cut: 3, diff: DIFF, ms: 1, began: 0 },
          ],
          dropped: 0,
        },
      ],
    ]) as never,
    asks: [
      askOf({ text: TEXT, detail: DIFF, leads: [{ from: TEXT, to: TEXT }] }),
      askOf({ ask: 'a9.1' as never, kind: 'question', text: TEXT, options: [TEXT, 'b'] }),
      askOf({ ask: 'a9.2' as never, run: 'r_2' as RunId, kind: 'question', text: TEXT, options: [TEXT, 'later'], key: 'q1' }),
    ],
    interviews: new Map([
      [
        'r_2' as RunId,
        {
          ...NO_INTERVIEW,
          is: 'awaiting',
          request: TEXT,
          round: 1,
          questions: [{ n: 1, id: 'a', text: TEXT, why: TEXT, about: 'goal', options: [TEXT], recommended: 0 }],
          scores: [{ round: 0, clarity, uncited: ['goal'], because: {}, missing: [TEXT], ...ambiguityOf(clarity, true) }],
          project: { brownfield: true, observations: [], dependencies: [], patterns: [] },
        },
      ],
      ['r_3' as RunId, { ...NO_INTERVIEW, is: 'seeded', yaml: TEXT, restated: TEXT }],
    ]),
    sessions: [{ run: RUN, kind: 'chat', title: TEXT, cwd: '/', at: 0, cost_usd: 1, isAlive: true, found: TEXT }],
    audit: { entries: [entry(4, { type: 'x.y', text: TEXT, list: [TEXT, { a: TEXT }] })], size: 5, root: '', verified: undefined, verifying: false },
  });

const OVERLAYS: readonly Overlay[] = [
  { is: 'help' },
  { is: 'palette' },
  { is: 'palette', models: [TEXT.replaceAll('\n', ' ')] },
  { is: 'approval' },
  { is: 'sessions' },
  { is: 'setup' },
  { is: 'setup', tried: { is: 'demo' }, wrong: TEXT },
  { is: 'exit' },
  { is: 'review', run: RUN },
  { is: 'detail', of: { pid: 3 as never } },
  { is: 'detail', of: { leaf: 4 } },
  { is: 'detail', of: { call: 'c3.0' } },
  { is: 'detail', of: { cost: 'all' } },
];
const ACTIONS = [...new Set(KEYS.map((one) => one.action)), 'wheel-up', 'wheel-down'];

test('nothing over the panes, and no pane, is larger than its place or holds a control, from 1x1 to 400x100, whatever keys came before', () => {
  const { int, pick } = random(7);
  for (let round = 0; round < 400; round++) {
    const size = { width: 1 + int(round % 4 === 0 ? 400 : 60), height: 1 + int(round % 4 === 0 ? 100 : 24) };
    let state: ShellState = {
      ...full(),
      size: { columns: size.width, rows: size.height },
      overlay: pick(OVERLAYS),
      focus: pick(['interview', 'seed'] as const),
    };
    for (let key = 0; key < 6; key++) {
      const { overlay } = state;
      const action = pick(ACTIONS);
      const outcome = overlay
        ? int(4) === 0
          ? typeIn(overlay, { text: pick(['a', '語', '👩‍👧']) }, state)
          : actIn(overlay, action, state, int(9))
        : state.focus === 'seed'
          ? actOnSeed(action, state)
          : actOnInterview(action, state, int(9));
      state = (outcome?.ui ?? []).reduce(applyUi, state);
      const view = { state, keymap: KEYS };
      if (state.overlay) frame(overlayRows(state.overlay, view, size), size);
      frame(interviewShown(view, size).rows, size);
      frame(seedRows(view, size), size);
    }
  }
  expect(ACTIONS.length).toBeGreaterThan(50);
});
