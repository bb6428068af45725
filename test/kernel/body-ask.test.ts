import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventOf, KernelEvent } from '../../src/kernel/events.ts';
import type { AskId, RunId } from '../../src/kernel/ids.ts';
import type { Body, RunRequest } from '../../src/kernel/kernel-types.ts';
import { replay } from '../../src/kernel/replay/replay.ts';
import { openTestKernel, type TestKernel } from '../helpers/kernel.ts';

/** Asks all it is given at once, then says what it heard. */
const inquirer: Body = async (ctx) => {
  const { questions } = ctx.args as { questions: readonly string[] };
  const answers = await Promise.all(questions.map((text) => ctx.ask({ text, options: ['yes', 'no'] })));
  return { how: 'done', text: answers.join(' ') };
};

let here: TestKernel;
beforeEach(() => {
  here = openTestKernel({ bodies: { inquirer } });
});
afterEach(() => here.close());

const start = (change: Partial<RunRequest>, questions: readonly string[] = ['a?', 'b?', 'c?']) =>
  here.kernel.start(here.request([{ text: 'unused' }], { body: 'inquirer', args: { questions: [...questions] }, ...change }));

async function logged(run: RunId): Promise<readonly KernelEvent[]> {
  const events: KernelEvent[] = [];
  for await (const event of here.kernel.read({ run })) events.push(event);
  return events;
}

const askedIn = (events: readonly KernelEvent[]): readonly EventOf<'approval.asked'>[] =>
  events.filter((event): event is EventOf<'approval.asked'> => event.type === 'approval.asked');

/** Answers a question whose text is named; the others stay open. Resolves when `count` were asked. */
function answering(replies: Readonly<Record<string, string>>, count: number): { readonly all: Promise<void>; leave(): void } {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = here.kernel.subscribe((event) => {
    if (event.type !== 'approval.asked') return;
    const { ask, text } = event as EventOf<'approval.asked'>;
    const reply = replies[text];
    const done = reply === undefined ? Promise.resolve() : here.kernel.answer(ask as AskId, { verdict: 'text', text: reply }, 'the test', 'terminal');
    void done.then(() => (++asked === count ? resolve() : undefined));
  });
  return { all: promise, leave };
}

describe('a question of a body', () => {
  test('is one of several that are open at once, each answered by its own name', async () => {
    const person = answering({ 'a?': '1', 'b?': '2', 'c?': '3' }, 3);
    const { run, pid } = await start({ interactive: true });
    expect(await here.kernel.wait(pid)).toEqual({ how: 'done', text: '1 2 3' });
    person.leave();
    const events = await logged(run);
    expect(askedIn(events).map(({ kind, text, options, key }) => [kind, text, options, key])).toEqual(
      ['a?', 'b?', 'c?'].map((text) => ['question', text, ['yes', 'no'], text]),
    );
    const played = await replay(events, { ...here.ports, bodies: { inquirer } });
    expect(played).toMatchObject({ divergence: undefined, events: events.length });
  });

  test('ends the run with NEEDS_ANSWER where nobody is there, and is answered when it goes on', async () => {
    const { run, pid } = await start({}, ['a?']);
    expect(await here.kernel.wait(pid)).toMatchObject({ how: 'failed', code: 'NEEDS_ANSWER', message: 'a question needs an answer: a?' });
    expect((await logged(run)).at(-1)).toMatchObject({ type: 'run.result', exit_code: 4, resumable: true });
    const again = await here.kernel.resume(run, { answer: 'well' });
    expect(await here.kernel.wait(again.pid)).toEqual({ how: 'done', text: 'well' });
  });

  test('that was answered is not asked again in a later life; those that were open are', async () => {
    const first = answering({ 'b?': '2' }, 3);
    const { run, pid } = await start({ interactive: true });
    await first.all;
    first.leave();
    await here.kernel.signal(pid, 'KILL', 'the test');
    await here.kernel.wait(pid);
    const second = answering({ 'a?': '1', 'b?': 'not asked', 'c?': '3' }, 2);
    const again = await here.kernel.resume(run, { interactive: true });
    expect(await here.kernel.wait(again.pid)).toEqual({ how: 'done', text: '1 2 3' });
    second.leave();
    expect(askedIn(await logged(run)).map((event) => event.text)).toEqual(['a?', 'b?', 'c?', 'a?', 'c?']);
  });
});
