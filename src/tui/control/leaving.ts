import type { RunId } from '../../kernel/ids.ts';
import type { ShellKernel } from '../ports.ts';
import type { Context } from './context.ts';
import { endProcess, runsAtWork } from './processes.ts';
import { leaveSession } from './sessions.ts';

/** Leaving asks while agents work in the kernel of this shell; in another one they go on. Those that are kept end as interrupted, and the next shell goes on with them. */
export async function exit(context: Context, agents: 'ask' | 'keep' | 'stop', opened: ShellKernel | undefined): Promise<void> {
  const { store, screen } = context;
  // A kernel that is not open yet has nobody at work.
  if (!opened) return screen.leave();
  const working = opened.own ? await atWork(opened) : [];
  if (agents === 'ask' && working.length > 0) return store.apply({ ui: 'open', overlay: { is: 'exit' } });
  if (agents === 'keep') await context.ports.memory.keep(working);
  if (agents === 'stop') await stop(opened, working);
  await leaveSession(context, opened);
  screen.leave();
}

/** Runs of other terminals are theirs: the kernel waits for them. */
const atWork = async (kernel: ShellKernel): Promise<readonly RunId[]> => runsAtWork(await kernel.ps()).filter((run) => kernel.mine.has(run));

async function stop(kernel: ShellKernel, runs: readonly RunId[]): Promise<void> {
  const roots = (await kernel.ps()).filter((one) => one.ppid === 0 && one.state.is !== 'exited' && runs.includes(one.run));
  await Promise.all(roots.map((one) => endProcess(kernel, one.pid, 'KILL')));
}
