import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { HostWorkspaces, Patch, Snapshot, TreeChange } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { type Copy, disposable, link, patched, pruneEmpty, write } from './copies.ts';
import { createFolders, type Folders } from './folders.ts';
import { isInstalled, stateOfInstalled } from './installed.ts';
import type { Entry, Manifest } from './manifest.ts';
import { createObjects, type Objects } from './objects.ts';
import { type Scan, scan } from './scan.ts';

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

/** A folder as the last snapshot found it; brought up to date in place. */
interface Known {
  readonly manifest: Manifest;
  readonly folders: Folders;
  tree: string;
  left_out: readonly string[];
}

/** Snapshots in Oxios' own store; nothing is written into the workspace or its Git. Opened at first use. */
export function createWorkspaces(options: WorkspaceOptions): Workspaces {
  let opened: Objects | undefined;
  const objects = (): Objects => {
    opened ??= createObjects(options.store);
    return opened;
  };
  const roots = new Map<string, Known>();

  const snapshot = (root: string, hidden: readonly string[] = []): Snapshot => {
    const began = performance.now();
    const store = objects();
    const known = roots.get(root) ?? begin(store.stamps(root));
    store.begin();
    try {
      const found = scan({ root, before: known.manifest, folders: known.folders, exclude: [...options.exclude, ...hidden], keep: store.put });
      renew(store, known, found);
      store.commit();
      roots.set(root, known);
      return { tree: known.tree, files: known.manifest.size, ms: Math.round((performance.now() - began) * 10) / 10 };
    } catch (error) {
      store.rollback();
      // It may have been half brought up to date.
      roots.delete(root);
      throw error;
    }
  };

  const treeOf = (hash: string): Manifest => {
    const held = [...roots.values()].find((one) => one.tree === hash)?.manifest ?? objects().tree(hash);
    if (!held) throw new OxiosError('NOT_FOUND', `no snapshot ${hash}`);
    return held;
  };

  /** Folders that snapshots of `root` leave out and programs need. */
  const installedIn = (root: string): readonly string[] => {
    if (!roots.has(root)) snapshot(root);
    return (roots.get(root)?.left_out ?? []).filter(isInstalled);
  };

  const copy = (tree: string, from: AbsPath | undefined, patch: Patch | undefined): Copy => {
    const wanted = patch ? patched(treeOf(tree), treeOf(patch.from), patch) : treeOf(tree);
    const fill = (root: AbsPath): readonly AbsPath[] => {
      write(objects(), wanted, root);
      for (const { path, content } of patch?.texts ?? []) if (wanted.get(path)?.kind === 'file') writeFileSync(join(root, path), content);
      return from ? link(from, root, installedIn(from)) : [];
    };
    return disposable(options.scratch, fill);
  };

  const restore = (tree: string, root: AbsPath, hidden: readonly AbsPath[] | undefined): readonly TreeChange[] => {
    const now = snapshot(root, hidden).tree;
    const wanted = treeOf(tree);
    const changes = difference(treeOf(now), wanted);
    for (const { path } of changes) rmSync(join(root, path), { recursive: true, force: true });
    write(objects(), wanted, root, new Set(changes.map((one) => one.path)));
    for (const { path, change } of changes) if (change === 'removed') pruneEmpty(root, dirname(join(root, path)));
    return changes;
  };

  return {
    snapshot: (root, _before, hidden) => told(root, () => snapshot(root, hidden)),
    changes: (from, to) => told('a workspace', () => (from === to ? [] : difference(treeOf(from), treeOf(to)))),
    file: (tree, path) => told(path, () => fileIn(objects(), treeOf(tree), path)),
    entries: (tree, path) => told(path, () => entriesIn(objects(), treeOf(tree), path)),
    copy: (tree, from, patch) => told(from ?? 'a workspace', () => copy(tree, from, patch)),
    installed: (root) => told(root, () => stateOfInstalled(root, installedIn(root))),
    restore: (tree, root, hidden) => told(root, () => restore(tree, root, hidden)),
    close() {
      if (!opened) return;
      for (const [root, known] of roots) opened.putStamps(root, known.manifest);
      opened.close();
      opened = undefined;
    },
  };
}

const begin = (manifest: Manifest): Known => ({ manifest, folders: createFolders(manifest), tree: '', left_out: [] });

/** Brings what is known up to what was found, and keeps the tree unless it is the one known already. */
function renew(store: Objects, known: Known, { looked, changed, removed, left_out }: Scan): void {
  for (const [path, entry] of looked) {
    known.manifest.set(path, entry);
    known.folders.set(path, entry);
  }
  for (const path of removed) {
    known.manifest.delete(path);
    known.folders.delete(path);
  }
  known.left_out = left_out;
  const base = known.tree;
  if (base === '') {
    known.tree = known.folders.hash();
    store.putTree(known.tree, known.manifest, undefined);
  } else if (changed.length + removed.length > 0) {
    known.tree = known.folders.hash();
    store.putTree(known.tree, known.manifest, { hash: base, changed, removed });
  }
}

function fileIn(store: Objects, manifest: Manifest, path: string): Uint8Array | undefined {
  const entry = followed(store, manifest, path);
  return entry && store.get(entry.sha256);
}

function entriesIn(store: Objects, manifest: Manifest, path: string): readonly { path: string; size: number; sha256: string }[] {
  const inside = `${path.replace(/\/+$/u, '')}/`;
  const found = [...manifest.keys()].filter((one) => one === path || one.startsWith(inside)).sort();
  return found.flatMap((one) => {
    const entry = followed(store, manifest, one);
    return entry ? [{ path: one, size: entry.size, sha256: entry.sha256 }] : [];
  });
}

const MAX_LINKS = 40;

/** The file at a path, through links that stay inside; a link to anything else leads to nothing. */
function followed(store: Objects, manifest: Manifest, path: string): Entry | undefined {
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const entry = manifest.get(at);
    if (entry?.kind !== 'link') return entry;
    const target = Buffer.from(store.get(entry.sha256) ?? []).toString();
    if (posix.isAbsolute(target)) return undefined;
    at = posix.join(posix.dirname(at), target);
  }
  return undefined;
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
