import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../kernel/errors.ts';
import type { ProcessGroup } from '../../kernel/host.ts';
import { descendantsOf, type ProcStat, processes, processesSince, startedAs, statOf } from './proc.ts';

/** In the environment of a command: names its processes also after they left its group, those of a sandbox that is just being set up too. */
export const MARK = 'OXIOS_GROUP';

export const newMark = (): string => `${process.pid}-${randomBytes(6).toString('hex')}`;

export const groupOf = (pid: number, mark: string): ProcessGroup => ({ pgid: pid, start_ticks: statOf(pid)?.start_ticks ?? 0, mark });

/** Signals all that belong to a running command: its group, what left the group, and what lives in its namespace. Returns the latter two. */
export function signalAll(group: ProcessGroup, signal: NodeJS.Signals): readonly ProcStat[] {
  const others = [...descendantsOf(group.pgid), ...membersAmong(group, processesSince(group.pgid))].filter((one) => one.pgid !== group.pgid);
  send(-group.pgid, signal);
  // Each once: many programs take a second TERM as an order to stop tidying up.
  for (const pid of new Set(others.map((one) => one.pid))) send(pid, signal);
  return others;
}

/**
 * Resolves when these killed processes are gone. A killed process holds its files until the system has taken it down, and the
 * first one of a namespace is gone after all others in it: what comes next must not meet them.
 */
export async function gone(killed: readonly ProcStat[]): Promise<void> {
  const isLeft = (): boolean => killed.some((one) => statOf(one.pid)?.start_ticks === one.start_ticks);
  // Nearly always it is over in the first millisecond.
  for (let waited = 0, pause = 1; waited < GONE_MS && isLeft(); waited += pause, pause = Math.min(2 * pause, LOOK_MS)) await sleep(pause);
}

/** TERM to the command inside a namespace: the sandbox program itself would end at once and take the command with it. */
export function termInside(leader: number): void {
  for (const { pid } of descendantsOf(leader)) send(pid, 'SIGTERM');
}

/** Kills what is left of a command whose leader has ended. Returns it. */
export function killLeft(group: ProcessGroup): readonly ProcStat[] {
  // Without /proc only the group can be reached.
  if (group.start_ticks === 0) send(-group.pgid, 'SIGKILL');
  return sweep(group, () => processesSince(group.pgid));
}

/** Kills groups an earlier process left behind, and waits until they are gone; false when nothing of them was there any more. */
export async function killStale(...groups: readonly ProcessGroup[]): Promise<boolean> {
  const left = stillThere(groups.filter((group) => group.start_ticks !== 0));
  for (const group of left) sweep(group, processes);
  const isLeft = (): boolean => left.filter((group) => sweep(group, processes).length > 0).length > 0;
  for (let waited = 0; waited < GONE_MS && isLeft(); waited += LOOK_MS) await sleep(LOOK_MS);
  return left.length > 0;
}

/** One look for all of them: a long run started hundreds. */
function stillThere(groups: readonly ProcessGroup[]): readonly ProcessGroup[] {
  if (groups.length === 0) return [];
  const list = processes();
  const marks = new Map<number, string>();
  const isMarked: Marked = (pid, mark) => {
    const own = marks.get(pid) ?? startedAs(pid, MARK);
    marks.set(pid, own);
    return own === mark;
  };
  return groups.filter((group) => membersAmong(group, list, isMarked).length > 0);
}

/** How long a killed process may take to be gone, and how often it is looked for, milliseconds. */
const GONE_MS = 2000;
const LOOK_MS = 10;

/** A process may fork while it is being killed: look again until nobody is left. */
const ROUNDS = 20;

function sweep(group: ProcessGroup, list: () => readonly ProcStat[]): readonly ProcStat[] {
  const found: ProcStat[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const members = membersAmong(group, list());
    if (members.length === 0) return found;
    found.push(...members);
    for (const { pid } of members) send(pid, 'SIGKILL');
  }
  return found;
}

/**
 * Members are of the leader's group, of the session it leads, or carry the mark. Numbers are used again: nobody older than
 * the leader is one, nor anybody who began after another process took the leader's number.
 */
function membersAmong(group: ProcessGroup, list: readonly ProcStat[], isMarked: Marked = hasMark): readonly ProcStat[] {
  const holder = statOf(group.pgid);
  const until = holder && holder.start_ticks !== group.start_ticks ? holder.start_ticks : Number.POSITIVE_INFINITY;
  const isMember = (one: ProcStat): boolean =>
    one.start_ticks >= group.start_ticks &&
    one.start_ticks < until &&
    (one.pgid === group.pgid || one.session === group.pgid || (group.mark !== undefined && isMarked(one.pid, group.mark)));
  return list.filter(isMember);
}

type Marked = (pid: number, mark: string) => boolean;

const hasMark: Marked = (pid, mark) => startedAs(pid, MARK) === mark;

/** A negative number is a group. Who is gone already needs no signal. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // EPERM: a program that became another user (setuid) is out of reach for us.
    if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EPERM') throw error;
  }
}
