import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { MAX_MOUNTS } from '../../../src/drivers/exec/bubblewrap.ts';
import { mountsOf } from '../../../src/drivers/exec/mounts.ts';
import { nextStep } from '../../../src/drivers/exec/next-step.ts';
import { findSandbox } from '../../../src/drivers/exec/sandbox.ts';
import { seccompFilter } from '../../../src/drivers/exec/seccomp.ts';
import type { SandboxSpec } from '../../../src/kernel/host.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { folder, machine, world } from './world.ts';

const OPEN: SandboxSpec = { writable: [], read_only: [], hidden: [], private: [], net: false };
const abs = (...parts: string[]): AbsPath => join(...parts) as AbsPath;

function put(root: string, name: string, text: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

describe.runIf(machine.kind === 'bwrap')('a sandbox', () => {
  it('whose mounts arrive only in part runs nothing, wherever they are cut', () => {
    const root = folder();
    writeFileSync(join(root, 'secret'), 'x');
    const { argv, go, filter } = machine.hold(['sh', '-c', `echo ran > ${root}/ran`], { ...OPEN, writable: [root], hidden: [abs(root, 'secret')] }, root);
    writeFileSync(join(root, 'filter'), filter ?? '');
    const run = (part: string): boolean => {
      writeFileSync(join(root, 'go'), part);
      const line = `${argv.map((one) => `'${one.replaceAll("'", `'\\''`)}'`).join(' ')} 3<'${root}/go' 4<'${root}/filter' >/dev/null 2>&1; true`;
      execFileSync('sh', ['-c', line]);
      return existsSync(join(root, 'ran'));
    };
    const ends = [...go.matchAll(/\0/gu)].map(({ index }) => index + 1).filter((end) => end < go.length);
    for (const end of ends) expect(run(go.slice(0, end))).toBe(false);
    for (let short = 1; short <= 20; short++) expect(run(go.slice(0, -1 - short))).toBe(false);
    expect(run(go)).toBe(true);
  });

  it('hides many files as surely as one', async () => {
    const { ws, sh } = world(machine);
    mkdirSync(ws);
    const files = Array.from({ length: 300 }, (_, n) => abs(ws, `${n}.pem`));
    for (const file of files) writeFileSync(file, 'kept');
    const { output } = await sh('cat *.pem 2>/dev/null | wc -c', { cwd: ws, sandbox: { ...OPEN, writable: [ws], hidden: files } });
    expect(output.trim()).toBe('0');
  });

  it('that would need more mounts than can be made runs nothing', () => {
    const root = folder();
    const files = Array.from({ length: MAX_MOUNTS + 1 }, (_, n) => abs(root, `${n}`));
    for (const file of files) writeFileSync(file, '');
    expect(() => machine.hold(['true'], { ...OPEN, writable: [root], hidden: files }, root)).toThrow(/mounts/u);
  });

  it('runs the program, not what the shell before it has by that name', async () => {
    const { run, root } = world(machine);
    writeFileSync(join(root, 'echo'), '#!/bin/sh\nprintf "the program $*"\n', { mode: 0o755 });
    const env = { PATH: `${root}:${process.env.PATH}`, TMPDIR: '/nowhere' };
    expect(await run(['echo', 'a b'], { env })).toMatchObject({ code: 0, output: 'the program a b' });
    expect(await run(['sh', '-c', 'exit 3'], { env })).toMatchObject({ code: 3, output: '' });
    expect(await run(['printenv', 'TMPDIR'], { env })).toMatchObject({ code: 1 });
  });
});

describe('a linked worktree', () => {
  const places = () => {
    const root = folder();
    put(root, 'home/main/.git/worktrees/w/gitdir', `${root}/w/.git\n`);
    put(root, 'w/.git', `gitdir: ${root}/home/main/.git/worktrees/w\n`);
    return { root, spec: { ...OPEN, writable: [abs(root, 'w')], private: [abs(root, 'home')] } };
  };
  test('shows the repository behind it, for reading', () => {
    const { root, spec } = places();
    expect(mountsOf(spec).map(({ path, access }) => [path.slice(root.length), access])).toEqual([
      ['/w', 'write'],
      ['/home', 'private'],
      ['/w/.git', 'read'],
      ['/home/main/.git', 'read'],
    ]);
  });
  test.each([
    ['that the repository does not name', (root: string) => put(root, 'home/main/.git/worktrees/w/gitdir', '/elsewhere/.git\n')],
    ['that leads to another place', (root: string) => put(root, 'w/.git', `gitdir: ${root}/home/.ssh\n`)],
    ['that leads up from a worktree', (root: string) => put(root, 'w/.git', `gitdir: ${root}/home/main/.git/worktrees/../../..\n`)],
  ])('shows nothing of one %s', (_, change) => {
    const { root, spec } = places();
    change(root);
    expect(mountsOf(spec).map(({ path }) => path.slice(root.length))).not.toContain('/home/main/.git');
  });
});

describe('the next step where bubblewrap does not work', () => {
  const rows: readonly (readonly [file: string, value: string, says: RegExp])[] = [
    ['proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1\n', /AppArmor.*bwrap-userns-restrict/u],
    ['proc/sys/kernel/unprivileged_userns_clone', '0\n', /unprivileged_userns_clone=1/u],
    ['proc/sys/user/max_user_namespaces', '0\n', /max_user_namespaces=/u],
    ['.dockerenv', '', /container/u],
    ['proc/sys/user/max_user_namespaces', '9000\n', /see what bwrap/u],
  ];
  test.each(rows)('by %s %j', (file, value, says) => {
    const root = folder();
    put(root, file, value);
    expect(nextStep('bwrap: setting up uid map: Permission denied', root)).toMatch(says);
  });
  test('that is no program at all', () => expect(nextStep('it cannot be started', folder())).toBe('install bubblewrap again'));
  test('is told with the reason, and an older version is used without what it does not know', () => {
    const dir = folder();
    const old = '#!/bin/sh\nfor one; do [ "$one" = --size ] && { echo "bwrap: Unknown option --size" >&2; exit 1; }; done\ncat >/dev/null\n';
    writeFileSync(join(dir, 'bwrap'), old, { mode: 0o755 });
    const memo = join(dir, 'memo');
    for (let n = 0; n < 2; n++) {
      const found = findSandbox({ path: dir, memo });
      expect(found.kind).toBe('bwrap');
      expect(found.hold(['true'], OPEN, '/').go).not.toContain('--size');
    }
    writeFileSync(join(dir, 'bwrap'), '#!/bin/sh\necho "bwrap: no" >&2\nexit 1\n', { mode: 0o755 });
    expect(findSandbox({ path: dir, memo })).toMatchObject({ kind: 'none', detail: expect.stringContaining('bwrap: no'), hint: expect.stringMatching(/\S/u) });
  });
});

test('the filter of system calls is whole steps for the machines that are known, and nothing for others', () => {
  for (const arch of ['x64', 'arm64']) expect((seccompFilter(arch)?.length ?? 1) % 8).toBe(0);
  expect(seccompFilter('mips')).toBeUndefined();
  expect(readFileSync('/proc/self/status', 'latin1')).toContain('Seccomp');
});

test('what hides something in a place that is empty anyway is no mount', () => {
  const root = folder();
  for (const path of ['home/a', 'home/ws/b']) put(root, `${path}/file`, '');
  symlinkSync(join(root, 'home/a'), join(root, 'home/ws/link'));
  const spec = { ...OPEN, writable: [abs(root, 'home/ws')], private: [abs(root, 'home')], hidden: [abs(root, 'home/a'), abs(root, 'home/ws/b')] };
  expect(mountsOf(spec).map(({ path, access }) => [path.slice(root.length), access])).toEqual([
    ['/home', 'private'],
    ['/home/ws', 'write'],
    ['/home/ws/b', 'hidden'],
  ]);
});
