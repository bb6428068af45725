import type { Payload } from './events.ts';
import type { AbsPath } from './ids.ts';
import type { Ports } from './kernel-types.ts';
import { realOf } from './mount.ts';
import type { Process } from './process.ts';
import type { Run } from './run.ts';
import { Interrupted, isHalted } from './turning.ts';

/**
 * Stores the files a process works on as they are now, or those of a folder that others see in the place of the workspace;
 * `before` says what for. Returns the tree.
 */
export type Snapshot = (proc: Process, before: string, root?: AbsPath) => Promise<string>;

export interface SnapshotDeps {
  readonly ports: Pick<Ports, 'host'>;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
}

/** Snapshots of one folder never overlap; an unchanged tree is not logged again. */
export function createSnapshots(deps: SnapshotDeps): Snapshot {
  let chain: Promise<unknown> = Promise.resolve();
  const take = async (proc: Process, before: string, root: AbsPath | undefined): Promise<string> => {
    const { run } = proc;
    const { tree, files, ms } = await deps.ports.host.workspaces.snapshot(root ?? proc.cwd, before, hiddenIn(run, root));
    // What it was taken for does not happen.
    if (isHalted(proc)) throw new Interrupted();
    const last = root === undefined ? run.lastTree : run.mounts.get(root);
    if (root === undefined) {
      run.firstTree ??= tree;
      run.lastTree = tree;
    } else run.mounts.set(root, tree);
    if (last !== tree) deps.note(proc, 'kernel', { type: 'workspace.snapshotted', tree, files, before, ms, ...(root === undefined ? {} : { root }) });
    return tree;
  };
  return (proc, before, root = proc.mount?.root) => {
    const next = chain.then(() => take(proc, before, root));
    chain = next.catch(() => undefined);
    return next;
  };
}

/** What is no part of the workspace is none of what stands in its place. */
const hiddenIn = ({ hidden, request }: Run, root: AbsPath | undefined): readonly AbsPath[] =>
  root === undefined ? hidden : hidden.map((path) => realOf({ at: request.cwd, root, through: [] }, path));

/** Paths that differ between the first snapshot and now; nothing was written when none was ever taken. */
export async function filesChanged(ports: Pick<Ports, 'host'>, snapshot: Snapshot, root: Process): Promise<readonly string[]> {
  const { firstTree } = root.run;
  if (firstTree === undefined) return [];
  const tree = await snapshot(root, 'the result');
  return (await ports.host.workspaces.changes(firstTree, tree)).map((change) => change.path);
}
