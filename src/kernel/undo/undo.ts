import { OxiosError } from '../errors.ts';
import type { KernelEvent, Payload } from '../events.ts';
import type { HostWorkspaces, Snapshot, TreeChange } from '../host.ts';
import type { AbsPath, Pid, RunId } from '../ids.ts';
import type { Ports, Undone, UndoOptions } from '../kernel-types.ts';
import { groupsOf } from '../resume.ts';
import { draft } from '../write.ts';
import { beforeUndo, type History, historyOf, type Step } from './history.ts';

export interface UndoDeps {
  readonly ports: Pick<Ports, 'host' | 'log'>;
  publish(events: readonly KernelEvent[]): void;
  /** A line that is shown live. */
  progress(pid: Pid, text: string): void;
  /** Does it while nobody else works in that folder. */
  alone<T>(folder: AbsPath, work: () => Promise<T>): Promise<T>;
}

/**
 * Puts the workspace of a run that nobody works on back to before one of its steps, or before its first. A snapshot is
 * taken and logged first, so that it can be taken back, and so that one that was cut off is known. Throws NOT_FOUND,
 * UNDO_CONFLICT, SNAPSHOT_GONE, INTERRUPTED.
 */
export async function undo(deps: UndoDeps, run: RunId, options: UndoOptions, signal?: AbortSignal): Promise<Undone> {
  const events: KernelEvent[] = [];
  for await (const event of deps.ports.log.read({ run })) events.push(event);
  const history = historyOf(events);
  const goal = goalOf(run, history, options);
  const alone = options.dry_run ? (_: AbsPath, work: () => Promise<Undone>) => work() : deps.alone;
  return alone(history.cwd, async () => {
    // A command that outlived its kernel would write on.
    if (!options.dry_run) await deps.ports.host.exec.reap(...groupsOf(events));
    const now = await deps.ports.host.workspaces.snapshot(history.cwd, UNDOING, history.hidden);
    const plan = await planOf(deps.ports.host.workspaces, { run, history, goal, now: now.tree, options });
    if (options.dry_run) return plan;
    refuse(plan, options);
    // What is taken back, and what a rewind means, counts also where no file is other.
    const counts = options.redo || options.to || history.unfinished;
    if (plan.changed.length === 0 && (options.keep || now.tree === goal.tree) && !counts) return plan;
    return putBack(deps, { plan, history, now, options }, signal);
  });
}

interface Task {
  readonly plan: Undone;
  readonly history: History;
  readonly now: Snapshot;
  readonly options: UndoOptions;
}

async function putBack({ ports, publish, progress }: UndoDeps, { plan, history, now, options }: Task, signal: AbortSignal | undefined): Promise<Undone> {
  const { run, step, action, redo } = plan;
  const { root, cwd, hidden, unfinished } = history;
  const write = async (...payloads: readonly Payload[]): Promise<void> =>
    publish(await ports.log.append(payloads.map((payload) => draft(run, root, 'user', payload))));
  await write({ type: 'workspace.snapshotted', tree: now.tree, files: now.files, before: beforeUndo(plan.tree), ms: now.ms });
  const { tree, changes, aside } = await ports.host.workspaces.restore(plan.tree, cwd, {
    hidden,
    ...(options.keep ? { only: new Set(plan.changed.map(({ path }) => path)) } : {}),
    ...(signal ? { signal } : {}),
    progress: (at, of) => progress(root, `putting back: ${at} of ${of}`),
  });
  const changed = changes.slice(0, MAX_LOGGED).map((one) => ({ ...one }));
  const restored: Payload = { type: 'workspace.restored', tree, from: unfinished?.from ?? now.tree, step, action, redo, count: changes.length, changed };
  await write(...(options.to ? [options.to.note] : []), restored);
  return { ...plan, tree, changed: changes, aside };
}

const UNDOING = 'undo';

/** Of the files that were put back; the whole can be found by comparing the two trees. */
const MAX_LOGGED = 1000;

interface Goal {
  readonly tree: string;
  /** Null: all of the run, or to another moment. */
  readonly step: Step | null;
  readonly action: string;
}

function goalOf(run: RunId, { steps, undone, tree }: History, { step, redo, to }: UndoOptions): Goal {
  if (to) return { tree: to.tree, step: null, action: to.action };
  if (redo) {
    const last = undone.at(-1);
    if (last === undefined) throw new OxiosError('NOT_FOUND', `nothing of run ${run} was undone`, { hint: `see its steps with oxios undo ${run} --list` });
    return { tree: last, step: null, action: '' };
  }
  const [first] = steps;
  if (!first || tree === undefined) throw new OxiosError('NOT_FOUND', `run ${run} changed nothing`, { hint: 'see the runs with oxios ps --all' });
  if (step === undefined) return { tree: first.tree, step: null, action: '' };
  const wanted = steps.find(({ number }) => number === step);
  if (wanted) return { tree: wanted.tree, step: wanted, action: wanted.action };
  throw new OxiosError('NOT_FOUND', `run ${run} has no step ${step}`, { hint: `it has ${steps.length}; see them with oxios undo ${run} --list` });
}

interface Planning {
  readonly run: RunId;
  readonly history: History;
  readonly goal: Goal;
  readonly now: string;
  readonly options: UndoOptions;
}

async function planOf(workspaces: HostWorkspaces, { run, history, goal, now, options }: Planning): Promise<Undone> {
  const { cwd, steps } = history;
  const todo = await kept(run, workspaces.changes(now, goal.tree));
  const conflicts = await others(workspaces, history, now, todo);
  const changed = options.keep ? todo.filter(({ path }) => !conflicts.includes(path)) : todo;
  const undone = goal.step ? steps.slice(goal.step.number - 1) : steps;
  return {
    run,
    cwd,
    step: goal.step?.number ?? null,
    action: goal.action,
    redo: options.redo ?? false,
    from: now,
    tree: goal.tree,
    changed,
    conflicts,
    aside: [],
    left_out: await workspaces.leftOut(cwd),
    outside: options.redo || options.to ? [] : [...new Set(undone.flatMap(({ outside }) => outside))],
  };
}

async function kept<T>(run: RunId, trees: Promise<T>): Promise<T> {
  try {
    return await trees;
  } catch (error) {
    if (!(error instanceof OxiosError && error.code === 'NOT_FOUND')) throw error;
    throw new OxiosError('SNAPSHOT_GONE', `a snapshot of run ${run} is not kept any more`, {
      hint: `see which are there with oxios undo ${run} --list`,
      cause: error,
    });
  }
}

/** Files that would be put back and that are neither as the run left them nor as an undo that was cut off would have left them. */
async function others(workspaces: HostWorkspaces, history: History, now: string, todo: readonly TreeChange[]): Promise<readonly string[]> {
  const { tree, isFinal, unfinished } = history;
  // Who changed what after a last step that was cut off, nobody knows.
  if (tree === undefined || !isFinal) return [];
  const known = unfinished ? [unfinished.from, unfinished.to] : [tree];
  const since = await Promise.all(known.map(async (one) => new Set((await workspaces.changes(one, now)).map(({ path }) => path))));
  return todo.map(({ path }) => path).filter((path) => since.every((paths) => paths.has(path)) && !TEMPORARY.test(path));
}

/** What a crash leaves of a file that was being written. */
const TEMPORARY = /(^|\/)\.oxios-\d+-[0-9a-f]{16}$/u;

function refuse({ run, conflicts, changed }: Undone, { force, keep, to }: UndoOptions): void {
  if (force) return;
  if (conflicts.length > 0 && !keep)
    throw new OxiosError('UNDO_CONFLICT', `files were changed since by somebody else: ${some(conflicts)}`, {
      hint: `leave those as they are with --keep, or put everything back with --force; ${to ? '' : `oxios undo ${run} `}--dry-run shows what would change`,
    });
  const unkept = changed.filter((one) => one.unkept).map(({ path }) => path);
  if (unkept.length > 0)
    throw new OxiosError('UNDO_CONFLICT', `of large files no content is kept: ${some(unkept)}`, {
      hint: 'with --force the rest is put back, and those that the run made are removed for good',
    });
}

const MAX_NAMED = 10;
const some = (paths: readonly string[]): string =>
  paths.length > MAX_NAMED ? `${paths.slice(0, MAX_NAMED).join(', ')} and ${paths.length - MAX_NAMED} more` : paths.join(', ');
