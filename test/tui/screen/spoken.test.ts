import { expect, test } from 'vitest';
import type { ShellAsk } from '../../../src/tui/state.ts';
import { askOf } from '../../helpers/shell-scene.ts';
import { answered, called, noted, said, talk } from '../../helpers/shell-talk.ts';
import { openScene } from '../../helpers/terminal-scene.ts';

/** Boxes, rules, bars, spinners and the signs of outcomes. */
const DRAWN = /[\u2500-\u259f\u2800-\u28ff●○✓✗⊘∴▸]/u;

test('a screen reader gets lines of text in their order: each finished thing once, what asks, and nothing that is drawn', async () => {
  const scene = openScene(80, 24, { state: { layout: 'inline', ...talk([]) }, options: { screenReader: true } as never });
  scene.terminal.open();
  const first = [
    said('u', 'fix it'),
    called('x', 'bash npm test', { text: 'a\nb' }),
    called('y', 'bash rm x', { how: 'failed', text: 'no' }),
    noted('n', 'late'),
  ];
  scene.set(talk([...first, answered('a', 'Half of', true)], true));
  await scene.screen.shows('working');
  expect(scene.screen.raw()).not.toContain('Half of');
  scene.set(talk([...first, answered('a', '| a | b |\n|---|---|\n| 1 | 2 |\n\nAll done.', false, 2)]));
  await scene.screen.shows('All done.');
  scene.set({ asks: [askOf({ ask: 'a9.0' as ShellAsk['ask'] })], overlay: { is: 'approval', ask: 'a9.0', came: 'itself' } });
  const rows = await scene.screen.shows('Approve');
  expect(rows.filter((row) => row !== '')).toMatchInlineSnapshot(`
    [
      "You: fix it",
      "Done: bash npm test 2 lines · 1.2s",
      "Failed: bash rm x failed · 1.2s",
      "no",
      "Note: late",
      "a b",
      "1 2",
      "All done.",
      "Approve · assistant (3)",
      "bash: npm test",
      "needs exec:npm:test",
      "asked it runs code of the project",
      "y once r this run a always in this folder n refuse Esc later",
      "waiting · 1 waits for you (Alt-A) · anthropic/claude-opus-4-5 · bwrap",
      "> what is to be done?  / commands  @ files  ! shell  ? help",
    ]
  `);
  const raw = scene.screen.raw();
  expect(raw).not.toMatch(DRAWN);
  for (const once of ['You: fix it', 'Done: bash npm test', 'Failed: bash rm x', 'All done.']) expect(raw.split(once)).toHaveLength(2);
  scene.terminal.end({ is: 'left' });
  await scene.terminal.ended;
});
