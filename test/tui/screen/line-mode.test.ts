import { expect, test } from 'vitest';
import { createLineMode } from '../../../src/tui/screen/line-mode.ts';
import { answered, called, said, talk } from '../../helpers/shell-talk.ts';
import { openScene } from '../../helpers/terminal-scene.ts';

test('a terminal that can only print gets finished rows and a prompt, and no escape sequence', async () => {
  const scene = openScene(60, 10, { make: createLineMode, state: talk([]) });
  scene.terminal.open();
  scene.screen.type('fix it\n');
  await scene.screen.shows('> ');
  expect(scene.events).toEqual([
    { is: 'text', text: 'fix it' },
    { is: 'key', key: { name: 'enter', ctrl: false, alt: false, shift: false } },
  ]);
  scene.set(talk([said('u', 'fix it'), called('x', 'bash npm test', { text: 'a\nb' }), answered('a', '**Done** so far', true)], true));
  scene.set(talk([said('u', 'fix it'), called('x', 'bash npm test', { text: 'a\nb' }), answered('a', '**Done.**', false, 2)]));
  scene.set({ overlay: { is: 'exit' } });
  await scene.screen.shows('Done.');
  expect(scene.screen.raw()).not.toContain('\u001b');
  expect(scene.screen.raw()).toContain('  ✓ bash npm test');
  expect(scene.screen.raw().match(/Done\./gu)).toHaveLength(1);
  scene.screen.stdin.end();
  expect(await scene.terminal.ended).toEqual({ is: 'left' });
});
