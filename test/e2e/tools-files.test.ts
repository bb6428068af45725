import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, act, answersIn, desk, script, task } from '../helpers/agent.ts';
import { linesOf, oxios, type Place } from '../helpers/oxios.ts';

const lines = (count: number, text = (n: number) => `line ${n}`): string => Array.from({ length: count }, (_, at) => `${text(at + 1)}\n`).join('');
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('read', () => {
  const FILES = {
    'a.txt': 'one\ntwo\nthree\n',
    'open.txt': 'one\ntwo',
    'empty.txt': '',
    'long.txt': lines(2500),
    'wide.txt': lines(400, (n) => `${n} ${'x'.repeat(400)}`),
    'one-line.txt': 'y'.repeat(60_000),
    'crlf.txt': '\ufeffone\r\ntwo\r\n',
    'latin1.txt': Buffer.from('caf\xe9\n', 'latin1'),
    'binary.bin': Buffer.from([1, 2, 0, 3]),
    'utf16.txt': Buffer.from('\ufeffhello', 'utf16le'),
    'dot.png': PNG,
    'big.png': Buffer.concat([PNG, Buffer.alloc(5 * 1024 * 1024)]),
    'huge.txt': lines(700_000, (n) => `${n} of many lines that are here`),
    'config.ts': 'x\n',
    'folder/in.txt': 'inside\n',
  };
  const wide = Math.floor((50 * 1024) / 405);
  const ROWS: readonly (readonly [claim: string, input: object, text: string | RegExp, ok?: boolean])[] = [
    ['gives a text file as it is', { path: 'a.txt' }, 'one\ntwo\nthree'],
    ['gives a file without a last newline as it is', { path: 'open.txt' }, 'one\ntwo'],
    ['says that a file is empty', { path: 'empty.txt' }, '[empty.txt is empty]'],
    ['begins at a line', { path: 'a.txt', offset: 3 }, 'three'],
    ['gives no more lines than asked for, and says how to go on', { path: 'a.txt', offset: 2, limit: 1 }, 'two\n[lines 2-2 of 3; go on with offset 3]'],
    ['says where a file ends', { path: 'a.txt', offset: 9 }, /a\.txt has 3 lines, offset 9 is behind its end/u, false],
    ['stops at 2,000 lines and says how to go on', { path: 'long.txt' }, /line 2000\n\[lines 1-2000 of 2500; go on with offset 2001\]$/u],
    ['stops there also when more is asked for', { path: 'long.txt', limit: 9000 }, /line 2000\n\[lines 1-2000 of 2500; go on with offset 2001\]$/u],
    ['goes on to the end without a word', { path: 'long.txt', offset: 2001 }, /^line 2001\n[\s\S]*line 2500$/u],
    ['stops at 50 KB and says how to go on', { path: 'wide.txt' }, new RegExp(`\\[lines 1-${wide} of 400; go on with offset ${wide + 1}\\]$`, 'u')],
    ['cuts a line of more than 50 KB', { path: 'one-line.txt' }, /^y{51200} \[line cut\]$/u],
    ['keeps CRLF and leaves the byte order mark out', { path: 'crlf.txt' }, 'one\r\ntwo\r'],
    ['shows what is not UTF-8 as such', { path: 'latin1.txt' }, 'caf\ufffd'],
    [
      'refuses a binary file and says what it is',
      { path: 'binary.bin' },
      'binary.bin is a binary file of 4 bytes. Look at it with a program, such as file or xxd.',
      false,
    ],
    ['takes UTF-16 for binary', { path: 'utf16.txt' }, /is a binary file/u, false],
    ['gives an image as one', { path: 'dot.png' }, `[image/png, ${PNG.length} bytes]`],
    ['refuses an image that is too large', { path: 'big.png' }, /more than the 5242880 that can be shown/u, false],
    ['reads the beginning of a huge file', { path: 'huge.txt', limit: 1 }, /^1 of many[^\n]*\n\[lines 1-1 of \d+ or more; go on with offset 2\]$/u],
    ['names the way to what lies beyond 20 MB', { path: 'huge.txt', offset: 690_000 }, /offset 690000 is behind its end. use a program such as sed -n/u, false],
    ['names what is nearly so called', { path: 'confg.ts' }, /FILE_MISSING: .*near names there: config\.ts/u, false],
    ['says that a folder is one', { path: 'folder' }, /is a directory, not a regular file. list it with ls/u, false],
    ['says what leads through a file', { path: 'a.txt/b' }, /leads through a file as if it were a directory/u, false],
    ['reads an absolute path inside', { path: './folder//../folder/in.txt' }, 'inside'],
    ['refuses a line number below 1', { path: 'a.txt', offset: 0 }, /The arguments of read do not fit: [\s\S]*offset/u, false],
  ];
  let here: Place;
  let answers: readonly Answer[];
  beforeAll(async () => {
    here = desk(FILES);
    ({ answers } = await act(
      here,
      ROWS.map(([, input]) => ({ name: 'read', input })),
    ));
  });
  afterAll(() => here.remove());

  test.each(ROWS.map(([claim, input, text, ok = true], at) => ({ claim, input, text, ok, at })))('$claim: $input', ({ text, ok, at }) => {
    expect(answers[at]?.text).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
    expect(answers[at]?.ok).toBe(ok);
  });

  test('hands an image to the model', () => {
    const at = ROWS.findIndex(([, input]) => 'path' in input && input.path === 'dot.png');
    expect(answers[at]?.event.images).toEqual([{ mime: 'image/png', base64: PNG.toString('base64') }]);
  });

  test('never gives more than its bound', () => {
    for (const { text } of answers) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(50 * 1024 + 200);
  });
});

let here: Place;
beforeEach(() => {
  here = desk();
});
afterEach(() => here.remove());
const at = (name: string): string => join(here.workspace, name);
const content = (name: string): string => readFileSync(at(name), 'utf8');
const write = (path: string, content: string) => ({ name: 'write', input: { path, content } });
const edit = (path: string, ...edits: readonly (readonly [old: string, text: string])[]) => ({
  name: 'edit',
  input: { path, edits: edits.map(([old, text]) => ({ old, new: text })) },
});
const read = (path: string) => ({ name: 'read', input: { path } });

describe('write', () => {
  test('makes the file with its folders and shows the difference', async () => {
    const { answers } = await act(here, [write('a/b/c.txt', 'one\ntwo\n'), write('a/b/c.txt', 'one\n2\n')]);
    expect(answers.map((one) => one.text)).toEqual(['made a/b/c.txt, 8 bytes', 'replaced a/b/c.txt, 6 bytes']);
    expect(answers[1]?.event.diff).toContain('-two\n+2\n');
    expect(content('a/b/c.txt')).toBe('one\n2\n');
  });

  test('keeps the mode, also the right to run it', async () => {
    writeFileSync(at('run.sh'), '#!/bin/sh\n');
    chmodSync(at('run.sh'), 0o755);
    await act(here, [write('run.sh', '#!/bin/sh\necho hi\n'), write('plain.txt', 'x')]);
    expect(statSync(at('run.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(at('plain.txt')).mode & 0o111).toBe(0);
  });

  test('replaces a binary file, and shows no difference then', async () => {
    writeFileSync(at('a.bin'), Buffer.from([0, 1]));
    const { answers } = await act(here, [write('a.bin', 'text')]);
    expect(answers[0]?.event).toMatchObject({ ok: true, text: 'replaced a.bin, 4 bytes' });
    expect(answers[0]?.event.diff).toBeUndefined();
  });

  test.each([
    ['a folder', 'folder', /is a directory/u],
    ['through a file', 'file/x', /as if it were a directory/u],
    ['nothing', '', /path "" is empty/u],
    ['a name with NUL', 'a\0b', /holds a NUL byte/u],
    ['a name of 300 bytes', 'n'.repeat(300), /a name longer than 255 bytes/u],
  ])('refuses %s and leaves everything as it was', async (_, path, said) => {
    const other = desk({ 'folder/in.txt': 'in', file: 'file' });
    const { answers } = await act(other, [write(path, 'x')]);
    expect(answers[0]).toMatchObject({ ok: false, text: expect.stringMatching(said) });
    expect([readFileSync(`${other.workspace}/file`, 'utf8'), readFileSync(`${other.workspace}/folder/in.txt`, 'utf8')]).toEqual(['file', 'in']);
    other.remove();
  });
});

describe('edit', () => {
  const given = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  };

  test('makes several replacements at once, by the text as it was, and answers with the difference', async () => {
    given({ 'a.txt': 'one\ntwo\nthree\n' });
    const { answers } = await act(here, [edit('a.txt', ['three', 'two'], ['two', '2'], ['one\n', ''])]);
    expect(answers[0]?.text).toContain('-one\n+2\n two\n-three\n');
    expect(content('a.txt')).toBe('2\ntwo\n');
  });

  test('keeps a byte order mark and the line ends of each line', async () => {
    given({ 'dos.txt': '\ufeffone\r\ntwo\r\nthree\r\n', 'mixed.txt': 'one\r\ntwo\nthree\r\n' });
    await act(here, [edit('dos.txt', ['two', '2\n2b'], ['one\ntwo'.slice(0, 3), '1']), edit('mixed.txt', ['one\ntwo\n', '1\n2\n'], ['three', '3'])]);
    expect(content('dos.txt')).toBe('\ufeff1\r\n2\r\n2b\r\nthree\r\n');
    expect(content('mixed.txt')).toBe('1\r\n2\r\n3\r\n');
  });

  test('keeps the mode', async () => {
    given({ 'run.sh': 'echo a\n' });
    chmodSync(at('run.sh'), 0o700);
    await act(here, [edit('run.sh', ['a', 'b'])]);
    expect([content('run.sh'), statSync(at('run.sh')).mode & 0o777]).toEqual(['echo b\n', 0o700]);
  });

  const TEXT = 'const a = 1;\n  const b = 2;\nconst a = 1;\n';
  test.each([
    ['a text that is not there', [['nothing like it', 'x']], /the text was not found in a\.txt. read the file/u],
    ['a text with other white space, with the line it means', [['const  b =   2;', 'x']], /not found in a\.txt; line 2 is close: " {2}const b = 2;"/u],
    ['a text that is there twice, with both lines', [['const a = 1;', 'x']], /more than once in a\.txt, on lines 1 and 3/u],
    [
      'replacements that overlap',
      [
        ['const b', 'x'],
        ['b = 2', 'y'],
      ],
      /two replacements overlap on line 2 of a\.txt/u,
    ],
    [
      'one bad replacement among good ones',
      [
        ['const b', 'x'],
        ['nowhere', 'y'],
      ],
      /not found/u,
    ],
    ['an empty text', [['', 'x']], /The arguments of edit do not fit/u],
    ['no replacements', [], /The arguments of edit do not fit/u],
  ] as const)('refuses %s and changes nothing', async (_, edits, said) => {
    given({ 'a.txt': TEXT });
    const { answers } = await act(here, [edit('a.txt', ...edits)]);
    expect(answers[0]).toMatchObject({ ok: false, text: expect.stringMatching(said) });
    expect(content('a.txt')).toBe(TEXT);
  });

  test('refuses a file that is not there, one that is no text, and says so', async () => {
    writeFileSync(at('b.bin'), Buffer.from([0xff, 0xfe, 0x41]));
    const { answers } = await act(here, [edit('none.txt', ['a', 'b']), edit('b.bin', ['A', 'b'])]);
    expect(answers.map((one) => one.text)).toEqual([expect.stringMatching(/^FILE_MISSING: /u), expect.stringMatching(/b\.bin is not a UTF-8 text file/u)]);
    expect(existsSync(at('none.txt'))).toBe(false);
  });

  test('refuses a file that somebody changed since it was read, and takes it when it was read again', async () => {
    given({ 'a.txt': 'one\n' });
    script(here, [
      { calls: [read('a.txt')] },
      { calls: [{ name: 'bash', input: { command: 'echo ready; cat gate' } }] },
      { calls: [edit('a.txt', ['one', '1'])] },
      { calls: [write('a.txt', 'by the agent\n')] },
      { calls: [read('a.txt')] },
      { calls: [edit('a.txt', ['two', '2'])] },
      { text: 'done' },
    ]);
    const { makeGate } = await import('../helpers/shell.ts');
    makeGate(at('gate'));
    let opened = false;
    const ran = await oxios(task(here), {
      home: here.home,
      onStdout(text) {
        if (opened || !text.includes('"type":"tool.delta"')) return;
        opened = true;
        writeFileSync(at('a.txt'), 'two\n');
        writeFileSync(at('gate'), 'go\n');
      },
    });
    const [, , stale, over, , good] = answersIn(linesOf(ran.stdout));
    expect(stale).toMatchObject({ ok: false, text: expect.stringMatching(/^STALE_FILE: .*changed since it was read. read it again/u) });
    expect(over).toMatchObject({ ok: false, text: expect.stringMatching(/^STALE_FILE: /u) });
    expect(good?.ok).toBe(true);
    expect(content('a.txt')).toBe('2\n');
  });

  test('of what it wrote itself is no change by somebody else', async () => {
    const { answers } = await act(here, [write('a.txt', 'one two\n'), edit('a.txt', ['one', '1']), edit('a.txt', ['two', '2'])]);
    expect(answers.map((one) => one.ok)).toEqual([true, true, true]);
    expect(content('a.txt')).toBe('1 2\n');
  });
});
