import { describe, expect, test } from 'vitest';
import type { Pid, RunId } from '../../../src/kernel/ids.ts';
import type { ProcState } from '../../../src/kernel/kernel-types.ts';
import { createDecoder } from '../../../src/tui/input/decoder.ts';
import { DEFAULT_KEYMAP, type Keymap, keymapOf } from '../../../src/tui/input/keymap.ts';
import { KEYS } from '../../../src/tui/input/keys.ts';
import { createRoute, deliver } from '../../../src/tui/input/route.ts';
import type { RouteParts } from '../../../src/tui/input/route-parts.ts';
import type { Outcome } from '../../../src/tui/intent.ts';
import { edit } from '../../../src/tui/prompt/edit.ts';
import { EMPTY } from '../../../src/tui/prompt/editor.ts';
import type { Overlay, ShellState } from '../../../src/tui/state.ts';
import { applyUi, withPrompt } from '../../../src/tui/store/reduce.ts';
import { procOf, runOf, stateOf } from '../../helpers/shell-scene.ts';

/** Nobody here scrolls by steps of its own. */
const asked = (title: string, nth: number): Outcome | undefined =>
  /\.(?:wheel|scroll)-/u.test(title) ? undefined : { world: [{ do: 'page', title, text: String(nth) }] };

/** Places that say what they were asked. */
const PARTS: RouteParts = {
  actOn: (pane, action, _, nth) => asked(`${pane}.${action}`, nth),
  actIn: (overlay, action, _, nth) => asked(`${overlay.is}.${action}`, nth),
  typeIn: (overlay, change) =>
    overlay.is === 'palette' ? { world: [{ do: 'page', title: 'typed', text: change === 'backspace' ? '<' : change.text }] } : undefined,
  slash: (_, text) => (text.startsWith('/bad') ? { error: `there is no ${text}`, hint: 'see /help' } : { ui: [{ ui: 'notice', tone: 'info', text }] }),
  commands: (query) => ['help', 'cost'].filter((name) => name.startsWith(query)).map((text) => ({ text })),
  paneAt: (_, x, y) => (y > 20 ? 'prompt' : x < 20 ? 'agents' : x < 60 ? 'audit' : undefined),
  clickAt: (_, x) => (x < 20 ? { ui: [{ ui: 'select', pid: 3 as Pid }] } : {}),
};

const route = createRoute(PARTS);

interface Played {
  readonly state: ShellState;
  readonly outcomes: readonly Outcome[];
  /** What the world was asked for. */
  readonly asked: readonly string[];
}

/** What bytes of a terminal come to, one after the other. */
function play(state: ShellState, bytes: string, keymap: Keymap = DEFAULT_KEYMAP): Played {
  const decoder = createDecoder();
  const outcomes: Outcome[] = [];
  let now = state;
  for (const event of [...decoder.push(bytes), ...decoder.flush()]) {
    deliver(
      event,
      (one) => route(now, one, keymap),
      (outcome) => {
        outcomes.push(outcome);
        if (outcome.prompt) now = withPrompt(now, outcome.prompt);
        for (const intent of outcome.ui ?? []) now = applyUi(now, intent);
      },
    );
  }
  return {
    state: now,
    outcomes,
    asked: outcomes.flatMap(({ world = [] }) => world.map((one) => (one.do === 'page' ? `${one.title} ${one.text}` : JSON.stringify(one)))),
  };
}

const typed = (text: string, change: Partial<ShellState> = {}): ShellState => stateOf({ ...change, prompt: edit(EMPTY, { do: 'set', text }) });

/** A conversation whose assistant is in this state. */
const conversation = (state: ProcState, change: Partial<ShellState> = {}): ShellState => {
  const run = 'r_1' as RunId;
  const procs = [
    procOf(1, { run, name: 'chat', body: 'chat', state: { is: 'running', turn: 0 } }),
    procOf(2, { run, ppid: 1 as Pid, name: 'assistant', state }),
  ];
  return stateOf({ session: run, runs: new Map([[run, runOf('r_1', { kind: 'chat', procs })]]), ...change });
};
const busy = (change: Partial<ShellState> = {}) => conversation({ is: 'waiting', on: 'model' }, change);
const waits = (change: Partial<ShellState> = {}) => conversation({ is: 'waiting', on: 'message' }, change);
const INTERRUPT = '{"do":"interrupt","pid":2}';

describe('Enter', () => {
  test.each([
    ['say hello', ['{"do":"remember","line":"say hello"}', '{"do":"say","text":"say hello"}']],
    ['\n  code\n\n', ['{"do":"remember","line":"  code"}', '{"do":"say","text":"  code"}']],
    ['!ls -l ', ['{"do":"remember","line":"!ls -l"}', '{"do":"command","line":"ls -l"}']],
    ['/usr/bin is full', ['{"do":"remember","line":"/usr/bin is full"}', '{"do":"say","text":"/usr/bin is full"}']],
    ['/help me', ['{"do":"remember","line":"/help me"}']],
    ['/bad', []],
    ['!', []],
    ['   ', []],
    ['', []],
  ])('with %j asks for %j', (text, asked) => {
    expect(play(typed(text), '\r').asked).toEqual(asked);
  });

  test('empties the prompt, and keeps a command that does not exist to be mended', () => {
    expect(play(typed('hello'), '\r').state.prompt).toMatchObject({ text: '', history: ['hello'] });
    const { state, outcomes } = play(typed('/bad one'), '\r');
    expect(state.prompt.text).toBe('/bad one');
    expect(outcomes[0]?.ui).toEqual([{ ui: 'notice', tone: 'error', text: 'there is no /bad one', hint: 'see /help' }]);
  });

  test('sends what was pasted whole', () => {
    const text = Array.from({ length: 40 }, (_, n) => `line ${n}`).join('\n');
    const { asked } = play(stateOf(), `see \x1b[200~${text.replaceAll('\n', '\r')}\x1b[201~\r`);
    expect(asked.at(-1)).toBe(JSON.stringify({ do: 'say', text: `see ${text}` }));
  });

  test('with nothing typed takes the interview that the agent in front offers', () => {
    const offer = { run: 'r_1' as RunId, idea: 'it', why: 'it is large' };
    expect(play(waits({ offer }), '\r').asked).toEqual(['{"do":"interview","idea":"it"}']);
    expect(play(waits({ offer: { ...offer, run: 'r_2' as RunId } }), '\r').asked).toEqual([]);
    expect(play(typed('no', { session: 'r_1' as RunId, offer }), '\r').asked.at(-1)).toBe('{"do":"say","text":"no"}');
  });

  test('takes what a search found, and only then sends it', () => {
    const state = stateOf({ prompt: { ...EMPTY, history: ['make it blue'] } });
    expect(play(state, '\x12blue\r').asked).toEqual([]);
    expect(play(state, '\x12blue\r\r').asked.at(-1)).toBe('{"do":"say","text":"make it blue"}');
  });

  test('with alt, with shift, and as Ctrl-J is another line', () => {
    expect(play(stateOf(), 'a\x1b\rb\x1b[13;2uc\nd').state.prompt.text).toBe('a\nb\nc\nd');
  });
});

describe('Tab', () => {
  test('completes a command, and asks for files behind @', () => {
    expect(play(stateOf(), '/he').state.prompt.completion).toMatchObject({ is: 'command', found: [{ text: 'help' }] });
    expect(play(stateOf(), '/he\t').state.prompt.text).toBe('/help ');
    expect(play(stateOf(), '/he\r\r').outcomes.at(-1)?.ui).toEqual([{ ui: 'notice', tone: 'info', text: '/help' }]);
    expect(play(play(stateOf(), 'see @').state, 's').asked).toEqual(['{"do":"complete","query":"s"}']);
  });

  test('goes to the next pane when there is nothing to complete, and back with shift', () => {
    expect(play(stateOf(), '\t').state.focus).toBe('agents');
    expect(play(typed('words'), '\t').state.focus).toBe('agents');
    expect(play(stateOf({ focus: 'chat' }), '\x1b[Z').state.focus).toBe('agents');
  });
});

describe('Esc', () => {
  test('ends the turn of the agent in front, and keeps what is typed and queued', () => {
    const { state, asked } = play(busy({ prompt: edit(EMPTY, { do: 'set', text: 'typed' }), queued: ['queued'] }), '\x1b');
    expect(asked).toEqual([INTERRUPT]);
    expect(state).toMatchObject({ prompt: { text: 'typed' }, queued: ['queued'] });
  });

  test.each(['agents', 'chat', 'interview', 'seed', 'audit'] as const)('ends it from the pane %s as well, and comes back to the prompt', (focus) => {
    const { state, asked } = play(busy({ focus }), '\x1b');
    expect([asked, state.focus]).toEqual([[INTERRUPT], 'prompt']);
    expect(play(busy({ focus }), 'i').asked).toEqual([]);
  });

  test('has nothing to end while the agent waits, is over, or there is none', () => {
    for (const state of [waits(), conversation({ is: 'exited', exit: { how: 'done', text: '' } }), conversation({ is: 'stopped' }), stateOf()])
      expect(play(state, '\x1b').asked).toEqual([]);
  });

  test('closes one thing at a time first', () => {
    const open = busy({ overlay: { is: 'help' } });
    expect(play(open, '\x1b').asked).toEqual([]);
    expect(play(open, '\x1b').state.overlay).toBe(undefined);
    const search = play(busy({ prompt: { ...EMPTY, history: ['one'] } }), '\x12on').state;
    expect(play(search, '\x1b')).toMatchObject({ asked: [], state: { prompt: { text: '', search: undefined } } });
    expect(play(play(busy(), '@x').state, '\x1b')).toMatchObject({ asked: [], state: { prompt: { text: '@x', completion: undefined } } });
  });

  test('with vim leaves insert mode first', () => {
    const state = busy({ prompt: { ...EMPTY, vim: { mode: 'insert', pending: '', lines: false } } });
    expect(play(state, 'ab\x1b')).toMatchObject({ asked: [], state: { prompt: { vim: { mode: 'normal' }, at: 1 } } });
    expect(play(state, 'ab\x1b').state.prompt.vim?.mode).toBe('normal');
    expect(play(play(state, 'ab\x1b').state, '\x1b').asked).toEqual([INTERRUPT]);
    expect(play(play(state, 'ab\x1b').state, 'xAc').state.prompt.text).toBe('ac');
  });
});

describe('Ctrl-C', () => {
  const EXIT = '{"do":"exit","agents":"ask"}';

  test('clears the input, then interrupts, then leaves', () => {
    const state = busy({ prompt: edit(EMPTY, { do: 'set', text: 'typed' }) });
    expect(play(state, '\x03')).toMatchObject({ asked: [], state: { prompt: { text: '' } } });
    expect(play(state, '\x03\x03').asked).toEqual([INTERRUPT]);
    expect(play(state, '\x03\x03\x03').asked).toEqual([INTERRUPT, EXIT]);
  });

  test('twice leaves when nothing is at work, and says so the first time', () => {
    expect(play(stateOf(), '\x03').outcomes[0]?.ui).toMatchObject([{ ui: 'notice', text: 'Ctrl-C again leaves' }]);
    expect(play(stateOf(), '\x03\x03').asked).toEqual([EXIT]);
  });

  test('leaves only at once: not after another key, and not after two seconds', () => {
    expect(play(stateOf(), '\x03a\x7f\x03').asked).toEqual([]);
    expect(play(stateOf(), '\x03\x1b[A\x03').asked).toEqual([]);
    const pressed = play(stateOf(), '\x03').state;
    expect(play({ ...pressed, now: pressed.now + 2_001 }, '\x03').asked).toEqual([]);
    expect(play({ ...pressed, now: pressed.now + 2_000 }, '\x03').asked).toEqual([EXIT]);
  });

  test('closes what is open, and leaves when it is pressed at the question whether to leave', () => {
    expect(play(busy({ overlay: { is: 'help' } }), '\x03')).toMatchObject({ asked: [], state: { overlay: undefined } });
    expect(play(busy({ overlay: { is: 'exit' } }), '\x03').asked).toEqual(['{"do":"exit","agents":"keep"}']);
  });
});

describe('Ctrl-D', () => {
  test('leaves when nothing is typed, else deletes the character after', () => {
    expect(play(stateOf(), '\x04').asked).toEqual(['{"do":"exit","agents":"ask"}']);
    for (const overlay of [{ is: 'help' }, { is: 'palette' }, { is: 'sessions' }, { is: 'approval' }] as const)
      expect(play(stateOf({ overlay }), '\x04')).toMatchObject({ state: { overlay: undefined }, asked: [] });
    const form = { is: 'form', title: '', value: '', submit: { is: 'search-sessions' } } as const;
    expect(play(stateOf({ overlay: form }), '\x04').state.overlay).toBeUndefined();
    expect(play(stateOf({ overlay: { is: 'setup' } }), '\x04').asked).toEqual(['{"do":"exit","agents":"ask"}']);
    expect(play(stateOf({ overlay: { is: 'exit' } }), '\x04').asked).toEqual(['{"do":"exit","agents":"keep"}']);
    expect(play(typed('ab'), '\x01\x04')).toMatchObject({ asked: [], state: { prompt: { text: 'b' } } });
    expect(play(stateOf({ overlay: { is: 'help' } }), '\x04').asked).toEqual([]);
  });
});

describe('a pane', () => {
  const inPane = (focus: ShellState['focus']) => stateOf({ focus });

  test('gets its own keys and those of all panes', () => {
    expect(play(inPane('agents'), 'jkxGg\r\x1b[A').asked).toEqual([
      'agents.down 1',
      'agents.up 1',
      'agents.kill 0',
      'agents.bottom 1',
      'agents.top 1',
      'agents.open 0',
      'agents.up 0',
    ]);
    expect(play(inPane('interview'), '37').asked).toEqual(['interview.choose 2', 'interview.choose 6']);
    expect(play(inPane('chat'), ' o').asked).toEqual(['chat.unfold 0', 'chat.unfold 1']);
    expect(play(inPane('seed'), '\x1b[D').asked).toEqual(['seed.generation-before 0']);
  });

  test('leaves what it has no use for to the prompt: typing begins anywhere', () => {
    const { state, asked } = play(inPane('agents'), 'jwhat now');
    expect(asked).toEqual(['agents.down 1']);
    expect(state).toMatchObject({ focus: 'prompt', prompt: { text: 'what now' } });
    expect(play(inPane('audit'), '\x1b[200~pasted\x1b[201~').state).toMatchObject({ focus: 'prompt', prompt: { text: 'pasted' } });
  });

  test('opens help and a filter, and is left with i', () => {
    expect(play(inPane('agents'), '?').state.overlay).toEqual({ is: 'help' });
    expect(play(inPane('audit'), '/').state.overlay).toMatchObject({ is: 'form', submit: { is: 'filter', pane: 'audit' } });
    expect(play(inPane('chat'), 'i').state.focus).toBe('prompt');
  });
});

describe('what lies over the panes', () => {
  const over = (overlay: Overlay, focus: ShellState['focus'] = 'prompt') => stateOf({ overlay, focus });

  test('takes the keys, typed characters as well, and nothing reaches the prompt', () => {
    const { state, asked } = play(over({ is: 'approval' }), 'yzq2\t\x1b[200~paste\x1b[201~');
    expect(asked).toEqual(['approval.allow-once 0', 'approval.choose 1', 'approval.next 0']);
    expect(state.prompt.text).toBe('');
  });

  test('is typed into where a list is searched', () => {
    expect(play(over({ is: 'palette' }), 'ab c\x7f\x1b[B\r').asked).toEqual(['typed ab c', 'typed <', 'palette.down 0', 'palette.take 0']);
    expect(play(over({ is: 'palette' }), '\x0b').state.overlay).toBe(undefined);
  });

  test('of one line is React’s: only what closes it counts', () => {
    const form: Overlay = { is: 'form', title: 'x', value: '', submit: { is: 'search-sessions' } };
    expect(play(over(form), 'text\r\t\x0b\x1b[A').outcomes.every((one) => Object.keys(one).length === 0)).toBe(true);
    expect(play(over(form), '\x1b').state.overlay).toBe(undefined);
    expect(play(over(form), '\x03').state.overlay).toBe(undefined);
    expect(play(over(form), '\x1a').outcomes.at(-1)).toEqual({ screen: 'suspend' });
  });

  test('scrolls by page and wheel', () => {
    expect(play(over({ is: 'help' }), '\x1b[5~\x1b[<65;1;1M').outcomes.map(({ ui }) => ui)).toEqual([
      [{ ui: 'scroll', by: '-page' }],
      [{ ui: 'scroll', by: 3 }],
    ]);
  });
});

describe('everywhere', () => {
  test.each([
    ['\x1a', { screen: 'suspend' }],
    ['\x0c', { screen: 'redraw' }],
    ['\x0b', { ui: [{ ui: 'open', overlay: { is: 'palette' } }] }],
    ['\x1b1', { ui: [{ ui: 'focus', pane: 'agents' }] }],
    ['\x1b5', { ui: [{ ui: 'focus', pane: 'audit' }] }],
    ['\x1bp', { ui: [{ ui: 'layout', to: 'toggle' }] }],
    ['\x1ba', { ui: [{ ui: 'open', overlay: { is: 'approval' } }] }],
    ['\x1b[5~', { ui: [{ ui: 'scroll', by: '-page' }] }],
    ['\x1b[6~', { ui: [{ ui: 'scroll', by: 'page' }] }],
    ['\x07', { world: [{ do: 'edit-prompt' }] }],
    ['?', { ui: [{ ui: 'open', overlay: { is: 'help' } }] }],
    ['\x1b[25~', {}],
  ] as const)('%j comes to %j', (bytes, outcome) => {
    expect(play(stateOf(), bytes).outcomes).toEqual([outcome]);
  });

  test('? is a character once something is typed', () => {
    expect(play(typed('why'), '?').state.prompt.text).toBe('why?');
    expect(play(stateOf(), '\x1b[200~?\x1b[201~').state.prompt.text).toBe('?');
  });

  test('a key map file’s keys count at the same places', () => {
    const { keymap } = keymapOf({ help: ['f1'], palette: ['ctrl-p'], submit: ['ctrl-s'], newline: ['enter'] });
    expect(play(stateOf(), '\x1bOP', keymap).state.overlay).toEqual({ is: 'help' });
    expect(play(stateOf(), '?', keymap).state.prompt.text).toBe('?');
    expect(play(stateOf(), '\x10', keymap).state.overlay).toEqual({ is: 'palette' });
    expect(play(stateOf(), 'a\rb\x13', keymap).asked.at(-1)).toBe(JSON.stringify({ do: 'say', text: 'a\nb' }));
  });
});

describe('the mouse', () => {
  test('scrolls the pane it is over, and the conversation over anything else', () => {
    const scrolls = (bytes: string) => play(stateOf(), bytes).outcomes[0]?.ui;
    expect(scrolls('\x1b[<64;5;5M')).toEqual([{ ui: 'scroll', by: -3, pane: 'agents' }]);
    expect(scrolls('\x1b[<65;30;5M')).toEqual([{ ui: 'scroll', by: 3, pane: 'audit' }]);
    expect(scrolls('\x1b[<65;30;23M')).toEqual([{ ui: 'scroll', by: 3, pane: 'chat' }]);
    expect(scrolls('\x1b[<65;80;5M')).toEqual([{ ui: 'scroll', by: 3, pane: 'chat' }]);
  });

  test('gives the focus with a click, and selects', () => {
    expect(play(stateOf(), '\x1b[<0;5;5M').state).toMatchObject({ focus: 'agents', selected: 3 });
    expect(play(stateOf({ focus: 'agents' }), '\x1b[<0;30;23M').state.focus).toBe('prompt');
    expect(play(stateOf(), '\x1b[<0;80;5M').outcomes).toEqual([{}]);
    expect(play(stateOf({ overlay: { is: 'help' } }), '\x1b[<0;5;5M').outcomes).toEqual([{}]);
  });
});

test('every key of the table does something where it counts', () => {
  const overlays: Readonly<Record<string, Overlay>> = {
    ...{ approval: { is: 'approval' }, palette: { is: 'palette' }, sessions: { is: 'sessions' }, help: { is: 'help' }, exit: { is: 'exit' } },
    ...{ setup: { is: 'setup' }, review: { is: 'review', run: 'r_1' as RunId }, detail: { is: 'detail', of: { leaf: 1 } } },
  };
  for (const { where, keys, action } of KEYS)
    for (const name of keys) {
      const overlay = overlays[where];
      const focus = where === 'panes' ? 'agents' : where === 'everywhere' || where === 'prompt' || overlay ? 'prompt' : (where as ShellState['focus']);
      const prompt = {
        ...edit(EMPTY, { do: 'set', text: action === 'help' || action === 'exit' ? '' : 'one two\nthree' }),
        at: action === 'help' || action === 'exit' ? 0 : 5,
        killed: 'killed',
        history: ['older'],
      };
      const state = busy({ focus, prompt, ...(overlay ? { overlay } : {}) });
      const key = {
        name: name.replace(/^(?:ctrl-|alt-|shift-)+/u, ''),
        ctrl: name.includes('ctrl-'),
        alt: name.includes('alt-'),
        shift: name.includes('shift-'),
      };
      const event = [...name].length === 1 || name === 'space' ? { is: 'text' as const, text: name === 'space' ? ' ' : name } : { is: 'key' as const, key };
      const outcome = route(state, event, DEFAULT_KEYMAP);
      const isSame =
        outcome.ui === undefined && outcome.world === undefined && outcome.screen === undefined && (outcome.prompt === undefined || outcome.prompt === prompt);
      expect(isSame, `${where}.${action} ${name}`).toBe(false);
    }
});
