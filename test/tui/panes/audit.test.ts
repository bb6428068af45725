import { describe, expect, test } from 'vitest';
import { auditRows, auditTitle, entriesOf, entryAt, withAudit } from '../../../src/tui/panes/audit.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { plainText } from '../../../src/tui/text/line.ts';
import { expectFits, expectFrame, SIZES } from '../../helpers/frame.ts';
import { entry, proc, run, runsOf, shellState } from '../../helpers/shell-state.ts';

const ENTRIES = [
  entry(0, { type: 'run.started', title: 'a talk', model: 'm' }),
  entry(1, { type: 'tool.intended', action: 'bash npm test' }, 8),
  entry(2, { type: 'tool.finished', tool: 'bash', ok: true, ms: 1234.5, text: 'fine\nyes' }, 8),
  entry(3, { type: 'tool.denied', tool: 'bash', action: 'rm -rf /', text: 'no' }),
  entry(4, { type: 'process.exited', exit: { how: 'failed', code: 'IO' } }),
];
const log = { entries: ENTRIES, size: 1234, root: 'abcdef0123456789aaaa', verified: undefined, verifying: false };
const state = (audit: Partial<ShellState['audit']> = {}, filter = '', at = 0): ShellState => {
  const empty = shellState();
  return { ...empty, focus: 'audit', audit: { ...log, ...audit }, scroll: { ...empty.scroll, audit: { back: 0, at, filter } } };
};

describe('the log as it grows', () => {
  test('shows the newest at the foot', () =>
    expectFrame(
      auditRows(state(), { width: 60, height: 4 }),
      `
      1234 entries · v proves it · head abcdef0123456789
          2 tool.finished           8 bash ok 1235 ms fine yes
          3 tool.denied             7 bash rm -rf / no
          4 process.exited          7 failed IO
      `,
    ));

  test('in a narrow pane keeps number, type and what fits', () =>
    expectFrame(
      auditRows(state(), { width: 30, height: 9 }),
      `
      1234 entries · v proves it · …
          0 run.started   a talk m
          1 tool.intended bash npm …
          2 tool.finished bash ok 1…
          3 tool.denied   bash rm -…
          4 process.exit… failed IO
      `,
    ));

  test.each<readonly [verified: Partial<ShellState['audit']>, text: string]>([
    [{ verified: { ok: true, entries: 1234, of: 1234 } }, 'verified 1234 of 1234'],
    [{ verified: { ok: true, entries: 1200, of: 1234 } }, 'verified 1200 of 1234'],
    [{ verified: { ok: true, entries: 1200, of: 1200 } }, 'verified 1200 of 1234'],
    [{ verified: { ok: false, entries: 17, of: 1234, reason: 'hash differs' } }, 'broken after 17 of 1234: hash differs'],
    [{ verifying: true }, 'proving…'],
  ])('says how far it is proved: %j', (change, text) => expect(plainText(auditRows(state(change), { width: 90, height: 1 })[0] ?? [])).toContain(text));

  test.each([
    ['tool.', [1, 2, 3]],
    ['pid:8', [1, 2]],
    ['type:tool.d', [3]],
    ['NPM', [1]],
    ['run:r1 talk', [0]],
    ['nothing', []],
  ])('the filter %s finds entries %j', (filter, leaves) => expect(entriesOf(state({}, filter)).map(({ leaf }) => leaf)).toEqual(leaves));

  test('marks the entry that keys act on, counted from the newest, and scrolls to it', () => {
    const back = state({}, '', 3);
    expect(entryAt(back)?.leaf).toBe(1);
    const marked = auditRows(back, { width: 40, height: 3 }).filter((row) => row.every(({ tone }) => tone === 'select'));
    expect(marked.map((row) => plainText(row).trim().slice(0, 1))).toEqual(['1']);
    expect(entryAt(state({}, '', 99))?.leaf).toBe(0);
  });

  test('names its filter in the title', () => expect(auditTitle(state({}, 'pid:8'))).toBe('Audit /pid:8'));

  test('says what it is for while it is empty, and how to filter when nothing matches', () => {
    expectFrame(
      auditRows(state({ entries: [], size: 0 }), { width: 60, height: 5 }),
      '\nno entries\nEverything that happens is an entry here.\nSay something to an agent to see the first.\n',
    );
    expect(plainText(auditRows(state({}, 'zzz'), { width: 60, height: 5 })[1] ?? [])).toContain('/zzz');
  });

  test.each(SIZES)('fits %j, whatever an entry says', (size) => {
    const odd = ['漢字'.repeat(200), '👩‍👩‍👧‍👦'.repeat(50), 'שלום '.repeat(90), 'x'.repeat(100_000), '\u001b[31m\u0007'].map((text, at) =>
      entry(at, { type: 'message.sent', text }),
    );
    for (let width: number = size.width; width > 0; width = Math.floor(width / 2))
      expectFits(auditRows(state({ entries: odd }), { ...size, width }), { ...size, width });
  });
});

describe('what is selected', () => {
  const more = [entry(5, { type: 'tool.denied', tool: 'bash', action: 'rm x', text: 'no' }, 8), entry(6, { type: 'run.result' }, 1)];
  const grown = { ...log, entries: [...ENTRIES, ...more] };

  test.each([
    ['stays so while the log grows', '', 2, 2],
    ['stays so where only some entries match', 'tool.', 1, 2],
    ['is the newest where it was the newest', '', 0, 6],
  ])('%s', (_what, filter, at, leaf) => expect(entryAt(withAudit(state({}, filter, at), grown))?.leaf).toBe(leaf));

  test('stays so when the oldest go, and when older ones are read', () => {
    const at = (entries: typeof ENTRIES) => entryAt(withAudit(state({}, '', 2), { ...log, entries }))?.leaf;
    expect(at(grown.entries.slice(2))).toBe(2);
    expect(entryAt(withAudit(state({ entries: ENTRIES.slice(2) }, '', 1), log))?.leaf).toBe(3);
  });
});

test('agent, type and text are filtered by at once', () => {
  const with2 = { ...state({}, 'agent:work tool. npm'), runs: runsOf(run([proc(1, 0, 'chat'), proc(8, 1, 'worker')])) };
  expect(entriesOf(with2).map(({ leaf }) => leaf)).toEqual([1]);
  expect(entriesOf({ ...with2, scroll: state({}, 'agent:nobody').scroll })).toEqual([]);
});
