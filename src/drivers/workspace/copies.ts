import { randomBytes } from 'node:crypto';
import { chmodSync, constants, copyFileSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostWorkspaces, Patch } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { stampOf } from './look.ts';
import { type Entry, folderOf, type Manifest } from './manifest.ts';
import { native } from './names.ts';
import { contentOf, type Objects } from './objects.ts';

export type Copy = Awaited<ReturnType<HostWorkspaces['copy']>>;

/** A folder of its own that `fill` makes; nothing is left of it when that fails. */
export function disposable(scratch: string, fill: (root: AbsPath) => readonly AbsPath[]): Copy {
  const folder = join(scratch, `${process.pid}-${randomBytes(6).toString('hex')}`);
  const root = join(folder, 'workspace') as AbsPath;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    return { root, linked: fill(root), dispose: async () => remove() };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Writes a snapshot into an empty folder. Large files come from `from`, where they are still the same; its owner can always remove it. */
export function write(store: Objects, manifest: Manifest, root: string, from: string | undefined): void {
  const made = new Set<string>(['']);
  const folders = [...manifest].filter(([, entry]) => entry.kind === 'dir');
  for (const [path, entry] of manifest) {
    make(root, entry.kind === 'dir' ? path : folderOf(path), made);
    if (entry.kind !== 'dir') put({ store, from }, { root, path }, entry);
  }
  for (const [path, { mode }] of folders) chmodSync(native(join(root, path)), mode | 0o700);
}

function make(root: string, folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  mkdirSync(native(join(root, folder)), { recursive: true });
  made.add(folder);
}

export interface Sources {
  readonly store: Objects;
  readonly from: string | undefined;
}

export function put({ store, from }: Sources, { root, path }: { readonly root: string; readonly path: string }, entry: Entry): void {
  const full = native(join(root, path));
  if (entry.kind === 'large') {
    if (from === undefined) return;
    const live = native(join(from, path));
    const stats = lstatSync(live, { throwIfNoEntry: false });
    if (!stats?.isFile() || stampOf(stats) !== entry.sha256) return;
    copyFileSync(live, full, constants.COPYFILE_FICLONE);
  } else if (entry.kind === 'link') {
    symlinkSync(Buffer.from(contentOf(store, entry.sha256, path)), full);
    return;
  } else writeFileSync(full, contentOf(store, entry.sha256, path), { mode: entry.mode });
  if ((lstatSync(full).mode & 0o777) !== entry.mode) chmodSync(full, entry.mode);
}

/** The snapshot with some paths as they are in another, and without others. Where a path is put back, nothing else stands in its way. */
export function patched(tree: Manifest, from: Manifest, { restore, without }: Patch): Manifest {
  const out: Manifest = new Map(tree);
  for (const path of without) out.delete(path);
  for (const path of restore) {
    const entry = from.get(path);
    if (!entry) continue;
    for (const [other, { kind }] of out) if (other.startsWith(`${path}/`) || (kind !== 'dir' && path.startsWith(`${other}/`))) out.delete(other);
    out.set(path, entry);
  }
  return out;
}

/** Links to folders of installed things, where the copy has nothing in their place. */
export function link(from: AbsPath, root: string, folders: readonly string[]): readonly AbsPath[] {
  return folders.flatMap((path) => {
    const target = join(from, path) as AbsPath;
    if (!existsSync(target) || existsSync(join(root, path))) return [];
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
    return [target];
  });
}
