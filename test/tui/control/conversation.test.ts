import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AskId, Pid, RunId } from '../../../src/kernel/ids.ts';
import type { ShellState } from '../../../src/tui/state.ts';
import { controlScene, type Scene, type TestShell } from '../../helpers/control.ts';

let scene: Scene;
const open: TestShell[] = [];
beforeEach(() => {
  scene = controlScene();
});
afterEach(async () => {
  for (const shell of open.splice(0).toReversed()) await shell.control.close();
  scene.remove();
});

async function shellOn(...given: Parameters<Scene['shell']>): Promise<TestShell> {
  const shell = await scene.shell(...given);
  open.push(shell);
  return shell;
}

const FOREVER = 3_600_000;

/** What stands in the transcript of the conversation in front. */
const told = ({ session, runs, transcripts }: ShellState): readonly string[] => {
  const assistant = session && runs.get(session)?.procs.find((one) => one.name === 'assistant');
  const items = (assistant && transcripts.get(assistant.pid)?.items) || [];
  return items.flatMap((item) => (item.is === 'user' || item.is === 'answer' ? [`${item.is}: ${item.text}`] : []));
};
const saying = (text: string) => (state: ShellState) => told(state).some((one) => one.includes(text)) && told(state);
const assistant = ({ session, runs }: ShellState): Pid | undefined => runs.get(session as RunId)?.procs.find((one) => one.name === 'assistant')?.pid;
const notice = (part: string) => (state: ShellState) => state.notices.find((one) => one.text.includes(part));
const session = ({ session: run }: ShellState): RunId | undefined => run;

test('a shell that is left while the log is read ends in order, and opens no other kernel', async () => {
  const { control, store, until } = await shellOn([{ text: 'Hello.' }]);
  await control.run({ do: 'say', text: 'one' });
  await until(saying('Hello.'));
  const under = [control.run({ do: 'search-sessions', text: 'hello' }), control.run({ do: 'verify' })];
  void control.run({ do: 'say', text: 'two' });
  await control.close();
  await Promise.all(under);
  await control.run({ do: 'search-sessions', text: 'two' });
  expect(store.state().notices.at(-1)?.text).toBe('the shell is being left');
});

describe('what is said', () => {
  test('begins a conversation, and goes on with it, in the order it was said', async () => {
    const { control, until } = await shellOn([{ text: 'Hello.' }, { text: 'Again.' }, { text: 'Thrice.' }]);
    void control.run({ do: 'say', text: 'one' });
    void control.run({ do: 'say', text: 'two' });
    void control.run({ do: 'say', text: 'three' });
    const all = await until((state) => ['one', 'two', 'three'].every((text) => told(state).includes(`user: ${text}`)) && told(state));
    expect(all.filter((one) => one.startsWith('user'))).toEqual(['user: one', 'user: two', 'user: three']);
  });

  test('ends at once when it is interrupted, and the conversation lives on', async () => {
    const { control, store, until } = await shellOn([{ text: 'never', delay_ms: FOREVER }, { text: 'Here.' }]);
    await control.run({ do: 'say', text: 'begin' });
    const pid = await until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && assistant(state));
    const interrupting = control.run({ do: 'interrupt', pid });
    expect(store.state().stopping.has(pid)).toBe(true);
    await interrupting;
    await until((state) => !state.stopping.has(pid) && !state.transcripts.get(pid)?.turn?.isBusy);
    await control.run({ do: 'say', text: 'and now?' });
    await until(saying('and now?'));
    expect(store.state().notices).toEqual([]);
  });

  test('with another model from here on', async () => {
    const { control, store, until } = await shellOn([{ text: 'First.' }]);
    writeFileSync(join(scene.workspace, 'other.yaml'), JSON.stringify([{ text: 'First.' }, { text: 'I am another.' }]));
    await control.run({ do: 'say', text: 'who?' });
    await until(saying('First.'));
    const id = `script:${join(scene.workspace, 'other.yaml')}`;
    await control.run({ do: 'model', id });
    await control.run({ do: 'say', text: 'and you?' });
    await until(saying('I am another.'));
    expect(store.state().model).toBe(id);
    await control.run({ do: 'model', id: 'nobody/nothing' });
    expect(await until((state) => state.notices.find((one) => one.tone === 'error'))).toMatchObject({ hint: expect.any(String) });
    await control.run({ do: 'say', text: 'still there?' });
    await until(saying('still there?'));
  });

  test('can be a command, which the gate judges, and which begins a conversation too', async () => {
    const { control, until } = await shellOn([{ text: 'Seen.' }]);
    writeFileSync(join(scene.workspace, 'there.txt'), '');
    await control.run({ do: 'command', line: 'ls' });
    const run = await until(session);
    await until((state) => state.audit.entries.some((event) => event.run === run && event.type === 'tool.finished' && event.text.includes('there.txt')));
    await control.run({ do: 'command', line: 'rm there.txt' });
    const ask = await until((state) => state.asks[0]);
    expect(ask.text).toContain('rm there.txt');
    await control.run({ do: 'answer', ask: ask.ask as AskId, reply: { verdict: 'deny', scope: 'once' } });
    await until((state) => state.asks.length === 0);
    expect(readFileSync(join(scene.workspace, 'there.txt'), 'utf8')).toBe('');
  });

  test('holds nothing up where the one it is said to was ended while a command waits for an answer', async () => {
    const { control, store, until } = await shellOn([{ text: 'Here.' }]);
    await control.run({ do: 'say', text: 'begin' });
    await until(saying('Here.'));
    writeFileSync(join(scene.workspace, 'there.txt'), '');
    await control.run({ do: 'command', line: 'rm there.txt' });
    const pid = await until((state) => state.asks.length > 0 && assistant(state));
    await control.run({ do: 'signal', pid, signal: 'KILL' });
    await until(({ runs }) => [...runs.values()].some(({ procs }) => procs.some((one) => one.pid === pid && one.state.is === 'exited')));
    await control.run({ do: 'say', text: 'are you there?' });
    expect(store.state().notices.at(-1)).toMatchObject({ tone: 'error', text: expect.stringMatching(/^the conversation .* has ended$/u) });
    await control.run({ do: 'new-session' });
    await control.run({ do: 'say', text: 'and now?' });
    await until(saying('and now?'));
  });

  test('is summarized when that is wanted', async () => {
    const { control, until } = await shellOn({ agents: { default: [{ text: 'Hello.' }], compaction: [{ text: 'They greeted.' }] } });
    await control.run({ do: 'compact', keep: '' });
    await until(notice('nothing to summarize'));
    await control.run({ do: 'say', text: 'hello' });
    await until(saying('Hello.'));
    await control.run({ do: 'compact', keep: 'the names' });
    await until((state) => state.audit.entries.some((event) => event.type === 'message.sent' && event.kind === 'compaction' && event.text === 'the names'));
  });
});

describe('sessions', () => {
  test('a new one leaves the one before, which can be gone on with, also by the next shell', async () => {
    const first = await shellOn([{ text: 'One.' }, { text: 'Two.' }]);
    await first.control.run({ do: 'say', text: 'remember me' });
    await first.until(saying('One.'));
    const run = await first.until(session);
    await first.control.run({ do: 'new-session' });
    expect(first.store.state().session).toBeUndefined();
    expect(await first.until((state) => !state.alive.has(run) && state.runs.get(run))).toMatchObject({ resumable: true });
    await first.control.run({ do: 'resume', run });
    await first.control.run({ do: 'say', text: 'and on' });
    await first.until(saying('Two.'));
    await first.control.run({ do: 'exit', agents: 'ask' });
    expect(first.left()).toBe(true);
    await first.control.close();
    const next = await shellOn([], {}, { session: 'last' });
    expect(await next.until(saying('Two.'))).toEqual(['user: remember me', 'answer: One.', 'user: and on', 'answer: Two.']);
    expect(next.store.state().session).toBe(run);
  });

  test('a fork knows what was said, and leaves the other as it is', async () => {
    const { control, store, until } = await shellOn([{ text: 'One.' }]);
    await control.run({ do: 'say', text: 'a secret word' });
    await until(saying('One.'));
    const run = await until(session);
    await control.run({ do: 'fork-session', run });
    await control.run({ do: 'say', text: 'what was it?' });
    expect((await until(saying('what was it?'))).slice(0, 3)).toEqual(['user: a secret word', 'answer: One.', 'user: what was it?']);
    expect(store.state().session).not.toBe(run);
  });

  test('one is written to a file, and never over another file', async () => {
    const { control, until } = await shellOn([{ text: 'Answered.' }]);
    await control.run({ do: 'say', text: 'question' });
    await until(saying('Answered.'));
    const run = await until(session);
    await until((state) => state.audit.entries.some((event) => event.type === 'process.moved' && event.to === 'waiting'));
    await control.run({ do: 'export', run, file: 'talk.jsonl', form: 'jsonl' });
    const lines = readFileSync(join(scene.workspace, 'talk.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(expect.arrayContaining(['run.started', 'model.answered', 'process.moved']));
    await control.run({ do: 'export', run, file: 'talk.jsonl', form: 'jsonl' });
    await until(notice('exists already'));
  });
});

describe('going on', () => {
  test('with a conversation that is not there begins no other: what was to be said stays typed', async () => {
    const { store } = await shellOn([{ text: 'Hello.' }], {}, { session: 'r_none' as RunId, first: 'delete all' });
    expect(store.state()).toMatchObject({ session: undefined, prompt: { text: 'delete all' }, queued: [] });
    expect(notice('no run')(store.state())).toBeDefined();
  });

  test.each([
    ['a higher limit on the command line', { maxTokens: 100_000 }, {}],
    ['a higher limit in the configuration', {}, { tokens: 100_000 }],
  ])('with one that came to its limit takes %s', async (_, flags, limits) => {
    const first = await shellOn([{ text: 'One.', usage: { input: 900, output: 20, cache_read: 0, cache_write: 0 } }], {}, {}, { maxTokens: 800 });
    await first.control.run({ do: 'say', text: 'one' });
    const run = await first.until((state) => state.session !== undefined && state.runs.get(state.session)?.exit_code === 6 && state.session);
    await first.control.close();
    writeFileSync(join(scene.home, 'config.json'), JSON.stringify({ limits }), { mode: 0o600 });
    const next = await shellOn([], {}, { session: 'last', first: 'and two' }, flags);
    await next.until(saying('and two'));
    expect(next.store.state().session).toBe(run);
    expect(next.store.state().runs.get(run)).toMatchObject({ status: 'running', limits: { tokens: 100_000 } });
  });

  test('in the kernel of another process asks for no model', async () => {
    await shellOn([{ text: 'Hello.' }]);
    const { ports } = await shellOn([]);
    const unready = { ...ports.setup, model: async () => undefined };
    expect((await shellOn([], { setup: unready })).store.state().overlay).toBeUndefined();
  });
});

describe('leaving', () => {
  test('asks while an agent works; what is kept goes on in the next shell', async () => {
    const first = await shellOn([{ text: 'late', delay_ms: FOREVER }]);
    await first.control.run({ do: 'say', text: 'a long work' });
    const run = await first.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && state.session);
    await first.control.run({ do: 'exit', agents: 'ask' });
    expect(first.left()).toBe(false);
    expect(first.store.state().overlay).toEqual({ is: 'exit' });
    await first.control.run({ do: 'exit', agents: 'keep' });
    expect(first.left()).toBe(true);
    await first.control.close();
    const next = await shellOn([]);
    expect(await next.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && state.session)).toBe(run);
    await next.control.run({ do: 'exit', agents: 'stop' });
    await next.control.close();
    const last = await shellOn([]);
    expect(last.store.state().session).toBeUndefined();
  });

  test('a run that cannot go on now is told, and goes on with a later shell', async () => {
    const first = await shellOn([{ text: 'late', delay_ms: FOREVER }]);
    await first.control.run({ do: 'say', text: 'a long work' });
    const run = await first.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && state.session);
    await first.control.run({ do: 'exit', agents: 'keep' });
    await first.control.close();
    renameSync(scene.workspace, `${scene.workspace}-away`);
    const second = await shellOn([]);
    await second.until(notice('is gone'));
    await second.control.close();
    renameSync(`${scene.workspace}-away`, scene.workspace);
    const third = await shellOn([]);
    expect(await third.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && state.session)).toBe(run);
  });

  test('an attached shell leaves a conversation that rests to the others that are in it', async () => {
    const first = await shellOn([{ text: 'Hello.' }]);
    await first.control.run({ do: 'say', text: 'hello' });
    const pid = await first.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isBusy === false && assistant(state));
    const run = await first.until(session);
    const second = await shellOn([]);
    await second.control.run({ do: 'resume', run });
    await second.control.run({ do: 'new-session' });
    await second.control.run({ do: 'resume', run });
    await second.control.run({ do: 'exit', agents: 'ask' });
    await second.control.close();
    await first.control.run({ do: 'signal', pid, signal: 'INT' });
    expect(first.store.state().alive.has(run)).toBe(true);
    expect(first.store.state().audit.entries.filter((event) => event.type === 'process.exited')).toEqual([]);
  });

  test('what stands behind something else is shown as queued, and when the shell is left it is not sent, and said', async () => {
    const { control, store, ports, until } = await shellOn([{ text: 'Hello.' }]);
    await control.run({ do: 'say', text: 'one' });
    await until(saying('Hello.'));
    const run = await until(session);
    const { resume } = ports.requests;
    const gate = Promise.withResolvers<void>();
    Object.assign(ports.requests, { resume: (...of: Parameters<typeof resume>) => gate.promise.then(() => resume(...of)) });
    const under = [control.run({ do: 'undo', run }), control.run({ do: 'say', text: 'two' }), control.run({ do: 'command', line: 'ls' })];
    expect(store.state().queued).toEqual(['two', '!ls']);
    expect(store.state().standing).toEqual(['two', '!ls']);
    await until((state) => !state.alive.has(run));
    const leaving = control.close();
    gate.resolve();
    expect(await leaving).toEqual(['two', '!ls']);
    await Promise.all(under);
    expect(store.state().notices.filter(({ hint }) => hint?.includes('defect'))).toEqual([]);
    expect(await ports.memory.history()).toEqual(['two', '!ls']);
    const next = await shellOn([]);
    expect(next.store.state().runs.get(run)).toMatchObject({ resumable: true, procs: expect.not.arrayContaining([expect.objectContaining({ tool: 'bash' })]) });
    expect(next.store.state().audit.entries.filter((event) => event.type === 'run.resumed')).toEqual([]);
  });

  test('an attached shell asks nothing, and the kernel goes on', async () => {
    const first = await shellOn([{ text: 'Hello.' }]);
    const second = await shellOn([{ text: 'late', delay_ms: FOREVER }]);
    expect(second.store.state().kernel).toEqual({ is: 'open', own: false });
    await second.control.run({ do: 'say', text: 'from elsewhere' });
    const run = await second.until((state) => state.transcripts.get(assistant(state) as Pid)?.turn?.isAsking === true && state.session);
    await first.until((state) => state.alive.has(run));
    await second.control.run({ do: 'exit', agents: 'ask' });
    expect(second.left()).toBe(true);
    await second.control.close();
    const root = await first.until((state) => state.runs.get(run)?.procs.find((one) => one.ppid === 0));
    await first.control.run({ do: 'signal', pid: root.pid, signal: 'KILL' });
    await first.until((state) => !state.alive.has(run));
  });

  test('a shell whose kernel is gone opens the next one and goes on with its conversation', async () => {
    const first = await shellOn([{ text: 'Hello.' }]);
    const second = await shellOn([{ text: 'One.' }, { text: 'Two.' }]);
    await second.control.run({ do: 'say', text: 'hold on' });
    await second.until(saying('One.'));
    await first.control.close();
    await second.until((state) => state.kernel.is === 'open' && state.kernel.own);
    await second.until(notice('the conversation goes on'));
    await second.control.run({ do: 'say', text: 'still there?' });
    await second.until(saying('Two.'));
  });
});
