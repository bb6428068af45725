import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { pathWithoutSandbox } from '../helpers/bare-path.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';
import { says as answers, status } from '../helpers/provider-plays.ts';
import { scene } from '../helpers/provider-scene.ts';
import { approves, bash, calls, type Outcome, says, type Trial, type TrialInput, trial, writes } from '../helpers/trial.ts';

let here: Place;
afterEach(() => here.remove());

type Step = readonly [name: string, input: object];
interface Beside extends Omit<TrialInput, 'criteria' | 'agents'> {
  /** What each worker does, by criterion; `b#2`: the second of that name. */
  readonly work: Readonly<Record<string, readonly Step[]>>;
  readonly criteria?: Readonly<Record<string, object>>;
  readonly oxios?: object;
}

/** Criteria that do not depend on each other: each wants a file of its name. */
function beside({ work, criteria = {}, oxios: settings = {}, ...rest }: Beside): Trial {
  const ids = [...new Set(Object.keys(work).map((name) => name.replace(/#.*/u, '')))];
  const made = trial({
    criteria: ids.map((id) => ({ id, description: `${id} is made`, verify_command: `test -s made/${id}`, ...criteria[id] })),
    agents: {
      ...Object.fromEntries(
        Object.entries(work).map(([name, steps]) => [
          `worker ${name}`,
          [calls(...steps, writes(`made/${name.replace(/#.*/u, '')}`, `${name}\n`)), says('done')],
        ]),
      ),
      ...Object.fromEntries(ids.map((id) => [`judge ${id}`, [approves(`made/${id}:1`)]])),
    },
    ...rest,
    seed: {
      oxios: {
        max_generations: 1,
        capabilities: ['exec:echo', 'exec:cat', 'exec:git', 'exec:npm', 'exec:touch', 'exec:rm', 'exec:ln', 'exec:mkdir', 'exec:sh'],
        ...settings,
      },
    },
  });
  here = made;
  return made;
}

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=u', '-c', 'user.email=u@u', ...args], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const at = (path: string): string => join(here.workspace, path);
const edit = (path: string, old: string, now: string): Step => ['edit', { path, edits: [{ old, new: now }] }];
const work = (): readonly string[] => (existsSync(here.path('.oxios/work')) ? readdirSync(here.path('.oxios/work')) : []);
const merges = (ran: Outcome): readonly Line[] => ran.events().filter((one) => one.type === 'ac.merged');
const isolated = (ran: Outcome): readonly string[] => ran.events().flatMap((one) => (one.type === 'ac.isolated' ? [one.criterion] : []));
const again = (ran: Outcome): readonly Line[] => merges(ran).flatMap((one) => (one.again ? [[one.criterion, one.conflicts]] : []));

/** All passed, side by side, nothing is left, and it plays again to the same events. */
async function good(ran: Outcome, ids: readonly string[]): Promise<void> {
  expect(ran.statuses).toEqual(Object.fromEntries(ids.map((id) => [id, 'PASS'])));
  expect([...isolated(ran)].sort()).toEqual(ids);
  expect(work()).toEqual([]);
  expect(await oxios(['replay', ran.result.run, '--diff'], { home: here.home })).toMatchObject({ code: 0 });
}

describe('what is done side by side comes together', () => {
  test('in shared folders, in one file, in generated folders, with what is removed and linked', async () => {
    const made = beside({
      files: { list: 'one\n', 'old/a': 'a', 'old/b': 'b', 'keep.txt': 'k' },
      work: {
        a: [writes('shared/a', 'a'), bash('echo a >> list'), writes('coverage/all.json', '{"a":1}'), writes('dist/bundle.js', 'a'), bash('rm old/a')],
        b: [
          writes('shared/b', 'b'),
          bash('echo b >> list'),
          writes('coverage/all.json', '{"b":1}'),
          writes('dist/bundle.js', 'b'),
          bash('ln -s shared/a link'),
        ],
        c: [writes('shared/deep/c', 'c'), bash('echo c >> list'), writes('coverage/all.json', '{"c":1}'), bash('touch run.sh')],
      },
    });
    const ran = await made.run();
    await good(ran, ['a', 'b', 'c']);
    expect(made.read('list')).toBe('one\na\nb\nc\n');
    expect(['shared/a', 'shared/b', 'shared/deep/c', 'run.sh', 'keep.txt'].filter((path) => !existsSync(at(path)))).toEqual([]);
    expect([made.read('coverage/all.json'), made.read('dist/bundle.js'), readlinkSync(at('link')), existsSync(at('old/a'))]).toEqual([
      '{"c":1}',
      'b',
      'shared/a',
      false,
    ]);
    expect(again(ran)).toEqual([]);
  });

  test('and who clashed with an earlier one works again, on what that one left', async () => {
    const made = beside({
      files: { list: 'title\n' },
      work: { a: [edit('list', 'title', 'of a')], b: [edit('list', 'title', 'of b'), writes('junk', 'x')], 'b#2': [edit('list', 'of a', 'of a and b')] },
    });
    const ran = await made.run();
    await good(ran, ['a', 'b']);
    expect(again(ran)).toEqual([['b', ['list']]]);
    expect([made.read('list'), existsSync(at('junk'))]).toEqual(['of a and b\n', false]);
    expect(ran.events().findLast((one) => one.type === 'process.forked' && one.name === 'worker b').args.task).toContain('others changed the same files: list');
  });

  test('a generated file that a criterion asks for is not given up', async () => {
    const made = beside({
      criteria: { a: { expected_artifacts: ['dist/app.js'] } },
      work: { a: [writes('dist/app.js', 'of a')], b: [writes('dist/app.js', 'of b')], 'b#2': [] },
    });
    const ran = await made.run();
    expect(again(ran)).toEqual([['b', ['dist/app.js']]]);
    expect(made.read('dist/app.js')).toBe('of a');
  });

  test('what the user changes meanwhile is kept', async () => {
    const made = beside({
      files: { list: 'title\n', mine: 'old\n' },
      work: { a: [edit('list', 'title', 'of a')], b: [writes('of-b', 'b')], 'a#2': [edit('list', 'of the user', 'of the user and a')] },
    });
    let done = false;
    const ran = await made.run([], {
      onStdout(text) {
        if (done || !text.includes('"type":"ac.isolated"')) return;
        done = true;
        writeFileSync(at('list'), 'of the user\n');
        writeFileSync(at('mine'), 'new\n');
      },
    });
    await good(ran, ['a', 'b']);
    expect(again(ran)).toEqual([['a', ['list']]]);
    expect([made.read('list'), made.read('mine')]).toEqual(['of the user and a\n', 'new\n']);
  });

  test('sub-agents and commands in the background work in the copy of who asked for them', async () => {
    const made = beside({
      work: { a: [['fork', { name: 'helper', task: 'help' }], bash('sh -c "echo later > background"', { background: true })], b: [bash('cat sub background')] },
      oxios: { capabilities: ['proc:fork', 'exec:sh', 'exec:cat'] },
    });
    const script = JSON.parse(readFileSync(here.path('model.yaml'), 'utf8'));
    script.agents.helper = [calls(writes('sub', 'of the helper\n'), bash('cat sub')), says('helped')];
    writeFileSync(here.path('model.yaml'), JSON.stringify(script));
    const ran = await made.run();
    await good(ran, ['a', 'b']);
    expect([made.read('sub'), made.read('background')]).toEqual(['of the helper\n', 'later\n']);
    expect(ran.answers.match(/^of the helper$/gmu)).toHaveLength(1);
  });

  test('an undo lists the merges and puts back what they brought', async () => {
    const made = beside({ files: { list: 'one\n' }, work: { a: [bash('echo a >> list')], b: [bash('echo b >> list')] } });
    const ran = await made.run();
    const tell = async (...args: readonly string[]) => JSON.parse((await oxios(['undo', ran.result.run, ...args, '--json'], { home: here.home })).stdout);
    const steps = (await oxios(['undo', ran.result.run, '--list', '--json'], { home: here.home })).events();
    expect(steps.map((one: Line) => one.action)).toEqual(['merge the work on a', 'merge the work on b']);
    await tell('--step', '2');
    expect([made.read('list'), existsSync(at('made/b'))]).toEqual(['one\na\n', false]);
    await tell();
    expect([made.read('list'), readdirSync(here.workspace)]).toEqual(['one\n', ['list']]);
    await tell('--redo');
    await tell('--redo');
    expect(made.read('list')).toBe('one\na\nb\n');
  });
});

describe('in a repository', () => {
  const TWO = { a: [bash('git status --porcelain --untracked-files=all'), bash('git log --oneline')], b: [bash('cat untracked tracked')] };

  /** With what is committed, what is changed since, and what Git does not know. */
  function repository(made: Trial, folder = here.workspace): void {
    git(folder, 'init', '-q');
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'the first');
    appendFileSync(at('tracked'), 'not committed\n');
    made.write('untracked', 'only here\n');
  }
  const all = (folder: string): string =>
    execFileSync('sh', ['-c', 'find . -type f -print0 | sort -z | xargs -0 sha256sum'], { cwd: folder, encoding: 'utf8' });

  test('workers see what is not committed, and Git with it; the repository is as it was', async () => {
    const made = beside({ files: { tracked: 'tracked\n' }, work: TWO });
    repository(made);
    const before = all(at('.git'));
    const ran = await made.run();
    await good(ran, ['a', 'b']);
    for (const line of [' M tracked', '?? untracked', 'the first', 'only here', 'not committed']) expect(ran.answers).toContain(line);
    expect(all(at('.git'))).toBe(before);
    expect(made.read('tracked')).toBe('tracked\nnot committed\n');
  });

  test('that they do not see with isolation: copy', async () => {
    const made = beside({ files: { tracked: 'tracked\n' }, work: TWO, oxios: { isolation: 'copy' } });
    repository(made);
    const ran = await made.run();
    expect([isolated(ran), ran.answers.includes('the first'), ran.answers.includes('only here')]).toEqual([['a', 'b'], false, true]);
  });

  test('around the folder they work in', async () => {
    const made = beside({ files: { tracked: 'tracked\n' }, work: TWO, oxios: { isolation: 'worktree' } });
    mkdirSync(here.path('around'));
    repository(made, here.home);
    const ran = await made.run();
    expect([ran.result.outcome, isolated(ran)]).toEqual(['APPROVED', ['a', 'b']]);
  });

  test('inside of it, with a submodule', async () => {
    const made = beside({
      files: { tracked: 'tracked\n', 'sub/inner': 'inner\n' },
      work: { a: [writes('sub/new', 'n'), bash('git -C sub log --oneline')], b: [] },
    });
    git(at('sub'), 'init', '-q');
    git(at('sub'), 'add', '.');
    git(at('sub'), 'commit', '-qm', 'of the inner one');
    repository(made);
    const ran = await made.run();
    await good(ran, ['a', 'b']);
    expect(ran.answers).toContain('of the inner one');
    expect(made.read('sub/new')).toBe('n');
  });

  test('that keeps the seed, which they see neither in the files nor in Git', async () => {
    const made = beside({ files: { tracked: 'tracked\n' }, work: { a: [bash('cat seed.yaml'), bash('git show HEAD:seed.yaml')], b: [bash('cat .git/HEAD')] } });
    const seed = readFileSync(here.path('seed.yaml'), 'utf8');
    made.write('seed.yaml', seed);
    repository(made);
    const ran = await made.run([at('seed.yaml')]);
    expect([ran.result.outcome, isolated(ran)]).toEqual(['APPROVED', ['a', 'b']]);
    expect(ran.answers).not.toContain('verify_command');
    expect(ran.answers).not.toContain('ref: refs');
    expect(readFileSync(at('seed.yaml'), 'utf8')).toBe(seed);
  });

  test('isolation: worktree without one is refused with the name of the key', async () => {
    const made = beside({ work: { a: [], b: [] }, oxios: { isolation: 'worktree' } });
    const wanted = /SEED_INVALID: oxios\.isolation is worktree.*\n {2}hint: .*oxios\.isolation: copy/u;
    expect(await made.run()).toMatchObject({ code: 3, stderr: expect.stringMatching(wanted) });
  });
});

describe('one after the other, in the folder itself', () => {
  const ran = async (change: Partial<Beside>, args: readonly string[] = [], env: Record<string, string> = {}) => {
    const made = beside({ files: { list: 'one\n' }, work: { a: [bash('echo a >> list')], b: [bash('cat list')] }, ...change });
    return made.run(args, { env });
  };

  test.each([
    ['--sequential', {}, ['--sequential']],
    ['--workers 1', {}, ['--workers', '1']],
    ['isolation: none', { oxios: { isolation: 'none' } }, []],
  ])('with %s', async (_, change, args) => {
    const done = await ran(change, args);
    expect([done.result.outcome, isolated(done), done.answers.includes('one\na\n')]).toEqual(['APPROVED', [], true]);
  });

  test('where there is no sandbox to show agents a copy', async () => {
    const bin = mkdtempSync(join(tmpdir(), 'oxios-bin-'));
    rmSync(bin, { recursive: true });
    const done = await ran({}, [], { PATH: pathWithoutSandbox(bin) });
    expect([isolated(done), done.answers.includes('one\na\n')]).toEqual([[], true]);
  });

  test('who only comes upon installed packages: they are changed in the folder itself', async () => {
    const made = beside({
      files: { 'node_modules/p/index.js': 'installed\n' },
      work: { a: [bash('echo new > node_modules/p/index.js')], 'a#2': [bash('echo new > node_modules/p/index.js')], b: [bash('cat node_modules/p/index.js')] },
    });
    const done = await made.run();
    await good(done, ['a', 'b']);
    expect(merges(done).map((one) => [one.criterion, one.again, one.why])).toEqual([
      ['a', true, 'it installs something: node_modules'],
      ['b', false, undefined],
    ]);
    expect([made.read('node_modules/p/index.js'), done.answers.includes('installed\n')]).toEqual(['new\n', true]);
  });

  test('who installs the first packages there are', async () => {
    const install = bash('mkdir -p node_modules/q && echo new > node_modules/q/index.js');
    const made = beside({ work: { a: [install], 'a#2': [install], b: [] } });
    const done = await made.run();
    await good(done, ['a', 'b']);
    expect(made.read('node_modules/q/index.js')).toBe('new\n');
  });
});

test('criteria that share a resource never run at once', async () => {
  const made = beside({ criteria: { a: { resources: ['port'] }, b: { resources: ['port', 'db'] }, c: { resources: ['db'] } }, work: { a: [], b: [], c: [] } });
  const ran = await made.run();
  await good(ran, ['a', 'b', 'c']);
  const order = ran.events().flatMap((one) => (one.type === 'ac.started' || one.type === 'ac.worked' ? [`${one.type.slice(3)} ${one.criterion}`] : []));
  expect(order.slice(0, 2)).toEqual(['started a', 'started c']);
  expect(order.slice(4)).toEqual(['started b', 'worked b']);
});

test('fewer work at once when the provider is asked too often', async () => {
  const made = beside({ work: { a: [], b: [], c: [] } });
  const { server } = await scene('chat', (asked, number) =>
    number < 3 ? status(429, { headers: { 'retry-after': '0' } }) : answers({ text: asked.body.model }),
  );
  const ran = await made.run(['--model', 'openai/m'], { env: server.env });
  expect(ran.events().flatMap((one) => (one.type === 'plan.paced' ? [[one.workers, one.why]] : []))[0]).toEqual([1, 'the provider is asked too often']);
  expect(ran.events().filter((one) => one.type === 'model.failed' && one.limited)).not.toEqual([]);
});
