import { expect, test } from 'vitest';
import { plainKey } from '../../../src/tui/input/named-key.ts';
import { said, talk } from '../../helpers/shell-talk.ts';
import { openScene } from '../../helpers/terminal-scene.ts';

test('a record has the size, every byte on the screen and the names of keys, never what was typed', async () => {
  const lines: string[] = [];
  const scene = openScene(50, 12, { state: { layout: 'panes', ...talk([said('u', 'hello')]) }, options: { record: (line) => lines.push(line) } });
  scene.terminal.open();
  scene.screen.type('sk-secret\u001b[A\u001b[200~pasted secret\u001b[201~');
  await scene.screen.settled();
  scene.screen.resize(60, 14);
  scene.terminal.end({ is: 'left' });
  await scene.terminal.ended;
  const [head, ...events] = lines.map((line) => JSON.parse(line));
  expect(head).toMatchObject({ version: 2, width: 50, height: 12 });
  expect([...new Set(events.filter(([, kind]) => kind === 'i').map(([, , name]) => name))]).toEqual(['text', plainKey('up').name, 'paste']);
  expect(events.filter(([, kind]) => kind === 'r').map(([, , size]) => size)).toEqual(['60x14']);
  expect(
    events
      .filter(([, kind]) => kind === 'o')
      .map(([, , text]) => text)
      .join(''),
  ).toBe(scene.screen.raw());
  expect(lines.join('\n')).not.toContain('secret');
});
