import { OxiosError } from './errors.ts';
import type { Pid } from './ids.ts';
import type { Signal } from './kernel-types.ts';
import type { Process } from './process.ts';
import type { Agent } from './tool.ts';

interface Agents {
  readonly table: ReadonlyMap<Pid, Process>;
  signal(proc: Process, signal: Signal, by: string): Promise<void>;
}

/** The other agents of the kernel, as one that may signal them sees them. */
export interface Others {
  list(proc: Process): readonly Agent[];
  /** Throws NOT_FOUND for one that is not there, has ended, or is the process itself or above it. */
  signal(proc: Process, pid: Pid, signal: Signal): Promise<void>;
}

export function createOthers({ table, signal }: Agents): Others {
  const found = (proc: Process): readonly Process[] => [...table.values()].filter((one) => one.state.is !== 'exited' && !isAtOrAbove(one, proc, table));
  return {
    list: (proc) => found(proc).map(({ pid, run, name, state, tool }) => ({ pid, run: run.id, name, state: state.is, tool })),
    async signal(proc, pid, name) {
      const one = found(proc).find((other) => other.pid === pid);
      if (!one) throw new OxiosError('NOT_FOUND', `there is no other agent ${pid} at work`, { hint: 'leave out pid to see those there are' });
      await signal(one, name, `process ${proc.pid}`);
    },
  };
}

/** Who ended those it works for would end itself in the middle of a call. */
function isAtOrAbove(one: Process, proc: Process, table: Agents['table']): boolean {
  for (let at: Process | undefined = proc; at; at = table.get(at.ppid)) if (at === one) return true;
  return false;
}
