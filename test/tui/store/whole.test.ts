import { describe, expect, test } from 'vitest';
import type { KernelEvent, Payload } from '../../../src/kernel/events.ts';
import type { Item } from '../../../src/tui/state.ts';
import { createStory } from '../../../src/tui/store/story.ts';
import { isCut, pageText, wholeItem } from '../../../src/tui/store/whole.ts';
import { answered, createScene, forked, intended, requested, said, started } from '../../helpers/scene.ts';

/** Ten megabytes with an end of their own. */
const LONG = `${'a line of a log that goes on and on\n'.repeat(290_000)}the very end`;

type Given = readonly [pid: number, payload: Payload];

/** What stands in the transcript of the process 2, and a kernel that has the log. */
function told(...given: readonly Given[]) {
  const scene = createScene();
  const events = given.map(([pid, payload]) => scene.event(pid, payload, payload.type === 'message.sent' ? { actor: 'user' } : {}));
  const story = createStory(scene.run);
  for (const event of events) story.take(event);
  async function* read({ types }: { readonly types?: readonly string[] }): AsyncGenerator<KernelEvent> {
    for (const event of events) if (types?.includes(event.type)) yield event;
  }
  const items: readonly Item[] = [...story.told().transcripts.values()].flatMap((one) => one.items);
  return { items, whole: (item: Item) => wholeItem({ read }, scene.run, item) };
}

const finished = (call: string, text: string, diff?: string) =>
  ({ type: 'tool.finished', call, tool: 'bash', ok: true, text, text_sha256: '', ms: 1, ...(diff === undefined ? {} : { diff }) }) as const;

const BEGIN: readonly Given[] = [
  [1, started('chat')],
  [1, forked('assistant', 0)],
  [1, requested(0)],
];

describe('what is cut in the transcript is whole in the pager', () => {
  test('an output of ten megabytes, of its own call', async () => {
    const { items, whole } = told(...BEGIN, [1, intended('c1', 'bash', 'bash: cat')], [1, finished('c0', 'another')], [1, finished('c1', LONG)]);
    const item = items.find(({ is }) => is === 'tool') as Item;
    expect([isCut(item), pageText(item).length < 100_000]).toEqual([true, true]);
    expect(pageText(await whole(item))).toBe(`bash: cat\n\n${LONG}\n`);
  });

  test('changes, which are cut at a line', async () => {
    const diff = `@@ -0,0 +1,9999 @@\n${'+added\n'.repeat(60_000)}+the very end\n`;
    const { items, whole } = told(...BEGIN, [1, intended('c1', 'write', 'write big')], [1, finished('c1', 'ok', diff)]);
    const item = items.find(({ is }) => is === 'tool') as Item;
    expect(isCut(item)).toBe(true);
    expect(pageText(await whole(item))).toContain('+the very end');
  });

  test.each<[string, Payload, Item['is']]>([
    [
      'an answer in two parts',
      answered(0, [
        { type: 'text', text: 'Well: ' },
        { type: 'text', text: LONG },
      ]),
      'answer',
    ],
    [
      'thinking',
      answered(0, [
        { type: 'thinking', text: LONG },
        { type: 'text', text: 'Done.' },
      ]),
      'thinking',
    ],
    ['what was said', said(LONG), 'user'],
  ])('%s', async (_what, payload, is) => {
    const { items, whole } = told(...BEGIN.slice(0, 2), [1, payload]);
    const item = items.find((one) => one.is === is) as Item;
    expect(isCut(item)).toBe(true);
    expect(pageText(await whole(item)).endsWith('the very end\n')).toBe(true);
  });

  test('and stays as it is where the log does not have it any more', async () => {
    const { items, whole } = told(...BEGIN.slice(0, 2), [1, said('short')]);
    const [item] = items.filter(({ is }) => is === 'user') as [Item];
    expect([isCut(item), await whole({ ...item, text: 'other', cut: 3 } as Item)]).toEqual([false, { ...item, text: 'other', cut: 3 }]);
  });

  test('whatever it says, it comes clean', async () => {
    const { items, whole } = told(...BEGIN, [1, intended('c1', 'bash', 'bash: cat')], [1, finished('c1', `\u001b]0;title\u0007\u001b[2J${LONG}`)]);
    const item = items.find(({ is }) => is === 'tool') as Item;
    expect(pageText(await whole(item)).includes('\u001b')).toBe(false);
  });
});
