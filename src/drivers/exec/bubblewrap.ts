import { existsSync, realpathSync, statSync } from 'node:fs';
import type { SandboxSpec } from '../../kernel/host.ts';
import { isBelow, type Mount, mountsOf } from './mounts.ts';

/**
 * Every capability is dropped: run by root, bubblewrap would leave all of them to the command, and CAP_SYS_ADMIN makes a
 * read-only mount writable again.
 */
export const ISOLATION = ['--unshare-all', '--cap-drop', 'ALL', '--die-with-parent', '--new-session'] as const;

/** Private for each command: sockets and files of other programs are not seen there. */
const COVERED = ['/tmp', '/run'] as const;

export interface Held {
  readonly argv: readonly string[];
  /** What lets the command go on when it is written to fd 3. Without it the command never runs. */
  readonly go: string;
}

/**
 * The command line that runs `argv` in namespaces of its own, the rest of the machine read-only. bubblewrap reads its mounts from
 * fd 3 before it does anything: when the pipe closes without them (Oxios died), its root stays empty and there is no program to
 * run. Its own `--block-fd` would go on at a closed pipe. The mounts are one write, too short to arrive in parts.
 */
export function bubblewrap(program: string, argv: readonly string[], spec: SandboxSpec, cwd: string): Held {
  const mounts = mountsOf(spec);
  const options = [
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...COVERED.flatMap((path) => ['--tmpfs', path])],
    ...guarded(),
    ...kept(spec.net),
    ...mounts.flatMap(optionsFor),
    ...aliases(mounts),
    ...['--chdir', cwd],
  ];
  return {
    argv: [program, ...ISOLATION, ...(spec.net ? ['--share-net'] : []), '--args', '3', '--', ...argv],
    go: options.map((option) => `${option}\0`).join(''),
  };
}

const BIND = { write: '--bind', read: '--ro-bind' } as const;

/** A hidden folder is empty; a hidden file cannot be opened: devices do not work on this kind of mount. */
function optionsFor({ path, access }: Mount): readonly string[] {
  if (access !== 'hidden') return [BIND[access], path, path];
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
}

/** A link in a covered folder is not there any more: made again where a path was named through it. */
function aliases(mounts: readonly Mount[]): readonly string[] {
  const there = mounts.filter((one) => one.access !== 'hidden').map((one) => one.path);
  const options: string[] = [];
  for (const { path, named, access } of [...mounts].sort((a, b) => a.named.length - b.named.length)) {
    const isGone = access !== 'hidden' && named !== path && COVERED.some((folder) => isBelow(named, folder)) && !there.some((one) => isBelow(named, one));
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
