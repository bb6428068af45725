import type { ChildProcess } from 'node:child_process';
import type { ProcessGroup } from '../../kernel/host.ts';
import { gone, killLeft, signalAll, termInside } from './group.ts';
import type { ProcStat } from './proc.ts';
import type { Sandbox } from './sandbox.ts';

export interface Ender {
  /** KILL to everything that belongs to the command. */
  now(): void;
  /** TERM, then KILL after a grace. */
  gently(): void;
  /** Kills what outlived the command, and resolves when nothing of it is there any more. */
  rest(): Promise<void>;
}

/** Between TERM and KILL, milliseconds. */
const GRACE_MS = 2000;

export function enderOf(child: ChildProcess, group: ProcessGroup, kind: Sandbox['kind']): Ender {
  let timer: NodeJS.Timeout | undefined;
  let killed: readonly ProcStat[] = [];
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const now = (): void => {
    clearTimeout(timer);
    if (!isOver()) killed = signalAll(group, 'SIGKILL');
  };
  return {
    now,
    gently() {
      if (timer || isOver()) return;
      timer = setTimeout(now, GRACE_MS);
      if (kind === 'bwrap') termInside(group.pgid);
      else signalAll(group, 'SIGTERM');
    },
    async rest() {
      clearTimeout(timer);
      // A namespace that was not killed has ended before the sandbox program did.
      const left = kind === 'bwrap' ? [] : killLeft(group);
      await gone([...killed, ...left]);
    },
  };
}
