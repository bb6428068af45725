import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspaces, type Workspaces } from '../../../src/drivers/workspace/workspaces.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';

let folder: string;
let root: AbsPath;
let workspaces: Workspaces;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-ws-')));
  root = join(folder, 'w') as AbsPath;
  mkdirSync(root);
  workspaces = open();
});
afterEach(() => {
  workspaces.close();
  rmSync(folder, { recursive: true, force: true });
});

/** https://bford.info/cachedir */
const TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n';
const open = (): Workspaces =>
  createWorkspaces({ store: join(folder, 'store'), scratch: join(folder, 'scratch'), leases: join(folder, 'leases'), exclude: [join(root, '.oxios')] });
const at = (path: string): string => join(root, path);
function put(path: string, content = path): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}
const snap = async (hidden?: readonly string[]): Promise<string> => (await workspaces.snapshot(root, 'test', hidden as readonly AbsPath[])).tree;
const changes = async (from: string, to: string) => (await workspaces.changes(from, to)).map((one) => `${one.change} ${one.path}`);
const text = async (tree: string, path: string) => {
  const bytes = await workspaces.file(tree, path);
  return bytes && Buffer.from(bytes).toString();
};

describe('a snapshot', () => {
  test('of the same files is the same, in another folder, another process and another order too', async () => {
    for (const path of ['b', 'a/b', 'a.b']) put(path);
    const first = await snap();
    expect(await snap()).toBe(first);
    workspaces.close();
    workspaces = open();
    expect(await snap()).toBe(first);
    const other = join(folder, 'other') as AbsPath;
    mkdirSync(join(other, 'a'), { recursive: true });
    for (const path of ['a.b', 'a/b', 'b']) writeFileSync(join(other, path), path);
    expect((await workspaces.snapshot(other)).tree).toBe(first);
  });

  test('knows what was added, changed, removed and renamed, whether Git does or not', async () => {
    for (const path of ['kept', 'changed', 'removed', 'dir/renamed']) put(path);
    const before = await snap();
    put('changed', 'now');
    put('dir/added');
    rmSync(at('removed'));
    writeFileSync(at('dir/again'), readFileSync(at('dir/renamed')));
    rmSync(at('dir/renamed'));
    const after = await snap();
    expect(await changes(before, after)).toEqual(
      ['added dir/added', 'added dir/again', 'modified changed', 'removed dir/renamed', 'removed removed'].sort((a, b) =>
        (a.split(' ')[1] as string) < (b.split(' ')[1] as string) ? -1 : 1,
      ),
    );
    expect(await text(before, 'changed')).toBe('changed');
    expect(await text(after, 'changed')).toBe('now');
  });

  test('is of what was last written: another content in the same moment, of the same size, with the old time stamp', async () => {
    put('a', 'one');
    const { atime, mtime } = statSync(at('a'));
    const seen = new Set<string>([await snap()]);
    for (let n = 0; n < 50; n++) {
      writeFileSync(at('a'), `${n}`.padStart(3, '0'));
      utimesSync(at('a'), atime, mtime);
      seen.add(await snap());
    }
    expect(seen.size).toBe(51);
  });

  test('has rights, and a touched file is the same file', async () => {
    put('run.sh', 'exit 0');
    const before = await snap();
    utimesSync(at('run.sh'), new Date(0), new Date(0));
    expect(await snap()).toBe(before);
    chmodSync(at('run.sh'), 0o755);
    expect(await changes(before, await snap())).toEqual(['modified run.sh']);
  });

  test('has links as links, and never what they lead to', async () => {
    put('real', 'text');
    for (const [target, name] of [
      ['real', 'link'],
      ['nowhere', 'dangling'],
      ['/etc', 'out'],
      ['loop', 'loop'],
      ['..', 'up'],
    ] as const)
      symlinkSync(target, at(name));
    const tree = await snap();
    expect((await workspaces.snapshot(root)).files).toBe(6);
    expect(await text(tree, 'link')).toBe('text');
    for (const name of ['dangling', 'out', 'loop', 'up', 'out/passwd']) expect(await text(tree, name)).toBeUndefined();
    rmSync(at('link'));
    symlinkSync('nowhere', at('link'));
    expect(await changes(tree, await snap())).toEqual(['modified link']);
  });

  test('passes over pipes, sockets and closed folders, and takes odd names', async () => {
    put('a\nb "c" é 日本');
    put('--help/-rf');
    execFileSync('mkfifo', [at('pipe')]);
    const tree = await snap();
    expect((await workspaces.entries(tree, '--help')).map((one) => one.path)).toEqual(['--help/-rf']);
    expect(await text(tree, 'a\nb "c" é 日本')).toBe('a\nb "c" é 日本');
    expect(await text(tree, 'pipe')).toBeUndefined();
  });

  test('leaves out what is installed or generated, and has what Git ignores', async () => {
    for (const path of [
      'node_modules/p/index.js',
      '.venv/bin/python',
      'src/__pycache__/a.pyc',
      'cache/CACHEDIR.TAG',
      'cache/x',
      '.oxios/oxios.db',
      '.git/config',
    ])
      put(path);
    put('cache/CACHEDIR.TAG', TAG);
    put('.gitignore', 'dist\n');
    put('dist/out.js');
    put('src/a.py');
    expect((await workspaces.entries(await snap(), 'dist')).length).toBe(1);
    expect((await workspaces.snapshot(root)).files).toBe(3);
  });

  test('has no hidden file, also not one that it had before', async () => {
    put('seed.yaml');
    put('a');
    const whole = await snap();
    const without = await snap([at('seed.yaml')]);
    expect(await changes(whole, without)).toEqual(['removed seed.yaml']);
    put('seed.yaml', 'other');
    expect(await snap([at('seed.yaml')])).toBe(without);
  });

  test('has no `.git`, also where it is a file that leads to the repository', async () => {
    put('a');
    put('.git', 'gitdir: /somewhere/else');
    put('sub/.git', 'gitdir: ../modules/sub');
    expect((await workspaces.snapshot(root)).files).toBe(1);
  });

  test('of a folder that is gone has nothing in it', async () => {
    put('a');
    const before = await snap();
    rmSync(root, { recursive: true });
    expect(await changes(before, await snap())).toEqual(['removed a']);
  });

  test('writes nothing into the workspace or its Git', async () => {
    put('a');
    execFileSync('git', ['init', '-q'], { cwd: root });
    const listing = () =>
      (readdirSync(root, { recursive: true }) as string[]).sort().map((path) => {
        const { mtimeMs, ctimeMs, size, ino } = lstatSync(at(path));
        return [path, mtimeMs, ctimeMs, size, ino].join(' ');
      });
    const before = listing();
    const tree = await snap();
    const copy = await workspaces.copy(tree, root);
    await copy.dispose();
    expect(await snap()).toBe(tree);
    expect(listing()).toEqual(before);
  });

  test('of a hundred trees, each a file apart, is found again in a new process', async () => {
    for (let n = 0; n < 60; n++) put(`f${n}`);
    const trees: string[] = [];
    for (let n = 0; n < 100; n++) {
      put(`f${n % 60}`, `version ${n}`);
      if (n % 7 === 0) rmSync(at(`f${(n + 30) % 60}`), { force: true });
      trees.push(await snap());
    }
    workspaces.close();
    workspaces = open();
    for (const [n, tree] of trees.entries()) expect(await text(tree, `f${n % 60}`)).toBe(`version ${n}`);
  });
});

describe('a disposable copy', () => {
  test('is the snapshot and not the workspace, with rights and links, and goes away', async () => {
    put('run.sh', 'old');
    chmodSync(at('run.sh'), 0o755);
    symlinkSync('run.sh', at('link'));
    const tree = await snap();
    put('run.sh', 'new');
    const copy = await workspaces.copy(tree, root);
    expect(readFileSync(join(copy.root, 'run.sh'), 'utf8')).toBe('old');
    expect(statSync(join(copy.root, 'run.sh')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(copy.root, 'link'))).toBe('run.sh');
    await copy.dispose();
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });

  test('links to what is installed, also in a process that took no snapshot', async () => {
    put('a');
    put('node_modules/p/index.js');
    put('sub/node_modules/q/index.js');
    const tree = await snap();
    workspaces.close();
    workspaces = open();
    const copy = await workspaces.copy(tree, root);
    expect([...copy.linked].sort()).toEqual([at('node_modules'), at('sub/node_modules')]);
    expect(readFileSync(join(copy.root, 'sub/node_modules/q/index.js'), 'utf8')).toBe('sub/node_modules/q/index.js');
  });

  test('has paths of another snapshot put back, whatever stands in their way, and others left out', async () => {
    put('test/a.js', 'old');
    put('b/c', 'old');
    put('gone', 'old');
    const before = await snap();
    rmSync(at('test'), { recursive: true });
    put('test', 'a file now');
    rmSync(at('b/c'));
    put('b/c/d', 'a folder now');
    rmSync(at('gone'));
    put('conftest.py', 'new');
    put('package.json', 'new');
    const after = await snap();
    const texts = [
      { path: 'package.json', content: 'merged' },
      { path: '../out', content: 'never' },
    ];
    const patch = { from: before, restore: ['test/a.js', 'b/c', 'gone', 'never/there'], texts, without: ['conftest.py'] };
    const copy = await workspaces.copy(after, root, patch);
    for (const path of ['test/a.js', 'b/c', 'gone']) expect(readFileSync(join(copy.root, path), 'utf8')).toBe('old');
    expect(readFileSync(join(copy.root, 'package.json'), 'utf8')).toBe('merged');
    for (const path of ['conftest.py', 'never', '../out']) expect(existsSync(join(copy.root, path))).toBe(false);
  });
});

describe('what is installed', () => {
  test('is told by one hash, which changes with any file but not with caches', async () => {
    expect(await workspaces.installed(root)).toBe('');
    put('node_modules/.bin/tool', 'exit 1');
    put('node_modules/p/index.js');
    await snap();
    const before = await workspaces.installed(root);
    put('node_modules/.cache/x');
    put('node_modules/.vite/y');
    expect(await workspaces.installed(root)).toBe(before);
    const { atime, mtime } = statSync(at('node_modules/.bin/tool'));
    writeFileSync(at('node_modules/.bin/tool'), 'exit 0');
    utimesSync(at('node_modules/.bin/tool'), atime, mtime);
    expect(await workspaces.installed(root)).not.toBe(before);
  });
});
