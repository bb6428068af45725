import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { act, desk, type Use } from '../helpers/agent.ts';
import { type Line, oxios, type Place } from '../helpers/oxios.ts';

let here: Place;
beforeEach(() => {
  here = desk({ 'a.txt': 'one\n', 'dir/f': 'inside\n' });
  mkdirSync(here.path('out'));
  writeFileSync(here.path('out/f'), SECRET);
  writeFileSync(here.path('out/secret.txt'), SECRET);
});
afterEach(() => here.remove());

const SECRET = 'PRIVATE-TEXT\n';
const at = (name: string): string => join(here.workspace, name);
const use = (name: string, input: object): Use => ({ name, input });
const bash = (command: string): Use => use('bash', { command });
const read = (path: string): Use => use('read', { path });
const write = (path: string): Use => use('write', { path, content: 'PWNED\n' });

/** Everything outside is as it was. */
const untouched = (): void => {
  expect(readdirSync(here.path('out')).sort()).toEqual(['f', 'secret.txt']);
  for (const name of ['f', 'secret.txt']) expect(readFileSync(here.path(`out/${name}`), 'utf8')).toBe(SECRET);
};

test('no link leads an agent out, by no tool and no command, and each try is in the log', async () => {
  symlinkSync('../out/secret.txt', at('file'));
  symlinkSync('../out', at('folder'));
  symlinkSync('folder', at('chain'));
  symlinkSync('../out/new.txt', at('dangling'));
  symlinkSync('/', at('root'));
  symlinkSync('/proc/self/root', at('proc'));
  symlinkSync('loop', at('loop'));
  linkSync(here.path('out/secret.txt'), at('hard'));
  const root = here.path('out').slice(1);
  const uses = [
    ...['file', 'folder/secret.txt', 'chain/secret.txt', `root/${root}/f`, `proc/${root}/f`, 'dir/../folder/f', '../out/f', 'loop'].map(read),
    ...['file', 'folder/new.txt', 'chain/f', 'dangling', `root/${root}/new`, 'dir/../../out/new', 'hard'].map(write),
    use('edit', { path: 'file', edits: [{ old: 'PRIVATE', new: 'PWNED' }] }),
    use('grep', { pattern: 'PRIVATE', path: 'folder' }),
    use('ls', { path: 'chain' }),
    ...['cat file', 'cat chain/secret.txt', 'cat < folder/f', 'head -c 99 root/etc/../`pwd`/../out/f', 'grep -r PRIVATE folder/'].map(bash),
    ...['echo x > dangling', 'echo x >> folder/f', 'cd folder && cat f', 'cat fold*/f'].map(bash),
  ];
  const ran = await act(here, uses);
  const named = ran.events().filter((event) => event.type === 'tool.intended' || event.type === 'tool.denied');
  expect(named).toHaveLength(uses.length);
  expect(ran.answers.map((one) => one.text).join('\n')).not.toContain('PRIVATE-TEXT');
  expect(ran.answers.filter((one) => one.ok).map((one) => one.text)).toEqual([]);
  untouched();
  // Nor does an undo follow one.
  await oxios(['undo', '--force'], { home: here.home, cwd: here.workspace });
  untouched();
});

test('a folder that a command swaps for a link while the tools write leads nowhere else', async () => {
  const swap = [
    "const fs = require('node:fs');",
    "while (!fs.existsSync('stop')) {",
    "  try { fs.renameSync('dir', 'kept'); fs.symlinkSync('../out', 'dir'); fs.unlinkSync('dir'); fs.renameSync('kept', 'dir'); } catch {}",
    '}',
  ].join('\n');
  writeFileSync(at('swap.cjs'), swap);
  const uses = [
    use('bash', { command: 'node swap.cjs', background: true }),
    ...Array.from({ length: 60 }, (_, n) => (n % 2 === 0 ? write('dir/f') : use('read', { path: 'dir/f', limit: n }))),
    use('write', { path: 'stop', content: '' }),
  ];
  const ran = await act(here, uses, ['--allow', 'exec:node']);
  expect(ran.events().at(-1)).toMatchObject({ type: 'run.result', outcome: 'DONE' });
  expect(ran.answers.map((one) => one.text).join('\n')).not.toContain('PRIVATE-TEXT');
  await oxios(['undo', '--force'], { home: here.home, cwd: here.workspace });
  untouched();
});

test('pipes, devices and sockets where a file is expected hold nobody up: tools, commands that look, snapshots, undo', async () => {
  execFileSync('mkfifo', [at('pipe'), at('dir/pipe')]);
  symlinkSync('/dev/zero', at('zero'));
  symlinkSync('/dev/stdin', at('stdin'));
  execFileSync('python3', ['-c', 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])', at('sock')]);
  const uses = [
    ...['pipe', 'zero', 'stdin', 'sock', 'dir/pipe'].map(read),
    ...['pipe', 'zero', 'sock'].map(write),
    use('edit', { path: 'pipe', edits: [{ old: 'a', new: 'b' }] }),
    use('grep', { pattern: 'one' }),
    use('find', { pattern: '**/*' }),
    write('b.txt'),
  ];
  const ran = await act(here, uses);
  expect(ran.answers.map((one) => one.ok)).toEqual([...Array<boolean>(9).fill(false), true, true, true]);
  const undone = await oxios(['undo', '--json'], { home: here.home, cwd: here.workspace });
  expect((JSON.parse(undone.stdout) as Line).changed).toEqual([{ path: 'b.txt', change: 'removed' }]);
  expect(existsSync(at('pipe'))).toBe(true);
});

test('names that look like options, hide characters or fold to protected ones do nothing else than they say', async () => {
  const git = ['.git/hooks/pre-commit', '.GIT/config', '.git\u200c/config', '.git./config', 'dir/.git/hooks/x', '.gi\u0074 /config', '.OXIOS/config.json'];
  const odd = ['-rf', '--help', 'a\nb', 'a\u001b[2Jb', 'tab\tname', '$(touch pwned)', '`touch pwned`', '; touch pwned', '*'];
  const ran = await act(here, [
    ...git.map(write),
    ...odd.map(write),
    use('grep', { pattern: '-f/etc/passwd' }),
    use('find', { pattern: '--exec' }),
    use('ls', { path: '-rf' }),
  ]);
  const denied = ran.events().filter((event) => event.type === 'tool.denied');
  expect(denied.map((event) => event.input.path)).toEqual(git);
  expect(readdirSync(here.workspace).sort()).toEqual(['a.txt', 'dir', ...odd].sort());
  expect(ran.stdout).not.toContain('\u001b');
  const listed = await oxios(['undo', '--list'], { home: here.home, cwd: here.workspace });
  for (const hidden of ['\u001b', '\t']) expect(listed.stdout).not.toContain(hidden);
  expect(listed.stdout.trim().split('\n')).toHaveLength(1 + odd.length);
  expect((await oxios(['undo'], { home: here.home, cwd: here.workspace })).code).toBe(0);
  expect(readdirSync(here.workspace).sort()).toEqual(['a.txt', 'dir']);
});
