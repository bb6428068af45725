import type { Payload } from './events.ts';
import type { Ports } from './kernel-types.ts';
import type { Process } from './process.ts';

/** Stores the workspace of a process as it is now; `before` says what for. Returns its tree. */
export type Snapshot = (proc: Process, before: string) => Promise<string>;

export interface SnapshotDeps {
  readonly ports: Pick<Ports, 'host'>;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
}

/** Snapshots of one folder never overlap; an unchanged tree is not logged again. */
export function createSnapshots(deps: SnapshotDeps): Snapshot {
  let chain: Promise<unknown> = Promise.resolve();
  const take = async (proc: Process, before: string): Promise<string> => {
    const { tree, files, ms } = await deps.ports.host.workspaces.snapshot(proc.cwd, before, proc.run.hidden);
    const { run } = proc;
    run.firstTree ??= tree;
    if (run.lastTree !== tree) {
      run.lastTree = tree;
      const payload: Payload = { type: 'workspace.snapshotted', tree, files, before, ms };
      deps.note(proc, 'kernel', payload);
    }
    return tree;
  };
  return (proc, before) => {
    const next = chain.then(() => take(proc, before));
    chain = next.catch(() => undefined);
    return next;
  };
}

/** Paths that differ between the first snapshot and now; nothing was written when none was ever taken. */
export async function filesChanged(ports: Pick<Ports, 'host'>, snapshot: Snapshot, root: Process): Promise<readonly string[]> {
  const { firstTree } = root.run;
  if (firstTree === undefined) return [];
  const tree = await snapshot(root, 'the result');
  return (await ports.host.workspaces.changes(firstTree, tree)).map((change) => change.path);
}
