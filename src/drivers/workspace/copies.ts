import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { HostWorkspaces, Patch } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { Entry, Manifest } from './manifest.ts';
import type { Objects } from './objects.ts';

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

/** Writes the files of a snapshot; only those of `paths`, if they are given. */
export function write(store: Objects, manifest: Manifest, root: string, paths?: ReadonlySet<string>): void {
  const made = new Set<string>([root]);
  for (const [path, entry] of manifest) if (!paths || paths.has(path)) put(store, join(root, path), entry, made);
}

function put(store: Objects, full: string, entry: Entry, made: Set<string>): void {
  const folder = dirname(full);
  if (!made.has(folder)) {
    mkdirSync(folder, { recursive: true });
    made.add(folder);
  }
  const bytes = store.get(entry.sha256);
  if (!bytes)
    throw new OxiosError('IO', `the content of ${full} is missing from the snapshot store`, {
      hint: 'the store was damaged: remove the snapshots folder of the home',
    });
  if (entry.kind === 'link') symlinkSync(Buffer.from(bytes).toString(), full);
  else {
    writeFileSync(full, bytes, { mode: entry.mode });
    if ((lstatSync(full).mode & 0o777) !== entry.mode) chmodSync(full, entry.mode);
  }
}

/** The snapshot with some paths as they are in another, and without others. Where a path is put back, nothing else stands in its way. */
export function patched(tree: Manifest, from: Manifest, { restore, without }: Patch): Manifest {
  const out: Manifest = new Map(tree);
  for (const path of without) out.delete(path);
  for (const path of restore) {
    const entry = from.get(path);
    if (!entry) continue;
    for (const other of out.keys()) if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) out.delete(other);
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

/** Removes folders that became empty, from the deepest on. */
export function pruneEmpty(root: string, folder: string): void {
  for (let at = folder; at !== root && at.startsWith(root); at = dirname(at)) {
    if (!existsSync(at)) continue;
    if (readdirSync(at).length > 0) return;
    rmSync(at, { recursive: true });
  }
}
