import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectKernel } from '../../../src/gateway/client.ts';
import { type SocketServer, serveSocket } from '../../../src/gateway/socket.ts';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import type { Pid, RunId } from '../../../src/kernel/ids.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { createFeed, type Feed } from '../../../src/tui/store/feed.ts';
import { initialState } from '../../../src/tui/store/reduce.ts';
import { withSession } from '../../../src/tui/store/set.ts';
import { createStore, type Store } from '../../../src/tui/store/store.ts';
import { burst, openTestKernel, TEST_VERSION, type TestKernel } from '../../helpers/kernel.ts';

let here: TestKernel;
let served: SocketServer;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  here = openTestKernel({ bodies: { burst } });
  served = await serveSocket(here.home.socket, here.gateway);
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await served.close();
  await here.close();
});

const never = new AbortController().signal;

type Feeding = Parameters<typeof createFeed>[1];

const inside = (): Feeding => ({ ...here.kernel, runs: async () => here.store.runs(), head: async () => here.store.log.head(), lost: never });

async function outside(): Promise<Feeding> {
  const kernel = await connectKernel(here.home.socket, TEST_VERSION);
  if (!kernel) throw new Error('no kernel answered');
  ends.push(() => kernel.close());
  return kernel;
}

interface Shell {
  readonly store: Store;
  readonly feed: Feed;
  /** Resolves once the state is so. */
  until(is: (state: ShellState) => boolean): Promise<ShellState>;
}

function shellOn(kernel: Feeding, store = createStore(initialState({ columns: 80, rows: 24, layout: 'inline', theme: 'dark', now: 0 }))): Shell {
  const feed = createFeed(store, kernel);
  ends.push(() => feed.close());
  return {
    store,
    feed,
    until: (is) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!is(store.state())) return;
          leave();
          resolve(store.state());
        };
        const leave = store.subscribe(look);
        look();
      }),
  };
}

const outcomeOf = (run: RunId) => (state: ShellState) => state.runs.get(run)?.status === 'ended' && state.opened.get(run) === state.runs.get(run)?.last_seq;

const WORDS = [{ calls: [{ name: 'ls', input: { path: '.' } }], text: 'let me see' }, { text: 'nothing \u001b]52;c;eA==\u0007here' }];

const linesOf = (state: ShellState, pid: Pid): readonly string[] =>
  (state.transcripts.get(pid)?.items ?? []).map((item) => (item.is === 'tool' ? `${item.tool} ${item.how}` : `${item.is} ${item.text}`));

/** All of a state that comes of the log; heads are asked for when there is time. */
const logged = ({ runs, alive, facts, opened, transcripts, interviews, work, asks, audit, sessions }: ShellState) => ({
  ...{ runs, alive, facts, opened, transcripts, interviews, work, asks, sessions },
  entries: audit.entries,
});

describe.each([
  ['in this process', async () => inside()],
  ['behind a socket', outside],
] as const)('a kernel %s', (_, kernelOf) => {
  test('a shell that was there and one that comes later have the same state', async () => {
    const early = shellOn(await kernelOf());
    await early.feed.ready;
    const { run, pid } = await here.kernel.start(here.request(WORDS, { grants: [{ on: 'fs', right: 'read', under: here.workspace }] }));
    const before = await early.until(outcomeOf(run));
    expect(linesOf(before, pid)).toEqual(['user do as the script says', 'answer let me see', 'ls ok', 'answer nothing here', 'note DONE · 0 files changed']);
    const late = shellOn(await kernelOf());
    await late.feed.ready;
    await late.feed.open(run);
    expect(logged(late.store.state())).toEqual(logged(before));
    expect(before.alive.size).toBe(0);
  });

  test('a run that is at work is there with all that it said, and with its question', async () => {
    const { run, pid } = await here.kernel.start(
      here.request([{ calls: [{ name: 'ask', input: { question: 'which\u202e?' } }] }, { text: 'thanks' }], { interactive: true }),
    );
    for await (const event of here.kernel.read({ run, follow: true })) if (event.type === 'approval.asked') break;
    const shell = shellOn(await kernelOf());
    await shell.feed.ready;
    const state = await shell.until(({ opened }) => opened.has(run));
    expect(state.asks).toMatchObject([{ run, pid, name: 'agent', kind: 'question', text: 'which<U+202E>?', call: `c${pid}.0` }]);
    expect(linesOf(state, pid)).toEqual(['user do as the script says', 'ask asks']);
    expect([...state.alive]).toEqual([run]);
    await here.kernel.answer(state.asks[0]?.ask as never, { verdict: 'text', text: 'left' }, 'user', 'terminal');
    const after = await shell.until(outcomeOf(run));
    expect(after.asks).toEqual([]);
    expect(linesOf(after, pid).slice(1, 3)).toEqual(['ask ok', 'answer thanks']);
  });

  test('a conversation is read when it comes to the front, and sessions are found by what was said in them', async () => {
    const runs: RunId[] = [];
    for (const text of ['about apples', 'about pears']) {
      const { run, pid } = await here.kernel.start(here.request([{ text }], { title: `talk ${runs.length}`, args: { task: text.toUpperCase() } }));
      await here.kernel.wait(pid);
      runs.push(run);
    }
    const shell = shellOn(await kernelOf());
    await shell.feed.ready;
    expect(shell.store.state().sessions.map(({ title }) => title)).toEqual(['talk 1', 'talk 0']);
    expect(shell.store.state().opened.size).toBe(0);
    shell.store.set((state) => withSession(state, runs[0]));
    const state = await shell.until(({ opened }) => opened.has(runs[0] as RunId));
    expect([...state.transcripts.values()].flatMap(({ items }) => items.map((item) => item.text))).toContain('about apples');
    await shell.feed.search('PEARS');
    expect(shell.store.state().sessions).toMatchObject([{ title: 'talk 1', found: expect.stringContaining('pears') }]);
    await shell.feed.search('talk');
    expect(shell.store.state().sessions.map(({ title }) => title)).toEqual(['talk 1', 'talk 0']);
    await shell.feed.search('nowhere');
    expect(shell.store.state()).toMatchObject({ sessions: [], searched: 'nowhere' });
    await shell.feed.search('');
    expect(shell.store.state().sessions.length).toBe(2);
  });

  test('older entries come by themselves when the oldest are looked at', async () => {
    const { pid } = await here.kernel.start(here.request([], { body: 'burst', args: { count: 900 } }));
    await here.kernel.wait(pid);
    const shell = shellOn(await kernelOf());
    await shell.feed.ready;
    shell.store.apply({ ui: 'focus', pane: 'audit' });
    while (shell.store.state().audit.entries[0]?.leaf !== 0) {
      const known = shell.store.state().audit.entries.length;
      shell.store.apply({ ui: 'move', by: 10_000 });
      await shell.until(({ audit }) => audit.entries.length > known);
    }
    expect(shell.store.state().audit.entries.length).toBe(here.store.log.head().size);
  });

  test('older entries come in pages, down to the first', async () => {
    const count = 900;
    const { pid } = await here.kernel.start(here.request([], { body: 'burst', args: { count } }));
    await here.kernel.wait(pid);
    const shell = shellOn(await kernelOf());
    await shell.feed.ready;
    const first = () => shell.store.state().audit.entries[0]?.leaf;
    expect(first()).toBe(here.store.log.head().size - 500);
    let pages = 0;
    while (await shell.feed.older()) pages += 1;
    expect([pages, first()]).toEqual([Math.ceil((here.store.log.head().size - 500) / 200), 0]);
    const leaves = shell.store.state().audit.entries.map(({ leaf }: KernelEvent) => leaf);
    expect(leaves).toEqual(leaves.map((_, at) => at));
    expect(shell.store.state().audit.size).toBe(here.store.log.head().size);
  });
});

test('after a kernel was lost the next one is followed on the same store, without a gap', async () => {
  const lost = new AbortController();
  const shell = shellOn({ ...inside(), lost: lost.signal });
  await shell.feed.ready;
  const turns = [{ delay_ms: 3_600_000, text: 'late' }];
  const { run, pid } = await here.kernel.start(here.request(turns, { interactive: true }));
  await shell.until(({ transcripts }) => transcripts.get(pid)?.turn?.isAsking === true);
  shell.feed.close();
  lost.abort();
  await here.kernel.send(pid, 'missed', 'user');
  const again = shellOn(inside(), shell.store);
  await again.feed.ready;
  const state = await again.until(({ opened, runs }) => opened.get(run) === runs.get(run)?.last_seq);
  expect([...state.alive]).toEqual([run]);
  expect(state.transcripts.get(pid)?.turn?.waiting.map(({ text }) => text)).toEqual(['missed']);
});

test('a kernel that goes takes what was at work with it', async () => {
  const lost = new AbortController();
  const shell = shellOn({ ...inside(), lost: lost.signal });
  await shell.feed.ready;
  const { run } = await here.kernel.start(here.request([{ calls: [{ name: 'ask', input: { question: 'which?' } }] }], { interactive: true }));
  await shell.until(({ asks }) => asks.length === 1);
  lost.abort();
  const state = await shell.until(({ alive }) => alive.size === 0);
  expect(state.asks).toEqual([]);
  expect(state.runs.get(run)?.procs.map(({ state: { is } }) => is)).toEqual(['exited']);
  expect(state.sessions).toMatchObject([{ run, isAlive: false }]);
});

test('a conversation with all that happens in one is the same for who saw it stream and who came later', async () => {
  const seen = shellOn(inside());
  const far = shellOn(await outside());
  await Promise.all([seen.feed.ready, far.feed.ready]);
  const turns = {
    agents: {
      assistant: [{ thinking: 'hm', text: 'hello there' }, { text: 'slow', delay_ms: 3_600_000 }, { text: 'listed' }],
    },
  };
  const { run, pid: root } = await here.kernel.start(here.request(turns, { kind: 'chat', body: 'chat', args: { task: 'hi' }, interactive: true }));
  seen.store.set((state) => withSession(state, run));
  const rests = (state: ShellState) => state.selected !== undefined && state.transcripts.get(state.selected)?.turn?.isBusy === false;
  const { selected: pid } = await seen.until((state) => rests(state) && linesOf(state, state.selected as Pid).includes('answer hello there'));
  if (pid === undefined) throw new Error('nobody converses');
  await here.kernel.send(pid, 'go on', 'user');
  await seen.until((state) => state.transcripts.get(pid)?.turn?.isAsking === true);
  await here.kernel.send(pid, 'and list', 'user');
  expect((await seen.until(({ queued }) => queued.length > 0)).queued).toEqual(['and list']);
  await here.kernel.signal(pid, 'INT', 'user');
  expect((await seen.until(rests)).queued).toEqual(['and list']);
  await here.kernel.send(pid, 'now', 'user');
  await seen.until((state) => rests(state) && linesOf(state, pid).includes('answer listed'));
  await here.kernel.send(root, 'echo ran', 'user', 'command');
  await seen.until((state) => linesOf(state, pid).some((text) => text.startsWith('bash')));
  await here.kernel.signal(root, 'KILL', 'user');
  const states = [await seen.until(outcomeOf(run)), await far.until(outcomeOf(run))];
  const late = shellOn(await outside());
  await late.feed.ready;
  await late.feed.open(run);
  for (const state of [...states, late.store.state()]) expect(logged(state)).toEqual(logged(states[0] as ShellState));
  expect(linesOf(late.store.state(), pid)).toEqual([
    ...['user hi', 'thinking hm', 'answer hello there', 'user go on', 'note interrupted by user', 'user and list', 'user now', 'answer listed'],
    ...['bash denied', 'note KILL from user', 'note ended by KILL', 'note CANCELLED · 0 files changed'],
  ]);
});
