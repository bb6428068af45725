import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OUT } from '../drivers/fs/paths-out.ts';
import { SECRET, traps } from '../drivers/fs/world.ts';
import { type Acted, act, desk, type Use } from '../helpers/agent.ts';
import { oxios, type Place } from '../helpers/oxios.ts';

/** For a command that waits at a pipe for somebody who never comes. */
const WAIT_S = 0.5;

/** Each way an agent has to touch a path, with what it does there. */
const WAYS: Readonly<Record<string, (path: string) => Use>> = {
  read: (path) => ({ name: 'read', input: { path } }),
  write: (path) => ({ name: 'write', input: { path, content: 'changed' } }),
  edit: (path) => ({ name: 'edit', input: { path, edits: [{ old: SECRET, new: 'changed' }] } }),
  grep: (path) => ({ name: 'grep', input: { pattern: SECRET, path, hidden: true } }),
  find: (path) => ({ name: 'find', input: { path, hidden: true } }),
  ls: (path) => ({ name: 'ls', input: { path } }),
  'cat in bash': (path) => ({ name: 'bash', input: { argv: ['cat', '--', path], timeout_s: WAIT_S } }),
  'a redirection from': (path) => ({ name: 'bash', input: { command: `cat < ${quoted(path)}`, timeout_s: WAIT_S } }),
  'a redirection to': (path) => ({ name: 'bash', input: { command: `echo changed > ${quoted(path)}`, timeout_s: WAIT_S } }),
};
const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`)}'`;

/** A workspace `w` with every trap in it, beside a folder `w-evil` whose files must never be seen. */
interface Trapped extends Place {
  readonly w: string;
  readonly outside: string;
  beyond(): Readonly<Record<string, string>>;
}

function trapped(): Trapped {
  const here = desk();
  const root = realpathSync(here.home);
  const [w, outside] = [join(root, 'w'), join(root, 'w-evil')];
  mkdirSync(join(w, 'sub/deep'), { recursive: true });
  mkdirSync(join(outside, 'sub'), { recursive: true });
  for (const name of ['secret.txt', 'sub/secret.txt']) writeFileSync(join(outside, name), SECRET);
  writeFileSync(join(w, 'in.txt'), 'inside');
  writeFileSync(join(w, 'sub/deep/in.txt'), 'deep inside');
  traps({ root, ws: w as never, outside });
  const beyond = () =>
    Object.fromEntries(
      readdirSync(outside, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
    );
  return { ...here, workspace: w, w, outside, beyond };
}

describe.each(Object.keys(WAYS))('%s does not leave the workspace', (way) => {
  let here: Trapped;
  let ran: Acted;
  let before: Readonly<Record<string, string>>;
  let sockets: Server;
  const use = WAYS[way] as (path: string) => Use;
  const ODD: readonly (readonly [why: string, path: string])[] = [
    ['~', '~/w-evil/secret.txt'],
    ['encoded ..', '%2e%2e/w-evil/secret.txt'],
    ['doubly encoded ..', '%252e%252e%252fw-evil%252fsecret.txt'],
    ['.. with full width dots', '\uff0e\uff0e/w-evil/secret.txt'],
    ['backslashes', '..\\w-evil\\secret.txt'],
    ['a device path of Windows', '\\\\?\\C:\\w-evil'],
    ['NUL', 'in.txt\0../w-evil/secret.txt'],
    ['a file as a folder', 'in.txt/../../w-evil/secret.txt'],
    ['a name of 300 bytes', `${'n'.repeat(300)}/secret.txt`],
    ['a path of 5,000 bytes', `${'d/'.repeat(2500)}secret.txt`],
    ['links in a circle', 'loop-a'],
    ['a chain of 45 links', 'chain-44'],
    ['a pipe', 'pipe'],
    ['a socket', 'socket'],
    ['/dev/stdin', '/dev/stdin'],
    ['the memory of this program', '/proc/self/mem'],
    ['the environment of this program', '/proc/self/environ'],
    ['the thread itself', '/proc/thread-self/environ'],
    ['the workspace as /proc names it', '/proc/self/cwd/../w-evil/secret.txt'],
  ];
  const rows: readonly (readonly [why: string, pathOf: (here: Trapped) => string])[] = [
    ...OUT.map(([why, pathOf]) => [why, (one: Trapped) => pathOf({ ws: one.w, outside: one.outside })] as const),
    ...ODD.map(([why, path]) => [why, () => path] as const),
  ];

  beforeAll(async () => {
    here = trapped();
    sockets = createServer();
    await new Promise<void>((resolve) => sockets.listen(join(here.w, 'socket'), resolve));
    before = here.beyond();
    ran = await act(
      here,
      rows.map(([, pathOf]) => use(pathOf(here))),
    );
  });
  afterAll(() => {
    sockets.close();
    here.remove();
  });

  test.each(rows.map(([why], at) => ({ why, at })))('by $why', ({ at }) => {
    const answer = ran.answers[at];
    expect(answer?.text).not.toContain(SECRET);
    // A number of /proc, a name of the root folder or of the environment would say that it got there.
    expect(answer?.text).not.toMatch(/root:x:0|OXIOS_HOME=|^bin$/mu);
    if (answer?.ok) expect(answer.text).toMatch(/^(\[exit 0\]|\[nothing (matches|found)\]|(made|replaced) .*)$/u);
  });

  test('and everything there is as it was', () => {
    expect(ran.code).toBe(0);
    expect(ran.answers).toHaveLength(rows.length);
    expect(here.beyond()).toEqual(before);
    expect(existsSync(join(here.outside, 'missing'))).toBe(false);
    for (const name of ['to-secret', 'to-outside', 'to-environ', 'to-zero', 'loop-a', 'dangling-out'])
      expect(lstatSync(join(here.w, name)).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(here.w, 'hard'), 'utf8')).toBe(SECRET);
    expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', exit_code: 0 });
  });
});

let here: Place;
beforeEach(() => {
  here = desk({ 'seed.yaml': 'not in use', 'a.txt': 'x' });
});
afterEach(() => here.remove());
const write = (path: string): Use => ({ name: 'write', input: { path, content: 'alias ls=evil' } });
const echo = (path: string): Use => ({ name: 'bash', input: { command: `echo evil > '${path}'` } });
const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
const denied = (ran: Acted) => ran.answers.map((one) => [one.event.type, one.event.decision?.rule]);

describe('never written, whatever is granted', () => {
  const all = () => ['--allow', 'fs:write:/', '--allow', 'exec:*'];

  test.each([
    ['the hooks of Git', ['.git/hooks/pre-commit', '.git/modules/x/hooks/post-checkout', 'sub/.git/hooks/x']],
    ['the settings of Git', ['.git/config', '.git/config.worktree', '.git/worktrees/x/config.worktree', '.git/info/attributes', '.git', '.git/HEAD']],
    [
      'the settings of Git in another spelling',
      ['.GIT/config', '.Git/Hooks/x', '.git./config', '.git /hooks/x', '.g\u200cit/config', './/.git/../.git/config', 'sub/../.git/config'],
    ],
    [
      'shell startup files',
      ['~/.bashrc', '~/.profile', '~/.zshenv', '~/.bash_aliases', '~/.config/fish/config.fish', '~/.BASHRC', '~/.gitconfig', '~/.ssh/authorized_keys'],
    ],
    ['the home of Oxios', ['~/.oxios/config.json', '~/.oxios/oxios.db', '~/.oxios/keys/audit.key', '~/.oxios/new/file', '~/.OXIOS/config.json']],
    ['the policy of a project', ['.oxios/policy.yaml', 'sub/.oxios/x']],
  ])('%s', async (_, paths) => {
    const ran = await act(here, [...paths.map(write), ...paths.map(echo)], all());
    const oddForBash = paths.filter((path) => path.includes('\u200c')).length;
    expect(denied(ran).filter(([type]) => type !== 'tool.denied')).toEqual([]);
    expect(denied(ran).filter(([, rule]) => rule === 'protected path')).toHaveLength(paths.length * 2 - oddForBash);
    // The log keeps what was tried.
    for (const path of paths.filter((one) => !one.endsWith('oxios.db'))) {
      const full = path.startsWith('~') ? here.path(path.slice(2)) : join(here.workspace, path);
      expect(isFile(full) && readFileSync(full, 'utf8').includes('evil')).toBe(false);
    }
  });

  test.each([
    ['a link to a file', () => symlinkSync('.git/config', join(here.workspace, 'innocent')), 'innocent'],
    ['a link to a folder', () => symlinkSync('.git', join(here.workspace, 'docs')), 'docs/config'],
    ['a link to the startup file of a shell', () => symlinkSync(here.path('.bashrc'), join(here.workspace, 'innocent')), 'innocent'],
    ['a link to the home of Oxios', () => symlinkSync(here.path('.oxios'), join(here.workspace, 'docs')), 'docs/config.json'],
  ])('also not through %s', async (_, make, path) => {
    mkdirSync(join(here.workspace, '.git'));
    writeFileSync(join(here.workspace, '.git/config'), '[core]\n');
    writeFileSync(here.path('.bashrc'), 'mine\n');
    make();
    const ran = await act(here, [write(path), echo(path), { name: 'edit', input: { path, edits: [{ old: 'mine', new: 'evil' }] } }], all());
    expect(ran.answers.map((one) => one.ok)).toEqual([false, false, false]);
    expect(readFileSync(join(here.workspace, '.git/config'), 'utf8')).toBe('[core]\n');
    expect(readFileSync(here.path('.bashrc'), 'utf8')).toBe('mine\n');
    expect(existsSync(here.path('.oxios/config.json'))).toBe(false);
  });

  test('the seed in use, which no worker reads either, by no name', async () => {
    const seed = {
      goal: 'g',
      ontology_schema: { name: 'o', description: 'd' },
      metadata: {},
      acceptance_criteria: [{ id: 'a', description: 'd', verify_command: 'test -f zzz' }],
    };
    writeFileSync(join(here.workspace, 'seed.yaml'), JSON.stringify(seed));
    symlinkSync('seed.yaml', join(here.workspace, 'innocent'));
    const names = ['seed.yaml', './a/../seed.yaml', 'innocent'];
    const uses = names.flatMap((name) => [write(name), { name: 'read', input: { path: name } }, { name: 'bash', input: { argv: ['cat', name] } }]);
    writeFileSync(
      here.path('model.yaml'),
      JSON.stringify({
        agents: { 'worker a': [...[...uses, { name: 'grep', input: { pattern: 'zzz' } }].map((use) => ({ calls: [use] })), { text: 'done' }] },
      }),
    );
    const ran = await oxios(
      [
        'run',
        join(here.workspace, 'seed.yaml'),
        '--model',
        `script:${here.path('model.yaml')}`,
        '--project-dir',
        here.workspace,
        '--json',
        '--allow',
        'fs:write:/',
      ],
      { home: here.home },
    );
    const worker = ran.events().find((event) => event.type === 'process.forked' && event.name === 'worker a').pid;
    const texts = ran
      .events()
      .flatMap((event) => (event.pid === worker && (event.type === 'tool.finished' || event.type === 'tool.denied') ? [event.text] : []));
    expect(texts).toHaveLength(uses.length + 1);
    for (const text of texts) expect(text).not.toContain('zzz');
    expect(JSON.parse(readFileSync(join(here.workspace, 'seed.yaml'), 'utf8'))).toEqual(seed);
  });
});

describe('secrets', () => {
  const SECRETS = ['.env', '.env.local', '.env-prod', '.env2', '.envrc', 'sub/.env.production', 'id_rsa', 'server.key', 'cert.PEM', '.npmrc', '.netrc'];
  const PLAIN = ['.env.example', 'environment.ts', 'key.ts', '.envoy'];
  beforeEach(() => {
    mkdirSync(join(here.workspace, 'sub'));
    for (const name of [...SECRETS, ...PLAIN]) writeFileSync(join(here.workspace, name), SECRET);
  });
  const read = (path: string): Use => ({ name: 'read', input: { path } });
  const ways = (path: string): readonly Use[] => [
    read(path),
    { name: 'edit', input: { path, edits: [{ old: SECRET, new: 'x' }] } },
    { name: 'grep', input: { pattern: '.', path } },
    { name: 'bash', input: { argv: ['cat', path] } },
    { name: 'bash', input: { command: `cat < ${path}` } },
    { name: 'bash', input: { command: `head -c 9 ./${path} | cat` } },
  ];

  test('are not read without a grant that names them, in no way', async () => {
    const ran = await act(here, SECRETS.flatMap(ways), ['--allow', 'fs:read:/']);
    expect(denied(ran)).toEqual(SECRETS.flatMap(ways).map(() => ['tool.denied', 'protected path']));
    expect(ran.answers[0]?.text).toContain(`--allow fs:read:${join(here.workspace, '.env')}. `);
    for (const { text } of ran.answers) expect(text).not.toContain(SECRET);
  });

  test('are left out where a whole folder is looked at', async () => {
    const ran = await act(here, [
      { name: 'grep', input: { pattern: SECRET, hidden: true, mode: 'files' } },
      { name: 'bash', input: { command: 'cat .e*' } },
      { name: 'bash', input: { command: 'cat .[e]nv2' } },
      { name: 'bash', input: { command: 'cat *.key' } },
    ]);
    expect(ran.answers[0]?.text.split('\n').sort()).toEqual([...PLAIN].sort());
    expect(ran.answers.slice(1).map((one) => one.event.type)).toEqual(['tool.denied', 'tool.denied', 'tool.denied']);
  });

  test('are read with the grant', async () => {
    const grants = SECRETS.flatMap((name) => ['--allow', `fs:read:${name}`]);
    const ran = await act(
      here,
      SECRETS.flatMap((path) => [read(path), { name: 'bash', input: { argv: ['cat', path] } }]),
      grants,
    );
    expect(ran.answers.map((one) => one.text.replace('\n[exit 0]', ''))).toEqual(SECRETS.flatMap(() => [SECRET, SECRET]));
  });

  test('do not close what only looks like them', async () => {
    const ran = await act(here, PLAIN.map(read));
    expect(ran.answers.map((one) => one.text)).toEqual(PLAIN.map(() => SECRET));
  });

  test('may be written blind, and are not shown by it', async () => {
    const ran = await act(here, [write('.env'), write('.env')]);
    expect(ran.answers.map((one) => [one.ok, one.event.diff])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(readFileSync(join(here.workspace, '.env'), 'utf8')).toBe('alias ls=evil');
  });
});
