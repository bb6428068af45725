import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorkspaces, type Workspaces } from '../../../src/drivers/workspace/workspaces.ts';
import type { RestoreOptions } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { random } from '../../helpers/random.ts';

let folder: string;
let root: AbsPath;
let workspaces: Workspaces;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-undo-')));
  root = join(folder, 'w') as AbsPath;
  mkdirSync(root);
  workspaces = createWorkspaces({ store: join(folder, 'store'), scratch: join(folder, 'scratch'), leases: join(folder, 'leases'), exclude: [] });
});
afterEach(() => {
  workspaces.close();
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string): string => join(root, path);
function put(path: string, content = path, mode?: number): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  if (mode !== undefined) chmodSync(at(path), mode);
}
const snap = async (): Promise<string> => (await workspaces.snapshot(root)).tree;
const back = (tree: string, options?: RestoreOptions) => workspaces.restore(tree, root, options);
/** What another program sees: names, kinds, rights, contents and targets. */
const seen = (): string =>
  execFileSync('sh', ['-c', 'find . -printf "%p %y %m %l\\n" | sort; find . -type f -print0 | sort -z | xargs -0 -r sha256sum'], {
    cwd: root,
    encoding: 'utf8',
  });

/** A workspace with one of everything. */
function everything(): void {
  put('a.txt');
  put('run.sh', 'exit 0', 0o755);
  put('secret', 'x', 0o600);
  put('locked', 'z', 0o400);
  put('src/deep/er/b.ts');
  put('--help/-rf');
  put('a\nb "c" é 日本');
  put('empty file', '');
  mkdirSync(at('empty/inner'), { recursive: true });
  mkdirSync(at('private'), { mode: 0o700 });
  symlinkSync('a.txt', at('link'));
  symlinkSync('/nowhere', at('dangling'));
  symlinkSync('src', at('folderlink'));
  put('readonly/in/c');
  chmodSync(at('readonly/in'), 0o555);
  chmodSync(at('readonly'), 0o555);
}

/** Each leaves the folder another than it was. */
const HARMS: Readonly<Record<string, () => void>> = {
  'everything is deleted': () => execFileSync('sh', ['-c', 'chmod -R u+rwx . && rm -rf ./* ./.[!.]*'], { cwd: root }),
  'files are changed, added and removed': () => {
    put('a.txt', 'other');
    put('new/deep/c');
    rmSync(at('src/deep/er/b.ts'));
  },
  'rights are changed': () => {
    chmodSync(at('run.sh'), 0o644);
    chmodSync(at('secret'), 0o644);
    chmodSync(at('private'), 0o755);
  },
  'a folder becomes a file and a file a folder': () => {
    rmSync(at('src'), { recursive: true });
    put('src', 'a file');
    rmSync(at('a.txt'));
    put('a.txt/now/a/folder');
  },
  'a folder becomes a link and a link a folder': () => {
    rmSync(at('src'), { recursive: true });
    symlinkSync(folder, at('src'));
    rmSync(at('link'));
    put('link/x');
  },
  'links lead elsewhere': () => {
    rmSync(at('link'));
    symlinkSync('secret', at('link'));
    rmSync(at('dangling'));
  },
  'names are swapped': () => {
    renameSync(at('a.txt'), at('t'));
    renameSync(at('run.sh'), at('a.txt'));
    renameSync(at('t'), at('run.sh'));
  },
  'empty folders go and come': () => {
    rmSync(at('empty'), { recursive: true });
    mkdirSync(at('other/empty'), { recursive: true });
  },
  'what is in a read-only folder is changed': () => {
    chmodSync(at('readonly'), 0o755);
    chmodSync(at('readonly/in'), 0o755);
    rmSync(at('readonly/in/c'));
    put('readonly/in/d');
    chmodSync(at('readonly/in'), 0o555);
    chmodSync(at('readonly'), 0o555);
  },
  'folders are closed': () => {
    chmodSync(at('src/deep'), 0);
    chmodSync(at('src'), 0);
    chmodSync(at('locked'), 0);
  },
  'a pipe stands where a file was': () => {
    rmSync(at('a.txt'));
    execFileSync('mkfifo', [at('a.txt')]);
    rmSync(at('src'), { recursive: true });
    execFileSync('mkfifo', [at('src')]);
  },
};

describe('restoring gives the same tree, as another program sees it too', () => {
  test.each(Object.keys(HARMS))('when %s, there and back', async (harm) => {
    everything();
    const before = { tree: await snap(), seen: seen() };
    HARMS[harm]?.();
    const harmed = await snap();
    expect(harmed).not.toBe(before.tree);
    expect((await back(before.tree)).tree).toBe(before.tree);
    expect(seen()).toBe(before.seen);
    expect((await back(harmed)).tree).toBe(harmed);
    expect((await back(before.tree)).tree).toBe(before.tree);
    expect(seen()).toBe(before.seen);
  });

  test('of a folder that is gone', async () => {
    everything();
    const before = { tree: await snap(), seen: seen() };
    execFileSync('chmod', ['-R', 'u+rwx', root]);
    rmSync(root, { recursive: true });
    await back(before.tree);
    expect(seen()).toBe(before.seen);
  });

  test('with names that are no UTF-8', async () => {
    const odd = (name: string) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
    writeFileSync(odd('caf\xe9'), 'one');
    writeFileSync(odd('caf\xe8'), 'two');
    mkdirSync(odd('\xff'));
    symlinkSync(Buffer.from('to-\xfe', 'latin1'), odd('\xff/l'));
    const before = await snap();
    for (const name of readdirSync(root, { encoding: 'buffer' })) rmSync(Buffer.concat([Buffer.from(`${root}/`), name]), { recursive: true });
    expect(readdirSync(root)).toEqual([]);
    expect((await back(before)).tree).toBe(before);
    expect(readFileSync(odd('caf\xe9'), 'utf8')).toBe('one');
    expect(readFileSync(odd('caf\xe8'), 'utf8')).toBe('two');
    expect(readlinkSync(odd('\xff/l'), { encoding: 'latin1' })).toBe('to-\xfe');
  });

  test('between random states', async () => {
    const dice = random(7);
    const names = ['a', 'b', 'a/b', 'a/c', 'b/a', 'b/c/d', 'c', 'c/d', 'd/e/f/g'];
    const states: { readonly tree: string; readonly seen: string }[] = [];
    const clear = (path: string): void => {
      const names = path.split('/');
      for (const [nth] of names.entries()) {
        const up = at(names.slice(0, nth + 1).join('/'));
        if (lstatSync(up, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(up);
      }
      rmSync(at(path), { recursive: true, force: true });
    };
    for (let n = 0; n < 60; n++) {
      const name = dice.pick(names);
      clear(name);
      const what = dice.int(5);
      if (what === 0) put(name, `${n}`, dice.pick([0o644, 0o755, 0o600]));
      else if (what === 1) mkdirSync(at(name), { recursive: true });
      else if (what === 2) {
        mkdirSync(dirname(at(name)), { recursive: true });
        symlinkSync(`target ${n}`, at(name));
      } else if (what === 3) put(`${name}/in`, `${n}`);
      states.push({ tree: await snap(), seen: seen() });
    }
    for (let n = 0; n < 12; n++) {
      const state = dice.pick(states);
      expect((await back(state.tree)).tree).toBe(state.tree);
      expect(seen()).toBe(state.seen);
    }
  });
});

describe('restoring touches nothing else', () => {
  test('what snapshots leave out stays, also where only it is left', async () => {
    put('a');
    put('node_modules/p');
    const before = await snap();
    put('app/package.json');
    put('app/node_modules/q');
    execFileSync('mkfifo', [at('pipe')]);
    put('hidden.yaml');
    const done = await back(before, { hidden: [at('hidden.yaml') as AbsPath] });
    expect(done.tree).toBe(before);
    for (const path of ['node_modules/p', 'app/node_modules/q', 'pipe', 'hidden.yaml']) expect(existsSync(at(path))).toBe(true);
    expect(existsSync(at('app/package.json'))).toBe(false);
  });

  test('what stands in the way and is in no snapshot is put aside', async () => {
    put('app', 'a file');
    const before = await snap();
    rmSync(at('app'));
    put('app/node_modules/q');
    const { tree, aside } = await back(before);
    expect(tree).toBe(before);
    expect(readFileSync(at('app'), 'utf8')).toBe('a file');
    expect(aside).toHaveLength(1);
    expect(readFileSync(at(`${aside[0]}/node_modules/q`), 'utf8')).toBe('app/node_modules/q');
  });

  test('a folder that a link in the place of the workspace leads to', async () => {
    put('a', 'old');
    const before = await snap();
    mkdirSync(join(folder, 'other'));
    writeFileSync(join(folder, 'other/b'), 'theirs');
    rmSync(root, { recursive: true });
    symlinkSync('other', root);
    await expect(back(before)).rejects.toMatchObject({ code: 'PATH_INVALID' });
    expect(readdirSync(join(folder, 'other'))).toEqual(['b']);
  });

  test('another name of a file keeps its content and its rights', async () => {
    put('a', 'old');
    const before = await snap();
    writeFileSync(join(folder, 'outside'), 'outside');
    rmSync(at('a'));
    linkSync(join(folder, 'outside'), at('a'));
    await back(before);
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('outside');
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
  });

  test('only the files that are named, and the folders around them', async () => {
    for (const path of ['a', 'b']) put(path, 'old');
    const before = await snap();
    for (const path of ['a', 'b', 'new/x', 'other/y']) put(path, 'new');
    await back(before, { only: new Set(['a', 'new/x']) });
    expect(['a', 'b', 'other/y'].map((path) => readFileSync(at(path), 'utf8'))).toEqual(['old', 'new', 'new']);
    expect(existsSync(at('new'))).toBe(false);
  });

  test('a large file is known, and said not to be kept', async () => {
    put('a');
    put('large');
    truncateSync(at('large'), 100_000_001);
    const before = await snap();
    expect((await workspaces.changes(before, await snap())).length).toBe(0);
    const copy = await workspaces.copy(before, root);
    expect(statSync(join(copy.root, 'large')).size).toBe(100_000_001);
    await copy.dispose();
    const { atime, mtime } = statSync(at('large'));
    writeFileSync(at('large'), 'x', { flag: 'r+' });
    utimesSync(at('large'), atime, mtime);
    expect(await snap()).not.toBe(before);
    put('a', 'new');
    truncateSync(at('large'), 100_000_002);
    expect(await workspaces.changes(await snap(), before)).toEqual([
      { path: 'a', change: 'modified' },
      { path: 'large', change: 'modified', unkept: true },
    ]);
    const done = await back(before);
    expect(done.tree).not.toBe(before);
    expect(readFileSync(at('a'), 'utf8')).toBe('a');
    expect(statSync(at('large')).size).toBe(100_000_002);
  });
});

describe('a snapshot cannot be misled', () => {
  test('a tag of a cache hides no folder that was part of it before', async () => {
    put('src/a');
    const before = await snap();
    put('src/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55\n');
    rmSync(at('src/a'));
    await snap();
    put('src/b');
    expect((await workspaces.changes(before, await snap())).map(({ path }) => path)).toEqual(['src/CACHEDIR.TAG', 'src/a', 'src/b']);
    expect((await back(before)).tree).toBe(before);
  });

  test('by a folder that is swapped for a link while it is looked at', async () => {
    const secret = join(folder, 'secret');
    mkdirSync(secret);
    writeFileSync(join(secret, 'f'), 'the secret');
    put('d/f', 'ours');
    // Swaps the folder for a link and back, as fast as it can, until it is told to stop.
    const child = spawn('sh', ['-c', 'while [ ! -e ../stop ]; do mv d e && ln -s ../secret d; rm -f d; mv e d; done'], { cwd: root, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const trees = new Set<string>();
    for (let n = 0; n < 300 || trees.size < 3; n++) trees.add(await snap());
    writeFileSync(join(folder, 'stop'), '');
    await ended;
    for (const tree of trees)
      for (const path of ['d/f', 'e/f']) {
        const bytes = await workspaces.file(tree, path);
        expect(bytes === undefined || Buffer.from(bytes).toString() === 'ours').toBe(true);
      }
  });
});

test('stopped in the middle, it is finished by doing it again', async () => {
  for (let n = 0; n < 500; n++) put(`d${n % 10}/f${n}`, 'old');
  const before = await snap();
  for (let n = 0; n < 500; n++) put(`d${n % 10}/f${n}`, 'new');
  const stop = new AbortController();
  const half = back(before, { signal: stop.signal, progress: (done) => done > 200 && stop.abort() });
  await expect(half).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await snap()).not.toBe(before);
  expect((await back(before)).tree).toBe(before);
});
