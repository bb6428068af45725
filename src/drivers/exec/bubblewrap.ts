import { existsSync, realpathSync, statSync } from 'node:fs';
import type { SandboxSpec } from '../../kernel/host.ts';
import { isBelow, type Mount, mountsOf } from './mounts.ts';

/**
 * Every capability is dropped: run by root, bubblewrap would leave all of them to the command, and CAP_SYS_ADMIN makes a
 * read-only mount writable again.
 */
export const ISOLATION = ['--unshare-all', '--cap-drop', 'ALL', '--die-with-parent', '--new-session'] as const;

/** A folder that is not there. */
const NOWHERE = '/nonexistent/oxios-hold';

/** Private for each command: sockets and files of other programs are not seen there. */
const COVERED = ['/tmp', '/run'] as const;

export interface Held {
  readonly argv: readonly string[];
  /** What lets the command go on when it is written to fd 3. Without it the command never runs. */
  readonly go: string;
}

/**
 * The command line that runs `argv` in namespaces of its own, the rest of the machine read-only. bubblewrap reads its working
 * folder from fd 3 before it does anything: when the pipe closes without one (Oxios died), the folder stays one that does not
 * exist, and it refuses. Its own `--block-fd` goes on at a closed pipe.
 */
export function bubblewrap(program: string, argv: readonly string[], spec: SandboxSpec, cwd: string): Held {
  const mounts = mountsOf(spec);
  return {
    argv: [
      program,
      ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...COVERED.flatMap((path) => ['--tmpfs', path])],
      ...kept(spec.net),
      ...mounts.flatMap((mount) => [...optionsFor(mount), ...aliasFor(mount, mounts)]),
      ...ISOLATION,
      ...(spec.net ? ['--share-net'] : []),
      ...['--chdir', NOWHERE, '--args', '3', '--'],
      ...argv,
    ],
    go: `--chdir\0${cwd}\0`,
  };
}

const BIND = { write: '--bind', read: '--ro-bind' } as const;

/** A hidden folder is empty; a hidden file cannot be opened: devices do not work on this kind of mount. */
function optionsFor({ path, access }: Mount): readonly string[] {
  if (access !== 'hidden') return [BIND[access], path, path];
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? ['--tmpfs', path] : ['--ro-bind', '/dev/null', path];
}

/** A link that leads to a mount from a covered folder is not there any more: the mount is shown at its name, too. */
function aliasFor({ path, named, access }: Mount, mounts: readonly Mount[]): readonly string[] {
  if (access === 'hidden' || named === path || !COVERED.some((folder) => isBelow(named, folder))) return [];
  return mounts.some((one) => one.access !== 'hidden' && isBelow(named, one.path)) ? [] : [BIND[access], path, named];
}

/** Parts of `/run` that programs need: the resolver's file where the network is shared, the system's programs on NixOS. */
function kept(net: boolean): readonly string[] {
  const resolver = net && existsSync('/etc/resolv.conf') ? [realpathSync('/etc/resolv.conf')] : [];
  return [...resolver, '/run/current-system'].filter((path) => isBelow(path, '/run') && existsSync(path)).flatMap((path) => ['--ro-bind', path, path]);
}
