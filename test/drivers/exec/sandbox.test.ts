import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mountsOf } from '../../../src/drivers/exec/mounts.ts';
import { refusalIn } from '../../../src/drivers/exec/refusal.ts';
import { findSandbox } from '../../../src/drivers/exec/sandbox.ts';
import { seatbeltProfile } from '../../../src/drivers/exec/seatbelt.ts';
import type { SandboxSpec } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { folder, machine, tick, world } from './world.ts';

const abs = (...parts: string[]): AbsPath => join(...parts) as AbsPath;
const OPEN: SandboxSpec = { writable: [], read_only: [], hidden: [], private: [], net: false };

/** A tree with a home, a project with a repository, secrets and a place outside. */
function place() {
  const w = world(machine);
  for (const path of ['ws/.git/hooks', 'ws/src', 'home/secret', 'home/proj', 'outside']) mkdirSync(join(w.root, path), { recursive: true });
  for (const path of ['ws/.env', 'ws/.git/config', 'ws/src/a', 'home/secret/key', 'home/proj/b', 'outside/c'])
    writeFileSync(join(w.root, path), `content of ${path}`);
  const spec: SandboxSpec = {
    ...OPEN,
    writable: [w.ws, abs(w.root, 'home/proj')],
    read_only: [abs(w.root, 'outside')],
    hidden: [abs(w.root, 'home'), abs(w.root, 'ws/.env')],
  };
  return { ...w, spec, in: (script: string, sandbox: SandboxSpec = spec) => w.sh(script, { cwd: w.ws, sandbox }) };
}

describe.runIf(machine.kind === 'bwrap')('inside bubblewrap', () => {
  it('the workspace is writable, and what a command writes there stays', async () => {
    const p = place();
    expect(await p.in('echo new > src/new && mkdir d && rm src/a && cat .git/config')).toMatchObject({ code: 0, output: 'content of ws/.git/config' });
    expect(readFileSync(join(p.ws, 'src/new'), 'utf8')).toBe('new\n');
    expect(existsSync(join(p.ws, 'src/a'))).toBe(false);
  });

  const refused: readonly (readonly [name: string, script: string, says: RegExp])[] = [
    ['a file elsewhere', 'echo x >> ../outside/c', /write only/u],
    ['a new file in the system', 'echo x > /etc/oxios-test', /write only/u],
    ['the hooks of the repository', 'echo x > .git/hooks/pre-commit', /the user commits/u],
    ['the configuration of the repository', 'echo x >> .git/config', /the user commits/u],
    ['to move the repository away', 'mv .git git && echo moved', /./u],
    ['a link to a place elsewhere', 'ln -s ../outside/c link && echo x >> link', /write only/u],
    ['to remount the root', 'mount -o remount,bind,rw / && echo x > /etc/oxios-test', /./u],
    ['to remount in namespaces of its own', 'unshare -Urm sh -c "mount -o remount,bind,rw / && echo x > /etc/oxios-test"', /./u],
    ['to lift a cover', 'umount .env && cat .env', /./u],
    // The value it has: a hole would be seen and do no harm.
    ['to write a kernel setting', 'same=$(cat /proc/sys/kernel/core_pattern) && echo "$same" > /proc/sys/kernel/core_pattern', /./u],
    ['to make a device', 'mknod disk b 254 0', /./u],
  ];
  it.each(refused)('%s is refused', async (_name, script, says) => {
    const p = place();
    const outcome = await p.in(script);
    expect(outcome.code).not.toBe(0);
    if (says.source !== '.') expect(outcome.refused?.text).toMatch(says);
    expect(readFileSync(join(p.root, 'outside/c'), 'utf8')).toBe('content of outside/c');
    expect(existsSync('/etc/oxios-test')).toBe(false);
    expect(existsSync(join(p.ws, '.git/hooks/pre-commit'))).toBe(false);
  });

  it('nothing of /proc or /sys that concerns more than the command itself can be written', async () => {
    const { output } = await place().in(
      'for f in /proc/sysrq-trigger /proc/sys/kernel/* /proc/sys/vm/* /sys/kernel/*; do [ -f $f ] && [ -w $f ] && echo $f; done; true',
    );
    expect(output).toBe('');
  });

  it('no capability is left, whoever runs it', async () => {
    expect((await place().in('grep -E "^Cap(Eff|Prm|Bnd)" /proc/self/status | cut -f2 | sort -u')).output).toBe('0000000000000000\n');
  });

  it('hidden files and folders show nothing, and what is shown below them is there', async () => {
    const p = place();
    const home = join(p.root, 'home');
    expect(await p.in(`cat ${home}/secret/key`)).toMatchObject({ code: 1, refused: { what: 'read', path: home, text: `${home} is hidden from commands` } });
    expect(await p.in(`cat ${p.ws}/.env`)).toMatchObject({ code: 1, refused: { what: 'read', path: `${p.ws}/.env` } });
    expect((await p.in('cat .env; echo x > .env; mv .env e; rm -f .env; true')).output).not.toContain('content');
    expect(readFileSync(join(p.ws, '.env'), 'utf8')).toBe('content of ws/.env');
    expect((await p.in(`ls ${home}; cat ${home}/proj/b; echo more > ${home}/proj/b`)).output).toBe('proj\ncontent of home/proj/b');
    expect(readFileSync(join(home, 'proj/b'), 'utf8')).toBe('more\n');
    // A name that is missing in a folder that is shown is just missing.
    expect((await p.in(`cat ${home}/proj/none`)).refused).toBeUndefined();
  });

  it('the deeper rule holds, whatever the order: a folder for reading inside one for writing', async () => {
    const p = place();
    const src = abs(p.ws, 'src');
    const outcome = await p.in('echo x > new && echo x > src/b', { ...OPEN, writable: [p.ws], read_only: [src] });
    expect(outcome).toMatchObject({ code: 1, refused: { what: 'write', text: expect.stringContaining('write only') } });
    expect([existsSync(join(p.ws, 'new')), existsSync(join(src, 'b'))]).toEqual([true, false]);
  });

  it('/tmp is private and empty but for what is shown, and gone afterwards', async () => {
    const p = place();
    const outside = mkdtempSync('/tmp/oxios-private-');
    expect((await p.in(`ls ${outside}; echo mine > /tmp/mine; cat /tmp/mine`)).output).toMatch(/mine\n$/u);
    expect((await p.in('cat /tmp/mine')).code).toBe(1);
    expect(existsSync('/tmp/mine')).toBe(false);
    rmSync(outside, { recursive: true });
  });

  it('a workspace named through a link works under that name', async () => {
    const p = place();
    const link = abs(p.root, 'link');
    symlinkSync(p.ws, link);
    const outcome = await p.sh('pwd && echo x > through', { cwd: link, sandbox: { ...OPEN, writable: [link], hidden: [abs(link, '.env')] } });
    expect(outcome).toMatchObject({ code: 0, output: `${link}\n` });
    expect(existsSync(join(p.ws, 'through'))).toBe(true);
    expect((await p.sh('cat .env', { cwd: link, sandbox: { ...OPEN, writable: [link], hidden: [abs(link, '.env')] } })).code).toBe(1);
  });

  it('there is no network, not even to this machine, unless it is granted', async () => {
    const p = place();
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    while (!server.listening) await tick();
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const script = `exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5`;
    expect((await p.in(script)).code).not.toBe(0);
    expect(await p.in(script, { ...p.spec, net: true })).toMatchObject({ code: 0, output: 'hello' });
    expect((await p.in(`exec 5<>/dev/tcp/192.0.2.1/80`)).refused?.what).toBe('network');
    server.close();
  });

  it('other processes are not seen', async () => {
    const p = place();
    expect((await p.in('ls -d /proc/[0-9]* | wc -l')).output.trim()).toMatch(/^[1-9]$/u);
    expect((await p.in(`kill -0 ${process.pid} || cat /proc/${process.pid}/environ`)).code).not.toBe(0);
  });

  it('a program in a hidden folder is told as such, and a sandbox that cannot be set up is no failure of the command', async () => {
    const p = place();
    const program = join(p.root, 'home/tool');
    writeFileSync(program, '#!/bin/sh\necho ran\n', { mode: 0o755 });
    expect(await p.run([program], { cwd: p.ws, sandbox: p.spec })).toMatchObject({
      code: 127,
      refused: { what: 'start', path: program, text: `${program} is in a folder that is hidden from commands` },
    });
    expect(await p.run(['true'], { cwd: abs(p.root, 'home/secret'), sandbox: p.spec })).toMatchObject({
      code: 1,
      refused: { what: 'start', text: expect.stringContaining('could not be set up') },
    });
  });

  it.runIf(process.getuid?.() === 0)('it works for a user without rights, too', () => {
    const dir = mkdtempSync('/var/tmp/oxios-nobody-');
    chmodSync(dir, 0o777);
    mkdirSync(join(dir, 'ws'), { mode: 0o777 });
    chmodSync(join(dir, 'ws'), 0o777);
    try {
      const held = machine.hold(['sh', '-c', 'id -u; echo x > made; echo x > /etc/oxios-test'], { ...OPEN, writable: [abs(dir, 'ws')] }, join(dir, 'ws'));
      writeFileSync(join(dir, 'go'), held.go);
      writeFileSync(join(dir, 'filter'), held.filter ?? '');
      const command = `exec ${held.argv.map((one) => `'${one.replaceAll("'", `'\\''`)}'`).join(' ')} 3<${dir}/go 4<${dir}/filter 2>&1 || true`;
      const said = execFileSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'sh', '-c', command], { encoding: 'utf8' }).split('\n');
      expect(said[0]).toBe('65534');
      expect(said[1]).toContain('Read-only file system');
    } catch (error) {
      expect(String((error as { stdout?: string }).stdout)).toMatch(/^65534\n.*Read-only file system/su);
    } finally {
      expect(existsSync(join(dir, 'ws/made'))).toBe(true);
      rmSync(dir, { recursive: true });
    }
  });
});

it('a bubblewrap that is missing or does not work is told with the reason', () => {
  const dir = folder();
  expect(findSandbox({ path: dir })).toMatchObject({ kind: 'none', detail: expect.stringContaining('not installed') });
  if (process.platform !== 'linux') return;
  writeFileSync(join(dir, 'bwrap'), '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', { mode: 0o755 });
  const memo = join(dir, 'memo');
  for (let n = 0; n < 2; n++)
    expect(findSandbox({ path: dir, memo })).toMatchObject({ kind: 'none', detail: expect.stringContaining('No permissions to create new namespace') });
  expect(existsSync(memo)).toBe(false);
});

it('mounts come from the outside in, the stricter of two for one path, links resolved, missing ones left out', () => {
  const root = folder();
  for (const path of ['a/b/c', 'a/.git', 'x']) mkdirSync(join(root, path), { recursive: true });
  symlinkSync(join(root, 'a'), join(root, 'to-a'));
  const at = (path: string) => abs(root, path);
  const mounts = mountsOf({
    writable: [at('to-a'), at('a/b/c')],
    read_only: [at('a/b'), at('none')],
    hidden: [at('x'), at('a/b/c'), root],
    private: [],
    net: false,
  });
  expect(mounts.map(({ path, access }) => [path.slice(root.length), access])).toEqual([
    ['', 'hidden'],
    ['/a', 'write'],
    ['/a/.git', 'read'],
    ['/a/b', 'read'],
    ['/a/b/c', 'hidden'],
  ]);
});

it('the profile for macOS says the same in its own language, later rules over earlier ones', () => {
  const root = folder();
  mkdirSync(join(root, 'w"s/.git'), { recursive: true });
  mkdirSync(join(root, 'home'));
  const spec: SandboxSpec = { writable: [abs(root, 'w"s')], read_only: [abs(root, 'home')], hidden: [root], private: [], net: false };
  const lines = seatbeltProfile(spec).split('\n');
  expect(lines.slice(0, 2)).toEqual(['(version 1)', '(deny default)']);
  expect(lines.slice(-7)).toEqual([
    `(deny file-read* file-write* (subpath "${root}"))`,
    `(allow file-read* file-write* (subpath "${root}/w\\"s"))`,
    `(allow file-read* (subpath "${root}/home"))(deny file-write* (subpath "${root}/home"))`,
    `(allow file-read* (subpath "${root}/w\\"s/.git"))(deny file-write* (subpath "${root}/w\\"s/.git"))`,
    `(deny file-write* (subpath "${root}/w\\"s/.git"))`,
    '(allow file-read-metadata)',
    '(deny network*)',
  ]);
  expect(seatbeltProfile({ ...spec, net: true })).toMatch(/\(allow network\*\)$/u);
});

describe('what a failed command printed is a refusal by the sandbox', () => {
  const spec: SandboxSpec = { writable: [abs('/h/u/ws')], read_only: [], hidden: [abs('/h/u/ws/.env')], private: [abs('/h/u')], net: false };
  const cases: readonly (readonly [output: string, code: number | null, kind: 'bwrap' | 'sandbox-exec' | 'none', says: RegExp | undefined])[] = [
    ['touch: /etc/x: Read-only file system', 1, 'bwrap', /write only/u],
    ["Error: EROFS: read-only file system, open '/x'", 1, 'bwrap', /write only/u],
    ['touch: /etc/x: Read-only file system', 0, 'bwrap', undefined],
    ['touch: /etc/x: Read-only file system', 1, 'none', undefined],
    ['curl: (6) Could not resolve host: example.org', 6, 'bwrap', /network/u],
    ['npm error code EAI_AGAIN', 1, 'bwrap', /network/u],
    ['cat: /h/u/.ssh/id: No such file or directory', 1, 'bwrap', /^\/h\/u is hidden/u],
    ['cat: /h/u: Permission denied', 1, 'bwrap', /^\/h\/u is hidden/u],
    ['cat: /h/u/ws/x: No such file or directory', 1, 'bwrap', undefined],
    ['cat: /h/u/ws/.env: Permission denied', 1, 'bwrap', /\.env is hidden/u],
    ['cat: /h/user/x: No such file or directory', 1, 'bwrap', undefined],
    ['cat: y: No such file or directory', 1, 'bwrap', undefined],
    ['touch: /etc/x: Operation not permitted', 1, 'sandbox-exec', /write only/u],
    ['chown: x: Operation not permitted', 1, 'bwrap', undefined],
    ["bwrap: Can't chdir to /x: No such file or directory", 1, 'bwrap', /could not be set up/u],
    ['sh: 1: exec: /h/u/bin/x: not found', 127, 'bwrap', /x is in a folder/u],
    ['bwrap: nothing', 2, 'bwrap', undefined],
  ];
  it.each(cases)('%s (exit %s, %s)', (output, code, kind, says) => {
    const found = refusalIn({ kind, spec, cwd: '/h/u/ws', code, output });
    if (says) expect(found?.text).toMatch(says);
    else expect(found).toBeUndefined();
  });
  it('but not of the network when there is one', () => {
    expect(refusalIn({ kind: 'bwrap', spec: { ...spec, net: true }, cwd: '/', code: 6, output: 'Could not resolve host' })).toBeUndefined();
    expect(homedir()).not.toBe('');
  });
});
