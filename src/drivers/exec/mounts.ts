import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxSpec } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { realOf, seenAs } from '../../kernel/mount.ts';

/** What a command may do below a path. */
export type Access = 'write' | 'read' | 'private' | 'hidden';

export interface Mount {
  /** Where the command sees it: links in it resolved. */
  readonly path: string;
  /** Where it really is. */
  readonly source: string;
  /** How it was named. */
  readonly named: string;
  readonly access: Access;
}

/** Of two rules for one path the stricter holds. */
const STRICTNESS: Readonly<Record<Access, number>> = { write: 0, read: 1, private: 2, hidden: 3 };

/**
 * The spec in the order it must be applied: the deeper path has the last word, so that a hidden file in a writable folder stays
 * hidden and a workspace in a private home is shown. The `.git` of a writable folder is for reading. What is not there is left out,
 * and so is what hides something in a place that is empty anyway.
 */
export function mountsOf(spec: SandboxSpec): readonly Mount[] {
  const wanted: readonly (readonly [string, Access])[] = [
    ...spec.writable.flatMap((path) => [[path, 'write'] as const, [join(path, '.git'), 'read'] as const]),
    ...spec.read_only.map((path) => [path, 'read'] as const),
    ...spec.writable.flatMap((path) => mainOf(sourceOf(spec, join(path, '.git')))).map((path) => [path, 'read'] as const),
    ...spec.private.map((path) => [path, 'private'] as const),
    ...spec.hidden.map((path) => [path, 'hidden'] as const),
  ];
  const mounts = new Map<string, Mount>();
  for (const [named, access] of wanted) {
    const path = placeOf(spec, named);
    const before = path === undefined ? undefined : mounts.get(path);
    if (path !== undefined && (!before || STRICTNESS[before.access] < STRICTNESS[access]))
      mounts.set(path, { path, source: sourceOf(spec, path), named, access });
  }
  return needed([...mounts.values()].sort((a, b) => depth(a.path) - depth(b.path)));
}

const sourceOf = ({ mount }: SandboxSpec, path: string): string => (mount ? realOf(mount, path as AbsPath) : path);

/** As the command sees it, links resolved; undefined for what is not there. A link that names the workspace leads to what stands in its place. */
function placeOf(spec: SandboxSpec, named: string): string | undefined {
  const path = real(sourceOf(spec, named));
  return path === undefined || !spec.mount ? path : (seenAs(spec.mount, path as AbsPath) ?? path);
}

/** In the order of depth. */
function needed(mounts: readonly Mount[]): readonly Mount[] {
  const kept: Mount[] = [];
  for (const one of mounts) {
    const around = one.access === 'hidden' ? kept.findLast((other) => other.path !== one.path && isBelow(one.path, other.path)) : undefined;
    if (around === undefined || around.access === 'write' || around.access === 'read') kept.push(one);
  }
  return kept;
}

/**
 * The repository behind a linked worktree, whose `.git` is a file. Anybody can write such a file: the repository must name the
 * worktree as well, which `git worktree add` made it do.
 */
function mainOf(file: string): readonly string[] {
  const own = textOf(file);
  const [, gitdir] = /^gitdir: (\/.+\/\.git\/worktrees\/[^/\n]+)\n?$/u.exec(own) ?? [];
  if (gitdir === undefined) return [];
  const named = real(textOf(join(gitdir, 'gitdir')).trim());
  return named !== undefined && named === real(file) ? [join(gitdir, '../..')] : [];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A folder, as it is in most repositories, or not there.
    return '';
  }
}

export const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(root === '/' ? root : `${root}/`);

const depth = (path: string): number => (path === '/' ? 0 : path.split('/').length);

function real(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    // Not there, or closed to us: nothing to show and nothing to hide.
    return undefined;
  }
}
