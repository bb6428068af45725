import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AtShell, atShell } from '../helpers/at-shell.ts';
import { type Place, place } from '../helpers/oxios.ts';

let here: Place;
let shell: AtShell;
beforeEach(() => {
  here = place();
  mkdirSync(here.workspace);
});
afterEach(async () => {
  shell.type('\u0004');
  await shell.done;
  here.remove();
});

const write = (content: string) => ({ calls: [{ name: 'write', input: { path: 'new.txt', content } }] });

test.each([
  ['scripts of package.json', { 'package.json': '{"scripts": {"test": "grep -q right new.txt"}}', 'new.txt': 'right\n' }],
  ['.ouroboros/mechanical.toml', { '.ouroboros/mechanical.toml': 'test = "sh check.sh"\n', 'check.sh': 'grep -q right new.txt\n', 'new.txt': 'right\n' }],
])('the checks of %s are run on what was changed, and nobody is asked; other commands still are', async (_, files) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(here.workspace, path, '..'), { recursive: true });
    writeFileSync(join(here.workspace, path), content);
  }
  const turns = [
    write('wrong\n'),
    { text: 'Written.' },
    write('all right\n'),
    { text: 'Mended.' },
    { calls: [{ name: 'bash', input: { command: 'make' } }] },
    { text: 'Over.' },
  ];
  writeFileSync(here.path('model.yaml'), JSON.stringify({ agents: { assistant: turns } }));
  shell = atShell(['--model', `script:${here.path('model.yaml')}`], { home: here.home, cwd: here.workspace, columns: 90 });
  await shell.shows('ready');
  shell.type('write it\r');
  await shell.shows(/checked, 1 file changed:[\s\S]*Mended\.[\s\S]*checked, 1 file changed: test: holds/u);
  await shell.shows('ready');
  shell.type('and the other\r');
  expect(await shell.shows('waits for you')).not.toContain('Over.');
  shell.type('\u001ba');
  await shell.shows('y once');
  shell.type('n');
  await shell.shows('Over.');
});
