import { expect, test } from 'vitest';
import { pidOf } from '../../../src/kernel/ids.ts';
import { initialState } from '../../../src/tui/store/reduce.ts';
import { withModel } from '../../../src/tui/store/set.ts';
import { createStore, type Schedule } from '../../../src/tui/store/store.ts';
import { answered, conversation, createScene, requested } from '../../helpers/scene.ts';

/** Time that goes on when a test says so. */
function createTime(): Schedule & { turn(): void; pass(ms: number): void; timers(): number } {
  const soon: (() => void)[] = [];
  let later: { at: number; run: () => void }[] = [];
  let now = 0;
  return {
    soon: (run) => void soon.push(run),
    later(ms, run) {
      const timer = { at: now + ms, run };
      later.push(timer);
      return () => {
        later = later.filter((one) => one !== timer);
      };
    },
    turn() {
      for (const run of soon.splice(0)) run();
    },
    pass(ms) {
      now += ms;
      const due = later.filter(({ at }) => at <= now);
      later = later.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
    timers: () => later.length + soon.length,
  };
}

function seen() {
  const time = createTime();
  const store = createStore(initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 }), { schedule: time });
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  return { time, store, told: () => told };
}

const textsIn = ({ store }: ReturnType<typeof seen>) =>
  store
    .state()
    .transcripts.get(pidOf(2))
    ?.items.map((item) => item.text);

test('events of one turn of the event loop are one notification, and the state is the one before until then', () => {
  const shell = seen();
  const scene = createScene();
  for (const event of conversation(scene)) shell.store.take(event);
  expect([shell.told(), shell.store.state().runs.size]).toEqual([0, 0]);
  shell.time.turn();
  expect([shell.told(), shell.store.state().runs.size]).toEqual([1, 1]);
});

test('streamed text is told ten times a second, however many pieces come', () => {
  const shell = seen();
  const scene = createScene();
  for (const event of [...conversation(scene), scene.event(2, requested(0))]) shell.store.take(event);
  shell.time.turn();
  for (let ms = 0; ms < 1000; ms += 5) {
    shell.store.take(scene.delta(2, 'text', 'x'));
    shell.time.turn();
    shell.time.pass(5);
  }
  expect(shell.told()).toBe(1 + 10);
  expect(textsIn(shell)).toEqual(['hello', 'x'.repeat(200)]);
});

test('nothing is waited for while nothing happens', () => {
  const shell = seen();
  const scene = createScene();
  for (const event of [...conversation(scene), scene.event(2, requested(0))]) shell.store.take(event);
  shell.store.take(scene.delta(2, 'text', 'a'));
  expect(shell.time.timers()).toBe(1);
  shell.time.turn();
  expect(shell.time.timers()).toBe(0);
  shell.store.take(scene.delta(2, 'text', 'b'));
  expect(shell.time.timers()).toBe(1);
  shell.time.pass(100);
  expect(shell.time.timers()).toBe(0);
  // A delta of a run that nobody knows is nothing.
  shell.store.take(createScene('r_other').delta(9, 'text', 'c'));
  expect(shell.time.timers()).toBe(0);
});

test('what the log has is not held back by what streams', () => {
  const shell = seen();
  const scene = createScene();
  for (const event of [...conversation(scene), scene.event(2, requested(0))]) shell.store.take(event);
  shell.store.take(scene.delta(2, 'text', 'a'));
  shell.store.take(scene.event(2, answered(0, [{ type: 'text', text: 'all' }])));
  shell.time.turn();
  expect(textsIn(shell)).toEqual(['hello', 'all']);
});

test('a key is seen at once, and takes nothing of what is under way', () => {
  const shell = seen();
  const scene = createScene();
  for (const event of conversation(scene)) shell.store.take(event);
  shell.store.apply({ ui: 'focus', pane: 'agents' });
  expect([shell.told(), shell.store.state().focus]).toEqual([1, 'agents']);
  shell.store.set((state) => withModel(state, 'b/model', 'none'));
  expect([shell.told(), shell.store.state().model]).toEqual([2, 'b/model']);
  shell.store.set((state) => state);
  expect(shell.told()).toBe(2);
  shell.time.turn();
  expect([shell.told(), shell.store.state().focus, shell.store.state().runs.size]).toEqual([3, 'agents', 1]);
});

test('who leaves is told nothing more', () => {
  const shell = seen();
  let heard = 0;
  const leave = shell.store.subscribe(() => {
    heard += 1;
  });
  leave();
  shell.store.apply({ ui: 'theme', to: 'light' });
  expect([heard, shell.told()]).toEqual([0, 1]);
});
