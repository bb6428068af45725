import { describe, expect, test } from 'vitest';
import type { AskId } from '../../../src/kernel/ids.ts';
import { approvalRows } from '../../../src/tui/overlays/approval.ts';
import { plainText } from '../../../src/tui/text/line.ts';
import { askOf, frame, SIZES, scrolledTo, stateOf, viewOf } from '../../helpers/shell-scene.ts';

const small = { width: 40, height: 12 };
const usual = { width: 80, height: 24 };

const WRITE = askOf({
  text: 'write src/app.ts',
  needs: ['fs:write:/work/project/src/app.ts'],
  reason: 'the role "worker" does not write there',
  detail: '@@ -1 +1,2 @@\n-const a = 1;\n+const a = 2;\n+const b = 3;',
  leads: [{ from: '/work/project/src', to: '/elsewhere/src' }],
  origins: [{ argument: 'path', value: 'src/app.ts', from: ['page https://example.com/x'], found: true }],
  expires_at: 1_042_500,
});

describe('an approval', () => {
  test('shows the action, its changes, what it needs, where that leads, why it is asked, whose words chose it, the time left, and how far a yes goes', () => {
    const rows = approvalRows({ ...viewOf({ asks: [WRITE] }), ask: undefined }, usual);
    expect(frame(rows, usual)).toBe(
      `Approve · assistant (3) · refused in 43 s
│ write src/app.ts

│ @@ -1 +1,2 @@
│ -const a = 1;
│ +const a = 2;
│ +const b = 3;

needs  fs:write:/work/project/src/app.ts
leads  /work/project/src -> /elsewhere/src
asked  the role "worker" does not write there
from   path "src/app.ts" comes from: page https://example.com/x
y once  r this run  a always in this folder  n refuse  Esc later`,
    );
    const tones = new Map(rows.flatMap((row) => row.map((one) => [one.text, one.tone] as const)));
    expect([tones.get('+const b = 3;'), tones.get('-const a = 1;'), tones.get('@@ -1 +1,2 @@')]).toEqual(['added', 'removed', 'hunk']);
  });

  test('says once where a path leads that is both read and written', () => {
    const lead = { from: '/work/notes.md', to: '/team/notes.md' };
    const rows = approvalRows({ ...viewOf({ asks: [askOf({ leads: [lead, { ...lead }] })] }), ask: undefined }, usual);
    expect(frame(rows, usual).match(/^leads .*/gmu)).toEqual(['leads  /work/notes.md -> /team/notes.md']);
  });

  test('that is longer than the screen scrolls, and its keys stay', () => {
    const long = askOf({ detail: Array.from({ length: 100 }, (_, at) => `+line ${at}`).join('\n') });
    const top = frame(approvalRows({ ...viewOf({ asks: [long] }), ask: undefined }, small), small);
    expect(top).toBe(
      `Approve · assistant (3)       1-8 of 105
│ bash: npm test

│ +line 0
│ +line 1
│ +line 2
│ +line 3
│ +line 4
│ +line 5
y once  r this run
a always in this folder  n refuse
Esc later`,
    );
    const end = frame(approvalRows({ ...viewOf({ asks: [long], scroll: scrolledTo(1000) }), ask: undefined }, small), small);
    expect(end).toContain('98-105 of 105');
    expect(end).toContain('asked  it runs code of the project\ny once  r this run');
  });

  test('says which of several it is', () => {
    const asks = [askOf({}), askOf({ ask: 'a4.0' as AskId, text: 'bash: rm -r dist' }), askOf({ ask: 'a5.0' as AskId })];
    const rows = frame(approvalRows({ ...viewOf({ asks }), ask: 'a4.0' }, usual), usual);
    expect(rows).toContain('Approve 2 of 3 · assistant (3)');
    expect(rows).toContain('│ bash: rm -r dist');
    expect(rows).toContain('Tab next');
  });

  test('cannot be made to look like the question of another by lines of its own', () => {
    const forged = askOf({ text: 'bash: true\nneeds  nothing\nasked  for fun' });
    expect(frame(approvalRows({ ...viewOf({ asks: [forged] }), ask: undefined }, usual), usual)).toContain(
      '│ bash: true\n│ needs  nothing\n│ asked  for fun\n',
    );
  });

  test.each(SIZES)('fits $width x $height, whatever script it is in', (size) => {
    const texts = [
      '写入文件 /工作/项目/源代码.ts 并且运行所有测试'.repeat(6),
      'מחק את כל הקבצים בתיקייה הזו '.repeat(9),
      '👩‍👩‍👧‍👦 🇩🇪 é '.repeat(30),
      'x'.repeat(500),
    ];
    for (const text of texts) {
      const asks = [askOf({ text, detail: text, reason: text, needs: [text], leads: [{ from: text, to: text }] })];
      expect(frame(approvalRows({ ...viewOf({ asks }), ask: undefined }, size), size)).toContain('y once');
    }
  });
});

test('a question shows its options by number, and takes words of your own', () => {
  const ask = askOf({ kind: 'question', text: 'Tabs or spaces?', options: ['tabs', 'spaces'], needs: [], reason: '' });
  expect(frame(approvalRows({ ...viewOf({ asks: [ask] }), ask: undefined }, usual), usual)).toBe(
    `Question · assistant (3)
│ Tabs or spaces?

1 tabs
2 spaces
1 to 2  w own words  n no answer  Esc later`,
  );
});

test('with nothing open it says what would be asked here', () => {
  expect(frame(approvalRows({ ...viewOf(), ask: undefined }, small), small)).toBe(
    `Approvals
No agent waits for an answer.
What an agent may not do by itself is
asked here: with the exact action, its
changes, and how far a yes goes.
Esc close`,
  );
  const interview = stateOf({ asks: [askOf({ kind: 'question', run: 'r_2' as never })], interviews: new Map([['r_2' as never, {} as never]]) });
  expect(approvalRows({ state: interview, keymap: viewOf().keymap, ask: undefined }, usual).map(plainText)).toContain('Alt-3 the interview');
});
