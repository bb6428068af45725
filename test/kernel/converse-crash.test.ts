import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventDraft, EventOf, KernelEvent } from '../../src/kernel/events.ts';
import type { Pid } from '../../src/kernel/ids.ts';
import type { MessageKind } from '../../src/kernel/kernel-types.ts';
import { openTalkKernel, type Talk, type TalkKernel, talk, talkOn } from '../helpers/talk.ts';

/** What the user does, in order: each once the one before has been dealt with. */
const INPUTS: readonly (readonly [text: string, kind?: MessageKind])[] = [
  ['hello'],
  ['echo typed >> trace', 'command'],
  ['write state'],
  ['think about it'],
  ['the names', 'compaction'],
  ['and now?'],
];
const call = (name: string, input: object) => ({ name, input });
const SCRIPT = {
  agents: {
    assistant: [
      { text: 'hi' },
      { calls: [call('write', { path: 'state', content: 'bad' }), call('bash', { command: 'echo ran >> trace' })] },
      { text: 'done' },
      { calls: [call('write', { path: 'state', content: 'good' })] },
      { text: 'mended' },
      { pace_ms: 2, text: 'one two three and so on and on and on' },
      { text: 'fine' },
    ],
    // One that was given and not taken over is asked for again.
    compaction: [{ text: 'the gist' }, { text: 'the gist' }],
  },
};

let here: TalkKernel;
let whole: readonly KernelEvent[];

/** The whole conversation, with the answer to the fourth message interrupted. */
beforeAll(async () => {
  here = openTalkKernel();
  writeFileSync(join(here.workspace, 'Makefile'), 'test:\n\tgrep -q good state\n');
  writeFileSync(join(here.workspace, 'state'), 'good, too');
  const at = await talk(here, SCRIPT, { grants: [...grants(here)] });
  await at.until('process.moved');
  for (const [text, kind] of INPUTS) {
    const nth = at.heard.length;
    await here.kernel.send(at.root, text, 'user', kind);
    if (kind === 'command') await at.until('message.sent', (event) => event.kind === 'context');
    else if (text.startsWith('think')) {
      await at.until('model.delta', (event) => event.text.includes('three'));
      await here.kernel.signal(at.root, 'INT', 'user');
      await at.until('turn.interrupted');
    } else await at.until('process.moved', (event) => event.to === 'waiting', nth);
    if (text.startsWith('write')) await mended(at);
  }
  await at.until('chat.assessed' as never, ((event: { message: number }) => event.message === 4) as never);
  whole = await at.hold();
}, 60_000);
afterAll(() => here.close());

const mended = (at: Talk): Promise<unknown> =>
  at.until('chat.checked' as never, ((event: { checks: { how: string }[] }) => event.checks[0]?.how === 'holds') as never);

const grants = ({ workspace }: TalkKernel) =>
  [
    { on: 'fs', right: 'write', under: workspace },
    { on: 'exec', command: '*', reads: true },
    { on: 'exec', command: 'make' },
    { on: 'exec', command: 'echo' },
  ] as const;

const draftOf = ({ v: _v, seq: _s, leaf: _l, at: _a, mono: _m, boot: _b, ...draft }: KernelEvent): EventDraft => draft as EventDraft;
const isInput = (event: KernelEvent): event is EventOf<'message.sent'> => event.type === 'message.sent' && event.actor === 'user';
const twice = (keys: readonly string[]): readonly string[] => keys.filter((key, nth) => keys.indexOf(key) !== nth);

/** What was said, done and found, each by a name that may stand there once. */
function namesIn(events: readonly KernelEvent[]): readonly string[] {
  const once = new Map(events.flatMap((event) => (event.type === 'tool.intended' && event.effect === 'once' ? [[event.call, event.action] as const] : [])));
  return events.flatMap((event) => {
    if (event.type === 'message.sent' && event.actor === 'user') return [`said ${event.text}`];
    if (event.type === 'message.sent') return [`told ${event.from}`];
    if (event.type === 'tool.started' && once.has(event.call)) return [`began ${once.get(event.call)}`];
    const { type, message, tree } = event as unknown as { type: string; message?: number; tree?: string };
    return type === 'chat.assessed' || type === 'chat.checked' ? [[type, message, tree].join(' ')] : [];
  });
}

/** A kernel that finds of the conversation what was in the log when the one before was killed, and goes on with it. */
async function wrongAfter(count: number): Promise<readonly string[]> {
  const on = openTalkKernel();
  try {
    const known = whole.slice(0, count);
    cpSync(here.home.snapshots, on.home.snapshots, { recursive: true });
    await on.store.log.append(known.map(draftOf));
    const { run } = whole[0] as KernelEvent;
    const pid = known[1]?.pid as Pid;
    const at = talkOn(on, run, pid, known);
    await on.kernel.resume(run, { interactive: true });
    await at.until('process.moved', (event) => event.to === 'waiting', count);
    for (const [text, kind] of INPUTS.slice(known.filter(isInput).length)) {
      if (INPUTS.findIndex(([one]) => one === text) > 2) await mended(at);
      const nth = at.heard.length;
      await on.kernel.send(pid, text, 'user', kind);
      if (kind === 'command') await at.until('message.sent', (event) => event.kind === 'context', nth);
      else await at.until('process.moved', (event) => event.to === 'waiting', nth);
    }
    await mended(at);
    await at.until('chat.assessed' as never, ((event: { message: number }) => event.message === 4) as never);
    await on.kernel.signal(pid, 'TERM', 'user');
    await on.kernel.wait(pid);
    const names = namesIn(await at.hold());
    return [...twice(names), ...INPUTS.map(([text]) => `said ${text}`).filter((said) => !names.includes(said))].map((name) => `after ${count}: ${name}`);
  } finally {
    await on.kernel.close();
    await on.close();
  }
}

/** What is written in one commit is there, or is not. */
const isTorn = (count: number): boolean => {
  const [before, next] = [whole[count - 1]?.type, whole[count]?.type];
  return (
    next === 'model.requested' ||
    (next === 'budget.settled' && before !== 'tool.finished') ||
    (before === 'tool.intended' && next === 'tool.started' && !(whole[count] as { group?: object }).group)
  );
};

/** Of the moments at which a kernel can die, every so many. */
const STRIDE = 4;

describe('a conversation whose kernel was killed at any moment', { timeout: 600_000 }, () => {
  test('goes on: nothing said is lost, no command runs twice, and nothing is assessed, told or checked twice', async () => {
    const wrong: string[] = [];
    // Before the root process is there, there is nothing to go on with.
    for (let count = 2; count < whole.length; count += STRIDE) {
      if (isTorn(count)) continue;
      wrong.push(...(await wrongAfter(count)));
    }
    expect(wrong).toEqual([]);
  });
});
