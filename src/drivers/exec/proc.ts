import { readdirSync, readFileSync } from 'node:fs';

/** One living process, from `/proc/PID/stat`. */
export interface ProcStat {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly session: number;
  /** Clock ticks since boot: with the number it names one process for good. */
  readonly start_ticks: number;
}

/** Undefined when the process is gone or only waits to be reaped, and where there is no `/proc`. */
export function statOf(pid: number): ProcStat | undefined {
  const text = read(`/proc/${pid}/stat`);
  // The program's name stands in brackets and may hold spaces and brackets itself.
  const [state, ppid, pgid, session, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return undefined;
  return { pid, ppid: Number(ppid), pgid: Number(pgid), session: Number(session), start_ticks: Number(rest[15]) };
}

/** What the process was started with as this variable; empty for processes of other users. */
export function startedAs(pid: number, name: string): string {
  const environ = `\0${read(`/proc/${pid}/environ`)}`;
  const at = environ.indexOf(`\0${name}=`);
  return at < 0 ? '' : environ.slice(at + name.length + 2, environ.indexOf('\0', at + 1));
}

/** Every process there is. */
export function processes(): readonly ProcStat[] {
  return numbers().flatMap((pid) => statOf(pid) ?? []);
}

/** Processes that began after `pid` did, found by number: numbers are given out in order and start again at the top. */
export function processesSince(pid: number): readonly ProcStat[] {
  const last = Number(read('/proc/loadavg').trim().split(' ').at(-1));
  if (!Number.isInteger(last)) return [];
  const inRange = (one: number) => (last >= pid ? one > pid && one <= last : one > pid || one <= last);
  const range = last >= pid && last - pid <= FEW ? Array.from({ length: last - pid }, (_, index) => pid + 1 + index) : numbers().filter(inRange);
  return range.flatMap((one) => statOf(one) ?? []);
}

/** All below a process, whatever group or session they moved to. */
export function descendantsOf(pid: number): readonly ProcStat[] {
  const children = Map.groupBy(processes(), (one) => one.ppid);
  const found: ProcStat[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      queue.push(child.pid);
    }
  }
  return found;
}

/** Up to this many numbers are asked for one by one; beyond, listing `/proc` is cheaper. */
const FEW = 64;

function numbers(): readonly number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/u.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    // Gone, another user's, or a system without /proc: nothing to see.
    return '';
  }
}
