import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/events.ts';
import { openTalkKernel, type Talk, type TalkKernel, talk } from '../../helpers/talk.ts';

let here: TalkKernel;
beforeEach(() => {
  here = openTalkKernel();
});
afterEach(() => here.close());

const call = (name: string, input: object) => ({ name, input });
const write = (path: string, content: string) => ({ calls: [call('write', { path, content })] });
const given = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(here.workspace, name), text);
};
/** Holds as long as `state` says good. */
const MAKEFILE = 'test:\n\tgrep -q good state\n';

async function begun(turns: readonly object[]): Promise<Talk> {
  const at = await talk(here, turns);
  await at.until('process.moved');
  return at;
}

// biome-ignore lint/suspicious/noExplicitAny: events of every kind
const ofType = (events: readonly KernelEvent[], type: string): any[] => events.filter((event) => event.type === type);
// biome-ignore lint/suspicious/noExplicitAny: an event that the kernel only carries
const until = (at: Talk, type: string, claim: (event: any) => boolean = () => true): Promise<any> => at.until(type as never, claim as never);
const last = () => JSON.stringify(here.asked.at(-1)?.messages);

describe('what came of a message is said', () => {
  test('when it was answered, asked back about, and worked on', async () => {
    const at = await begun([{ text: 'hi' }, { calls: [call('ask', { question: 'which?' })] }, { text: 'that one' }, write('a', 'a'), { text: 'done' }]);
    await at.say('hello');
    await until(at, 'chat.assessed', (event) => event.message === 1 && event.kind === 'conversation');
    await here.kernel.send(at.root, 'do it', 'user');
    const { ask } = await at.until('approval.asked');
    await here.kernel.answer(ask as never, { verdict: 'text', text: 'the first' }, 'the test', 'terminal');
    await until(at, 'chat.assessed', (event) => event.message === 2 && event.kind === 'clarification');
    await at.say('write a');
    await until(at, 'chat.checked');
    expect(ofType(await at.hold(), 'chat.assessed').map((event) => event.kind)).toEqual(['conversation', 'clarification', 'task']);
  });
});

describe('work that changed files is checked', () => {
  test('by nothing where the project has no checks, which is said', async () => {
    const at = await begun([write('a', 'a'), { text: 'done' }]);
    await at.say('write a');
    const checked = await until(at, 'chat.checked');
    expect(checked).toMatchObject({ message: 1, checks: [], changed: ['a'] });
    await at.hold();
  });

  test('with what the project had before, and not at all where nothing changed', async () => {
    given({ Makefile: MAKEFILE, state: 'good' });
    const at = await begun([write('a', 'a'), { text: 'done' }, write('a', 'a'), { text: 'the same' }, { text: 'hm' }]);
    await at.say('write a');
    const checked = await until(at, 'chat.checked');
    expect(checked.checks).toMatchObject([{ name: 'test', command: 'make test', ok: true, how: 'holds' }]);
    await at.say('write it again');
    await at.say('well?');
    await until(at, 'chat.assessed', (event) => event.message === 3);
    expect(ofType(await at.hold(), 'chat.checked')).toHaveLength(1);
  });

  test('what it broke is sent back once, mended, and checked again against the beginning', async () => {
    given({ Makefile: MAKEFILE, state: 'good' });
    const at = await begun([write('state', 'bad'), { text: 'done' }, write('state', 'good too'), { text: 'mended' }, { text: 'fine' }]);
    await at.say('write state');
    await until(at, 'chat.checked', (event) => event.checks[0].how === 'holds');
    await at.say('thanks');
    await until(at, 'chat.assessed', (event) => event.message === 2);
    const events = await at.hold();
    expect(ofType(events, 'chat.checked').map(({ message, checks }) => [message, checks[0].how])).toEqual([
      [1, 'broken'],
      [1, 'holds'],
    ]);
    expect(ofType(events, 'chat.assessed').map((event) => event.message)).toEqual([1, 2]);
    expect(last()).toContain('make test fails, and did not before the work');
  });

  test('what stays broken is not sent back a second time', async () => {
    given({ Makefile: MAKEFILE, state: 'good' });
    const at = await begun([write('state', 'bad'), { text: 'done' }, write('state', 'worse'), { text: 'tried' }, { text: 'fine' }]);
    await at.say('write state');
    await until(at, 'chat.checked', () => at.heard.filter((event) => event.type === ('chat.checked' as never)).length === 2);
    await at.say('well?');
    await until(at, 'chat.assessed', (event) => event.message === 2);
    const events = await at.hold();
    expect(ofType(events, 'message.sent').filter((event) => event.from === 'check')).toHaveLength(1);
  });

  test('what failed before is no fault of the work', async () => {
    given({ Makefile: MAKEFILE, state: 'bad' });
    const at = await begun([write('a', 'a'), { text: 'done' }]);
    await at.say('write a');
    const checked = await until(at, 'chat.checked');
    expect(checked.checks).toMatchObject([{ ok: false, how: 'before' }]);
    expect(ofType(await at.hold(), 'message.sent')).toHaveLength(1);
  });

  test('interrupted work with what comes next', async () => {
    given({ Makefile: MAKEFILE, state: 'good' });
    const at = await begun([{ calls: [call('write', { path: 'a', content: 'a' }), call('bash', { command: 'sleep 3600' })] }, { text: 'then' }]);
    await here.kernel.send(at.root, 'begin', 'user');
    await at.until('tool.started', (event) => event.group !== undefined);
    await here.kernel.signal(at.root, 'INT', 'the test');
    await until(at, 'chat.assessed', (event) => event.message === 1 && event.why.startsWith('interrupted'));
    await at.say('what now?');
    expect(await until(at, 'chat.checked')).toMatchObject({ message: 2, changed: ['a'], checks: [{ how: 'holds' }] });
    await at.hold();
  });

  test('until the check is interrupted', async () => {
    given({ Makefile: 'test:\n\tcat state; sleep 3600\n', state: 'good\n' });
    const at = await begun([write('a', 'a'), { text: 'done' }]);
    await at.say('write a');
    await at.until('tool.delta', (event) => event.text.includes('good'));
    await here.kernel.signal(at.root, 'INT', 'the test');
    expect(await until(at, 'chat.checked')).toMatchObject({ changed: ['a'], checks: [{ how: 'not run', why: 'interrupted by the user' }] });
    await at.hold();
  });
});

describe('a command of the user', () => {
  test('runs through the gate, wakes nobody, and is told with what is said next', async () => {
    given({ notes: 'the notes' });
    const at = await begun([{ text: 'I see' }]);
    await here.kernel.send(at.root, 'cat notes', 'user', 'command');
    await at.until('message.sent', (event) => event.kind === 'context');
    expect(here.asked).toEqual([]);
    await at.say('what is in there?');
    expect(last()).toMatch(/\$ cat notes.*the notes.*what is in there\?/u);
    await at.hold();
  });

  test('is refused, or asked about, as any other is', async () => {
    const at = await begun([{ text: 'I see' }]);
    await here.kernel.send(at.root, 'cat ~/.ssh/id_rsa', 'user', 'command');
    const denied = await at.until('tool.denied');
    expect(denied).toMatchObject({ pid: at.root, tool: 'bash', decision: { verdict: 'deny' } });
    await here.kernel.send(at.root, 'node x.js', 'user', 'command');
    const { ask } = await at.until('approval.asked');
    await here.kernel.answer(ask as never, { verdict: 'deny', scope: 'once' }, 'the test', 'terminal');
    await at.until('message.sent', (event) => event.text.includes('node x.js') && event.kind === 'context');
    await at.say('well?');
    await at.hold();
  });
});

test('an interview is suggested by the assistant, and offered by the conversation', async () => {
  const idea = { idea: 'a shop', why: 'it is large' };
  const at = await begun([{ calls: [call('suggest_interview', idea)] }, { text: 'an interview is worth it' }]);
  await at.say('build me a shop');
  expect(await until(at, 'chat.suggested')).toMatchObject(idea);
  await until(at, 'chat.assessed', (event) => event.kind === 'conversation');
  expect(here.asked[0]?.tools.map((tool) => tool.name)).toContain('suggest_interview');
  await at.hold();
  const alone = await here.kernel.start(here.request([{ text: 'done' }]));
  await here.kernel.wait(alone.pid);
  expect(here.asked.at(-1)?.tools.map((tool) => tool.name)).not.toContain('suggest_interview');
});

test('a conversation goes on after its files were put back, and its agent is told', async () => {
  const at = await begun([write('a', 'a'), { text: 'done' }, { text: 'I see' }]);
  await at.say('write a');
  await until(at, 'chat.checked');
  await here.kernel.signal(at.root, 'TERM', 'the test');
  await here.kernel.wait(at.root);
  await here.kernel.undo(at.run, {});
  const nth = at.heard.length;
  await here.kernel.resume(at.run, { interactive: true });
  await at.until('process.moved', (event) => event.to === 'waiting', nth);
  await at.say('where is a?');
  expect(last()).toContain('where is a?');
  expect(last()).toContain('The user undid all changes');
  await at.hold();
});
