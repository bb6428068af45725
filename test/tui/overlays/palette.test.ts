import { describe, expect, test } from 'vitest';
import { actIn, typeIn } from '../../../src/tui/overlays/act.ts';
import { fuzzy } from '../../../src/tui/overlays/fuzzy.ts';
import { foundIn, paletteRows } from '../../../src/tui/overlays/palette.ts';
import { frame, procOf, runOf, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';
import { runsOf } from '../../helpers/shell-state.ts';

const THEMES = ['dark', 'light'];
const small = { width: 40, height: 12 };
const searched = (text: string, at = 0) => ({ ...viewOf({ scroll: scrolledTo(at, text) }), models: undefined });
const labels = (text: string): readonly string[] => foundIn(searched(text), THEMES).map(({ entry }) => entry.label);

describe('the palette', () => {
  test.each<[string, string]>([
    ['inter', '/interview IDEA'],
    ['evo', '/evolve [RUN]'],
    ['audit pane', 'audit pane'],
    ['light', 'theme light'],
    ['th da', 'theme dark'],
    ['vrfy', '/verify'],
    ['dollars', '/cost'],
  ])('%s means first %s', (text, label) => {
    expect(labels(text)[0]).toBe(label);
  });

  test('shows what was meant, the keys that do the same, and where one is', () => {
    const rows = paletteRows(searched('pane', 1), THEMES, small);
    expect(frame(rows, small)).toBe(`Do > pane▏
  chat pane  go to it              Alt-2
> seed pane  go to it              Alt-4
  audit pane  go to it             Alt-5
  agents pane  go to it            Alt-1
  interview pane  go to it         Alt-3
  /layout [inline|panes]  panes, or the…
Up up  Down down  Enter do it  Esc close`);
    const lit = rows[1]?.filter((one) => one.tone === 'accent').map((one) => one.text.trim());
    expect(lit).toEqual(['', 'pane']);
  });

  test('that finds nothing says so', () => {
    expect(frame(paletteRows(searched('qqq'), THEMES, small), small)).toContain('Nothing is called like that: qqq');
    expect(frame(paletteRows({ ...viewOf(), models: [] }, THEMES, small), small)).toContain('There is no model to choose.');
  });

  test('offers agents and sessions by name', () => {
    const state = stateOf({
      runs: runsOf(runOf('r_1', { procs: [procOf(4, { name: 'tester', tool: 'bash: npm test' })] })),
      sessions: [{ run: 'r_old' as never, kind: 'chat', title: 'the tax form', cwd: '/', at: 0, cost_usd: 0, isAlive: false }],
    });
    const found = (filter: string) => foundIn({ state: { ...state, scroll: scrolledTo(0, filter) }, keymap: [], models: undefined }, THEMES)[0]?.entry;
    expect(found('tester')).toMatchObject({
      label: 'agent 4 tester',
      does: 'bash: npm test',
      outcome: {
        ui: [
          { ui: 'select', pid: 4 },
          { ui: 'focus', pane: 'chat' },
        ],
      },
    });
    expect(found('tax')).toMatchObject({ label: 'session the tax form', outcome: { world: [{ do: 'resume', run: 'r_old' }] } });
  });

  test('does what is chosen, and puts a command that needs words into the prompt', () => {
    const take = (text: string) => actIn({ is: 'palette' }, 'take', stateOf({ scroll: scrolledTo(0, text) }));
    expect(take('/verify')).toEqual({ ui: [{ ui: 'close' }, { ui: 'focus', pane: 'audit' }], world: [{ do: 'verify' }] });
    expect(take('/interview')).toEqual({ ui: [{ ui: 'close' }, { ui: 'focus', pane: 'prompt' }, { ui: 'edit', action: { do: 'set', text: '/interview ' } }] });
    expect(take('/evolve')).toMatchObject({ ui: [{ ui: 'close' }, { ui: 'notice', text: 'there is no run yet' }] });
    expect(take('qqq')).toEqual({ ui: [{ ui: 'close' }] });
  });

  test('chooses a model where one is to be chosen', () => {
    const overlay = { is: 'palette', models: ['a/one', 'b/two'] } as const;
    expect(actIn(overlay, 'take', stateOf({ scroll: scrolledTo(1) }))).toEqual({ ui: [{ ui: 'close' }], world: [{ do: 'model', id: 'b/two' }] });
  });

  test('takes what is typed, whole characters at a time', () => {
    const state = stateOf({ scroll: scrolledTo(3, 'ab👩‍👧') });
    expect(typeIn({ is: 'palette' }, { text: 'c' }, state)).toEqual({
      ui: [
        { ui: 'filter', text: 'ab👩‍👧c' },
        { ui: 'move', by: -3 },
      ],
    });
    expect(typeIn({ is: 'palette' }, 'backspace', state)).toEqual({
      ui: [
        { ui: 'filter', text: 'ab' },
        { ui: 'move', by: -3 },
      ],
    });
    expect(typeIn({ is: 'help' }, { text: 'c' }, state)).toBeUndefined();
  });

  test.each(SIZES)('fits $width x $height', (size) => {
    const state = stateOf({
      scroll: scrolledTo(500),
      sessions: [{ run: 'r_x' as never, kind: 'chat', title: '日本語の長い題名'.repeat(20), cwd: '/', at: 0, cost_usd: null, isAlive: true }],
    });
    expect(frame(paletteRows({ state, keymap: viewOf().keymap, models: undefined }, THEMES, size), size)).toContain('Enter do it');
  });
});

describe('a fuzzy match', () => {
  test.each<[string, string, readonly number[] | undefined]>([
    ['ab', 'xaxb', [1, 3]],
    ['ab', 'a ab', [2, 3]],
    ['AB', 'ab', [0, 1]],
    ['ba', 'ab', undefined],
    ['b a', 'ab', [1, 0]],
    ['', 'ab', []],
    ['x', '', undefined],
    ['i', 'İi', [1]],
  ])('%s in %s', (query, text, at) => {
    const found = fuzzy(query, text);
    expect(found && [...found.at]).toEqual(at);
  });
});
