import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventOf, KernelEvent } from '../../src/kernel/events.ts';
import type { AskId } from '../../src/kernel/ids.ts';
import { openTalkKernel, type Talk, type TalkKernel, talk } from '../helpers/talk.ts';

let here: TalkKernel;
beforeEach(() => {
  here = openTalkKernel({ maxRunning: 2 });
});
afterEach(() => here.close());

const HOUR = 3_600_000;
const call = (name: string, input: object) => ({ name, input });
const bash = (command: string) => call('bash', { command });
const running = (at: Talk) => at.until('tool.started', (event) => event.group !== undefined);
const asked = (at: Talk) => at.until('approval.asked');

interface Row {
  readonly what: string;
  /** The turn that is interrupted, and what is waited for before. */
  readonly turns: readonly object[] | Readonly<Record<string, readonly object[]>>;
  readonly ready: (at: Talk) => Promise<unknown>;
  /** What stays of the answer, and how calls ended. */
  readonly text?: string;
  readonly ends?: readonly string[];
}

const ROWS: readonly Row[] = [
  { what: 'a model that says nothing', turns: [{ delay_ms: HOUR, text: 'late' }], ready: (at) => at.until('model.requested') },
  {
    what: 'an answer half way',
    turns: [{ pace_ms: 20, text: `one two three ${'and so on '.repeat(10_000)}` }],
    ready: (at) => at.until('model.delta', (event) => event.text.includes('three')),
    text: 'one two three ',
  },
  { what: 'a command', turns: [{ calls: [bash('sleep 3600')] }], ready: running, ends: ['tool.finished'] },
  {
    what: 'a command with what it printed, and calls behind it',
    turns: [{ calls: [bash('echo begun; sleep 3600'), call('ls', {}), call('write', { path: 'a', content: 'a' })] }],
    ready: (at) => at.until('tool.delta', (event) => event.text.includes('begun')),
    ends: ['tool.finished'],
  },
  {
    what: 'calls side by side',
    turns: [{ calls: [call('ls', {}), call('ask', { question: 'a?' }), call('ls', {})] }],
    ready: asked,
    ends: ['tool.finished', 'approval.expired', 'tool.finished'],
  },
  { what: 'a question', turns: [{ calls: [call('ask', { question: 'which?' })] }], ready: asked, ends: ['approval.expired', 'tool.finished'] },
  { what: 'an approval', turns: [{ calls: [bash('node a.js')] }], ready: asked, ends: ['approval.expired'] },
  {
    what: 'an agent it forked, with its command',
    turns: { assistant: [{ calls: [call('fork', { name: 'helper', task: 'sleep' })] }, { text: 'fine' }], helper: [{ calls: [bash('sleep 3600')] }] },
    ready: running,
    ends: ['tool.finished'],
  },
];

const OUTCOMES = new Set(['tool.finished', 'tool.denied', 'approval.expired']);
const groups = (events: readonly KernelEvent[]) => events.flatMap((event) => (event.type === 'tool.started' && event.group ? [event.group.pgid] : []));

function isThere(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('INT ends', () => {
  test.each(ROWS)('$what, and the agent goes on with what is said next', async ({ turns, ready, text = '', ends = [] }) => {
    const script = 'assistant' in turns ? { agents: turns } : [...(turns as readonly object[]), { text: 'fine' }];
    const at = await talk(here, script);
    await at.until('process.moved');
    await here.kernel.send(at.root, 'begin', 'user');
    await ready(at);
    await here.kernel.signal(at.root, 'INT', 'the test');
    const cut = await at.until('turn.interrupted');
    expect(cut).toMatchObject({ pid: at.agent(), turn: 1, by: 'the test' });
    expect(cut.text.startsWith(text)).toBe(true);
    expect(cut.text.length).toBeLessThan(100);
    await at.until('process.moved', (event) => event.seq > cut.seq);
    expect((await here.kernel.ps()).find((proc) => proc.pid === at.agent())?.state).toEqual({ is: 'waiting', on: 'message' });
    await at.say('go on');
    const events = await at.hold();
    expect(groups(events).filter(isThere)).toEqual([]);
    const own = events.filter((event) => event.pid === at.agent());
    expect(own.filter((event) => OUTCOMES.has(event.type)).map((event) => event.type)).toEqual(ends);
    expect(own.findLast((event) => event.type === 'model.answered')).toMatchObject({ parts: [{ type: 'text', text: 'fine' }] });
    expect(JSON.stringify(here.asked.at(-1)?.messages)).toContain('The user interrupted you here');
  });

  test('nothing where nothing is under way: only the signal is in the log', async () => {
    const at = await talk(here, [{ text: 'fine' }]);
    await at.until('process.moved');
    await here.kernel.signal(at.agent(), 'INT', 'the test');
    await at.say('hello');
    const events = await at.hold();
    expect(events.filter((event) => event.type === 'process.signalled')).toHaveLength(1);
    expect(events.some((event) => event.type === 'turn.interrupted')).toBe(false);
  });

  test('an agent that does not converse as KILL does', async () => {
    const { pid } = await here.kernel.start(here.request([{ delay_ms: HOUR, text: 'late' }]));
    await here.kernel.signal(pid, 'INT', 'the test');
    expect(await here.kernel.wait(pid)).toEqual({ how: 'killed', signal: 'KILL' });
  });

  test('a turn that has no slot yet, and one that is stopped', async () => {
    const busy = [await talk(here, [{ delay_ms: HOUR, text: 'late' }]), await talk(here, [{ delay_ms: HOUR, text: 'late' }])];
    for (const one of busy) await here.kernel.send(one.root, 'begin', 'user');
    for (const one of busy) await one.until('model.requested');
    const at = await talk(here, [{ text: 'fine' }]);
    await at.until('process.moved');
    const nth = at.heard.length;
    await here.kernel.send(at.root, 'begin', 'user');
    await here.kernel.signal(at.root, 'INT', 'the test');
    await at.until('turn.interrupted');
    await at.until('process.moved', () => true, nth);
    const [first] = busy as [Talk, Talk];
    await here.kernel.signal(first.root, 'STOP', 'the test');
    await here.kernel.signal(first.root, 'INT', 'the test');
    await first.until('turn.interrupted');
    expect((await here.kernel.ps()).find((proc) => proc.pid === first.agent())?.state).toEqual({ is: 'stopped' });
    // The slot that was freed is there for others.
    await at.say('again');
    await at.hold();
  });

  test('a summary under way, and takes back the wish for one', async () => {
    const at = await talk(here, {
      agents: { assistant: Array.from({ length: 6 }, (_, nth) => ({ text: `answer ${nth}` })), compaction: [{ delay_ms: HOUR, text: 'late' }] },
    });
    await at.until('process.moved');
    for (let nth = 0; nth < 5; nth += 1) await at.say(`message ${nth}`);
    await here.kernel.send(at.agent(), '', 'user', 'compaction');
    await at.until('model.requested', (event) => event.purpose === 'compaction');
    await here.kernel.signal(at.root, 'INT', 'the test');
    await at.until('turn.interrupted');
    await at.say('go on');
    const events = await at.hold();
    expect(events.some((event) => event.type === 'context.compacted')).toBe(false);
  });

  test('a command of the user, which is told as interrupted', async () => {
    const at = await talk(here, [{ text: 'fine' }]);
    await at.until('process.moved');
    await here.kernel.send(at.root, 'echo begun; sleep 3600', 'user', 'command');
    await at.until('tool.delta', (event) => event.text.includes('begun'));
    await here.kernel.signal(at.root, 'INT', 'the test');
    const told = await at.until('message.sent', (event) => event.kind === 'context');
    expect(told.text).toContain('begun');
    expect(told.text).toContain('[interrupted by the user]');
    await at.say('what was that?');
    const events = await at.hold();
    expect(groups(events).filter(isThere)).toEqual([]);
  });
});

test('an answer that came before the interruption counts, and the interruption does too', async () => {
  const at = await talk(here, [{ calls: [call('ask', { question: 'which?' })] }, { text: 'fine' }, { text: 'then' }]);
  await at.until('process.moved');
  await here.kernel.send(at.root, 'begin', 'user');
  const { ask } = (await asked(at)) as EventOf<'approval.asked'>;
  await Promise.all([
    here.kernel.answer(ask as AskId, { verdict: 'text', text: 'the first' }, 'the test', 'terminal'),
    here.kernel.signal(at.root, 'INT', 'the test'),
  ]);
  await at.until('turn.interrupted');
  await at.say('go on');
  const events = await at.hold();
  expect(events.some((event) => event.type === 'approval.expired')).toBe(false);
});
