import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHostFs } from '../../src/drivers/fs/host-fs.ts';
import { isUnder } from '../../src/kernel/capability.ts';
import type { HostFs, PathGuard } from '../../src/kernel/host.ts';
import type { AbsPath } from '../../src/kernel/ids.ts';
import { mountedFs } from '../../src/kernel/mounted.ts';

let top: string;
let at: AbsPath;
let root: AbsPath;
let fs: HostFs;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-mount-')));
  at = join(top, 'ws') as AbsPath;
  // As deep as it is in a home, and once inside of the workspace itself.
  root = join(top, 'home/work/r/n/workspace') as AbsPath;
  for (const folder of [at, root]) {
    put(join(folder, 'f'), folder === at ? 'real' : 'copy');
    put(join(folder, 'sub/g'), folder === at ? 'real g' : 'copy g');
  }
  put(join(at, 'node_modules/p/i.js'), 'installed');
  symlinkSync('../f', join(at, 'node_modules/up'));
  symlinkSync('../../sub', join(at, 'node_modules/p/sub'));
  put(join(at, 'only-real'), 'real');
  put(join(top, 'outside'), 'outside');
  put(join(top, 'home/work/r/other/workspace/f'), 'of another');
  mkdirSync(join(root, 'node_modules'));
  fs = mountedFs(createHostFs(), { at, root, through: ['node_modules'] });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
/** A path of a table: AT and TOP at its beginning are the folders of this test. */
const full = (path: string): string => path.replace(/^(?:AT|TOP)(?=\/)/u, (word) => (word === 'AT' ? at : top));
const inWorkspace = (path: string): AbsPath => (path.startsWith('AT/') ? full(path) : join(at, path)) as AbsPath;
const link = (name: string, target: string): void => symlinkSync(full(target), join(root, name));
const guard = (...roots: readonly string[]): PathGuard => ({ roots: roots as AbsPath[], allows: (reached) => roots.some((one) => isUnder(reached, one)) });
const read = async (path: string, by = guard(at)): Promise<string> => Buffer.from((await fs.read(inWorkspace(path), by)).bytes).toString();
const raw = async (path: string, by = guard(at)): Promise<string> => Buffer.from((await fs.read(path as AbsPath, by)).bytes).toString();

describe('a process that sees a copy in the place of the workspace reads', () => {
  test.each([
    ['its files', 'f', 'copy'],
    ['files below', 'sub/g', 'copy g'],
    ['what is installed, where it really is', 'node_modules/p/i.js', 'installed'],
    ['from there the copy, as a link leads', 'node_modules/up', 'copy'],
    ['from deeper there too', 'node_modules/p/sub/g', 'copy g'],
  ])('%s', async (_, path, wanted) => expect(await read(path)).toBe(wanted));

  test.each([
    ['an absolute link into the workspace', 'AT/f', 'copy'],
    ['an absolute link with a way up', 'AT/sub/../f', 'copy'],
    ['a relative one', 'sub/g', 'copy g'],
    ['one that leads out and in again', '../ws/f', 'copy'],
    ['one through a folder beside it', 'TOP/ws/sub/g', 'copy g'],
    ['one to what is installed', 'node_modules/p/i.js', 'installed'],
    ['one to it by its whole name', 'AT/node_modules/p/i.js', 'installed'],
  ])('through %s', async (_, target, wanted) => {
    link('l', target);
    expect([await read('l'), await read('l', guard('/')), await read('l', guard(top))]).toEqual([wanted, wanted, wanted]);
  });

  test('a path as it was written, with its ways up', async () => {
    expect(await raw(`${at}/sub/../f`)).toBe('copy');
    expect(await raw(`${at}/node_modules/../f`)).toBe('copy');
    expect(await raw(`${at}/../outside`, guard(top))).toBe('outside');
  });

  test('what lies outside, as if it were there', async () => {
    link('l', '../outside');
    expect(await read('l', guard('/'))).toBe('outside');
    await expect(read('l')).rejects.toMatchObject({ code: 'PATH_DENIED' });
  });

  test.each(['TOP/home/work/r/other/workspace/f', '../../other/workspace/f', '../../../../../../../../../../../../etc/hostname'])(
    'nothing of others: %s',
    async (target) => {
      link('l', target);
      await expect(read('l')).rejects.toMatchObject({ code: expect.stringMatching(/PATH_DENIED|FILE_MISSING/u) });
    },
  );

  test('nothing that is only in the workspace itself, and no word of where it really is', async () => {
    const error = await read('only-real').catch((one: unknown) => one as { code: string; message: string; hint?: string });
    expect(error).toMatchObject({ code: 'FILE_MISSING' });
    expect(JSON.stringify(error)).not.toContain('home/work');
    await expect(read('only-real', guard('/'))).rejects.toMatchObject({ code: 'FILE_MISSING' });
  });
});

test('it lists, finds and searches the copy', async () => {
  put(join(root, 'new'), 'needle');
  const never = new AbortController().signal;
  expect((await fs.list(at, guard(at))).map(({ name }) => name)).toEqual(['f', 'new', 'node_modules', 'sub']);
  expect((await fs.list(join(at, 'node_modules') as AbsPath, guard(at))).map(({ name }) => name)).toEqual(['p', 'up']);
  expect((await fs.find({ under: at, max_results: 9 }, guard(at), never)).lines).toEqual(['f', 'new', 'sub/g']);
  expect((await fs.search({ under: at, pattern: 'needle|real', mode: 'files', max_results: 9 }, guard(at), never)).lines).toEqual(['new']);
  expect(await fs.stat(join(at, 'only-real') as AbsPath, guard(at))).toBeUndefined();
});

describe('it writes', () => {
  const write = (path: string, by = guard(at)) => fs.write(join(at, path) as AbsPath, Buffer.from('new'), by);

  test('in the copy, by the name it knows', async () => {
    expect(await write('made/deep/h')).toMatchObject({ path: join(at, 'made/deep/h'), created: true });
    expect(readFileSync(join(root, 'made/deep/h'), 'utf8')).toBe('new');
    expect(existsSync(join(at, 'made'))).toBe(false);
  });

  test.each(['AT/f', '../ws/f'])('in the copy through a link: %s', async (target) => {
    link('l', target);
    await write('l');
    expect([readFileSync(join(root, 'f'), 'utf8'), readFileSync(join(at, 'f'), 'utf8')]).toEqual(['new', 'real']);
  });

  test.each(['node_modules/p/i.js', 'node_modules/new'])('never in what is installed: %s', async (path) => {
    await expect(write(path)).rejects.toMatchObject({ code: 'PATH_DENIED' });
    link('l', path);
    link('m', `AT/${path}`);
    await expect(write('l')).rejects.toMatchObject({ code: 'PATH_DENIED' });
    await expect(write('m', guard('/'))).rejects.toMatchObject({ code: 'PATH_DENIED' });
    expect(readFileSync(join(at, 'node_modules/p/i.js'), 'utf8')).toBe('installed');
  });
});

test.each([
  ['AT/f', 'AT/f'],
  ['l', 'AT/f'],
  ['out', 'TOP/outside'],
  ['node_modules/up', 'AT/f'],
])('the gate is told where %s leads, in the words of the process: %s', async (path, wanted) => {
  link('l', 'AT/f');
  link('out', '../outside');
  expect(await fs.reach(inWorkspace(path))).toBe(full(wanted));
});

test('a copy may lie inside the workspace', async () => {
  const inner = join(at, '.oxios/work/r/n/workspace') as AbsPath;
  put(join(inner, 'f'), 'inner');
  symlinkSync('f', join(inner, 'l'));
  symlinkSync(join(at, 'f'), join(inner, 'm'));
  const seen = mountedFs(createHostFs(), { at, root: inner, through: [] });
  for (const name of ['f', 'l', 'm'])
    for (const by of [guard(at), guard('/')]) expect(Buffer.from((await seen.read(join(at, name) as AbsPath, by)).bytes).toString()).toBe('inner');
});
