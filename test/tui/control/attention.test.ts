import { expect, test } from 'vitest';
import type { RunId } from '../../../src/kernel/ids.ts';
import { createAttention } from '../../../src/tui/control/attention.ts';
import { createDecoder } from '../../../src/tui/input/decoder.ts';
import { DEFAULT_KEYMAP } from '../../../src/tui/input/keymap.ts';
import { createRoute, deliver } from '../../../src/tui/input/route.ts';
import type { Intent } from '../../../src/tui/intent.ts';
import { withPainted } from '../../../src/tui/overlays/painted.ts';
import { createFrames } from '../../../src/tui/screen/frame.ts';
import { createInlineFrames } from '../../../src/tui/screen/inline-frame.ts';
import { PLACES } from '../../../src/tui/screen/places.ts';
import type { ShellAsk, ShellState } from '../../../src/tui/state.ts';
import { withPrompt } from '../../../src/tui/store/reduce.ts';
import { withTyped } from '../../../src/tui/store/set.ts';
import { createStore } from '../../../src/tui/store/store.ts';
import { plainText } from '../../../src/tui/text/line.ts';
import { askOf, runOf, stateOf } from '../../helpers/shell-scene.ts';

const FIRST = askOf({});
const SECOND = askOf({ ask: 'a4.0' as ShellAsk['ask'], text: 'bash: npm publish', name: 'worker' });
const QUESTION = askOf({ ask: 'a5.0' as ShellAsk['ask'], kind: 'question', text: 'Which port?', options: ['80', '8080'] });

/** A shell whose time is set by the test. */
function opened(state: Partial<ShellState> = {}) {
  let time = 1_000_000;
  let soon: (() => void)[] = [];
  const timers = new Map<() => void, number>();
  const schedule = {
    soon: (run: () => void) => void soon.push(run),
    later(ms: number, run: () => void) {
      timers.set(run, time + ms);
      return () => void timers.delete(run);
    },
  };
  const store = createStore(stateOf(state), { schedule });
  const end = createAttention({ store, now: () => time, schedule });
  const route = createRoute(PLACES);
  const decoder = createDecoder();
  const asked: Intent[] = [];
  const settle = (): void => {
    while (soon.length > 0) {
      const all = soon;
      soon = [];
      for (const run of all) run();
    }
    store.set((now) => withPainted(now, time, 24));
  };
  const shell = {
    store,
    end,
    timers: () => timers.size,
    answers: () => asked.flatMap((one) => (one.do === 'answer' ? [[one.ask, one.reply.verdict]] : [])),
    passes(ms: number) {
      time += ms;
      for (const [run, at] of [...timers]) if (at <= time && timers.delete(run)) run();
      settle();
    },
    asks(...asks: readonly ShellAsk[]) {
      store.set((now) => ({ ...now, asks }));
      settle();
    },
    type(keys: string) {
      for (const event of [...decoder.push(keys), ...decoder.flush()]) {
        store.set((now) => withTyped(now, time));
        deliver(
          event,
          (one) => route(store.state(), one, DEFAULT_KEYMAP),
          ({ prompt, ui, world }) => {
            if (prompt) store.set((now) => withPrompt(now, prompt));
            if (ui) store.apply(...ui);
            asked.push(...(world ?? []));
          },
        );
      }
      settle();
    },
    isOpen: () => store.state().overlay?.is === 'approval',
    inline: () => createInlineFrames(DEFAULT_KEYMAP.bindings)(store.state(), '●').rows.map((row) => plainText(row).trimEnd()),
    panes() {
      const { body, foot, status } = createFrames(DEFAULT_KEYMAP.bindings)(store.state(), '●');
      return [...body, foot, status].map(({ rows }) => rows.map((row) => plainText(row).trimEnd()));
    },
  };
  settle();
  return shell;
}

test('what asks opens by itself where nothing is typed, in both layouts', () => {
  const shell = opened({ size: { columns: 80, rows: 12 } });
  shell.asks(FIRST, SECOND);
  expect(shell.isOpen()).toBe(true);
  expect(shell.inline()).toEqual([
    'Approve 1 of 2 · assistant (3)',
    '│ bash: npm test',
    '',
    'needs  exec:npm:test',
    'asked  it runs code of the project',
    'y once  r this run  a always in this folder  n refuse  Tab next  Esc later',
    '─'.repeat(80),
    '> what is to be done?  / commands  @ files  ! shell  ? help',
    'waiting · 2 wait for you (Alt-A) · script:turns.yaml · bwrap',
  ]);
  expect(shell.panes()[0]?.[0]).toBe('Approve 1 of 2 · assistant (3)');
});

test('keys that were on their way answer nothing and close nothing: they are typed, and typing goes on beside it', () => {
  const shell = opened();
  shell.asks(FIRST);
  shell.passes(100);
  shell.type('y');
  expect([shell.isOpen(), shell.answers(), shell.store.state().prompt.text]).toEqual([true, [], 'y']);
  shell.passes(5000);
  shell.type('es, all of it: y r a n d');
  expect([shell.isOpen(), shell.answers(), shell.store.state().prompt.text]).toEqual([true, [], 'yes, all of it: y r a n d']);
  expect(shell.inline().join('\n')).toContain('What you type goes to the prompt.\nAlt-a answer this  Esc later');
  shell.type('\u001ba');
  shell.type('y');
  expect(shell.answers()).toEqual([['a3.0', 'allow']]);
  expect(shell.store.state().prompt.text).toBe('yes, all of it: y r a n d');
});

test.each(['\u001b', '\r', '\t', '1', '\u001b[A', '\u001b[200~n\u001b[201~'])('%j within half a second leaves it open and unanswered', (keys) => {
  const shell = opened();
  shell.asks(FIRST);
  shell.passes(499);
  shell.type(keys);
  expect([shell.isOpen(), shell.answers()]).toEqual([true, []]);
});

test('after half a second it is answered, and the next one comes up, which a second press of the same key does not answer', () => {
  const shell = opened();
  shell.asks(FIRST, SECOND);
  shell.passes(500);
  shell.type('yy');
  expect(shell.answers()).toEqual([['a3.0', 'allow']]);
  shell.asks(SECOND);
  shell.passes(500);
  shell.type('n');
  expect(shell.answers()).toEqual([
    ['a3.0', 'allow'],
    ['a4.0', 'deny'],
  ]);
  shell.asks();
  expect(shell.isOpen()).toBe(false);
});

test('what was answered elsewhere gives way to the next one, which no key on its way answers; the last one closes', () => {
  const shell = opened();
  shell.asks(FIRST, SECOND);
  shell.passes(10_000);
  shell.asks(SECOND);
  expect(shell.store.state().notices.at(-1)?.text).toBe('What was asked was answered elsewhere, or does not wait any more.');
  shell.type('y');
  expect([shell.isOpen(), shell.answers(), shell.store.state().prompt.text]).toEqual([true, [], 'y']);
  shell.asks();
  expect([shell.isOpen(), shell.store.state().prompt.text]).toEqual([false, 'y']);
});

test('while something is typed a line says who asks what and the key; it opens when that is sent and nothing was typed for a second', () => {
  const shell = opened({ size: { columns: 80, rows: 12 } });
  shell.type('do');
  shell.asks(FIRST, SECOND);
  shell.passes(60_000);
  expect([shell.isOpen(), shell.timers()]).toEqual([false, 0]);
  expect(shell.inline().slice(0, 3)).toEqual(['? assistant wants: bash: npm test · Alt-a answers, 1 more', '─'.repeat(80), '> do']);
  shell.type('\r');
  expect([shell.isOpen(), shell.timers()]).toEqual([false, 1]);
  shell.passes(999);
  expect(shell.isOpen()).toBe(false);
  shell.passes(1);
  expect([shell.isOpen(), shell.timers()]).toEqual([true, 0]);
});

test('Esc puts off what waits and leaves the line; what is asked later opens again', () => {
  const shell = opened({ size: { columns: 44, rows: 12 } });
  shell.asks(FIRST);
  shell.passes(500);
  shell.type('\u001b');
  shell.passes(60_000);
  expect([shell.isOpen(), shell.answers(), shell.timers()]).toEqual([false, [], 0]);
  expect(shell.inline()[0]).toBe('? assistant wants: bash: np… · Alt-a answers');
  shell.asks(FIRST, SECOND);
  expect([shell.isOpen(), shell.inline()[0]]).toEqual([true, 'Approve 2 of 2 · worker (3)']);
});

test('a question is asked in the same manner: by number, or in own words, and put off where these are not given', () => {
  const shell = opened();
  shell.asks(QUESTION);
  shell.type('1');
  expect([shell.answers(), shell.store.state().prompt.text]).toEqual([[], '1']);
  shell.type('\u007f');
  shell.passes(500);
  shell.type('2');
  expect(shell.answers()).toEqual([['a5.0', 'text']]);
  const other = opened();
  other.asks(QUESTION);
  other.passes(500);
  other.type('w');
  expect(other.store.state().overlay).toMatchObject({ is: 'form', title: 'Which port?' });
  other.type('\u001b');
  other.passes(60_000);
  expect(other.isOpen()).toBe(false);
  expect(other.inline().join('\n')).toContain('? assistant asks: Which port? · Alt-a answers');
});

test('over help or a list nothing opens; when that is closed it does', () => {
  const shell = opened({ overlay: { is: 'help' } });
  shell.asks(FIRST);
  shell.passes(60_000);
  expect(shell.isOpen()).toBe(false);
  shell.type('\u001b');
  shell.passes(1000);
  expect(shell.isOpen()).toBe(true);
});

test('a question of an interview brings its pane to the front once, and keys on their way are no proposal', () => {
  const run = 'r_1' as RunId;
  const shell = opened({ runs: new Map([[run, runOf(run, { kind: 'interview' })]]) });
  shell.asks({ ...QUESTION, key: 'question 1' });
  expect([shell.store.state().focus, shell.isOpen()]).toEqual(['interview', false]);
  shell.type('1');
  expect([shell.store.state().focus, shell.store.state().prompt.text, shell.answers()]).toEqual(['prompt', '1', []]);
  expect(shell.inline().join('\n')).toContain('? interview asks: Which port? · Alt-3 answers');
  shell.type('\u007f');
  shell.passes(60_000);
  expect(shell.store.state().focus).toBe('prompt');
});

test('the time left is told each second while it is looked at, and only then', () => {
  const shell = opened();
  shell.asks(askOf({ expires_at: 1_060_000 }));
  expect(shell.inline()[0]).toBe('Approve · assistant (3) · refused in 60 s');
  shell.passes(1000);
  expect(shell.inline()[0]).toBe('Approve · assistant (3) · refused in 59 s');
  shell.type('\u001ba\u001b');
  expect(shell.timers()).toBe(0);
});

test('nothing runs when it is over', () => {
  const shell = opened();
  shell.type('a\u007f');
  shell.asks(FIRST);
  expect(shell.timers()).toBe(1);
  shell.end();
  expect(shell.timers()).toBe(0);
  shell.asks(FIRST, SECOND);
  shell.passes(5000);
  expect(shell.isOpen()).toBe(false);
});
