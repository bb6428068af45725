import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { canMount } from '../helpers/mount.ts';
import { shell } from '../helpers/shell.ts';
import { calls, says, type Trial, trial, writes } from '../helpers/trial.ts';

let here: Trial;
afterEach(() => here.remove());

/** Two criteria of one level, each of which makes a file. */
const MADE = ['one', 'two'];
const begin = (): Trial =>
  trial({
    criteria: MADE.map((id) => ({ id, description: `${id} is there`, verify_command: `test -f made/${id}` })),
    agents: Object.fromEntries(MADE.flatMap((id) => [[`worker ${id}`, [calls(writes(`made/${id}`, `${id}\n`)), says('done')]]])),
  });

const gitIn = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const git = (...args: readonly string[]): string => gitIn(here.workspace, ...args);

/** One commit; then a file changed, one staged and changed again, one removed, one staged for removal, files Git does not know and ignores. */
function used(): void {
  git('init', '-q', '-b', 'main');
  for (const name of ['kept', 'changed', 'staged', 'removed', 'gone']) here.write(name, `${name}\n`);
  here.write('.gitignore', 'ignored/\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  here.write('changed', 'by hand\n');
  here.write('staged', 'in the index\n');
  git('add', 'staged');
  here.write('staged', 'and changed again\n');
  rmSync(join(here.workspace, 'removed'));
  git('rm', '-q', 'gone');
  here.write('untracked', 'mine\r\n');
  here.write('ignored/secret', 'mine too\n');
  symlinkSync('kept', join(here.workspace, 'link'));
}

/** Everything below a folder, Git's own included: kind, mode and bytes. */
function bytesIn(folder: string, under = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, under))) {
    const path = join(under, name);
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) Object.assign(found, bytesIn(folder, path));
    else found[path] = `${stat.mode} ${stat.isSymbolicLink() ? readlinkSync(join(folder, path)) : readFileSync(join(folder, path)).toString('base64')}`;
  }
  return found;
}

/** Where a run works; by default in the workspace. */
type Prepare = () => { readonly work: string; readonly watch?: readonly string[] } | undefined;

const PLACES: readonly (readonly [string, Prepare])[] = [
  ['no repository', () => void here.write('mine', 'x\n')],
  ['a repository without a commit', () => void git('init', '-q')],
  ['changed, staged, removed, untracked and ignored files', () => void used()],
  [
    'a merge under way',
    () => {
      used();
      git('stash', '-q', '-u');
      git('checkout', '-qb', 'other');
      here.write('kept', 'theirs\n');
      git('commit', '-qam', 'theirs');
      git('checkout', '-q', 'main');
      here.write('kept', 'ours\n');
      git('commit', '-qam', 'ours');
      expect(() => git('merge', '-q', 'other')).toThrow(/./u);
    },
  ],
  [
    'a detached HEAD',
    () => {
      used();
      git('checkout', '-q', '--detach');
    },
  ],
  [
    'a linked worktree',
    () => {
      used();
      git('worktree', 'add', '-q', here.path('linked'), '-b', 'side');
      writeFileSync(here.path('linked/kept'), 'changed here\n');
      return { work: here.path('linked'), watch: [here.workspace] };
    },
  ],
  [
    'a repository and a submodule inside of it',
    () => {
      used();
      gitIn(here.workspace, 'init', '-q', 'vendor/own');
      here.write('vendor/own/file', 'theirs\n');
      mkdirSync(here.path('library'));
      gitIn(here.path('library'), 'init', '-q');
      writeFileSync(here.path('library/lib'), 'lib\n');
      gitIn(here.path('library'), 'add', '.');
      gitIn(here.path('library'), 'commit', '-qm', 'lib');
      git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', here.path('library'), 'sub');
      here.write('sub/lib', 'changed\n');
    },
  ],
  [
    'a folder below the top of a repository',
    () => {
      used();
      here.write('deep/down/mine', 'x\n');
      return { work: join(here.workspace, 'deep/down'), watch: [here.workspace] };
    },
  ],
  [
    'a link to the folder',
    () => {
      used();
      symlinkSync(here.workspace, here.path('elsewhere'));
      return { work: here.path('elsewhere') };
    },
  ],
];

test.each(PLACES)('%s: what is there is kept byte for byte, Git and its index included, and only the work is added', async (_, prepare) => {
  here = begin();
  const { work = here.workspace, watch = [] } = prepare() ?? {};
  const folders = [...new Set([realpathSync(work), ...watch])];
  const before = folders.map((folder) => bytesIn(folder));
  const ran = await here.run(['--project-dir', work]);
  expect([ran.result.outcome, ran.code]).toEqual(['APPROVED', 0]);
  expect(ran.result.files_changed).toEqual(MADE.map((id) => `made/${id}`));
  const own = folders.map((folder) => join(realpathSync(work), 'made').slice(folder.length + 1));
  for (const [at, folder] of folders.entries()) {
    const after = bytesIn(folder);
    for (const id of MADE) delete after[`${own[at]}/${id}`];
    expect(after).toEqual(before[at]);
  }
  expect(MADE.map((id) => readFileSync(join(work, 'made', id), 'utf8'))).toEqual(MADE.map((id) => `${id}\n`));
  // An undo takes the work away again, and nothing else.
  expect(await shell(`oxios undo ${ran.result.run}`, { home: here.home })).toMatchObject({ code: 0 });
  expect(bytesIn(folders[0] ?? '')).toEqual(before[0]);
});

/** The last error is one line and a next step. */
const REFUSED = /^([A-Z_]+): .*\n {2}hint: \S.*\n$/mu;

test.each([
  [
    'a bare repository',
    () => void gitIn(here.home, 'init', '-q', '--bare', 'workspace'),
    '',
    'USAGE',
    /is a bare Git repository or a \.git folder.*\n.*git clone/u,
  ],
  ['a folder inside of one', () => void gitIn(here.home, 'init', '-q', '--bare', 'workspace'), '/hooks', 'USAGE', /is inside a bare Git repository/u],
  ["Git's own folder", () => void git('init', '-q'), '/.git', 'USAGE', /is a bare Git repository or a \.git folder/u],
  ['a file', () => here.write('file', 'x'), '/file', 'FILE_MISSING', /is no folder/u],
  ['nothing', () => undefined, '/nowhere', 'FILE_MISSING', /does not exist/u],
] satisfies readonly (readonly [string, () => void, string, string, RegExp])[])(
  '%s is no folder to work in, for run, its dry run and -p',
  async (_, prepare, below, code, why) => {
    here = begin();
    prepare();
    const before = bytesIn(here.workspace);
    for (const args of [[], ['--dry-run']]) {
      const ran = await here.run(['--project-dir', `${here.workspace}${below}`, ...args]);
      expect([ran.code, REFUSED.exec(ran.stderr)?.[1]]).toEqual([2, code]);
      expect(ran.stderr).toMatch(why);
    }
    const asked = await shell(`oxios -p hi --model script:model.yaml --project-dir workspace${below}`, { home: here.home });
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(why)]);
    expect(bytesIn(here.workspace)).toEqual(before);
  },
);

test.runIf(canMount)('a read-only folder is said before anything is begun, exit 5, and -p can still look at it', async () => {
  here = begin();
  here.write('mine', 'x\n');
  const inside = (command: string) => shell(`bwrap --dev-bind / / --ro-bind ${here.workspace} ${here.workspace} ${command}`, { home: here.home });
  const ran = await inside('"$NODE" "$BIN" run seed.yaml --model script:model.yaml --project-dir workspace');
  expect([ran.code, REFUSED.exec(ran.stderr)?.[1]]).toEqual([5, 'IO']);
  expect(ran.stderr).toContain('its file system is read-only');
  writeFileSync(here.path('idle.yaml'), JSON.stringify([says('nothing to do')]));
  const failed = await here.run(['--once', '--model', `script:${here.path('idle.yaml')}`]);
  const evolved = await inside(`"$NODE" "$BIN" evolve ${failed.result.run}`);
  expect([evolved.code, REFUSED.exec(evolved.stderr)?.[1]]).toEqual([5, 'IO']);
  writeFileSync(here.path('hello.yaml'), JSON.stringify([calls(['read', { path: 'mine' }]), says('x')]));
  expect(await inside('"$NODE" "$BIN" -p hi --model script:hello.yaml --project-dir workspace')).toMatchObject({ code: 0, stdout: 'x\n' });
});
