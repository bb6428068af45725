import { mkdirSync, realpathSync } from 'node:fs';
import { posix } from 'node:path';

import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { HostWorkspaces, Restored, RestoreOptions, Snapshot } from '../../kernel/host.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { createCopies } from './beside.ts';
import { difference } from './difference.ts';
import { createFolders, type Folders } from './folders.ts';
import { isInstalled, stateOfInstalled } from './installed.ts';
import type { Entry, Manifest } from './manifest.ts';
import { createObjects, type Objects } from './objects.ts';
import { openUp, putBack } from './restore.ts';
import { type Scan, scan } from './scan.ts';

export interface WorkspaceOptions {
  /** Where contents are kept, and where disposable copies are made. */
  readonly store: string;
  readonly scratch: string;
  /** Where folders are that outlive a kernel, by run and name. */
  readonly leases: string;
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
  /** How many of the entries are folders. */
  folder_count: number;
  left_out: readonly string[];
  git_files: readonly string[];
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
      return { tree: known.tree, files: known.manifest.size - known.folder_count, ms: Math.round((performance.now() - began) * 10) / 10 };
    } catch (error) {
      store.rollback();
      // It may have been half brought up to date.
      roots.delete(root);
      throw error;
    }
  };

  const treeOf = (hash: string): Manifest => {
    const held = [...roots.values()].find((one) => one.tree === hash)?.manifest ?? objects().tree(hash);
    if (!held) throw new OxiosError('NOT_FOUND', `no snapshot ${hash}`, { hint: 'it was removed with the snapshots folder of the home' });
    return held;
  };

  const leftOutOf = (root: string): readonly string[] => {
    if (!roots.has(root)) snapshot(root);
    return roots.get(root)?.left_out ?? [];
  };
  const installedIn = (root: string): readonly string[] => leftOutOf(root).filter(isInstalled);

  const { copy, lease, merge, release } = createCopies({
    ...options,
    objects,
    treeOf,
    snapshot,
    roots,
    leftOutOf,
    adopt: (root, manifest) => roots.set(root, begin(manifest)),
  });

  return {
    snapshot: (root, _before, hidden) => told(root, () => snapshot(root, hidden)),
    changes: (from, to) => told('a workspace', () => (from === to ? [] : difference(treeOf(from), treeOf(to)))),
    file: (tree, path) => told(path, () => fileIn(objects(), treeOf(tree), path)),
    entries: (tree, path) => told(path, () => entriesIn(objects(), treeOf(tree), path)),
    copy: (tree, from, patch) => told(from ?? 'a workspace', () => copy(tree, from, patch)),
    installed: (root) => told(root, () => stateOfInstalled(root, installedIn(root))),
    restore: (tree, root, options = {}) => told(root, () => restored({ objects, treeOf, snapshot }, { tree, root, options })),
    leftOut: (root) => told(root, () => leftOutOf(root)),
    lease: (request) => told(request.from, () => lease(request)),
    merge: (request) => told(request.root, () => merge(request)),
    release: (run, name) => told(run, () => release(run, name)),
    close() {
      if (!opened) return;
      for (const [root, known] of roots) if (!root.startsWith(`${options.leases}/`)) opened.putStamps(root, known.manifest);
      opened.close();
      opened = undefined;
    },
  };
}

interface Restoring {
  objects(): Objects;
  treeOf(hash: string): Manifest;
  snapshot(root: string, hidden?: readonly string[]): Snapshot;
}

async function restored(
  { objects, treeOf, snapshot }: Restoring,
  { tree, root, options }: { readonly tree: string; readonly root: AbsPath; readonly options: RestoreOptions },
): Promise<Restored> {
  const wanted = new Map(treeOf(tree));
  mkdirSync(root, { recursive: true });
  if (realpathSync(root) !== root)
    throw new OxiosError('PATH_INVALID', `${root} is reached through a link now: what is there is another folder`, {
      hint: 'put the folder back where it was',
    });
  const scanned = (): Manifest => treeOf(snapshot(root, options.hidden).tree);
  let now = scanned();
  // What is behind a closed folder is seen once it is open.
  while (openUp({ root, now, wanted, options })) now = scanned();
  const done = await putBack({ store: objects(), root, now: new Map(now), wanted, options });
  const after = snapshot(root, options.hidden);
  return { ...done, tree: after.tree, files: after.files };
}

const begin = (manifest: Manifest): Known => ({
  manifest,
  folders: createFolders(manifest),
  tree: '',
  folder_count: [...manifest.values()].filter(({ kind }) => kind === 'dir').length,
  left_out: [],
  git_files: [],
});

/** Brings what is known up to what was found, and keeps the tree unless it is the one known already. */
function renew(store: Objects, known: Known, { looked, changed, removed, left_out, git_files }: Scan): void {
  const count = (path: string, by: number): void => {
    if (known.manifest.get(path)?.kind === 'dir') known.folder_count += by;
  };
  for (const [path, entry] of looked) {
    count(path, -1);
    known.manifest.set(path, entry);
    known.folders.set(path, entry);
    count(path, 1);
  }
  for (const path of removed) {
    count(path, -1);
    known.manifest.delete(path);
    known.folders.delete(path);
  }
  known.left_out = left_out;
  known.git_files = git_files;
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
  const found = [...manifest].flatMap(([one, { kind }]) => (kind !== 'dir' && (one === path || one.startsWith(inside)) ? [one] : [])).sort();
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

/** SQLITE_FULL. */
const FULL = 13;

/** Whatever the machine or the store says, as ours. */
async function told<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(what, error);
  }
}

function failure(root: string, error: unknown): OxiosError {
  if (error instanceof OxiosError) return error;
  const full = errnoOf(error) === 'ENOSPC' || (error instanceof Error && 'errcode' in error && error.errcode === FULL);
  return full
    ? new OxiosError('DISK_FULL', `no space left for a snapshot of ${root}`, { hint: 'free some space and go on', cause: error })
    : new OxiosError('IO', `the snapshot of ${root} failed: ${messageOf(error)}`, { hint: 'check the permissions of the folder', cause: error });
}
