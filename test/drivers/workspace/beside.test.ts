import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
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
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sweepLeases } from '../../../src/drivers/workspace/leases.ts';
import { createWorkspaces, type Workspaces } from '../../../src/drivers/workspace/workspaces.ts';
import type { Integrated, Lease } from '../../../src/kernel/host.ts';
import type { AbsPath, RunId } from '../../../src/kernel/ids.ts';

let folder: string;
let root: AbsPath;
let workspaces: Workspaces;
const RUN = 'r_1' as RunId;
const open = (): Workspaces =>
  createWorkspaces({ store: join(folder, 'store'), scratch: join(folder, 'scratch'), leases: join(folder, 'leases'), exclude: [] });
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'oxios-beside-')));
  root = join(folder, 'w') as AbsPath;
  mkdirSync(root);
  workspaces = open();
});
afterEach(() => {
  workspaces.close();
  execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true, force: true });
});

type At = (path: string) => string;
const within =
  (place: string): At =>
  (path) =>
    join(place, path);
const at: At = (path) => join(root, path);
function put(in_: At, path: string, content: string, mode?: number): void {
  mkdirSync(dirname(in_(path)), { recursive: true });
  writeFileSync(in_(path), content);
  if (mode !== undefined) chmodSync(in_(path), mode);
}
const remove = (in_: At, path: string): void => rmSync(in_(path), { recursive: true });
const shown = (place: string): readonly string[] =>
  readdirSync(place, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const stats = lstatSync(join(place, name));
      const what = stats.isSymbolicLink()
        ? `-> ${readlinkSync(join(place, name))}`
        : stats.isDirectory()
          ? '/'
          : ` ${(stats.mode & 0o777).toString(8)} ${readFileSync(join(place, name), 'utf8')}`;
      return `${name}${what}`;
    });

const lease = async (name = 'one', git = true): Promise<Lease & { readonly base: string }> => {
  const { tree } = await workspaces.snapshot(root);
  return { ...(await workspaces.lease({ run: RUN, name, tree, from: root, git })), base: tree };
};
async function merged(one: Lease & { readonly base: string }, rest: { yields?: readonly string[]; meanwhile?: () => void } = {}): Promise<Integrated> {
  const ours = (await workspaces.snapshot(root)).tree;
  const theirs = (await workspaces.snapshot(one.root)).tree;
  rest.meanwhile?.();
  const { base, tree: copied, root: copy } = one;
  return workspaces.merge({ root, copy, hidden: [], base, copied, ours, theirs, yields: rest.yields ?? [], allows: (path) => path !== 'closed' });
}

/** What the workspace began with. */
function start(): void {
  put(at, 'shared/list', 'one\ntwo\nthree\n');
  put(at, 'shared/kept', 'kept\n');
  put(at, 'gone/deep/file', 'x\n');
  put(at, 'run.sh', 'exit 0\n', 0o644);
  put(at, 'binary', 'a\0b');
  symlinkSync('shared', at('link'));
}

interface Row {
  readonly ours?: (in_: At) => void;
  readonly theirs?: (in_: At) => void;
  readonly yields?: readonly string[];
  /** Conflicts, or what must be in the workspace afterwards, and what must not. */
  readonly conflicts?: readonly string[];
  readonly has?: readonly string[];
  readonly lacks?: readonly string[];
}

const ROWS: readonly (readonly [claim: string, row: Row])[] = [
  [
    'both add files to one folder',
    { ours: (in_) => put(in_, 'shared/a', 'a'), theirs: (in_) => put(in_, 'shared/b', 'b'), has: ['shared/a 644 a', 'shared/b 644 b'] },
  ],
  [
    'both make the same new folder',
    { ours: (in_) => put(in_, 'new/a', 'a'), theirs: (in_) => put(in_, 'new/deep/b', 'b'), has: ['new/a 644 a', 'new/deep/b 644 b'] },
  ],
  [
    'both append to one file',
    {
      ours: (in_) => appendFileSync(in_('shared/list'), 'a\n'),
      theirs: (in_) => appendFileSync(in_('shared/list'), 'b\n'),
      has: ['shared/list 644 one\ntwo\nthree\na\nb\n'],
    },
  ],
  ['both make the same file', { ours: (in_) => put(in_, 'new', 'same'), theirs: (in_) => put(in_, 'new', 'same'), has: ['new 644 same'] }],
  ['both remove a file', { ours: (in_) => remove(in_, 'shared/kept'), theirs: (in_) => remove(in_, 'shared/kept'), lacks: ['shared/kept'] }],
  ['a folder is removed', { theirs: (in_) => remove(in_, 'gone'), lacks: ['gone', 'gone/deep/file'] }],
  [
    'a folder is removed in which there is something new',
    { ours: (in_) => put(in_, 'gone/new', 'n'), theirs: (in_) => remove(in_, 'gone'), has: ['gone/', 'gone/new 644 n'], lacks: ['gone/deep/file'] },
  ],
  ['an empty folder is made', { theirs: (in_) => mkdirSync(in_('empty')), has: ['empty/'] }],
  [
    'a file is made executable, and another line of it changed',
    { ours: (in_) => put(in_, 'run.sh', 'exit 0\n# ours\n'), theirs: (in_) => chmodSync(in_('run.sh'), 0o755), has: ['run.sh 755 exit 0\n# ours\n'] },
  ],
  [
    'a link leads elsewhere',
    {
      theirs: (in_) => {
        remove(in_, 'link');
        symlinkSync('gone', in_('link'));
      },
      has: ['link-> gone'],
    },
  ],
  ['a link leads out of the workspace', { theirs: (in_) => symlinkSync('/etc/passwd', in_('out')), has: ['out-> /etc/passwd'] }],
  [
    'a file takes the place of a folder',
    {
      theirs: (in_) => {
        remove(in_, 'gone');
        put(in_, 'gone', 'file');
      },
      has: ['gone 644 file'],
    },
  ],
  [
    'a folder takes the place of a file',
    {
      theirs: (in_) => {
        remove(in_, 'run.sh');
        put(in_, 'run.sh/in', 'x');
      },
      has: ['run.sh/', 'run.sh/in 644 x'],
    },
  ],
  [
    'generated files: the later one wins',
    { ours: (in_) => put(in_, 'coverage/x', 'a'), theirs: (in_) => put(in_, 'coverage/x', 'b'), yields: ['coverage/x'], has: ['coverage/x 644 b'] },
  ],
  [
    'the same line',
    { ours: (in_) => put(in_, 'shared/list', 'ONE\ntwo\nthree\n'), theirs: (in_) => put(in_, 'shared/list', 'eins\ntwo\nthree\n'), conflicts: ['shared/list'] },
  ],
  ['two new files of one name', { ours: (in_) => put(in_, 'new', 'a'), theirs: (in_) => put(in_, 'new', 'b'), conflicts: ['new'] }],
  [
    'changed by one and removed by the other',
    { ours: (in_) => put(in_, 'shared/kept', 'new\n'), theirs: (in_) => remove(in_, 'shared/kept'), conflicts: ['shared/kept'] },
  ],
  [
    'removed by one and changed by the other',
    { ours: (in_) => remove(in_, 'shared/kept'), theirs: (in_) => put(in_, 'shared/kept', 'new\n'), conflicts: ['shared/kept'] },
  ],
  ['bytes that are no text', { ours: (in_) => put(in_, 'binary', 'a\0c'), theirs: (in_) => put(in_, 'binary', 'a\0d'), conflicts: ['binary'] }],
  ['two links of one name', { ours: (in_) => symlinkSync('a', in_('l')), theirs: (in_) => symlinkSync('b', in_('l')), conflicts: ['l'] }],
  ['two modes', { ours: (in_) => chmodSync(in_('run.sh'), 0o700), theirs: (in_) => chmodSync(in_('run.sh'), 0o755), conflicts: ['run.sh'] }],
  ['a file where the other has a folder', { ours: (in_) => put(in_, 'p/q', 'x'), theirs: (in_) => put(in_, 'p', 'y'), conflicts: ['p'] }],
  [
    'a link where the other writes into a folder',
    {
      ours: (in_) => put(in_, 'gone/new', 'x'),
      theirs: (in_) => {
        remove(in_, 'gone');
        symlinkSync('/nowhere', in_('gone'));
      },
      conflicts: ['gone'],
    },
  ],
  [
    'a file in a folder that the other made a link',
    {
      ours: (in_) => {
        remove(in_, 'gone');
        symlinkSync('/nowhere', in_('gone'));
      },
      theirs: (in_) => put(in_, 'gone/new', 'x'),
      conflicts: ['gone/new'],
    },
  ],
  ['a path that may not be changed any more', { theirs: (in_) => put(in_, 'closed', 'x'), conflicts: ['closed'] }],
];

describe('what was done in a copy, brought into the workspace', () => {
  test.each(ROWS)('%s', async (_, { ours, theirs, yields = [], conflicts = [], has = [], lacks = [] }) => {
    start();
    const one = await lease();
    ours?.(at);
    theirs?.(within(one.root));
    const before = shown(root);
    const done = await merged(one, { yields });
    expect(done.conflicts).toEqual(conflicts);
    if (conflicts.length > 0) expect(shown(root)).toEqual(before);
    expect(shown(root)).toEqual(expect.arrayContaining([...has]));
    for (const name of lacks) expect(existsSync(at(name))).toBe(false);
    expect(done.tree).toBe((await workspaces.snapshot(root)).tree);
  });

  test('what a person does between the look and the merge is kept', async () => {
    start();
    const one = await lease();
    put(within(one.root), 'shared/kept', 'of the agent\n');
    const done = await merged(one, { meanwhile: () => put(at, 'shared/kept', 'of the user\n') });
    expect(done.conflicts).toEqual(['shared/kept']);
    expect(readFileSync(at('shared/kept'), 'utf8')).toBe('of the user\n');
  });

  test('done again it changes nothing, and half done it is finished', async () => {
    start();
    const one = await lease();
    const copy = within(one.root);
    put(copy, 'new/a', 'a');
    put(copy, 'new/b', 'b');
    remove(copy, 'gone');
    const trees = [(await workspaces.snapshot(root)).tree, (await workspaces.snapshot(one.root)).tree] as const;
    const again = () =>
      workspaces.merge({
        root,
        copy: one.root,
        hidden: [],
        base: one.base,
        copied: one.tree,
        ours: trees[0],
        theirs: trees[1],
        yields: [],
        allows: () => true,
      });
    const first = await again();
    const whole = shown(root);
    rmSync(at('new/b'));
    put(at, 'gone/deep/file', 'x\n');
    workspaces.close();
    workspaces = open();
    expect(await again()).toEqual(first);
    expect(shown(root)).toEqual(whole);
    expect(await again()).toEqual(first);
  });

  test('a file too large to be kept comes from the copy', async () => {
    put(at, 'large', '');
    truncateSync(at('large'), 100_000_001);
    const one = await lease();
    expect((await merged(one)).changed).toEqual([]);
    put(within(one.root), 'larger', '');
    truncateSync(within(one.root)('larger'), 100_000_002);
    const trees = [(await workspaces.snapshot(root)).tree, (await workspaces.snapshot(one.root)).tree] as const;
    const request = { root, copy: one.root, hidden: [], base: one.base, copied: one.tree, ours: trees[0], theirs: trees[1], yields: [], allows: () => true };
    expect((await workspaces.merge(request)).changed.map(({ path }) => path)).toEqual(['larger']);
    expect(lstatSync(at('larger')).size).toBe(100_000_002);
    // Done again it is known, though the system has given it another stamp.
    expect((await workspaces.merge(request)).conflicts).toEqual([]);
    writeFileSync(at('larger'), 'of the user\n');
    expect((await workspaces.merge(request)).conflicts).toEqual(['larger']);
  });

  test.each([
    ['known to be made of', true],
    ['of which nothing is known', false],
  ])('a tag in a folder of a copy takes nothing away from the workspace, in one %s after a restart', async (_, known) => {
    start();
    const one = await lease();
    put(within(one.root), 'shared/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55\n');
    workspaces.close();
    workspaces = open();
    if (known) expect((await workspaces.lease({ run: RUN, name: 'one', tree: one.base, from: root, git: true })).made).toBe(false);
    const before = shown(root);
    const done = await merged(one);
    expect([done.conflicts.toSorted(), done.changed.map(({ path }) => path)]).toEqual(
      known ? [[], ['shared/CACHEDIR.TAG']] : [['shared', 'shared/kept', 'shared/list'], []],
    );
    expect(shown(root).filter((line) => !line.includes('CACHEDIR'))).toEqual(before);
  });
});

describe('a copy to work in', () => {
  test('has all files with their modes, and lives until it is released', async () => {
    start();
    const one = await lease();
    expect(shown(one.root)).toEqual(shown(root));
    expect([one.made, one.tree]).toEqual([true, one.base]);
    workspaces.close();
    workspaces = open();
    put(within(one.root), 'mine', 'x');
    expect(await lease()).toMatchObject({ root: one.root, made: false });
    expect(existsSync(within(one.root)('mine'))).toBe(true);
    await workspaces.release(RUN, 'one');
    expect(readdirSync(join(folder, 'leases', RUN))).toEqual([]);
  });

  test('has files as old as they are, and no change in the moment it is made is overlooked', async () => {
    put(at, 'old', 'a');
    utimesSync(at('old'), 1_000_000, 1_000_000);
    symlinkSync('old', at('link'));
    for (let nth = 0; nth < 50; nth++) put(at, `many/${nth}`, 'a');
    const one = await lease();
    const copy = within(one.root);
    expect(lstatSync(copy('old')).mtimeMs).toBe(1_000_000_000);
    for (let nth = 0; nth < 50; nth++) put(copy, `many/${nth}`, 'b');
    rmSync(copy('link'));
    symlinkSync('dlo', copy('link'));
    const { tree } = await workspaces.snapshot(one.root);
    const changed = (await workspaces.changes(one.tree, tree)).map(({ path }) => path);
    expect(changed).toHaveLength(51);
  });

  test('of which a crash left a part is made anew', async () => {
    start();
    mkdirSync(join(folder, 'leases', RUN, 'one.part/workspace'), { recursive: true });
    writeFileSync(join(folder, 'leases', RUN, 'one.part/workspace/half'), '');
    const one = await lease();
    expect(shown(one.root)).toEqual(shown(root));
  });

  test('has a place for what it sees of the workspace itself', async () => {
    for (const path of ['node_modules/x', 'sub/.venv/y', '.git/HEAD', 'sub/.git/HEAD', 'file.txt', 'sub/a']) put(at, path, path);
    put(at, 'linked/.git', 'gitdir: elsewhere');
    put(at, 'linked/b', 'b');
    const one = await lease();
    expect([...one.through].sort()).toEqual(['.git', 'linked/.git', 'node_modules', 'sub/.git', 'sub/.venv']);
    expect(readdirSync(within(one.root)('node_modules'))).toEqual([]);
    expect(readFileSync(within(one.root)('linked/.git'), 'utf8')).toBe('');
    const without = await lease('two', false);
    expect([...without.through].sort()).toEqual(['node_modules', 'sub/.venv']);
    expect(existsSync(within(without.root)('.git'))).toBe(false);
  });

  test('is removed with folders that were closed', async () => {
    start();
    const one = await lease();
    chmodSync(within(one.root)('shared'), 0o000);
    await workspaces.release(RUN);
    expect(existsSync(one.root)).toBe(false);
  });

  test('of a run that nobody can go on with is swept', async () => {
    start();
    const one = await lease();
    const other = await workspaces.lease({ run: 'r_2' as RunId, name: 'one', tree: one.base, from: root, git: true });
    await sweepLeases(join(folder, 'leases'), (run) => run === RUN);
    expect([existsSync(one.root), existsSync(other.root)]).toEqual([true, false]);
  });
});
