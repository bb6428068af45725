import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { historyOf } from '../../kernel/undo/history.ts';
import type { Lineage } from '../../ouroboros/view/lineage.ts';
import { ifRunning } from '../boot.ts';
import { isFolder } from '../run/files.ts';
import { assertWritable } from '../run/workplace.ts';
import { lastRunOf } from './read.ts';

/** Throws USAGE, FILE_MISSING, IO where a lineage cannot be gone on with as it stands; `events` are those of the run it was last worked on in. */
export async function checkReady(home: AbsPath, lineage: Lineage, events: readonly KernelEvent[], force: boolean): Promise<void> {
  const { run } = lastRunOf(lineage);
  if (!isFolder(lineage.cwd)) throw new OxiosError('FILE_MISSING', `the folder ${lineage.cwd} it works in is gone`, { hint: 'put it back where it was' });
  assertWritable(lineage.cwd);
  if (await isGoing(home, run)) throw usage(`run ${run} is still going`, 'watch it with oxios ps, and evolve it when it has ended');
  if (historyOf(events).unfinished) throw usage(`files of run ${run} are put back only in part`, 'finish it: say the same undo or rewind again');
  const back = putBack(events);
  const result = events.findLast((event) => event.type === 'run.result');
  if (back === undefined && (!result || result.resumable)) throw usage(`run ${run} was interrupted`, `finish it: oxios resume ${run}`);
  if (back === 'undone' && !force)
    throw usage(`files of run ${run} were put back to before what it did`, `take that back with oxios undo ${run} --redo, or go on all the same with --force`);
}

const usage = (what: string, hint: string): OxiosError => new OxiosError('USAGE', what, { hint });

/** Whether a kernel works on it. */
export async function isGoing(home: AbsPath, run: string): Promise<boolean> {
  const kernel = await ifRunning(home);
  const procs = (await kernel?.ps()) ?? [];
  kernel?.close();
  return procs.some((one) => one.run === run && one.state.is !== 'exited');
}

/** What the last restoration that was not taken back did. */
function putBack(events: readonly KernelEvent[]): 'undone' | 'rewound' | undefined {
  const stack: ('undone' | 'rewound')[] = [];
  for (const [at, event] of events.entries()) {
    if (event.type !== 'workspace.restored') continue;
    if (event.redo) stack.pop();
    else stack.push((events[at - 1]?.type as string | undefined) === 'lineage.rewound' ? 'rewound' : 'undone');
  }
  return stack.at(-1);
}
