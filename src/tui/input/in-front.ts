import type { ProcView } from '../../kernel/kernel-types.ts';
import type { ShellState } from '../state.ts';

/** The process of the conversation in front that works on a message now; undefined while none does. */
export function workingInFront(state: ShellState): ProcView | undefined {
  const run = state.session === undefined ? undefined : state.runs.get(state.session);
  if (run?.status !== 'running') return undefined;
  // The root only keeps the conversation: it waits for its child whatever that does.
  const pids = new Set(run.procs.map((proc) => proc.pid));
  const working = run.procs.filter((proc) => pids.has(proc.ppid) && isWorking(proc));
  return working.find((proc) => proc.pid === state.selected) ?? working.find((proc) => proc.name === 'assistant') ?? working[0];
}

/** Who waits for a message has nothing to be interrupted in. */
function isWorking({ state }: ProcView): boolean {
  if (state.is === 'waiting') return state.on !== 'message';
  return state.is === 'running' || state.is === 'ready';
}
