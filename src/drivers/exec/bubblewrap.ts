import { existsSync, realpathSync, statSync } from 'node:fs';
import { totalmem } from 'node:os';
import { OxiosError } from '../../kernel/errors.ts';
import type { SandboxSpec } from '../../kernel/host.ts';
import { isBelow, type Mount, mountsOf } from './mounts.ts';
import { seccompFilter } from './seccomp.ts';

/**
 * Every capability is dropped: run by root, bubblewrap would leave all of them to the command, and CAP_SYS_ADMIN makes a
 * read-only mount writable again.
 */
export const ISOLATION = ['--unshare-all', '--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--as-pid-1'] as const;

/** Private for each command: sockets and files of other programs are not seen there. */
const COVERED = ['/tmp', '/var/tmp', '/run'] as const;

/** bubblewrap takes 9,000 arguments at most, and a mount is three. */
export const MAX_MOUNTS = 2900;

/** A program of a version that does not know them cannot be told: `--size` is of 0.7. */
export interface Abilities {
  readonly program: string;
  readonly sized: boolean;
}

export interface Held {
  readonly argv: readonly string[];
  /** What lets the command go on when it is written to fd 3. Without the whole of it the command never runs. */
  readonly go: string;
  /** Which system calls are refused: expected on fd 4. */
  readonly filter?: Uint8Array;
}

/**
 * The command line that runs `argv` in namespaces of its own, the rest of the machine read-only. bubblewrap reads its mounts from
 * fd 3 before it does anything. Should they not arrive in full (Oxios died), the last of them is missing, and that is the name by
 * which the command's shell is called: nothing runs. bubblewrap's own `--block-fd` would go on at a closed pipe.
 */
export function bubblewrap({ program, sized }: Abilities, argv: readonly string[], spec: SandboxSpec, cwd: string): Held {
  const mounts = mountsOf(spec);
  if (mounts.length > MAX_MOUNTS)
    throw new OxiosError('IO', `the sandbox would need ${mounts.length} mounts, and can make ${MAX_MOUNTS}`, { hint: 'work in a smaller folder' });
  const filter = seccompFilter();
  const memory = tmpfs(sized);
  const options = [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...COVERED.flatMap(memory)],
    ...guarded(),
    ...kept(spec.net),
    ...mounts.flatMap((one) => optionsFor(one, memory)),
    ...aliases(mounts),
    // Only now, since what is shown below them needed a place.
    ...mounts.filter((one) => one.access === 'hidden' && isFolder(one.source)).flatMap((one) => ['--remount-ro', one.path]),
    // Where the user's programs put their temporary files is not there.
    ...['--unsetenv', 'TMPDIR', '--chdir', cwd, '--symlink', '/bin/sh', SHELL],
  ];
  const seccomp = filter ? ['--seccomp', '4'] : [];
  return {
    argv: [program, ...ISOLATION, ...(spec.net ? ['--share-net'] : []), ...seccomp, '--args', '3', '--', SHELL, '-c', FIRST, 'sh', ...argv],
    go: options.map((option) => `${option}\0`).join(''),
    ...(filter ? { filter } : {}),
  };
}

/** In a covered folder, so that only the sandbox has it. */
const SHELL = '/run/oxios/sh';

/**
 * The first process of the namespace. With it the system ends all others, and only then is it told to bubblewrap, which waits for
 * it: what a command left behind is gone when bubblewrap ends. Bubblewrap's own first process is not waited for.
 * So many processes and threads at a time: a command that forks without end would leave none to the user. Counted within the
 * sandbox's own user namespace (since Linux 5.14). Root of the machine is not bound by it.
 * By `exec`, no builtin of this shell stands in for a program; what it says itself of how the program ended is not heard.
 */
const FIRST = 'ulimit -u 4096 2>/dev/null || ulimit -p 4096 2>/dev/null; exec 9>&2 2>/dev/null; (exec "$@" 2>&9 9>&-); exit $?';

/** A quarter of the memory for each: by themselves they would take half. Bytes. */
const TMPFS_BYTES = Math.max(64 * 1024 * 1024, Math.floor(totalmem() / 4));

const tmpfs =
  (sized: boolean) =>
  (path: string): readonly string[] => [...(sized ? ['--size', String(TMPFS_BYTES)] : []), '--tmpfs', path];

const BIND = { write: '--bind', read: '--ro-bind' } as const;

/** A hidden folder is empty; a hidden file cannot be opened: devices do not work on this kind of mount. */
function optionsFor({ path, source, access }: Mount, memory: ReturnType<typeof tmpfs>): readonly string[] {
  if (access === 'write' || access === 'read') return [BIND[access], source, path];
  return isFolder(source) ? memory(path) : ['--ro-bind', '/dev/null', path];
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isShown = ({ access }: Pick<Mount, 'access'>): boolean => access === 'write' || access === 'read';

/** A link in a covered folder is not there any more: made again where a path was named through it. */
function aliases(mounts: readonly Mount[]): readonly string[] {
  const there = mounts.filter(isShown).map((one) => one.path);
  const options: string[] = [];
  for (const { path, named, access } of [...mounts].sort((a, b) => a.named.length - b.named.length)) {
    const isGone = isShown({ access }) && named !== path && COVERED.some((folder) => isBelow(named, folder)) && !there.some((one) => isBelow(named, one));
    if (!isGone) continue;
    there.push(named);
    options.push('--symlink', path, named);
  }
  return options;
}

/** Root owns the settings of the kernel, and needs no capability to write what it owns. */
const guarded = (): readonly string[] => (process.getuid?.() === 0 ? ['--remount-ro', '/proc'] : []);

/** Parts of `/run` that programs need: the resolver's file where the network is shared, the system's programs on NixOS. */
function kept(net: boolean): readonly string[] {
  const resolver = net && existsSync('/etc/resolv.conf') ? [realpathSync('/etc/resolv.conf')] : [];
  return [...resolver, '/run/current-system'].filter((path) => isBelow(path, '/run') && existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}
