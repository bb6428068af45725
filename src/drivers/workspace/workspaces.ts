import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { HostWorkspaces, Snapshot, TreeChange } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { createObjects, type Objects } from './objects.ts';
import { createHasher, type Entry, type Manifest, type Scan, scan, type TreeHasher } from './scan.ts';

export interface WorkspaceOptions {
  /** Where contents are kept, and where disposable copies are made. */
  readonly store: string;
  readonly scratch: string;
  /** Never part of a workspace: Oxios' own folder. */
  readonly exclude: readonly string[];
}

export interface Workspaces extends HostWorkspaces {
  close(): void;
}

type Copy = Awaited<ReturnType<HostWorkspaces['copy']>>;

interface Known {
  manifest: Manifest;
  tree: string;
  left_out: readonly string[];
  readonly hasher: TreeHasher;
}

/** Snapshots in Oxios' own store; nothing is written into the workspace or its Git. Opened at first use. */
export function createWorkspaces(options: WorkspaceOptions): Workspaces {
  let opened: Objects | undefined;
  const objects = (): Objects => {
    opened ??= createObjects(options.store);
    return opened;
  };
  const roots = new Map<string, Known>();

  const snapshot = (root: string): Snapshot => {
    const began = performance.now();
    const store = objects();
    const known = roots.get(root) ?? { manifest: store.stamps(root), tree: '', left_out: [], hasher: createHasher() };
    store.begin();
    try {
      const found = scan({ root, before: known.manifest, exclude: options.exclude, keep: store.put });
      const tree = keepTree(store, known, found);
      store.commit();
      roots.set(root, { ...known, manifest: found.manifest, tree, left_out: found.left_out });
      return { tree, files: found.manifest.size, ms: Math.round((performance.now() - began) * 10) / 10 };
    } catch (error) {
      store.rollback();
      throw error;
    }
  };

  const treeOf = (hash: string): Manifest => {
    const held = [...roots.values()].find((one) => one.tree === hash)?.manifest ?? objects().tree(hash);
    if (!held) throw new OxiosError('NOT_FOUND', `no snapshot ${hash}`);
    return held;
  };

  /** What a look at the folder passes over. After a crash it may be copied from before it is looked at. */
  const leftOut = (root: AbsPath): readonly string[] => {
    if (!roots.has(root)) snapshot(root);
    return roots.get(root)?.left_out ?? [];
  };

  const copy = (tree: string, from: AbsPath | undefined): Copy => {
    const fill = (root: AbsPath): readonly AbsPath[] => {
      const made = new Set<string>([root]);
      for (const [path, entry] of treeOf(tree)) put(objects(), join(root, path), entry, made);
      return from ? link(from, root, leftOut(from)) : [];
    };
    return disposable(options.scratch, fill);
  };

  const restore = (tree: string, root: AbsPath): readonly TreeChange[] => {
    const wanted = treeOf(tree);
    const changes = difference(treeOf(snapshot(root).tree), wanted);
    for (const { path } of changes) rmSync(join(root, path), { recursive: true, force: true });
    const made = new Set<string>([root]);
    const paths = new Set(changes.map((one) => one.path));
    for (const [path, entry] of wanted) if (paths.has(path)) put(objects(), join(root, path), entry, made);
    for (const { path, change } of changes) if (change === 'removed') pruneEmpty(root, dirname(join(root, path)));
    return changes;
  };

  return {
    snapshot: (root) => told(root, () => snapshot(root)),
    changes: (from, to) => told('a workspace', () => (from === to ? [] : difference(treeOf(from), treeOf(to)))),
    file: (tree, path) =>
      told(path, () => {
        const entry = treeOf(tree).get(path);
        return entry?.kind === 'file' ? objects().get(entry.sha256) : undefined;
      }),
    entries: (tree, path) =>
      told(path, () => {
        const inside = `${path.replace(/\/+$/u, '')}/`;
        const found = [...treeOf(tree)].filter(([one]) => one === path || one.startsWith(inside));
        return found.map(([one, { size, sha256 }]) => ({ path: one, size, sha256 })).sort((a, b) => (a.path < b.path ? -1 : 1));
      }),
    copy: (tree, from) => told(from ?? 'a workspace', () => copy(tree, from)),
    restore: (tree, root) => told(root, () => restore(tree, root)),
    close() {
      if (!opened) return;
      for (const [root, known] of roots) opened.putStamps(root, known.manifest);
      opened.close();
      opened = undefined;
    },
  };
}

/** A folder of its own that `fill` makes; nothing is left of it when that fails. */
function disposable(scratch: string, fill: (root: AbsPath) => readonly AbsPath[]): Copy {
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

/** The hash of what was found; kept unless it is the tree that is known already. */
function keepTree(store: Objects, known: Known, found: Scan): string {
  const touched = [...found.changed, ...found.removed];
  if (known.tree === '') {
    const tree = known.hasher.hash(found.manifest, undefined);
    store.putTree(tree, found.manifest, undefined);
    return tree;
  }
  if (touched.length === 0) return known.tree;
  const tree = known.hasher.hash(found.manifest, touched);
  store.putTree(tree, found.manifest, { hash: known.tree, changed: found.changed, removed: found.removed });
  return tree;
}

/** What must be done to `from` to get `to`. */
function difference(from: Manifest, to: Manifest): readonly TreeChange[] {
  const out: TreeChange[] = [];
  for (const path of from.keys()) if (!to.has(path)) out.push({ path, change: 'removed' });
  for (const [path, entry] of to) {
    const before = from.get(path);
    if (!before) out.push({ path, change: 'added' });
    else if (before.sha256 !== entry.sha256 || before.mode !== entry.mode || before.kind !== entry.kind) out.push({ path, change: 'modified' });
  }
  return out.sort((a, b) => (a.path < b.path ? -1 : 1));
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

/** Installed things are not copied: the copy links to them, and the sandbox shows them read-only. */
const LINKED = /(^|\/)(node_modules|\.venv|venv)$/u;

function link(from: AbsPath, root: string, leftOut: readonly string[]): readonly AbsPath[] {
  return leftOut
    .filter((path) => LINKED.test(path))
    .flatMap((path) => {
      const target = join(from, path) as AbsPath;
      if (!existsSync(target) || existsSync(join(root, path))) return [];
      mkdirSync(dirname(join(root, path)), { recursive: true });
      symlinkSync(target, join(root, path));
      return [target];
    });
}

function pruneEmpty(root: string, folder: string): void {
  for (let at = folder; at !== root && at.startsWith(root); at = dirname(at)) {
    if (!existsSync(at)) continue;
    if (readdirSync(at).length > 0) return;
    rmSync(at, { recursive: true });
  }
}

/** SQLITE_FULL. */
const FULL = 13;

/** Whatever the machine or the store says, as ours. */
async function told<T>(what: string, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    throw failure(what, error);
  }
}

function failure(root: string, error: unknown): OxiosError {
  if (error instanceof OxiosError) return error;
  const full = errnoOf(error) === 'ENOSPC' || (error instanceof Error && 'errcode' in error && error.errcode === FULL);
  return full
    ? new OxiosError('DISK_FULL', `no space left for a snapshot of ${root}`, { hint: 'free some space and resume the run', cause: error })
    : new OxiosError('IO', `the snapshot of ${root} failed: ${messageOf(error)}`, { hint: 'check the permissions of the folder', cause: error });
}
