import type { Budget } from './budget.ts';
import { type Capability, narrow } from './capability.ts';
import { type Authority, type Protection, takes } from './decide.ts';
import type { Exit, KernelEvent } from './events.ts';
import type { HostChild } from './host.ts';
import type { AbsPath, Millis, Pid } from './ids.ts';
import type { Json } from './json.ts';
import type { ProcState, ProcView } from './kernel-types.ts';
import type { Mount, Mounted } from './mount.ts';
import type { Run } from './run.ts';
import type { Seat } from './scheduler.ts';
import type { Ledger } from './taint/ledger.ts';
import { callSignal, Interrupted, isHalted, requestSignal, type Turner, type Turning } from './turning.ts';

/** A live process: what the kernel holds of it in memory. Everything in here can be folded again from the log. */
export interface Process extends Turner {
  readonly pid: Pid;
  readonly ppid: Pid;
  readonly run: Run;
  readonly name: string;
  /** Which of the run's processes of that name it is, from 1. */
  readonly nth: number;
  readonly body: string;
  readonly args: Json;
  readonly cwd: AbsPath;
  /** What it sees in the place of the workspace. */
  readonly mount: Mount | undefined;
  readonly model: string;
  readonly caps: readonly Capability[];
  /** What it and those above it were narrowed to: grants of the run reach it only within all of these. */
  readonly bounds: readonly (readonly Capability[])[];
  /** What the root of its run began with. */
  readonly given: readonly Capability[];
  readonly budget: Budget;
  readonly seat: Seat;
  readonly children: Set<Process>;
  /** Aborts on KILL, on a parent's end and on a limit: nothing of the process goes on. */
  readonly controller: AbortController;
  /** Aborts on TERM: no new call begins. */
  readonly ending: AbortController;
  /** Aborts on either. */
  readonly end: AbortSignal;
  readonly past: readonly KernelEvent[];
  readonly inbox: Letter[];
  /** What summaries that were asked for have to keep; one for each. */
  readonly wishes: string[];
  /** Ends its waiting for a message. */
  stir: () => void;
  readonly converses: boolean;
  turning: Turning | undefined;
  /** Messages still reach it: its body has not ended. */
  hears: boolean;
  readonly notes: Map<string, Json>;
  /** What it has read, and who answers for it. */
  readonly ledger: Ledger;
  readonly background: Map<string, Background>;
  readonly exited: Promise<Exit>;
  readonly startedAt: Millis;
  /** Entries on their way to the disk that nobody waits for yet. */
  noted: Promise<unknown> | undefined;
  nice: number;
  state: ProcState;
  /** Resolves on CONT; undefined while not stopped. */
  stopped: Deferred<void> | undefined;
  turn: number;
  tool: string | null;
  tokens: number;
  context_tokens: number;
  cost_usd: number | null;
  calls: number;
  asks: number;
  requests: number;
  endedAt: Millis | null;
}

/** Something said that was not read yet. `wakes`: a process that waits goes on with it; else it goes along with what does. */
export interface Letter {
  readonly text: string;
  readonly wakes: boolean;
}

/** A command that goes on after its call, and what it was begun under. */
export interface Background {
  readonly child: HostChild;
  readonly needs: readonly Capability[];
}

export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, resolve };
}

export const viewOf = (proc: Process): ProcView => ({
  pid: proc.pid,
  ppid: proc.ppid,
  run: proc.run.id,
  name: proc.name,
  body: proc.body,
  model: proc.model,
  nice: proc.nice,
  state: proc.stopped && proc.state.is !== 'exited' ? { is: 'stopped' } : proc.state,
  turn: proc.turn,
  tool: proc.tool,
  tokens: proc.tokens,
  context_tokens: proc.context_tokens,
  cost_usd: proc.cost_usd,
  started_at: proc.startedAt,
  ended_at: proc.endedAt,
});

/** What it sees in the place of the workspace, and where. */
export const mountOf = ({ mount, run }: Process): Mounted | undefined => mount && { ...mount, at: run.request.cwd };

/** What holds for the process now. */
export function authorityOf({ run, caps, bounds, given }: Process, protection: Protection): Authority {
  const { revoked, request } = run;
  return {
    caps: revoked.length === 0 ? caps : caps.filter((one) => !revoked.some((gone) => takes(gone, one))),
    granted: run.granted.length === 0 ? run.granted : bounds.reduce(narrow, run.granted),
    denies: request.denies,
    asks: request.asks,
    protection,
    policy: request.policy ?? [],
    revoked,
    bounds,
    given: run.granted.length === 0 ? given : [...given, ...run.granted],
  };
}

/** A process without a slot is ready to go on; with one it waits for what it asks. */
export async function takeSlot(proc: Process, on: 'model' | 'tool'): Promise<void> {
  proc.state = { is: 'ready' };
  await proc.seat.hold(callSignal(proc));
  proc.state = { is: 'waiting', on };
}

/** Waits while the process is stopped; throws when it is to end. Every model and tool call begins here. */
export async function ready(proc: Process): Promise<void> {
  await unstopped(proc);
  if (isHalted(proc)) throw new Interrupted();
}

/** The same for what is in the log already and has to have an outcome there, also in a turn that was interrupted. */
export async function unstopped(proc: Process): Promise<void> {
  while (proc.stopped && !isHalted(proc))
    await Promise.race([proc.stopped.promise, aborted(requestSignal(proc))]).then(() => {
      if (proc.end.aborted) proc.stopped = undefined;
    });
  if (proc.end.aborted) throw new Ended();
}

/** Unwinds a body whose process was told to end; never shown to anyone. */
export class Ended extends Error {
  constructor() {
    super('the process was told to end');
    this.name = 'Ended';
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
