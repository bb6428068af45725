import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Integrated, Lease, LeaseRequest, MergeRequest, Patch, Snapshot } from '../../kernel/host.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import { type Copy, disposable, link, patched, write } from './copies.ts';
import { fill } from './fill.ts';
import { isGit, isInstalled } from './installed.ts';
import { integrate } from './integrate.ts';
import { leased, remove } from './leases.ts';
import { type Manifest, unread } from './manifest.ts';
import type { Objects } from './objects.ts';

export interface CopiesDeps {
  readonly leases: string;
  readonly scratch: string;
  objects(): Objects;
  treeOf(hash: string): Manifest;
  snapshot(root: string, hidden?: readonly string[]): Snapshot;
  /** Folders that snapshots were taken of. */
  readonly roots: {
    keys(): Iterable<string>;
    get(root: string): { readonly git_files: readonly string[]; readonly manifest: Manifest } | undefined;
    delete(root: string): boolean;
  };
  leftOutOf(root: string): readonly string[];
  /** A folder is known to be like this. */
  adopt(root: string, manifest: Manifest): void;
}

/** Copies of a workspace: disposable ones, and those that are worked in instead of it, with what becomes of the work. */
export interface Copies {
  copy(tree: string, from: AbsPath | undefined, patch: Patch | undefined): Copy;
  lease(request: LeaseRequest): Promise<Lease>;
  merge(request: MergeRequest): Promise<Integrated>;
  release(run: RunId, name: string | undefined): Promise<void>;
}

export function createCopies({ leases, scratch, objects, treeOf, snapshot, roots, leftOutOf, adopt }: CopiesDeps): Copies {
  // Two runs may work on one folder: what one merges must not change under the other's hands.
  let merges: Promise<unknown> = Promise.resolve();
  return {
    copy(tree, from, patch) {
      const wanted = patch ? patched(treeOf(tree), treeOf(patch.from), patch) : treeOf(tree);
      const fill = (root: AbsPath): readonly AbsPath[] => {
        write(objects(), wanted, root, from);
        for (const { path, content } of patch?.texts ?? []) if (wanted.get(path)?.kind === 'file') writeFileSync(join(root, path), content);
        return from ? link(from, root, leftOutOf(from).filter(isInstalled)) : [];
      };
      return disposable(scratch, fill);
    },
    async lease({ run, name, tree, from, git }) {
      const left = leftOutOf(from);
      const known = roots.get(from);
      const gits = git ? [...left.filter(isGit), ...(known?.git_files ?? [])] : [];
      let found: Manifest | undefined;
      const write = async (root: string): Promise<void> => {
        found = await fill({ store: objects(), from }, { wanted: new Map(treeOf(tree)), known: known?.manifest, root });
      };
      const made = await leased(join(leases, run), name, { fill: write, through: [...left.filter(isInstalled), ...gits], from });
      if (found) adopt(made.root, found);
      // What was part of it when it was made is not hidden by a tag that an agent put there since.
      else if (!roots.get(made.root)) adopt(made.root, unread(treeOf(tree)));
      return { ...made, tree: snapshot(made.root).tree };
    },
    merge(request) {
      const done = merges.then(() => integrate({ store: objects(), treeOf, snapshot, leftOut: leftOutOf }, request));
      merges = done.catch(() => undefined);
      return done;
    },
    async release(run, name) {
      const folder = join(leases, run, name ?? '');
      for (const root of roots.keys()) if (root.startsWith(`${folder}/`)) roots.delete(root);
      await remove(folder);
    },
  };
}
