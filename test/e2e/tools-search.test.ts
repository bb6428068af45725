import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, act, desk } from '../helpers/agent.ts';
import type { Place } from '../helpers/oxios.ts';

/** The claim, the arguments, what the model reads of it, and whether that is a result. */
type Row = readonly [claim: string, input: object, text: string | RegExp, ok?: boolean];

/** All rows are calls of one agent. */
function table(tool: string, rows: readonly Row[], prepare: () => Place): void {
  let here: Place;
  let answers: readonly Answer[];
  beforeAll(async () => {
    here = prepare();
    ({ answers } = await act(
      here,
      rows.map(([, input]) => ({ name: tool, input })),
    ));
  });
  afterAll(() => here.remove());

  test.each(rows.map(([claim, input, text, ok = true], at) => ({ claim, input, text, ok, at })))('$claim: $input', ({ text, ok, at }) => {
    expect(answers[at]?.text).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
    expect(answers[at]?.ok).toBe(ok);
  });

  test('never gives more than 50 KB and a word on the rest', () => {
    for (const { text } of answers) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(50 * 1024 + 200);
  });
}

const TREE = {
  'src/a.ts': 'const one = 1;\nconst two = 2;\n// FOO\n',
  'src/b.py': 'one = 1\n',
  'src/deep/c.ts': 'two\n',
  'notes.md': 'a.b\naxb\nfirst\nsecond\n',
  '.hidden/h.ts': 'one hidden\n',
  '.gitignore': 'ignored/\n',
  'ignored/i.ts': 'one ignored\n',
  'bin.dat': Buffer.from('one\0two'),
  '.env': 'one=secret\n',
  'crlf.txt': 'needle\r\n',
};

function tree(): Place {
  const here = desk(TREE);
  mkdirSync(join(here.workspace, '.git'));
  return here;
}

describe('grep', () => {
  const rows: readonly Row[] = [
    ['gives hits with path and line, in order', { pattern: '\\bone\\b' }, 'src/a.ts:1:const one = 1;\nsrc/b.py:1:one = 1'],
    ['looks in one folder, and names paths from there', { pattern: 'two', path: 'src' }, 'a.ts:2:const two = 2;\ndeep/c.ts:1:two'],
    ['looks in one file', { pattern: 'two', path: 'src/a.ts' }, 'a.ts:2:const two = 2;'],
    ['narrows to a glob', { pattern: 'one', glob: '*.py' }, 'src/b.py:1:one = 1'],
    ['narrows to a kind of file', { pattern: 'one', type: 'py' }, 'src/b.py:1:one = 1'],
    ['takes the pattern as plain text', { pattern: 'a.b', literal: true }, 'notes.md:1:a.b'],
    ['takes it as an expression otherwise', { pattern: 'a.b' }, 'notes.md:1:a.b\nnotes.md:2:axb'],
    ['ignores case', { pattern: 'foo', ignore_case: true }, 'src/a.ts:3:// FOO'],
    ['minds case otherwise', { pattern: 'foo' }, '[nothing matches]'],
    ['matches over lines', { pattern: 'first\\nsecond', multiline: true }, 'notes.md:3:first\nnotes.md:4:second'],
    ['shows lines around', { pattern: 'first', context: 1 }, 'notes.md:2-axb\nnotes.md:3:first\nnotes.md:4-second'],
    ['names files only', { pattern: 'two', mode: 'files' }, 'src/a.ts\nsrc/deep/c.ts'],
    ['counts', { pattern: 'const', mode: 'count' }, 'src/a.ts:2'],
    ['leaves ignored, hidden and binary files out', { pattern: 'one (hidden|ignored)' }, '[nothing matches]'],
    ['looks in dot files when told to, but never in secrets', { pattern: 'one', hidden: true, mode: 'files' }, '.hidden/h.ts\nsrc/a.ts\nsrc/b.py'],
    ['shows no carriage return', { pattern: 'needle' }, 'crlf.txt:1:needle'],
    ['stops at the most that is wanted, and says so', { pattern: '.', max: 2 }, /^[^\n]+\n[^\n]+\n\[2 shown, there is more: narrow it down\]$/u],
    ['says what is wrong with a pattern', { pattern: '(' }, /^TOOL_INPUT: .*unclosed group/u, false],
    ['says what it does not know of kinds', { pattern: 'x', type: 'klingon' }, /^TOOL_INPUT: .*unrecognized file type: klingon/u, false],
    ['says that backtracking is not to be had', { pattern: '(a)\\1' }, /^TOOL_INPUT: .*backreferences/u, false],
    ['says that a place is missing', { pattern: 'x', path: 'srcc' }, /^FILE_MISSING: .*near names there: src/u, false],
    ['does not take a pattern for an option', { pattern: '--files' }, '[nothing matches]'],
  ];
  table('grep', rows, tree);
});

describe('grep on big input', () => {
  const rows: readonly Row[] = [
    ['is quick with a pattern that other engines never end with', { pattern: '^(a+)+$', path: 'aaa.txt' }, '[nothing matches]'],
    ['also without a line end', { pattern: '(x+x+)+y', path: 'line.txt', mode: 'count' }, '[nothing matches]'],
    ['refuses a pattern that takes too much memory', { pattern: '((\\pL{100}){100}){100}' }, /^TOOL_INPUT: .*size limit/u, false],
    ['cuts a long line', { pattern: 'x', path: 'line.txt' }, /^line\.txt:1:x{498}\.\.\. \(line cut\)$/u],
    ['gives at most 50 KB', { pattern: 'many', max: 2000, glob: 'many.txt' }, /\[\d+ shown, there is more: narrow it down\]$/u],
  ];
  table('grep', rows, () =>
    desk({
      'aaa.txt': `${'a'.repeat(5_000_000)}!\n`.repeat(2),
      'line.txt': 'x'.repeat(20_000_000),
      'many.txt': `many ${'y'.repeat(100)}\n`.repeat(5000),
    }),
  );
});

describe('find', () => {
  const rows: readonly Row[] = [
    ['names all files but ignored and hidden ones', {}, 'bin.dat\ncrlf.txt\nnotes.md\nsrc/a.ts\nsrc/b.py\nsrc/deep/c.ts'],
    ['by a glob', { glob: '*.ts' }, 'src/a.ts\nsrc/deep/c.ts'],
    ['by a glob with folders', { glob: '**/deep/*' }, 'src/deep/c.ts'],
    ['below a folder', { glob: '*.ts', path: 'src/deep' }, 'c.ts'],
    ['no deeper than told', { path: 'src', max_depth: 1 }, 'a.ts\nb.py'],
    ['names folders', { kind: 'directory' }, 'src\nsrc/deep'],
    ['names dot files when told to, but no secrets', { hidden: true, glob: '.*' }, '.gitignore'],
    ['says that there is nothing', { glob: '*.java' }, '[nothing found]'],
    ['stops at the most that is wanted', { max: 1 }, 'bin.dat\n[1 shown, there is more: narrow it down]'],
    ['says that a file is no folder', { path: 'notes.md' }, /is not a directory. name the folder that holds it/u, false],
  ];
  table('find', rows, tree);
});

describe('ls', () => {
  const rows: readonly Row[] = [
    ['gives names with sizes, folders with a slash, links with where they lead', { path: 'few' }, 'a.txt 5\nb -> a.txt\nc/'],
    ['says that a folder is empty', { path: 'few/c' }, '[the folder is empty]'],
    ['stops at 1,000 entries', { path: 'many' }, /\n\[1000 shown, there is more: narrow it down\]$/u],
    ['says that a file is none', { path: 'few/a.txt' }, /is not a directory. read it with the read tool/u, false],
    ['names what is nearly so called', { path: 'fews' }, /near names there: few/u, false],
  ];
  table('ls', rows, () => {
    const here = desk({ 'few/a.txt': 'hello' });
    mkdirSync(join(here.workspace, 'few/c'));
    symlinkSync('a.txt', join(here.workspace, 'few/b'));
    mkdirSync(join(here.workspace, 'many'));
    for (let n = 0; n < 1100; n++) writeFileSync(join(here.workspace, `many/${n}`), '');
    return here;
  });
});
