import { knownHome } from '../../drivers/store/home.ts';
import { createWorkspaces } from '../../drivers/workspace/workspaces.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { TreeChange } from '../../kernel/host.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import { type History, historyOf, type Step } from '../../kernel/undo/history.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { reading } from '../boot.ts';
import { table } from '../render/table.ts';
import { runNamed } from '../run/named.ts';

/** What one step changed; null where that is not known: its snapshots are gone, or nobody saw its end. */
export interface StepRow {
  readonly step: Step;
  readonly files: readonly TreeChange[] | null;
}

/** The run that is meant: of this id, or the newest of this folder that changed something. Throws NOT_FOUND. */
export async function runToUndo(home: AbsPath, id: string | undefined, cwd: string): Promise<RunView> {
  const store = reading(home);
  try {
    if (id !== undefined) return runNamed(store.runs(), id);
    for (const run of store
      .runs()
      .filter((one) => one.cwd === cwd)
      .toReversed())
      if ((await past(store.read({ run: run.run }))).steps.length > 0) return run;
  } finally {
    store.close();
  }
  throw new OxiosError('NOT_FOUND', 'no run has changed anything in this folder', { hint: 'name the run: oxios undo RUN; see them with oxios ps --all' });
}

/** All steps of a run, and what each of them changed. */
export async function stepsOf(home: AbsPath, run: RunId): Promise<readonly StepRow[]> {
  const store = reading(home);
  const { snapshots, scratch, work } = knownHome(home);
  const workspaces = createWorkspaces({ store: snapshots, scratch, leases: work, exclude: [] });
  try {
    const history = await past(store.read({ run }));
    const after = (at: number): string | undefined => history.steps[at + 1]?.tree ?? history.left ?? undefined;
    return await Promise.all(history.steps.map(async (step, at) => ({ step, files: await changesOf(workspaces, step.tree, after(at)) })));
  } finally {
    workspaces.close();
    store.close();
  }
}

async function past(events: AsyncIterable<KernelEvent>): Promise<History> {
  const all: KernelEvent[] = [];
  for await (const event of events) all.push(event);
  return historyOf(all);
}

async function changesOf(workspaces: ReturnType<typeof createWorkspaces>, from: string, to: string | undefined): Promise<readonly TreeChange[] | null> {
  if (to === undefined) return null;
  try {
    return await workspaces.changes(from, to);
  } catch (error) {
    if (error instanceof OxiosError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** Straight columns for a person. */
export const stepsTable = (rows: readonly StepRow[]): string =>
  table(
    [
      { head: 'STEP', align: 'right', whole: true },
      { head: 'AT', whole: true, spare: 1 },
      { head: 'TOOL', spare: 2 },
      { head: 'WHAT', least: 20 },
      { head: 'FILES', least: 12 },
    ],
    rows.map(({ step, files }) => [String(step.number), new Date(step.at).toLocaleTimeString('sv-SE'), step.tool, step.action, filesIn(files)]),
    process.stdout.columns,
  );

const filesIn = (files: StepRow['files']): string =>
  files === null ? 'not known' : files.length === 0 ? 'none' : files.map((one) => `${SIGNS[one.change]}${one.path}`).join(' ');

export const SIGNS = { added: '+', removed: '-', modified: '~' } as const;
