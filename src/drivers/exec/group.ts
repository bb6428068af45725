import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessGroup } from '../../kernel/host.ts';

interface Stat {
  readonly pid: number;
  readonly pgid: number;
  readonly session: number;
  readonly start_ticks: number;
}

/** Fields of `/proc/PID/stat`; the program's name may hold spaces and brackets. Undefined when the process is gone. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const rest = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, pgid: Number(rest[2]), session: Number(rest[3]), start_ticks: Number(rest[19]) };
  } catch {
    return undefined;
  }
}

export const groupOf = (pid: number): ProcessGroup => ({ pgid: pid, start_ticks: statOf(pid)?.start_ticks ?? 0 });

/** Signals every member; false when there is none left. */
export function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Members of the group or of the session it leads: also those that made a group of their own. */
export function membersOf(pgid: number): readonly number[] {
  let pids: readonly string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  } catch {
    return [];
  }
  return pids.flatMap((name) => {
    const stat = statOf(Number(name));
    return stat && (stat.pgid === pgid || stat.session === pgid) ? [stat.pid] : [];
  });
}

/** Whether the group is still the one that was started: numbers are used again. */
export function isSameGroup(group: ProcessGroup): boolean {
  const leader = statOf(group.pgid);
  if (leader) return leader.start_ticks === group.start_ticks;
  // The leader is gone: members left behind can only be of its session, and cannot be older than it.
  return membersOf(group.pgid).some((pid) => (statOf(pid)?.start_ticks ?? 0) >= group.start_ticks);
}
