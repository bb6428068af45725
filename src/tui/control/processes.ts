import { OxiosError } from '../../kernel/errors.ts';
import type { Pid, RunId } from '../../kernel/ids.ts';
import type { Kernel, ProcView } from '../../kernel/kernel-types.ts';

const lives = (one: ProcView): boolean => one.state.is !== 'exited';

/** The processes of a run that live; none: nobody works on it. */
export const livingIn = async (kernel: Kernel, run: RunId): Promise<readonly ProcView[]> => (await kernel.ps()).filter((one) => one.run === run && lives(one));

export const rootOf = (procs: readonly ProcView[]): ProcView | undefined => procs.find((one) => one.ppid === 0);

/** The one that speaks in a conversation. */
export const assistantOf = (procs: readonly ProcView[]): ProcView | undefined => procs.find((one) => one.name === ASSISTANT);

/** The assistant of a conversation that lives has ended since it went on: it ends too, once nothing of it is under way. The log tells which came last. */
export async function hasLost(kernel: Kernel, { run, pid }: ProcView): Promise<boolean> {
  const ended = (await kernel.ps()).find((one) => one.ppid === pid && one.name === ASSISTANT && !lives(one));
  if (!ended) return false;
  let isLost = false;
  for await (const event of kernel.read({ run, types: ['run.resumed', 'process.exited'] })) {
    if (event.type === 'run.resumed') isLost = false;
    else if (event.pid === ended.pid) isLost = true;
  }
  return isLost;
}

const ASSISTANT = 'assistant';

/** Runs with a process that does something, or waits for an answer; a conversation that waits for the next word does neither. */
export function runsAtWork(procs: readonly ProcView[]): readonly RunId[] {
  const working = procs.filter((one) => lives(one) && !isIdle(one, procs));
  return [...new Set(working.map((one) => one.run))];
}

/** It waits for somebody to say something, or only keeps those that do. */
const isIdle = (one: ProcView, procs: readonly ProcView[]): boolean =>
  (one.state.is === 'waiting' && one.state.on === 'message') || (one.body === 'chat' && procs.some((child) => child.ppid === one.pid && lives(child)));

/** Ends a run so that it can go on later, and waits until nothing of it is left. False: nobody worked on it. */
export async function pauseRun(kernel: Kernel, run: RunId): Promise<boolean> {
  const root = rootOf(await livingIn(kernel, run));
  if (!root) return false;
  await endProcess(kernel, root.pid, 'TERM');
  return true;
}

export async function endProcess(kernel: Kernel, pid: Pid, signal: 'TERM' | 'KILL'): Promise<void> {
  try {
    await kernel.signal(pid, signal, USER);
    await kernel.wait(pid);
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof OxiosError && error.code === 'NOT_FOUND')) throw error;
  }
}

/** Who acts, as the log names it. */
export const USER = 'user';
