import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createFiles } from '../../../src/cli/shell/files.ts';
import { fuzzyBest } from '../../../src/cli/shell/fuzzy.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

const cwd = mkdtempSync(join(tmpdir(), 'oxios-files-')) as AbsPath;
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
for (const [file, text] of Object.entries({
  '.gitignore': 'dist/\n*.log\n',
  'src/kernel/loop.ts': '',
  'src/kernel/kernel.ts': '',
  'src/tui/input/keymap.ts': '',
  'docs/架構.md': '',
  'dist/kernel.js': '',
  'debug.log': '',
  '.github/workflows/ci.yml': '',
})) {
  mkdirSync(join(cwd, file, '..'), { recursive: true });
  writeFileSync(join(cwd, file), text);
}
mkdirSync(join(cwd, '.git'));

describe('completion of files', () => {
  const { find } = createFiles(cwd);

  test.each([
    ['loop', 'src/kernel/loop.ts'],
    ['kernel.ts', 'src/kernel/kernel.ts'],
    ['skl', 'src/kernel/loop.ts'],
    ['km', 'src/tui/input/keymap.ts'],
    ['架', 'docs/架構.md'],
    ['ci.y', '.github/workflows/ci.yml'],
    ['src/tui', 'src/tui/'],
  ])('%s finds %s first', async (query, path) => expect((await find(query, 5))[0]).toBe(path));

  test('what Git ignores, and Git itself, are never proposed', async () => {
    const all = await find('', 100);
    expect(all).toEqual(expect.arrayContaining(['src/', 'src/kernel/', 'src/kernel/loop.ts']));
    expect(all.filter((path) => /dist|\.log|\.git\//u.test(path))).toEqual([]);
  });

  test('at most as many as are wanted', async () => expect(await find('', 3)).toHaveLength(3));
});

test('a capital that was typed counts, a small letter stands for both', () => {
  const paths = ['readme.md', 'README.md'];
  expect(fuzzyBest('READ', paths, 2)).toEqual(['README.md']);
  expect(fuzzyBest('read', paths, 2)).toHaveLength(2);
});

describe('files that are written by hand', () => {
  const files = createFiles(cwd);

  test('are whole, and in the place of no other unless that is wanted', async () => {
    await files.write('out.md', 'one', false);
    await expect(files.write('out.md', 'two', false)).rejects.toMatchObject({ code: 'USAGE', detail: 'out.md exists already' });
    expect(readFileSync(join(cwd, 'out.md'), 'utf8')).toBe('one');
    await files.write('out.md', 'two', true);
    expect(await files.read('out.md')).toBe('two');
  });

  test('that are not there are said to be so', async () => {
    await expect(files.read('nothing.yaml')).rejects.toMatchObject({ code: 'FILE_MISSING' });
    await expect(files.read('src')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
