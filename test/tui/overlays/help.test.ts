import { describe, expect, test } from 'vitest';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { actIn } from '../../../src/tui/overlays/act.ts';
import { helpBody, helpRows } from '../../../src/tui/overlays/help.ts';
import { keyName } from '../../../src/tui/overlays/sheet.ts';
import { plainText } from '../../../src/tui/text/line.ts';
import { frame, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';

describe('help', () => {
  test('begins with the keys of what has the focus, and says them as the user has them', () => {
    const mine = KEYS.map((one) => (one.action === 'kill' ? { ...one, keys: ['ctrl-x'] } : one));
    const size = { width: 60, height: 14 };
    expect(frame(helpRows({ state: stateOf({ focus: 'agents' }), keymap: mine }, size), size)).toBe(
      `Help · Agents                                    ${`1-12 of ${helpBody({ state: stateOf({ focus: 'agents' }), keymap: mine }, 60).length}`}
Agents
m       say something to it
s       stop it, or let it go on
Ctrl-X  end it after the running tool (TERM); again: at once
        (KILL)
n       how much it gives way
d       all that is known of it

In every pane
Up k    up
Down j  down
Home g  to the start
Up up  Down down  PgDn a page on  Esc close`,
    );
  });

  test('names every action there is, wherever it counts', () => {
    const text = helpBody(viewOf({ focus: 'chat' }), 200)
      .map(plainText)
      .join('\n');
    for (const { does } of KEYS) expect(text).toContain(does);
  });

  test.each(SIZES)('fits $width x $height, and scrolls to its end', (size) => {
    const state = stateOf({ size: { columns: size.width, rows: size.height + 3 }, scroll: scrolledTo(9999) });
    const rows = frame(helpRows({ state, keymap: KEYS }, size), size);
    expect(rows).toContain('/ begins a command, @ names a file');
    const total = helpBody({ state, keymap: KEYS }, size.width).length;
    const down = actIn({ is: 'help' }, 'down', { ...state, scroll: scrolledTo(0) });
    expect(down).toEqual({ ui: [{ ui: 'move', by: total > size.height - 2 ? 1 : 0 }] });
    // Past the end nothing moves, so that the first key up is seen.
    expect(actIn({ is: 'help' }, 'scroll-down', { ...state, scroll: scrolledTo(total - size.height + 2) })).toEqual({ ui: [{ ui: 'move', by: 0 }] });
  });
});

test.each([
  ['ctrl-k', 'Ctrl-K'],
  ['alt-1', 'Alt-1'],
  ['alt-b', 'Alt-b'],
  ['escape', 'Esc'],
  ['?', '?'],
  ['G', 'G'],
  ['-', '-'],
  ['ctrl-_', 'Ctrl-_'],
  ['shift-tab', 'Shift-Tab'],
  ['pageup', 'PgUp'],
])('the key %s is called %s', (key, name) => {
  expect(keyName(key)).toBe(name);
});
