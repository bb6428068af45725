import { basename, dirname } from 'node:path';
import { isUnder } from './capability.ts';
import type { AbsPath } from './ids.ts';

/**
 * A folder that a process sees in the place of the workspace. All that is decided, asked, remembered and logged speaks of
 * the workspace; only where a file is opened and where a command is run does its real place count.
 */
export interface Mount {
  /** Where the files really are. */
  readonly root: AbsPath;
  /** Names in the workspace that are seen as they are there, for reading: what no copy has, such as node_modules and .git. */
  readonly through: readonly string[];
}

/** A mount, and where it is seen. */
export interface Mounted extends Mount {
  readonly at: AbsPath;
}

/** Where a path, as a process names it, really is. */
export function realOf(mount: Mounted, path: AbsPath): AbsPath {
  if (!isUnder(path, mount.at) || isThrough(mount, path)) return path;
  return (mount.root + path.slice(mount.at.length)) as AbsPath;
}

/** How a process names what is really there; undefined for what is behind the mount, and so not there for it. */
export function seenAs(mount: Mounted, path: AbsPath): AbsPath | undefined {
  if (isUnder(path, mount.root)) return (mount.at + path.slice(mount.root.length)) as AbsPath;
  return isUnder(path, mount.at) && !isThrough(mount, path) ? undefined : path;
}

/** What it sees of the workspace itself, for reading. */
export const isThrough = (mount: Mounted, path: AbsPath): boolean =>
  path.length > mount.at.length && mount.through.some((name) => isUnder(path, `${mount.at}/${name}` as AbsPath));

/**
 * Where a walk over real folders goes on when a name of the folder it has reached stands for another place: into the mount, out of
 * it, to what is seen through it. `folder` is entered, and `name` is the next name from there, if there is one.
 */
export function landing(mount: Mounted, at: string, name: string): { readonly folder: string; readonly name?: string } | undefined {
  if (name === '..') {
    if (at === mount.root) return { folder: dirname(mount.at) };
    const left = mount.through.find((one) => at === `${mount.at}/${one}`);
    return left === undefined ? undefined : { folder: dirname(`${mount.root}/${left}`) };
  }
  const next = at === '/' ? `/${name}` : `${at}/${name}`;
  if (next === mount.at) return { folder: mount.root };
  const seen = mount.through.find((one) => next === `${mount.root}/${one}`);
  return seen === undefined ? undefined : { folder: dirname(`${mount.at}/${seen}`), name: basename(seen) };
}
