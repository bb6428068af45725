import { describe, expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { type DetailOf, detailRows } from '../../../src/tui/overlays/detail.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { frame, procOf, runOf, SIZES, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { entry, runsOf } from '../../helpers/shell-state.ts';

const usual = { width: 80, height: 24 };
const rowsOf = (of: DetailOf, state: ShellState, size: { readonly width: number; readonly height: number } = usual) =>
  frame(detailRows({ state, keymap: viewOf().keymap, of }, size), size);
const tool = (change: object = {}) => ({
  id: 'c3.0',
  rev: 1,
  at: 0,
  is: 'tool',
  call: 'c3.0',
  tool: 'bash',
  action: 'bash: npm test',
  how: 'failed',
  text: '1 failing',
  cut: 0,
  diff: undefined,
  ms: 120,
  began: 0,
  ...change,
});

describe('details', () => {
  test('of a process are all that is known of it, with how it ended', () => {
    const proc = procOf(7, {
      ppid: 3 as never,
      name: 'worker ac1',
      state: { is: 'exited', exit: { how: 'failed', code: 'LIMIT', message: 'all turns are used', hint: 'give it more with --max-turns' } },
      ended_at: 95_000,
      tokens: 1200,
      cost_usd: null,
    });
    expect(rowsOf({ pid: 7 as never }, stateOf({ runs: runsOf(runOf('r_1', { title: 'a job', procs: [proc] })) }))).toBe(
      `Process 7 · worker ac1
state    failed: LIMIT: all turns are used (give it more with --max-turns)
run      r_1 a job
parent   3
body     agent
model    m
turn     1
tokens   1200
cost     $?
nice     0
began    1970-01-01 00:01:30 UTC
took     5 s
folder   /work/project
Up up  Down down  p pager  Esc close`,
    );
  });

  test('of an entry of the log show every value as it is, texts by their lines', () => {
    const entries = [
      entry(5, { type: 'tool.finished', call: 'c7.0', ok: false, text: 'first\nsecond \\n no break', details: { deep: [1, { x: 'y' }] }, notes: [] }),
    ];
    expect(rowsOf({ leaf: 5 }, stateOf({ audit: { entries, size: 6, root: '', verified: undefined, verifying: false } }))).toBe(
      `Entry 5 · tool.finished
at       1970-01-01 00:01:30 UTC
run      r1, its entry 5
process  7
actor    kernel

call c7.0
ok false
text first
     second \\n no break
details
  deep
    - 1
    -
      x y
notes none
Up up  Down down  p pager  Esc close`,
    );
  });

  test('of a call show what it did, what it printed and what it changed', () => {
    const transcripts = new Map([[3, { items: [tool({ cut: 9000, diff: '@@ -1 +1 @@\n-a\n+b' })], dropped: 0 }]]) as never;
    expect(rowsOf({ call: 'c3.0' }, stateOf({ transcripts }))).toBe(
      `Call c3.0 · bash
action   bash: npm test
outcome  failed after 120 ms

1 failing
9000 characters more are in the log.

1 - a
1 + b
Up up  Down down  p pager  Esc close`,
    );
  });

  test('of the cost are a row a run and the sum; a price that is not known is not made up', () => {
    const usage = { input: 900, output: 100, cache_read: 0, cache_write: 0 };
    const runs = runsOf(
      runOf('r_1', { usage, cost_usd: 0.0123, turns: 2, title: 'a talk' }),
      runOf('r_2', { kind: 'run', usage, cost_usd: 1.5, turns: 10, title: '' }),
    );
    expect(rowsOf({ cost: 'all' }, stateOf({ runs }))).toBe(
      `Cost
TOKENS     COST  TURNS  WHAT
  1000  $0.0123      2  chat: a talk
  1000    $1.50     10  run: r_2
  2000    $1.51     12  all together
Up up  Down down  p pager  Esc close`,
    );
    const unknown = runsOf(runOf('r_1', { usage, cost_usd: null }), runOf('r_2', { cost_usd: 1 }));
    expect(rowsOf({ cost: 'all' }, stateOf({ runs: unknown }))).toContain('  1000     $?      0  all together');
  });

  test.each<[DetailOf, string]>([
    [{ pid: 99 as never }, 'It is not known any more'],
    [{ leaf: 99 }, 'It is only in the log: oxios audit list.'],
    [{ call: 'c99.0' }, 'It is only in the log: oxios logs.'],
    [{ cost: 'all' }, 'Nothing was asked of a model yet.'],
  ])('of what is not there say where it is: %j', (of, said) => {
    expect(rowsOf(of, stateOf())).toContain(said);
  });

  test.each(SIZES)('fit $width x $height, whatever they hold, and go to the pager whole', (size) => {
    const text = '日本語 👩‍👩‍👧‍👦 שלום '.repeat(400);
    const transcripts = new Map([[3, { items: [tool({ text, action: text })], dropped: 0 }]]) as never;
    const state = stateOf({ transcripts, size: { columns: size.width, rows: size.height } });
    expect(rowsOf({ call: 'c3.0' }, state, size)).toContain('Esc close');
    const [page] = actIn({ is: 'detail', of: { call: 'c3.0' } }, 'page', state)?.world ?? [];
    expect(page).toMatchObject({ do: 'page', title: 'Call c3.0 · bash' });
  });

  test('nest as deep as a value does, and no deeper than a screen has room for', () => {
    let value: unknown = 'end';
    for (let depth = 0; depth < 100; depth++) value = { in: value };
    const entries = [entry(1, { type: 'x.y', value })];
    expect(rowsOf({ leaf: 1 }, stateOf({ audit: { entries, size: 1, root: '', verified: undefined, verifying: false } }), { width: 40, height: 50 })).toContain(
      '…',
    );
  });
});

test('a run that is not known by its process is none', () => {
  expect(rowsOf({ pid: 1 as never }, stateOf({ runs: runsOf(runOf('r_1' as RunId)) }))).toContain('Process 1');
});
