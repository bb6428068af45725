import { expect, test } from 'vitest';
import { exported } from '../../../src/tui/store/export.ts';
import { answered, conversation, createScene, finished, intended, requested, said } from '../../helpers/scene.ts';

function events() {
  const scene = createScene();
  return [
    ...conversation(scene, 'look\nhere'),
    scene.event(2, requested(0)),
    scene.event(
      2,
      answered(0, [
        { type: 'thinking', text: 'secret thought' },
        { type: 'text', text: 'I *look*.' },
      ]),
    ),
    scene.event(2, intended('c2.0', 'bash', '$ echo `a`')),
    scene.event(2, finished('c2.0', 'bash', 'a ``` fence\n\u001b[31m!', { diff: '--- a\n+++ b\n' })),
    scene.event(2, { type: 'process.moved', to: 'waiting' }),
    scene.event(2, said('thanks'), { actor: 'user' }),
  ];
}

test('a conversation as Markdown holds together whatever was said', () => {
  expect(exported(events(), 'markdown')).toBe(`# look

2023-11-14T22:13:20.000Z · a/model · /w · r_scene

**You:**

> look
> here

I *look*.

- \`\` $ echo \`a\` \`\` done

\`\`\`\`
a \`\`\` fence
!
\`\`\`\`

\`\`\`diff
--- a
+++ b
\`\`\`

**You:**

> thanks
`);
});

test('as JSON Lines it is all that is in the log, safe for a terminal', () => {
  const text = exported(events(), 'jsonl');
  expect(text).not.toContain('\u001b');
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events());
});

test('more items than a shell keeps are all there', () => {
  const scene = createScene();
  const many = Array.from({ length: 1500 }, (_, n) => scene.event(2, said(`word ${n}.`), { actor: 'user' }));
  const text = exported([...conversation(createScene('r_scene'), 'x'), ...many.map((event) => ({ ...event, seq: event.seq + 3 }))], 'markdown');
  expect(text).toContain('> word 0.');
  expect(text).toContain('> word 1499.');
});

test('nothing is nothing', () => {
  expect([exported([], 'markdown'), exported([], 'jsonl')]).toEqual(['', '']);
});
