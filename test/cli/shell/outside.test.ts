import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { editOutside, pageOutside } from '../../../src/cli/shell/outside.ts';
import type { OxiosError } from '../../../src/kernel/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'oxios-outside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that does this with the file it is given as `$1`, or with its standard input. */
function program(name: string, lines: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

const env = { PATH: process.env.PATH };

test('a text comes back as the editor left it, and its file goes', async () => {
  const editor = program('add', 'echo added >> "$1"; echo "$1" > "$0.named"; stat -c %a "$1" >> "$0.named"');
  expect(await editOutside('text\n', '.yaml', { ...env, EDITOR: editor })).toBe('text\nadded\n');
  const [file = '', mode] = readFileSync(`${editor}.named`, 'utf8').split('\n');
  expect(file).toMatch(/\.yaml$/u);
  expect(mode).toBe('600');
  expect(() => readFileSync(file)).toThrow(/ENOENT/u);
});

test('a text that was left as it is, is none', async () => {
  expect(await editOutside('text', '.md', { ...env, EDITOR: 'true' })).toBeUndefined();
});

test('VISUAL goes before EDITOR, and both may have words of their own', async () => {
  const editor = program('words', 'echo "$1" > "$2"');
  expect(await editOutside('x', '.md', { ...env, VISUAL: `${editor} said`, EDITOR: 'false' })).toBe('said\n');
});

test('an editor that fails takes nothing over, and says what to do', async () => {
  await expect(editOutside('x', '.md', { ...env, EDITOR: 'false' })).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('EDITOR') });
  await expect(editOutside('x', '.md', { ...env, EDITOR: 'no-such-editor' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('what was written is not lost with an editor that fails: the error names its file', async () => {
  const editor = program('breaks', 'echo hours of work >> "$1"; exit 3');
  const error = await editOutside('x\n', '.md', { ...env, EDITOR: editor }).catch((one: unknown) => one);
  expect(error).toMatchObject({ code: 'USAGE', detail: expect.stringMatching(/ended with 3.* is in \S+\.md$/u) });
  const file = /(?<=is in )\S+$/u.exec((error as OxiosError).detail)?.[0] ?? '';
  expect(readFileSync(file, 'utf8')).toBe('x\nhours of work\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(dirname(file), { recursive: true });
});

test('a pager reads all of a text, and may leave early', async () => {
  const pager = program('pager', 'cat > "$0.read"');
  const text = 'a line\n'.repeat(200_000);
  await pageOutside(text, { ...env, PAGER: pager });
  expect(readFileSync(`${pager}.read`, 'utf8')).toBe(text);
  await pageOutside(text, { ...env, PAGER: 'true' });
  await expect(pageOutside(text, { ...env, PAGER: 'no-such-pager' })).rejects.toMatchObject({ code: 'USAGE' });
});
