import { resolve } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Undone } from '../../kernel/kernel-types.ts';
import type { ShellKernel } from '../ports.ts';
import type { Context } from './context.ts';
import { paused } from './conversation.ts';
import { livingIn, rootOf, runsAtWork, USER } from './processes.ts';
import { commandFor, textBefore, type Unwanted } from './reverse.ts';

export interface Undoing {
  readonly run: RunId;
  readonly step?: number;
  readonly redo?: boolean;
}

/** Files as they were before a step, or before the run; the run pauses for it, and so does the conversation in front while nobody works in it. */
export async function undo(context: Context, { run, step, redo = false }: Undoing): Promise<void> {
  const putBack = async (kernel: ShellKernel): Promise<void> => {
    const done = await kernel.undo(run, { redo, ...(step === undefined ? {} : { step }) });
    const isMeant = done.changed.length > 0;
    context.info(toldOf(done), redo ? undefined : isMeant ? 'take it back with /redo' : 'for another run, show one of its agents first');
  };
  const { session } = context.store.state();
  const kernel = await context.kernel();
  const rests = session !== undefined && session !== run && !runsAtWork(await kernel.ps()).includes(session);
  const act = (): Promise<void> => paused(context, run, putBack);
  await (rests ? paused(context, session, act) : act());
}

/** Files that are named one by one. */
const MAX_NAMED = 5;

function toldOf({ changed, step, action, redo }: Undone): string {
  if (changed.length === 0) return redo ? 'there was nothing to take back' : 'nothing was to be put back';
  const names = changed.slice(0, MAX_NAMED).map((one) => one.path);
  const more = changed.length > MAX_NAMED ? ` and ${changed.length - MAX_NAMED} more` : '';
  const where = redo ? 'as before the undo' : step === null ? 'as before the run' : `as before step ${step}: ${action.split('\n')[0] ?? ''}`;
  return `put back ${where}: ${names.join(', ')}${more}`;
}

export interface Rejecting {
  readonly run: RunId;
  readonly path: string;
  /** In the order they are taken back: the newest first. */
  readonly changes: readonly Unwanted[];
}

/**
 * Hunks that are not wanted are put back by a command of the conversation, in the name of the person: through the gate and into
 * the log like all others, with its outcome told to the agent. Files are never written behind the kernel's back. What does not
 * fit any more changes nothing.
 */
export async function reject(context: Context, { run, path, changes }: Rejecting): Promise<void> {
  const kernel = await context.kernel();
  const root = rootOf(await livingIn(kernel, run));
  if (root?.body !== 'chat')
    throw new OxiosError('USAGE', 'only changes of a conversation under way are put back hunk by hunk', { hint: 'take the whole run back with /undo' });
  const cwd = (await kernel.runs()).find((one) => one.run === run)?.cwd ?? context.ports.cwd;
  const events: KernelEvent[] = [];
  for await (const event of kernel.read({ run, types: ['tool.finished'] })) events.push(event);
  const before = await context.ports.files.read(resolve(cwd, path));
  const after = textBefore(before, events, path, changes);
  if (after === undefined)
    return context.warn(`nothing of ${path} was put back: it no longer has what was to be taken back, in one place`, 'ask the agent, or edit the file');
  if (after.text === before) return context.info(`nothing of ${path} is to be put back`);
  await kernel.send(root.pid, commandFor({ path, before, after: after.text, removes: after.isGone }), USER, 'command');
}
