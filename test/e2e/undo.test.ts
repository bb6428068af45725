import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { act, desk, script, task, type Use } from '../helpers/agent.ts';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { failingIo, hasCompiler } from '../helpers/failing-io.ts';
import { listeningModel } from '../helpers/listening-model.ts';
import { BIN, type Line, linesOf, oxios, type Place } from '../helpers/oxios.ts';
import { makeGate, running } from '../helpers/shell.ts';
import { calls, says, trial, writes } from '../helpers/trial.ts';

let here: Place;
afterEach(() => here.remove());

const bash = (command: string, rest: object = {}): Use => ({ name: 'bash', input: { command, ...rest } });
const write = (path: string, content: string): Use => ({ name: 'write', input: { path, content } });
const at = (name: string): string => join(here.workspace, name);
const tell = (args: readonly string[], env: Record<string, string> = {}) => oxios(args, { home: here.home, cwd: here.workspace, env });
const undo = async (...args: readonly string[]) => {
  const ran = await tell(['undo', ...args, '--json']);
  return { ...ran, done: ran.code === 0 ? (JSON.parse(ran.stdout) as Line) : undefined };
};
const paths = (changes: readonly Line[]): readonly string[] => changes.map((one) => `${one.change} ${one.path}`);
const events = async (...types: readonly string[]): Promise<Line[]> =>
  linesOf((await tell(['audit', 'list', '--json', ...types.flatMap((type) => ['--type', type])])).stdout);

/** What another program sees below a folder: names, kinds, rights, contents and targets. */
const seen = (folder: string, without = 'nothing'): string =>
  execFileSync(
    'sh',
    [
      '-c',
      `find . -path ./${without} -prune -o -printf "%p %y %m %l\\n" | sort; find . -path ./${without} -prune -o -type f -print0 | sort -z | xargs -0 sha256sum`,
    ],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );

/** A repository with work that is in no commit. */
function repository(): Place {
  const place = desk({
    'src/a.ts': 'a\n',
    'src/deep/b.ts': 'b\n',
    'run.sh': 'exit 0\n',
    '.gitignore': 'build\n*.log\n',
    'build/out': 'built\n',
    'x.log': 'log\n',
  });
  const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@u', ...args], { cwd: place.workspace });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'one');
  appendFileSync(join(place.workspace, 'src/a.ts'), 'uncommitted\n');
  writeFileSync(join(place.workspace, 'untracked.txt'), 'only here\n');
  chmodSync(join(place.workspace, 'run.sh'), 0o755);
  symlinkSync('src', join(place.workspace, 'link'));
  mkdirSync(join(place.workspace, 'empty'));
  return place;
}

/** Git writes its own folder only without a sandbox. */
const DESTRUCTIVE = {
  'in a sandbox': ['git clean -fdx', 'rm -rf src link untracked.txt', 'find . -name "*.t*" -delete', 'echo gone > untracked.txt'],
  'without a sandbox': ['git checkout -- .', 'git reset --hard', 'git stash && git stash drop', 'git rm -rqf .'],
} as const;

/** Flags that grant what a command needs, and no more. */
async function granting(command: string): Promise<readonly string[]> {
  const { commands } = JSON.parse((await tell(['policy', 'explain', '--json', '--', command])).stdout) as { commands: readonly { needs: readonly string[] }[] };
  return commands.flatMap(({ needs }) => needs.filter((one) => one.startsWith('exec:')).flatMap((one) => ['--allow', one]));
}

describe('a destructive command on uncommitted work has a snapshot before it, and undo gives the same files back', () => {
  test.each(Object.keys(DESTRUCTIVE) as readonly (keyof typeof DESTRUCTIVE)[])('%s', async (where) => {
    here = repository();
    const isBare = where === 'without a sandbox';
    const env = isBare ? { PATH: pathWithoutSandbox(here.path('bin')) } : {};
    const before = { files: seen(here.workspace, '.git'), git: seen(at('.git')) };
    // Each on the untouched workspace.
    for (const command of DESTRUCTIVE[where]) {
      const ran = await act(here, [bash(command)], await granting(command), { env });
      expect(seen(here.workspace, '.git'), command).not.toBe(before.files);
      const [{ run }] = ran.events() as [Line];
      const intended = ran.events().find((event) => event.type === 'tool.intended');
      const snapshot = ran.events().find((event) => event.type === 'workspace.snapshotted');
      expect(snapshot, command).toMatchObject({ before: intended.call, seq: intended.seq - 1 });
      const git = seen(at('.git'));
      const { done } = await undo(run);
      expect(done, command).toMatchObject({ tree: snapshot.tree, conflicts: [], step: null });
      expect(seen(here.workspace, '.git'), command).toBe(before.files);
      expect(seen(at('.git')), command).toBe(git);
      if (!isBare) expect(git, command).toBe(before.git);
    }
  });
});

test('steps are listed with what each changed; to before one, to before all, and back again', async () => {
  here = desk({ 'a.txt': 'one\n' });
  const ran = await act(here, [write('b.txt', 'b'), { name: 'read', input: { path: 'a.txt' } }, bash('rm a.txt'), write('b.txt', 'c')], ['--allow', 'exec:rm']);
  const [{ run }] = ran.events() as [Line];
  const listed = linesOf((await tell(['undo', run, '--list', '--json'])).stdout);
  expect(listed.map((one) => [one.number, one.tool, ...paths(one.files)])).toEqual([
    [1, 'write', 'added b.txt'],
    [2, 'bash', 'removed a.txt'],
    [3, 'write', 'modified b.txt'],
  ]);
  expect((await tell(['undo', '--list'])).stdout).toMatch(/^STEP {2}AT {8,}TOOL {3}WHAT {18,}FILES\n {3}1 .*\+b\.txt\n {3}2 .*rm a\.txt +-a\.txt\n/u);
  const dry = await undo(run, '2', '--dry-run');
  expect(paths(dry.done.changed)).toEqual(['added a.txt', 'modified b.txt']);
  expect(existsSync(at('a.txt'))).toBe(false);
  expect(await events('workspace.restored')).toEqual([]);

  const third = await tell(['undo', run.slice(0, -2), '2']);
  expect(third.stdout).toBe(`+ a.txt\n~ b.txt\n2 files of ${here.workspace} put back as before step 2: rm a.txt\n`);
  expect(third.stderr).toBe(`take it back with: oxios undo ${run} --redo\n`);
  expect(readFileSync(at('b.txt'), 'utf8')).toBe('b');
  // Without a name: the newest of this folder that changed something.
  expect(paths((await undo()).done.changed)).toEqual(['removed b.txt']);
  expect((await undo(run)).done.changed).toEqual([]);
  expect(paths((await undo(run, '--redo')).done.changed)).toEqual(['added b.txt']);
  expect(paths((await undo(run, '--redo')).done.changed)).toEqual(['removed a.txt', 'modified b.txt']);
  expect(readFileSync(at('b.txt'), 'utf8')).toBe('c');
  expect((await undo(run, '--redo')).stderr).toContain(`NOT_FOUND: nothing of run ${run} was undone`);

  const restored = await events('workspace.restored');
  expect(restored.map(({ run: of, actor, step, redo, count }) => [of, actor, step, redo, count])).toEqual([
    [run, 'user', 2, false, 2],
    [run, 'user', null, false, 1],
    [run, 'user', null, true, 1],
    [run, 'user', null, true, 2],
  ]);
  expect((await tell(['audit', 'verify'])).code).toBe(0);
  expect((await tell(['replay', run, '--diff'])).stdout).toMatch(/^\d+ events came out as they were recorded\n$/u);
});

test('what agents did that were forked, and commands in the background, is undone too', async () => {
  here = desk({ 'a.txt': 'one\n' });
  makeGate(at('gate'));
  script(here, {
    default: [
      { calls: [{ name: 'fork', input: { name: 'helper', task: 'write' } }] },
      { calls: [bash('cat gate > late.txt', { background: true })] },
      { calls: [bash('echo go > gate')] },
      { calls: [{ name: 'bash', input: { output_of: 'b1' } }] },
      { text: 'done' },
    ],
    helper: [{ calls: [write('helped.txt', 'h')] }, { text: 'done' }],
  });
  const before = seen(here.workspace);
  const ran = await tell([...task(here, ['--allow', 'proc:fork', '--allow', 'exec:echo'])]);
  expect([ran.code, existsSync(at('late.txt')), existsSync(at('helped.txt'))]).toEqual([0, true, true]);
  const listed = linesOf((await tell(['undo', '--list', '--json'])).stdout);
  expect(listed.map((one) => [one.pid, one.action])).toEqual([
    [2, 'write helped.txt (1 bytes)'],
    [1, 'cat gate > late.txt'],
    [1, 'echo go > gate'],
  ]);
  expect((await undo()).code).toBe(0);
  expect(seen(here.workspace)).toBe(before);
});

test('what somebody else changed since is not lost', async () => {
  here = desk({ 'a.txt': 'one\n', 'mine.txt': 'one\n' });
  const [{ run }] = (await act(here, [write('new.txt', 'n'), bash('rm a.txt')], ['--allow', 'exec:rm'])).events() as [Line];
  writeFileSync(at('mine.txt'), 'two\n');
  writeFileSync(at('new.txt'), 'mine now\n');
  const refused = await undo(run);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain('UNDO_CONFLICT: files were changed since by somebody else: mine.txt, new.txt\n  hint: ');
  expect((await undo(run, '--dry-run')).done.conflicts).toEqual(['mine.txt', 'new.txt']);
  expect(paths((await undo(run, '--keep')).done.changed)).toEqual(['added a.txt']);
  expect(readFileSync(at('new.txt'), 'utf8')).toBe('mine now\n');
  expect((await undo(run, '--force')).code).toBe(0);
  expect([existsSync(at('new.txt')), readFileSync(at('mine.txt'), 'utf8')]).toEqual([false, 'one\n']);
  // Forced or not, it can be taken back.
  await undo(run, '--redo');
  expect(readFileSync(at('mine.txt'), 'utf8')).toBe('two\n');
});

test('what does not fit together is refused', async () => {
  here = desk();
  const [{ run }] = (await act(here, [write('a', 'a')])).events() as [Line];
  const refused = await Promise.all([['9'], ['x'], ['1', '--redo'], ['--keep', '--force']].map(async (args) => undo(run, ...args)));
  expect(refused.map(({ code, stderr }) => [code, stderr.split('\n')[0]])).toEqual([
    [2, `NOT_FOUND: run ${run} has no step 9`],
    [2, expect.stringMatching(/^USAGE: /u)],
    [2, 'USAGE: --redo takes the whole of the last undo back'],
    [2, 'USAGE: --keep and --force are opposites'],
  ]);
});

test('what it cannot put back is said: installed folders, places outside, snapshots that are gone', async () => {
  here = desk({ 'a.txt': 'one\n', 'node_modules/p/index.js': 'p\n' });
  mkdirSync(here.path('outside'));
  const allow = ['--allow', `fs:write:${here.path('outside')}`, '--allow', 'exec:rm:-r'];
  const [{ run }] = (await act(here, [write('../outside/x', 'x'), bash('rm -rf node_modules a.txt')], allow)).events() as [Line];
  const { done } = await undo(run);
  expect([done.left_out, done.outside]).toEqual([[], [here.path('outside/x')]]);
  expect([existsSync(at('a.txt')), existsSync(at('node_modules')), existsSync(here.path('outside/x'))]).toEqual([true, false, true]);
  rmSync(here.path('.oxios/snapshots'), { recursive: true });
  const gone = await undo(run, '--redo');
  expect([gone.code, gone.stderr.split(':')[0]]).toEqual([5, 'SNAPSHOT_GONE']);
  expect(linesOf((await tell(['undo', run, '--list', '--json'])).stdout).map((one) => one.files)).toEqual([[], null]);
});

test('nobody works where files are put back, and files are put back through the kernel that runs', async () => {
  here = desk({ 'a.txt': 'one\n' });
  const [{ run }] = (await act(here, [write('a.txt', 'two\n')])).events() as [Line];
  makeGate(at('gate'));
  script(here, [{ calls: [bash('cat gate')] }, { text: 'done' }]);
  const worker = running(task(here), { home: here.home });
  await worker.printed('"type":"tool.started"');
  const other = worker.soFar().match(/"run":"([^"]+)"/u)?.[1] ?? '';
  expect((await undo(other)).stderr).toContain(`USAGE: run ${other} is still going`);
  expect((await undo(run)).stderr).toContain(`USAGE: another run works in ${here.workspace}`);
  expect(paths((await undo(run, '--dry-run')).done.changed)).toEqual(['modified a.txt']);
  writeFileSync(at('gate'), 'go\n');
  await worker.done;
  // A kernel that works in another folder puts them back.
  mkdirSync(here.path('elsewhere'));
  makeGate(here.path('elsewhere/gate'));
  const elsewhere = running([...task(here), '--project-dir', here.path('elsewhere')], { home: here.home });
  await elsewhere.printed('"type":"tool.started"');
  expect(paths((await undo(run)).done.changed)).toEqual(['modified a.txt']);
  expect(readFileSync(at('a.txt'), 'utf8')).toBe('one\n');
  writeFileSync(here.path('elsewhere/gate'), 'go\n');
  expect((await elsewhere.done).code).toBe(0);
});

describe('a run that was interrupted', () => {
  test('and whose changes were undone goes on, and its agent is told', async () => {
    here = desk({ 'a.txt': 'one\n' });
    makeGate(at('gate'));
    script(here, [{ calls: [write('a.txt', 'two\n'), bash('cat gate')] }, { text: 'never said' }]);
    const first = running(task(here), { home: here.home });
    (await first.printed('"action":"cat gate"'))('SIGKILL');
    await first.done;
    const { done } = await undo();
    expect(paths(done.changed)).toEqual(['modified a.txt']);
    rmSync(at('gate'));
    writeFileSync(at('gate'), 'open\n');
    const model = await listeningModel({});
    expect((await tell(['resume', done.run, '--model', 'openai/m'], model.env)).code).toBe(0);
    await model.close();
    expect(model.heard.at(-1)).toContain(
      'The user undid all changes of this run: the files of the workspace are as they were before its first step. Changed by that: a.txt.',
    );
    expect((await tell(['replay', done.run, '--diff'])).stdout).toMatch(/^\d+ events came out as they were recorded\n$/u);
    const told = (await tell(['audit', 'list', '--json', '--run', done.run])).events();
    expect(told.filter((event) => event.type === 'workspace.restored')).toMatchObject([{ step: null, redo: false, count: 1 }]);
  });

  test('on a seed is refused to go on until the undo is taken back: its verdicts are of what was there', async () => {
    const seeded = trial({
      criteria: [{ id: 'a', description: 'it works', verify_command: 'cat made.txt' }],
      agents: { 'worker a': [calls(writes('made.txt', 'x'), ['bash', { command: 'cat gate' }]), says('done')] },
    });
    here = seeded;
    makeGate(at('gate'));
    const first = running(['run', here.path('seed.yaml'), '--model', `script:${here.path('model.yaml')}`, '--project-dir', here.workspace, '--json'], {
      home: here.home,
    });
    (await first.printed('"action":"cat gate"'))('SIGINT');
    await first.done;
    const { done } = await undo();
    const refused = await tell(['resume', done.run]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^NOT_RESUMABLE: files of run .*\n {2}hint: take that back with oxios undo \S+ --redo/u),
    ]);
    await undo(done.run, '--redo');
    rmSync(at('gate'));
    writeFileSync(at('gate'), 'open\n');
    expect((await tell(['resume', done.run])).stderr).toContain('APPROVED');
  });
});

const INTERRUPTED = 'INTERRUPTED: not everything was put back\n  hint: do it again to finish it\n';

const MANY = 200;
const nameOf = (n: number): string => `d${n % 20}/f${n}.txt`;

/** Many files, each changed by one command. */
async function many(): Promise<{ readonly run: string; readonly before: string }> {
  const names = Array.from({ length: MANY }, (_, n) => nameOf(n));
  here = desk({
    ...Object.fromEntries(names.map((name) => [name, `old ${name}`])),
    'all.cjs': `for (const name of ${JSON.stringify(names)}) require('node:fs').writeFileSync(name, 'new');`,
  });
  const before = seen(here.workspace);
  const [{ run }] = (await act(here, [bash('node all.cjs')], ['--allow', 'exec:node'])).events() as [Line];
  expect(seen(here.workspace)).not.toBe(before);
  return { run, before };
}

test.each(['SIGKILL', 'SIGINT'] as const)('%s in the middle loses nothing: done again it is finished, and can be taken back', async (signal) => {
  const { run, before } = await many();
  const after = seen(here.workspace);
  const env = { PATH: process.env.PATH ?? '', HOME: here.home, OXIOS_HOME: here.path('.oxios') };
  const child = spawn(process.execPath, [BIN, 'undo', run], { cwd: here.workspace, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(child.stderr);
  const code = new Promise((resolve) => child.once('close', resolve));
  while (readFileSync(at('d0/f0.txt'), 'utf8') === 'new') await new Promise((resolve) => setImmediate(resolve));
  child.kill(signal);
  if (signal === 'SIGINT' && (await code) !== 0) expect([await code, await said]).toEqual([130, INTERRUPTED]);
  await code;
  expect((await undo(run)).code).toBe(0);
  expect(seen(here.workspace)).toBe(before);
  expect((await undo(run, '--redo')).code).toBe(0);
  expect(seen(here.workspace)).toBe(after);
});

test.runIf(hasCompiler())('a full disk in the middle is said, and what is there afterwards is old or new, never half', async () => {
  const { run, before } = await many();
  const io = failingIo();
  try {
    expect((await tell(['undo', run], io.env(here.workspace, 'ENOSPC', 0))).code).toBe(0);
    const half = Math.round(io.count() / 2);
    await undo(run, '--redo');
    const full = await tell(['undo', run], io.env(here.workspace, 'ENOSPC', half, 1_000_000));
    expect([full.code, full.stderr]).toEqual([5, expect.stringContaining('DISK_FULL: ')]);
    const found = Array.from({ length: MANY }, (_, n) =>
      readFileSync(at(nameOf(n)), 'utf8') === 'new' ? 'new' : readFileSync(at(nameOf(n)), 'utf8').replace(nameOf(n), ''),
    );
    expect([...new Set(found)].sort()).toEqual(['new', 'old ']);
    expect((await undo(run)).code).toBe(0);
    expect(seen(here.workspace)).toBe(before);
  } finally {
    io.remove();
  }
});
