import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../src/kernel/events.ts';
import { createKernel } from '../../src/kernel/kernel.ts';
import { remainsOf } from '../../src/kernel/resume.ts';
import { openTalkKernel, type TalkKernel, talk } from '../helpers/talk.ts';

let here: TalkKernel;
beforeEach(() => {
  here = openTalkKernel({ maxRunning: 1 });
});
afterEach(() => here.close());

const last = () => JSON.stringify(here.asked.at(-1)?.messages);

describe('an agent that converses', () => {
  test('waits where another ends, holds no slot, and goes on with what is said', async () => {
    const at = await talk(here, [{ text: 'one' }, { text: 'two' }], { args: { task: 'first' } });
    await at.until('process.moved');
    expect((await here.kernel.ps()).find((proc) => proc.pid === at.agent())).toMatchObject({ state: { is: 'waiting', on: 'message' }, turn: 1 });
    // The only slot there is serves somebody else.
    const other = await here.kernel.start(here.request([{ text: 'done' }]));
    expect(await here.kernel.wait(other.pid)).toMatchObject({ how: 'done' });
    await at.say('second');
    expect(last()).toMatch(/first.*one.*second/u);
    expect(here.store.run(at.run)?.procs.find((proc) => proc.pid === at.agent())?.state).toEqual({ is: 'waiting', on: 'message' });
    await at.hold();
  });

  test('without a task it asks nobody until something is said', async () => {
    const at = await talk(here, [{ text: 'one' }]);
    await at.until('process.moved');
    expect(here.asked).toEqual([]);
    await at.say('hello');
    expect(here.asked).toHaveLength(1);
    await at.hold();
  });

  test('is steered by what is said while it works', async () => {
    const at = await talk(here, [{ calls: [{ name: 'bash', input: { command: 'cat gate' } }] }, { text: 'fine' }]);
    await at.until('process.moved');
    await here.kernel.send(at.root, 'begin', 'user');
    const began = await at.until('tool.intended');
    await here.kernel.send(at.root, 'and mind this', 'user');
    await at.until('process.moved', (event) => event.seq > began.seq);
    expect(last()).toContain('and mind this');
    await at.hold();
  });

  test.each(['TERM', 'KILL'] as const)('is ended by %s while it waits, and goes on when it is resumed', async (signal) => {
    const at = await talk(here, [{ text: 'one' }, { text: 'two' }], { args: { task: 'first' } });
    const { seq } = await at.until('process.moved');
    await here.kernel.signal(at.root, signal, 'the test');
    expect(await here.kernel.wait(at.root)).toEqual({ how: 'killed', signal });
    await here.kernel.resume(at.run, { interactive: true });
    await at.until('process.moved', (event) => event.to === 'waiting' && event.seq > seq);
    await at.say('second');
    expect(last()).toMatch(/first.*one.*second/u);
    await at.hold();
  });

  test('summarizes when it is told to, keeps what it is told to keep, and goes on', async () => {
    const answers = Array.from({ length: 8 }, (_, nth) => ({ text: `answer ${nth}` }));
    const at = await talk(here, { agents: { assistant: answers, compaction: [{ text: 'the gist' }] } });
    await at.until('process.moved');
    for (let nth = 0; nth < 5; nth += 1) await at.say(`message ${nth}`);
    await here.kernel.send(at.root, 'the names', 'user', 'compaction');
    const { seq } = await at.until('context.compacted');
    expect(last()).toContain('Above all keep what the user asks for: the names');
    await at.until('process.moved', (event) => event.seq > seq);
    await at.say('what now?');
    expect(last()).toMatch(/the gist.*what now\?/u);
    expect(last()).not.toContain('message 0');
    await at.hold();
  });

  test('has nothing to summarize at first, and says so by waiting again', async () => {
    const at = await talk(here, [{ text: 'one' }]);
    const { seq } = await at.until('process.moved');
    await here.kernel.send(at.root, '', 'user', 'compaction');
    await at.until('process.moved', (event) => event.seq > seq);
    await at.say('hello');
    const events = await at.hold();
    expect(events.some((event) => event.type === 'context.compacted')).toBe(false);
  });

  test('uses up no time while it waits', async () => {
    const alarms: string[] = [];
    const kernel = createKernel({
      ...here.ports,
      alarm: (_of, ms) => {
        alarms.push(ms > 0 ? 'set' : 'over');
        return () => void alarms.push('off');
      },
    });
    const on = { ...here, kernel } as TalkKernel;
    const at = await talk(on, [{ text: 'one' }, { text: 'two' }], { limits: { tokens: null, usd: null, turns: null, wall_ms: 60_000, tool_calls: null } });
    await at.until('process.moved');
    expect(alarms.at(-1)).toBe('off');
    const before = alarms.length;
    await kernel.send(at.root, 'hello', 'user');
    await at.until('process.moved', (event) => event.turn === 1);
    expect(alarms.slice(before)).toEqual(['set', 'off']);
    await kernel.close();
  });
});

test('time that a run waited for a message is not active time', () => {
  const at = (mono: number, event: object): KernelEvent =>
    ({ v: 1, seq: 0, leaf: 0, at: 0, boot: 'b', run: 'r', pid: 2, actor: 'kernel', mono, ...event }) as never;
  const { active_ms } = remainsOf([
    at(0, { type: 'run.started', limits: {}, request: {} }),
    at(5, { type: 'process.forked', ppid: 0, pid: 1 }),
    at(10, { type: 'process.moved', to: 'waiting' }),
    at(12, { type: 'chat.assessed', pid: 1 }),
    at(1000, { type: 'message.sent', actor: 'user' }),
    at(1005, { type: 'model.requested', request: 0 }),
    at(1100, { type: 'model.answered', request: 0 }),
    at(1101, { type: 'process.moved', to: 'waiting' }),
    // The root checks what was done: somebody is at work.
    at(1102, { type: 'tool.intended', call: 'c1.0', pid: 1 }),
    at(1202, { type: 'tool.finished', call: 'c1.0', pid: 1 }),
    at(9000, { type: 'process.signalled', pid: 1, signal: 'KILL' }),
  ]);
  expect(active_ms).toBe(10 + 5 + 95 + 1 + 100);
});

describe('what is said to a process that', () => {
  test.each([
    ['does not converse: a command', 'command', 'runs no commands'],
    ['does not converse: a wish for a summary', 'compaction', 'does not converse'],
  ] as const)('%s, is refused', async (_, kind, why) => {
    const { pid } = await here.kernel.start(here.request([{ delay_ms: 3_600_000, text: 'late' }]));
    await expect(here.kernel.send(pid, 'ls', 'user', kind)).rejects.toThrow(why);
  });
});
