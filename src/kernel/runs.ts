import { begin, type Launch } from './begin.ts';
import type { Bus } from './bus.ts';
import { isUnder } from './capability.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent, Payload } from './events.ts';
import type { AbsPath, Pid, RunId } from './ids.ts';
import type { Ports, ResumeOptions, RunRequest, Undone, UndoOptions } from './kernel-types.ts';
import type { Process } from './process.ts';
import { goOn } from './revive.ts';
import { lapsing } from './revoke.ts';
import type { Run } from './run.ts';
import { failureOf, isResumable, resultOf } from './run-end.ts';
import { createSnapshots, filesChanged, type Snapshot } from './snapshots.ts';
import type { Supervisor } from './supervisor.ts';
import { createFolders } from './undo/folders.ts';
import { undo } from './undo/undo.ts';
import { draft } from './write.ts';

export interface RunsDeps {
  readonly ports: Ports;
  readonly supervisor: Supervisor;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
  publish(events: readonly KernelEvent[]): void;
  readonly delta: Bus['delta'];
}

/** Beginning, going on and ending of runs. */
export interface Runs {
  readonly active: ReadonlySet<RunId>;
  start(request: RunRequest): Promise<{ run: RunId; pid: Pid }>;
  resume(run: RunId, options: ResumeOptions): Promise<{ run: RunId; pid: Pid }>;
  /** Never while anybody works in that folder. */
  undo(run: RunId, options: UndoOptions, signal?: AbortSignal): Promise<Undone>;
  /** The root's exit, once the run's result is in the log. */
  ended(root: Process): Promise<Exit>;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
  isHidden(path: AbsPath): boolean;
  readonly snapshot: Snapshot;
}

export function createRuns(deps: RunsDeps): Runs {
  const { ports, supervisor } = deps;
  const active = new Map<RunId, Promise<Exit>>();
  /** Asked for by two terminals at once, a run goes on once, and nobody begins where files are put back. */
  const busy = new Set<RunId>();
  const undoing = new Set<Promise<Undone>>();
  const folders = createFolders();
  const hidden = createHidden();
  const snapshots = createSnapshots(deps);

  const write = async (run: Run, pid: Pid, ...payloads: readonly Payload[]): Promise<void> => {
    deps.publish(await ports.log.append(payloads.map((payload) => draft(run.id, pid, 'kernel', payload))));
  };

  const launch = async ({ run, first, spawn }: Launch): Promise<{ run: RunId; pid: Pid }> => {
    folders.work(spawn.cwd);
    hidden.add(run.hidden);
    try {
      // One commit: no run begins without a process.
      const written = write(run, (spawn.revive?.pid ?? 0) as Pid, ...first);
      const [root] = await Promise.all([supervisor.spawn(run, undefined, spawn), written]);
      active.set(run.id, finish(run, root).finally(lapsing({ ports, table: supervisor.table, note: deps.note }, root)));
      return { run: run.id, pid: root.pid };
    } catch (error) {
      hidden.remove(run.hidden);
      folders.leave(spawn.cwd);
      throw error;
    }
  };

  const finish = async (run: Run, root: Process): Promise<Exit> => {
    const exit = await root.exited;
    try {
      const changed = await filesChanged(ports, snapshots, root);
      await root.noted;
      // What cannot be removed now goes when the next kernel starts.
      if (!isResumable(exit)) await ports.host.workspaces.release(run.id).catch(() => undefined);
      const result = resultOf(run, exit, changed, ports.log.head());
      await write(run, root.pid, { type: 'run.finished', outcome: result.outcome, exit_code: result.exit_code });
      await ports.log.checkpoint();
      await write(run, root.pid, { ...result, audit_head: ports.log.head() });
    } catch (error) {
      // The log cannot take the end of the run: said to whoever listens, and resumable from what is there.
      return failureOf(error);
    } finally {
      active.delete(run.id);
      hidden.remove(run.hidden);
      folders.leave(root.cwd);
    }
    return exit;
  };

  const alone = async <T>(id: RunId, work: () => Promise<T>): Promise<T> => {
    if (active.has(id) || busy.has(id)) throw new OxiosError('USAGE', `run ${id} is still going`, { hint: 'watch it with oxios logs, end it with oxios kill' });
    busy.add(id);
    try {
      return await work();
    } finally {
      busy.delete(id);
    }
  };

  return {
    active: {
      has: (id) => active.has(id),
      get size() {
        return active.size;
      },
    } as ReadonlySet<RunId>,
    start: (request) => begin(ports, request).then(launch),
    resume: (id, options) => alone(id, async () => launch(await goOn(deps, id, options))),
    undo(id, options, signal) {
      const progress = (pid: Pid, text: string) => deps.delta(id, pid, { type: 'progress', text });
      const work = alone(id, () => undo({ ...deps, progress, alone: folders.alone }, id, options, signal));
      undoing.add(work);
      return work.finally(() => undoing.delete(work));
    },
    ended: (root) => active.get(root.run.id) ?? root.exited,
    async idle() {
      while (active.size + undoing.size > 0) await Promise.allSettled([...active.values(), ...undoing]);
    },
    isHidden: (path) => hidden.has(path),
    snapshot: snapshots,
  };
}

interface Hidden {
  add(paths: readonly AbsPath[]): void;
  remove(paths: readonly AbsPath[]): void;
  has(path: AbsPath): boolean;
}

/** Paths no agent may see, counted: two runs may hide the same seed. */
function createHidden(): Hidden {
  const uses = new Map<AbsPath, number>();
  const count = (path: AbsPath, by: number) => {
    const now = (uses.get(path) ?? 0) + by;
    if (now > 0) uses.set(path, now);
    else uses.delete(path);
  };
  return {
    add: (paths) => paths.forEach((path) => void count(path, 1)),
    remove: (paths) => paths.forEach((path) => void count(path, -1)),
    has: (path) => uses.has(path) || [...uses.keys()].some((hidden) => isUnder(path, hidden)),
  };
}
