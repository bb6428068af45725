import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxSpec } from '../../kernel/host.ts';

export type SandboxKind = 'bwrap' | 'sandbox-exec' | 'none';

export interface Sandbox {
  readonly kind: SandboxKind;
  readonly detail: string;
  /** The command line that runs `argv` under the spec; it waits for a byte on fd 3 before anything runs. */
  wrap(argv: readonly string[], spec: SandboxSpec, cwd: string): readonly string[];
}

/** What this machine has. A sandbox that is there and does not work counts as none, and says why. */
export function findSandbox(path = process.env.PATH ?? ''): Sandbox {
  const bwrap = path
    .split(':')
    .map((folder) => join(folder, 'bwrap'))
    .find((file) => existsSync(file));
  if (process.platform === 'darwin' && existsSync('/usr/bin/sandbox-exec')) return { kind: 'sandbox-exec', detail: 'sandbox-exec', wrap: seatbelt };
  if (!bwrap) return { kind: 'none', detail: 'no sandbox: bubblewrap is not installed, commands run with the rights of this user', wrap: gate };
  const problem = tryBwrap(bwrap);
  if (problem) return { kind: 'none', detail: `no sandbox: bubblewrap does not work here (${problem})`, wrap: gate };
  return { kind: 'bwrap', detail: `bubblewrap ${bwrap}`, wrap: (argv, spec, cwd) => bubblewrap(bwrap, argv, spec, cwd) };
}

/** Waits for a byte on fd 3; without one (Oxios died) the command never runs. */
const HOLD = 'IFS= read -r _ <&3 || exit 125; exec 3<&-; exec "$@"';
const gate = (argv: readonly string[]): readonly string[] => ['/bin/sh', '-c', HOLD, 'sh', ...argv];

function tryBwrap(bwrap: string): string | undefined {
  try {
    execFileSync(bwrap, ['--ro-bind', '/', '/', '--unshare-all', '--die-with-parent', '--proc', '/proc', '--dev', '/dev', 'true'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    return undefined;
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : 'it cannot be started';
  }
}

/** Later mounts win: the world read-only, then what is hidden, then what is shown and writable, then what stays hidden in there. */
function bubblewrap(bwrap: string, argv: readonly string[], spec: SandboxSpec, cwd: string): readonly string[] {
  const shown = [...spec.writable, ...spec.read_only];
  const outer = spec.hidden.filter((path) => !shown.some((one) => under(path, one)));
  const inner = spec.hidden.filter((path) => !outer.includes(path));
  return [
    bwrap,
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/run'],
    ...outer.flatMap(hide),
    ...spec.read_only.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...spec.writable.filter((path) => existsSync(path)).flatMap((path) => ['--bind', path, path, ...keepGit(path)]),
    ...resolver(),
    ...inner.flatMap(hide),
    ...['--unshare-all', ...(spec.net ? ['--share-net'] : []), '--die-with-parent', '--new-session', '--chdir', cwd, '--block-fd', '3', '--'],
    ...argv,
  ];
}

const under = (path: string, root: string): boolean => path === root || path.startsWith(root === '/' ? root : `${root}/`);

/** A hidden folder is empty, a hidden file reads as empty and cannot be written. */
function hide(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  return stat.isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
}

/** The repository of a writable folder is for reading: only Oxios' own commands change it. */
const keepGit = (root: string): readonly string[] => (existsSync(join(root, '.git')) ? ['--ro-bind', join(root, '.git'), join(root, '.git')] : []);

/** `/etc/resolv.conf` often leads into `/run`, which is covered. */
function resolver(): readonly string[] {
  const real = existsSync('/etc/resolv.conf') ? realpathSync('/etc/resolv.conf') : '';
  return under(real, '/run') ? ['--ro-bind', real, real] : [];
}

/** The profile for macOS: everything may be read but what is hidden, only the workspace and temporary folders written. */
export function seatbeltProfile(spec: SandboxSpec): string {
  const paths = (list: readonly string[]) => list.map((path) => `(subpath ${JSON.stringify(path)})`).join(' ');
  return [
    '(version 1)(deny default)(allow process*)(allow signal (target same-sandbox))(allow sysctl-read)(allow mach-lookup)(allow ipc-posix*)',
    '(allow file-read*)',
    spec.hidden.length > 0 ? `(deny file-read* ${paths(spec.hidden)})` : '',
    `(allow file-read* ${paths([...spec.read_only, ...spec.writable])})`,
    `(allow file-write* ${paths(spec.writable)} (literal "/dev/null") (subpath "/private/tmp"))`,
    spec.writable.length > 0 ? `(deny file-write* ${paths(spec.writable.map((path) => join(path, '.git')))})` : '',
    spec.net ? '(allow network*)' : '(deny network*)',
  ]
    .filter(Boolean)
    .join('\n');
}

const seatbelt = (argv: readonly string[], spec: SandboxSpec): readonly string[] => gate(['/usr/bin/sandbox-exec', '-p', seatbeltProfile(spec), ...argv]);
