import { existsSync, linkSync, lstatSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHostFs } from '../../../src/drivers/fs/host-fs.ts';
import { walk } from '../../../src/drivers/fs/walk.ts';
import { walkPortable } from '../../../src/drivers/fs/walk-portable.ts';
import { isUnder } from '../../../src/kernel/capability.ts';
import type { HostFs } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { OUT } from './paths-out.ts';
import { bytes, codeOf, NEVER, SECRET, socketAt, text, traps, type World, world } from './world.ts';

const WAYS = [
  ['the walk that holds directories', walk],
  ['the walk for systems without /proc', walkPortable],
] as const;

/** Each operation by its name, with what it saw as one text. */
const OPERATIONS: Readonly<Record<string, (fs: HostFs, here: World, path: AbsPath) => Promise<string>>> = {
  read: async (fs, { guard }, path) => text((await fs.read(path, guard)).bytes),
  write: async (fs, { guard }, path) => (await fs.write(path, bytes('changed'), guard)).path,
  stat: async (fs, { guard }, path) => JSON.stringify((await fs.stat(path, guard)) ?? 'FILE_MISSING'),
  list: async (fs, { guard }, path) => JSON.stringify(await fs.list(path, guard)),
  search: async (fs, { guard }, path) =>
    (await fs.search({ pattern: SECRET, under: path, mode: 'lines', hidden: true, max_results: 100 }, guard, NEVER)).lines.join('\n'),
  find: async (fs, { guard }, path) => (await fs.find({ under: path, hidden: true, max_results: 100 }, guard, NEVER)).lines.join('\n'),
};
const EVERY = Object.keys(OPERATIONS);

describe.each(WAYS)('%s', (_, way) => {
  const fs = createHostFs(way);

  describe.each(EVERY)('%s does not leave the workspace', (operation) => {
    test.each(OUT)('by %s', async (_, pathOf) => {
      const here = world();
      traps(here);
      const before = here.beyond();
      const path = pathOf(here);
      const seen = await codeOf(OPERATIONS[operation]?.(fs, here, here.at(path)) ?? Promise.reject(new Error()));
      expect(seen).toMatch(/^"?(PATH_DENIED|FILE_MISSING)"?$/u);
      expect(here.beyond()).toEqual(before);
      // The link itself stands where it stood.
      if (!path.includes('/') && path.startsWith('to-')) expect(lstatSync(join(here.ws, path)).isSymbolicLink()).toBe(true);
    });
  });

  test.each([
    ['in.txt', 'inside'],
    ['./sub//deep/./in.txt', 'deep inside'],
    ['sub/../in.txt', 'inside'],
    ['sub/deep/../../in.txt', 'inside'],
    ['to-in', 'deep inside'],
    ['to-sub/deep/in.txt', 'deep inside'],
    ['to-sub/deep/../../in.txt', 'inside'],
    ['self/self/in.txt', 'inside'],
    ['../w/in.txt', 'inside'],
    ['chain-39', 'inside'],
  ])('a path that stays inside is read: %s', async (path, content) => {
    const here = world();
    traps(here);
    expect(text((await fs.read(here.at(path), here.guard)).bytes)).toBe(content);
  });

  test.each([
    ['loop-a', 'PATH_DENIED'],
    ['loop-a/x', 'PATH_DENIED'],
    ['chain-44', 'PATH_DENIED'],
    ['dangling-in', 'FILE_MISSING'],
    ['missing', 'FILE_MISSING'],
    ['missing/x', 'FILE_MISSING'],
    ['in.txt/x', 'PATH_INVALID'],
    ['sub', 'PATH_INVALID'],
    ['pipe', 'PATH_INVALID'],
    ['socket', 'PATH_INVALID'],
    ['x'.repeat(300), 'PATH_INVALID'],
    ['x/'.repeat(2500), 'FILE_MISSING'],
  ])('%s is answered with %s, and nothing hangs', async (path, code) => {
    const here = world();
    traps(here);
    await socketAt(join(here.ws, 'socket'));
    expect(await codeOf(fs.read(here.at(path), here.guard))).toBe(code);
  });

  test.each(['pipe', 'socket', 'sub', 'hard'])('%s is not written over', async (name) => {
    const here = world();
    traps(here);
    await socketAt(join(here.ws, 'socket'));
    const before = lstatSync(join(here.ws, name)).ino;
    expect(await codeOf(fs.write(here.at(name), bytes('x'), here.guard))).toMatch(/PATH_INVALID|PATH_DENIED/u);
    expect(lstatSync(join(here.ws, name)).ino).toBe(before);
    expect(readFileSync(join(here.outside, 'secret.txt'), 'utf8')).toBe(SECRET);
  });

  test('a device is not read even where its folder is granted', async () => {
    const guard = { roots: ['/dev' as AbsPath], allows: (path: string) => isUnder(path, '/dev') };
    expect(await codeOf(fs.read('/dev/zero' as AbsPath, guard))).toBe('PATH_INVALID');
    expect(await codeOf(fs.write('/dev/null' as AbsPath, bytes('x'), guard))).toBe('PATH_INVALID');
    expect(await codeOf(fs.search({ pattern: 'x', under: '/dev/zero' as AbsPath, mode: 'lines', max_results: 1 }, guard, NEVER))).toBe('PATH_INVALID');
  });

  test('/proc is closed even where it is granted', async () => {
    const guard = { roots: ['/' as AbsPath], allows: () => true };
    for (const path of ['/proc/self/environ', '/proc/self/maps', '/proc/thread-self/environ', '/proc'])
      expect(await codeOf(fs.stat(path as AbsPath, guard))).toBe('PATH_DENIED');
    // Links that lead nowhere by their text are not followed by magic.
    expect(await codeOf(fs.read('/proc/self/fd/0' as AbsPath, guard))).toMatch(/PATH_DENIED|FILE_MISSING/u);
  });

  test('what the guard refuses below a root stays closed, by its name and by a link', async () => {
    const here = world();
    writeFileSync(here.at('.env'), SECRET);
    symlinkSync('.env', here.at('plain'));
    const guard = { ...here.guard, allows: (path: string) => isUnder(path, here.ws) && !path.endsWith('.env') };
    for (const path of ['.env', 'plain', 'sub/../.env']) {
      expect(await codeOf(fs.read(here.at(path), guard))).toBe('PATH_DENIED');
      expect(await codeOf(fs.write(here.at(path), bytes('x'), guard))).toBe('PATH_DENIED');
    }
    expect(await fs.search({ pattern: SECRET, under: here.ws, mode: 'lines', hidden: true, max_results: 9 }, guard, NEVER)).toMatchObject({ lines: [] });
    expect((await fs.find({ under: here.ws, hidden: true, max_results: 9 }, guard, NEVER)).lines).not.toContain('.env');
    expect(readFileSync(here.at('.env'), 'utf8')).toBe(SECRET);
  });

  test('a link inside is written through, and stays a link', async () => {
    const here = world();
    traps(here);
    expect(await fs.write(here.at('to-in'), bytes('new'), here.guard)).toMatchObject({ path: here.at('sub/deep/in.txt'), created: false });
    expect(readlinkSync(here.at('to-in'))).toBe('sub/deep/in.txt');
    expect(readFileSync(here.at('sub/deep/in.txt'), 'utf8')).toBe('new');
    await fs.write(here.at('dangling-in'), bytes('there now'), here.guard);
    expect(readFileSync(here.at('missing'), 'utf8')).toBe('there now');
  });

  test('folders are made on the way of a write, not where it is refused', async () => {
    const here = world();
    traps(here);
    await fs.write(here.at('a/b/c.txt'), bytes('x'), here.guard);
    expect(readFileSync(here.at('a/b/c.txt'), 'utf8')).toBe('x');
    expect(await codeOf(fs.write(here.at('to-outside/n/x'), bytes('x'), here.guard))).toBe('PATH_DENIED');
    expect(existsSync(join(here.outside, 'n'))).toBe(false);
    expect(await codeOf(fs.write(here.at('new/../../x'), bytes('x'), here.guard))).toBe('PATH_DENIED');
    const guard = { ...here.guard, allows: (path: string) => isUnder(path, here.ws) && !path.includes('/no/') };
    expect(await codeOf(fs.write(here.at('no/x'), bytes('x'), guard))).toBe('PATH_DENIED');
    expect(existsSync(here.at('no'))).toBe(false);
  });
});

describe('a write', () => {
  const fs = createHostFs();

  test('keeps the mode, changes no other name, and leaves nothing beside it', async () => {
    const here = world();
    writeFileSync(here.at('run.sh'), 'old', { mode: 0o750 });
    const done = await fs.write(here.at('run.sh'), bytes('new'), here.guard);
    expect(statSync(here.at('run.sh')).mode & 0o7777).toBe(0o750);
    expect(done).toMatchObject({ created: false, sha256: expect.stringMatching(/^[\da-f]{64}$/u) });
    expect((await fs.list(here.ws, here.guard)).map((one) => one.name)).toEqual(['in.txt', 'run.sh', 'sub']);
  });

  test('is refused when the file is not what was expected', async () => {
    const here = world();
    const { sha256 } = await fs.write(here.at('a'), bytes('one'), here.guard, { expect: 'absent' });
    expect(await codeOf(fs.write(here.at('a'), bytes('two'), here.guard, { expect: 'absent' }))).toBe('STALE_FILE');
    writeFileSync(here.at('a'), 'by somebody else');
    expect(await codeOf(fs.write(here.at('a'), bytes('two'), here.guard, { expect: sha256 }))).toBe('STALE_FILE');
    expect(readFileSync(here.at('a'), 'utf8')).toBe('by somebody else');
  });

  test('of a file with a second name is refused with both in mind', async () => {
    const here = world();
    linkSync(here.at('in.txt'), here.at('twin'));
    await expect(fs.write(here.at('twin'), bytes('x'), here.guard)).rejects.toMatchObject({ code: 'PATH_DENIED', detail: expect.stringContaining('2 names') });
  });
});

test('a name that is nearly right is told, but none that is closed', async () => {
  const here = world();
  writeFileSync(here.at('config.ts'), '');
  const guard = { ...here.guard, allows: (path: string) => isUnder(path, here.ws) && !path.endsWith('in.txt') };
  await expect(createHostFs().read(here.at('confg.ts'), here.guard)).rejects.toMatchObject({ code: 'FILE_MISSING', hint: 'near names there: config.ts' });
  await expect(createHostFs().read(here.at('im.txt'), guard)).rejects.toMatchObject({ hint: `list ${here.ws} to see what is there` });
});
