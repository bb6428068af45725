import { describe, expect, test } from 'vitest';
import type { Pid, RunId } from '../../../src/kernel/ids.ts';
import { unified } from '../../../src/tools/unified.ts';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { changesIn, reviewRows } from '../../../src/tui/overlays/review.ts';
import type { Item, Overlay, ShellState } from '../../../src/tui/state.ts';
import { frame, procOf, runOf, SIZES, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

type Review = Extract<Overlay, { readonly is: 'review' }>;
const RUN = 'r_1' as RunId;
const usual = { width: 80, height: 24 };
const numbers = (change: Record<number, string> = {}) => Array.from({ length: 30 }, (_, at) => `${change[at] ?? `line ${at}`}\n`).join('');

const tool = (call: string, began: number, diff: string | undefined, how = 'ok'): Item =>
  ({ id: call, rev: 1, at: began, is: 'tool', call, tool: 'edit', action: 'edit', how, text: '', cut: 0, diff, ms: 1, began }) as Item;

const EDIT = unified('src/a.ts', numbers(), numbers({ 2: 'two', 20: 'twenty' }));
const NEW = unified('src/b.ts', '', 'one\n');
const scene = (change: Partial<ShellState> = {}, run = {}): ShellState =>
  stateOf({
    runs: runsOf(runOf(RUN, { procs: [procOf(3), procOf(4)], ...run })),
    transcripts: new Map([
      [4 as Pid, { items: [tool('c4.0', 20, NEW)], dropped: 0 }],
      [3 as Pid, { items: [tool('c3.0', 10, EDIT), tool('c3.1', 11, undefined), tool('c3.2', 12, NEW, 'denied')], dropped: 0 }],
      [9 as Pid, { items: [tool('c9.0', 1, NEW)], dropped: 0 }],
    ]),
    ...change,
  });
const at = (place: number, back = 0) => ({ scroll: { ...stateOf().scroll, overlay: { back, at: place, filter: '' } } });
const review = (rejected?: readonly string[]): Review => ({ is: 'review', run: RUN, ...(rejected ? { rejected } : {}) });
const rowsOf = (state: ShellState, overlay: Review = review(), size = usual) => frame(reviewRows({ state, keymap: viewOf().keymap, overlay }, size), size);
const first = 'c3.0 src/a.ts 0';
const second = 'c3.0 src/a.ts 1';
const third = 'c4.0 src/b.ts 0';

describe('a review', () => {
  test('has what the calls of a run changed, in the order they were made, hunk by hunk', () => {
    expect(changesIn(scene(), review()).map(({ id }) => id)).toEqual([first, second, third]);
    expect(changesIn(scene(), { run: RUN, call: 'c4.0' }).map(({ id }) => id)).toEqual([third]);
  });

  test('shows the hunk it is at, whether each is kept, and what can be done', () => {
    expect(rowsOf(scene(), review([first]))).toBe(
      `Review 1 of 3 · 1 to put back
> ✗ put back  src/a.ts  +1 -1                                               c3.0
1   line 0
2   line 1
3 - line 2
3 + two
4   line 3
5   line 4
6   line 5

  ✓ keep  src/a.ts  +1 -1                                                   c3.0
⋯ 17 lines
18   line 17
19   line 18
20   line 19
21 - line 20
21 + twenty
22   line 21
23   line 22
24   line 23

  ✓ keep  src/b.ts  +1 -0                                                   c4.0
y keep  n put back  Y keep the rest  N put the rest back  Enter apply  Down next
Up before  Esc close`,
    );
  });

  test('marks, goes on to the next, and takes marks back', () => {
    expect(actIn(review(), 'reject', scene())?.ui).toEqual([
      { ui: 'change', overlay: review([first]) },
      { ui: 'move', by: 1 },
      { ui: 'scroll', by: 'end' },
    ]);
    expect(actIn(review([first, third]), 'keep', scene())?.ui?.[0]).toEqual({ ui: 'change', overlay: review([third]) });
    expect(actIn(review([first]), 'reject-all', scene(at(1)))?.ui).toEqual([{ ui: 'change', overlay: review([first, second, third]) }]);
    expect(actIn(review([first, third]), 'keep-all', scene(at(1)))?.ui).toEqual([{ ui: 'change', overlay: review([first]) }]);
  });

  test('has put back what was not kept, the newest first', () => {
    expect(actIn(review([third, second]), 'apply', scene())).toEqual({
      ui: [{ ui: 'close' }],
      world: [
        { do: 'reject', run: RUN, path: 'src/b.ts', changes: [{ call: 'c4.0', hunks: [0] }] },
        { do: 'reject', run: RUN, path: 'src/a.ts', changes: [{ call: 'c3.0', hunks: [1] }] },
      ],
    });
    expect(actIn(review(), 'apply', scene())?.world).toBeUndefined();
  });

  test('scrolls within a long hunk, its head in sight', () => {
    const long = unified('src/l.ts', '', Array.from({ length: 200 }, (_, n) => `row ${n}\n`).join(''));
    const state = scene({ transcripts: new Map([[3 as Pid, { items: [tool('c3.0', 1, long)], dropped: 0 }]]), ...at(0, 150) });
    const rows = rowsOf(state, review(), { width: 40, height: 12 });
    expect(rows).toContain('> ✓ keep  src/l.ts  +200 -0         c3.0\n151 + row 150\n');
    expect(actIn(review(), 'scroll-down', state)?.ui).toEqual([{ ui: 'scroll', by: -17 }]);
    expect(actIn(review(), 'scroll-up', state)?.ui).toEqual([{ ui: 'scroll', by: 17 }]);
  });

  test('of a run that is no conversation under way is only looked at', () => {
    for (const run of [{ kind: 'run' }, { status: 'ended' }] as const) {
      expect(rowsOf(scene({}, run))).toContain('Down next  Up before  PgDn further down  Esc close');
      expect(actIn(review(), 'reject', scene({}, run))).toBeUndefined();
      expect(actIn(review(), 'apply', scene({}, run))).toBeUndefined();
      expect(actIn(review(), 'down', scene({}, run))?.ui).toBeDefined();
    }
  });

  test('without a change says where else to look', () => {
    expect(rowsOf(stateOf())).toContain('Nothing that was changed is known here.');
    expect(actIn(review(), 'apply', stateOf())).toBeUndefined();
  });

  test.each(SIZES)('fits $width x $height', (size) => {
    const text = `${'日本語のコード 👩‍👩‍👧‍👦 שלום\t'.repeat(20)}\n`.repeat(40);
    const state = scene({ transcripts: new Map([[3 as Pid, { items: [tool('c3.0', 1, unified('とても長い名前/ファイル.ts', '', text))], dropped: 0 }]]) });
    expect(rowsOf(state, review(), size)).toContain('y keep');
  });
});
