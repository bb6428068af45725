import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { Kernel, Undone, UndoOptions } from '../../kernel/kernel-types.ts';
import { boot } from '../boot.ts';
import { counted } from '../commands/shared.ts';
import type { Io } from '../io.ts';
import { fit, oneLine } from '../render/fit.ts';
import { SIGNS } from './steps.ts';

/** In the kernel that owns the home. Ctrl-C stops it between two files; done again, it goes on there. */
export async function putBack(io: Io, home: AbsPath, run: RunId, options: UndoOptions): Promise<Undone> {
  const booted = await boot(home);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const leave = io.live ? showProgress(booted.kernel, run) : () => undefined;
  try {
    return await booted.kernel.undo(run, options, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw new OxiosError('INTERRUPTED', 'not everything was put back', { hint: 'do it again to finish it', cause: error });
    throw error;
  } finally {
    leave();
    process.off('SIGINT', interrupt);
    await booted.close();
  }
}

function showProgress(kernel: Kernel, run: RunId): () => void {
  const leave = kernel.subscribe((event) => {
    if (event.run === run && event.type === 'progress') process.stderr.write(`\r\u001b[K${fit(oneLine(event.text), (process.stderr.columns ?? 80) - 1)}`);
  });
  return () => {
    leave();
    process.stderr.write('\r\u001b[K');
  };
}

/** Files that are named one by one. */
const MAX_SHOWN = 40;

/** What was put back, or would be, and what was left as it is. */
export function tell(io: Io, done: Undone, { dry_run, force, keep }: UndoOptions): void {
  if (io.json) {
    io.out(JSON.stringify(done));
    return;
  }
  const { run, changed, redo, conflicts } = done;
  for (const { path, change, unkept } of changed.slice(0, MAX_SHOWN)) io.out(`${SIGNS[change]} ${oneLine(path)}${unkept ? ' (content not kept)' : ''}`);
  if (changed.length > MAX_SHOWN) io.out(`and ${changed.length - MAX_SHOWN} more`);
  io.out(headline(done, dry_run === true));
  for (const line of remarks(done)) io.say(line);
  if (conflicts.length > 0 && keep) io.say(`left as somebody else made them: ${named(conflicts)}`);
  if (conflicts.length > 0 && dry_run && !keep && !force) io.say(`changed since by somebody else, so that --keep or --force is needed: ${named(conflicts)}`);
  if (!dry_run && changed.length > 0 && !redo) io.say(`take it back with: oxios undo ${run} --redo`);
}

function headline({ cwd, step, action, redo, changed }: Undone, dry_run: boolean): string {
  const where = redo ? 'as before the undo' : whereTo(step, action);
  if (changed.length === 0) return `nothing to put back, ${cwd} is ${where}`;
  return `${counted(changed.length, 'file', 'files')} of ${cwd} ${dry_run ? 'would be' : 'put back'} ${where}`;
}

function whereTo(step: number | null, action: string): string {
  if (step !== null) return `as before step ${step}: ${oneLine(action)}`;
  return action === '' ? 'as before the run' : `as at the end of ${oneLine(action)}`;
}

const remarks = ({ aside, left_out, outside }: Undone): readonly string[] => [
  ...(aside.length > 0 ? [`stood in the way, and has another name now: ${named(aside)}`] : []),
  ...(left_out.length > 0 ? [`no part of snapshots, left as it is: ${named(left_out)}`] : []),
  ...(outside.length > 0 ? [`outside of the workspace, left as it is: ${named(outside)}`] : []),
];

const named = (paths: readonly string[]): string =>
  `${paths.slice(0, MAX_NAMED).map(oneLine).join(', ')}${paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : ''}`;

const MAX_NAMED = 10;
