import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatRule } from '../../../src/kernel/capability.ts';
import { unified } from '../../../src/tools/unified.ts';
import { commandFor, textBefore } from '../../../src/tui/control/reverse.ts';
import { entry } from '../../helpers/shell-state.ts';
import { needsOf } from '../../kernel/command/judge.ts';

const numbers = (change: Readonly<Record<number, string>> = {}): string => Array.from({ length: 30 }, (_, at) => `${change[at] ?? `line ${at}`}\n`).join('');
const finished = (call: string, diff: string, details?: { created: boolean }) => entry(1, { type: 'tool.finished', call, ok: true, diff, details });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oxios-reverse-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string) => spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' });

describe('what is put back', () => {
  const change = unified('a.txt', numbers(), numbers({ 2: 'two', 20: 'twenty' }));
  const later = unified('a.txt', numbers({ 2: 'two', 20: 'twenty' }), numbers({ 2: 'zwei', 20: 'twenty' }));
  const both = `${unified('b.txt', 'x\n', 'y\n')}${change}`;
  const events = [finished('c1', change), finished('c2', later), finished('c3', both)];
  test.each<[string, string, { call: string; hunks: number[] }[], string | undefined]>([
    ['is the hunk that was marked', numbers({ 2: 'two', 20: 'twenty' }), [{ call: 'c1', hunks: [1] }], numbers({ 2: 'two' })],
    ['is counted within its file', numbers({ 2: 'two', 20: 'twenty' }), [{ call: 'c3', hunks: [1] }], numbers({ 2: 'two' })],
    [
      'may be of several calls, the newest first',
      numbers({ 2: 'zwei', 20: 'twenty' }),
      [
        { call: 'c2', hunks: [0] },
        { call: 'c1', hunks: [0, 1] },
      ],
      numbers(),
    ],
    ['is nothing where one of them fits no more', numbers({ 2: 'zwei', 20: 'twenty' }), [{ call: 'c1', hunks: [0, 1] }], undefined],
    ['is nothing where it stands twice', `new\n${numbers({ 2: 'two' })}${numbers({ 2: 'two' })}`, [{ call: 'c1', hunks: [0] }], undefined],
    ['is nothing of a call that is not known', numbers(), [{ call: 'c9', hunks: [0] }], undefined],
    ['is nothing of a hunk that there is not', numbers({ 2: 'two', 20: 'twenty' }), [{ call: 'c1', hunks: [7] }], undefined],
  ])('%s', (_, text, unwanted, wanted) => expect(textBefore(text, events, 'a.txt', unwanted)?.text).toBe(wanted));

  test('of a new file is all of it', () => {
    const made = [finished('c1', unified('a.txt', '', 'one\n'), { created: true }), finished('c2', unified('a.txt', 'one\n', ''))];
    expect(textBefore('one\n', made, 'a.txt', [{ call: 'c1', hunks: [0] }])).toEqual({ text: '', isGone: true });
    expect(textBefore('', made, 'a.txt', [{ call: 'c2', hunks: [0] }])).toEqual({ text: 'one\n', isGone: false });
  });

  test('of a file that was there and empty is its text, and not the file', () => {
    const filled = [finished('c1', unified('a.txt', '', 'one\n'), { created: false })];
    expect(textBefore('one\n', filled, 'a.txt', [{ call: 'c1', hunks: [0] }])).toEqual({ text: '', isGone: false });
  });
});

describe('the command that puts it back', () => {
  const before = numbers({ 2: 'two', 20: 'twenty' });

  test.each(['f.txt', "it's a file.txt", '-r', 'sub/日本.txt'])('writes %s and nothing beside it', (path) => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, path), before);
    expect(run(commandFor({ path, before, after: numbers(), removes: false }))).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, path), 'utf8')).toBe(numbers());
    expect(readdirSync(folder, { recursive: true }).filter((name) => name !== 'sub' && name !== path)).toEqual([]);
  });

  test.each([
    ['one of two hunks fits no more', before.replace('line 19\n', 'other\n')],
    ['what is around them is another', before.replace('line 1\n', 'other\n')],
    ['the file is empty', ''],
  ])('changes nothing and leaves nothing where %s', (_, now) => {
    writeFileSync(join(folder, 'f.txt'), now);
    expect(run(commandFor({ path: 'f.txt', before, after: numbers(), removes: false })).status).not.toBe(0);
    expect(readFileSync(join(folder, 'f.txt'), 'utf8')).toBe(now);
    expect(readdirSync(folder)).toEqual(['f.txt']);
  });

  test('empties a file that was empty', () => {
    writeFileSync(join(folder, 'f.txt'), 'one\n');
    expect(run(commandFor({ path: 'f.txt', before: 'one\n', after: '', removes: false })).status).toBe(0);
    expect(readFileSync(join(folder, 'f.txt'), 'utf8')).toBe('');
  });

  test('removes a file that was new', () => {
    writeFileSync(join(folder, 'f.txt'), 'one\nEND_OF_PATCH\n');
    expect(run(commandFor({ path: 'f.txt', before: 'one\nEND_OF_PATCH\n', after: '', removes: true })).status).toBe(0);
    expect(existsSync(join(folder, 'f.txt'))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is understood whole where it is judged: it writes that file, and runs patch', () => {
    const needs = needsOf(commandFor({ path: "it's/f.txt", before: numbers({ 2: '$(rm -rf ~)', 20: 'twenty' }), after: numbers(), removes: true }));
    expect(typeof needs === 'string' ? needs : needs.map(formatRule)).toEqual(['exec:patch', "fs:write:/w/it's/f.txt"]);
  });

  test.each([
    ['line ends of DOS', 'a\r\nb\r\nc\r\n', 'a\r\nc\r\n'],
    ['a last line without its end', 'a\nb', 'a\nc'],
    ['an end that comes back', 'a\nb', 'a\nb\n'],
  ])('keeps %s', (_, now, after) => {
    writeFileSync(join(folder, 'f.txt'), now);
    execFileSync('bash', ['-c', commandFor({ path: 'f.txt', before: now, after, removes: false })], { cwd: folder });
    expect(readFileSync(join(folder, 'f.txt'), 'utf8')).toBe(after);
  });
});
