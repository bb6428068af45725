import { createBudget, lowest, NO_LIMITS } from './budget.ts';
import { type Capability, narrow, ruleOf } from './capability.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent, Limits, Payload } from './events.ts';
import type { CallId, Pid } from './ids.ts';
import { isObject } from './json.ts';
import type { ForkRequest, Signal } from './kernel-types.ts';
import { counted, notesIn } from './past.ts';
import { deferred, Ended, type Process } from './process.ts';
import { usedBelow } from './resume.ts';
import type { Run } from './run.ts';
import { failureOf } from './run-end.ts';
import type { Scheduler } from './scheduler.ts';
import { opened } from './taint/opening.ts';
import { beginTurn, haltTurn } from './turning.ts';

export interface SupervisorDeps {
  readonly scheduler: Scheduler;
  readonly now: () => number;
  /** Rings once after so long, unless it is called off before. */
  alarm(pid: Pid, ms: number, ring: () => void): () => void;
  nextPid(ppid: Pid, name: string, call?: CallId): Pid;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
  /** Runs the process's body to its end; throws `Ended` or OxiosError. */
  body(proc: Process): Promise<Exit>;
  /** The wall limit of a process passed. */
  outOfTime(proc: Process, limit_ms: number): Promise<void>;
}

/** Birth, signals and death of processes. */
export interface Supervisor {
  readonly table: ReadonlyMap<Pid, Process>;
  /** Durable before the body begins. */
  spawn(run: Run, parent: Process | undefined, request: Spawn): Promise<Process>;
  signal(proc: Process, signal: Signal, by: string): Promise<void>;
  /** Ends a process as failed with this error, at the next moment it can. */
  fail(proc: Process, error: OxiosError): void;
}

export interface Spawn extends Omit<ForkRequest, 'ppid'> {
  readonly cwd: Process['cwd'];
  readonly caps: readonly Capability[];
  readonly model: string;
  /** Goes on as this process of an earlier life. */
  readonly revive?: { readonly pid: Pid; readonly past: readonly KernelEvent[] };
}

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const table = new Map<Pid, Process>();
  const failures = new WeakMap<Process, OxiosError>();

  const fail = (proc: Process, error: OxiosError) => {
    failures.set(proc, error);
    proc.controller.abort(error);
  };

  const live = async (proc: Process, exit: (value: Exit) => void): Promise<void> => {
    const callOff = timed(deps, proc);
    let how: Exit;
    try {
      const done = await deps.body(proc);
      how = failures.has(proc) ? failureOf(failures.get(proc)) : done;
    } catch (error) {
      how = failures.has(proc) ? failureOf(failures.get(proc)) : exitOfError(proc, error);
    }
    proc.hears = false;
    callOff();
    await endChildren(proc);
    for (const { child } of proc.background.values()) child.stop();
    await Promise.all([...proc.background.values()].map(({ child }) => child.done));
    proc.controller.abort();
    proc.state = { is: 'exited', exit: how };
    proc.endedAt = deps.now();
    proc.stopped = undefined;
    // The log may be what failed; the process has ended all the same.
    await deps.write(proc, 'kernel', { type: 'process.exited', exit: how }).catch((error: unknown) => {
      how = failureOf(error instanceof OxiosError ? error : new OxiosError('IO', 'the log cannot be written', { cause: error }));
      proc.state = { is: 'exited', exit: how };
    });
    exit(how);
  };

  return {
    table,
    signal: (proc, name, by) => signalTo(deps, proc, name, by),
    fail,
    async spawn(run, parent, request) {
      const exited = deferred<Exit>();
      const pid = request.revive?.pid ?? deps.nextPid(parent?.pid ?? (0 as Pid), request.name, request.call);
      const proc = makeProcess(deps, run, parent, { ...request, pid, nth: nthOf(table.values(), run, request.name, pid) }, exited.promise);
      table.set(proc.pid, proc);
      parent?.children.add(proc);
      // Its first turn begins with it, and ends where it waits.
      if (proc.body === 'agent') beginTurn(proc);
      if (parent) linkTo(parent, proc);
      await deps.write(proc, 'kernel', birth(proc, request)).catch((error: unknown) => {
        // Nobody will ever live under this number: who waits for the children of its parent must not wait for it.
        table.delete(proc.pid);
        parent?.children.delete(proc);
        throw error;
      });
      proc.state = { is: 'running', turn: proc.turn };
      void live(proc, (how) => {
        parent?.children.delete(proc);
        exited.resolve(how);
      });
      return proc;
    },
  };
}

async function signalTo({ write }: SupervisorDeps, proc: Process, name: Signal, by: string): Promise<void> {
  if (proc.state.is === 'exited') return;
  const tell = (one: Process) => write(one, by === 'user' ? 'user' : 'kernel', { type: 'process.signalled', signal: name, by });
  if (name !== 'INT') {
    await tell(proc);
    return deliver(proc, name);
  }
  const written = talkers(proc).map(tell);
  // It ends a turn at the very place it has in the log: what is behind it there was done without that turn.
  for (const one of talkers(proc)) interrupt(one, by);
  await Promise.all(written);
}

/**
 * TERM: the running tool may finish. KILL: everything stops now, whole process groups included. STOP: no further model or
 * tool call begins. All reach the subtree: a tree that is half stopped waits for itself.
 */
function deliver(proc: Process, name: Signal): void {
  if (proc.state.is === 'exited') return;
  if (name === 'STOP') proc.stopped ??= deferred<void>();
  else {
    proc.stopped?.resolve();
    proc.stopped = undefined;
  }
  if (name === 'TERM') proc.ending.abort();
  if (name !== 'KILL') for (const child of proc.children) deliver(child, name);
  else {
    killed.add(proc);
    proc.controller.abort();
  }
}

/** Who heeds an INT to this process: where it is a conversation, who converses in it too. */
const talkers = (proc: Process): readonly Process[] => (proc.converses ? [proc, ...[...proc.children].filter((child) => child.converses)] : [proc]);

/** What a turn waits for ends with it: the request, the call with its commands, and agents the call forked. A process that does not converse ends itself. */
function interrupt(proc: Process, by: string): void {
  if (!proc.converses) {
    killed.add(proc);
    proc.controller.abort();
  } else if (haltTurn(proc, by)) for (const child of proc.children) if (!child.converses) interrupt(child, by);
}

/** Whose life is time at work: a conversation's root only hands on what is said. */
const works = ({ body, ppid, converses }: Process): boolean => (body === 'agent' ? ppid === 0 || converses : ppid === 0 && !converses);

/** Told apart from a limit or a parent's end by being in here. */
const killed = new WeakSet<Process>();

/** Told to end by TERM, it ended by TERM, also when it took a KILL to make it. */
const exitOfError = (proc: Process, error: unknown): Exit => {
  const signal = proc.ending.signal.aborted ? 'TERM' : 'KILL';
  const isForced = killed.has(proc) || (proc.controller.signal.aborted && !(error instanceof OxiosError));
  if (isForced || error instanceof Ended || (error instanceof OxiosError && error.code === 'INTERRUPTED')) return { how: 'killed', signal };
  return failureOf(error);
};

/** Children never outlive their parent. */
async function endChildren(proc: Process): Promise<void> {
  for (const child of proc.children) child.controller.abort();
  await Promise.all([...proc.children].map((child) => child.exited));
}

function linkTo(parent: Process, child: Process): void {
  const end = (): void => child.controller.abort();
  if (parent.controller.signal.aborted) end();
  // A child aborts its own signal when it has ended, which lets go of its parent's.
  else parent.controller.signal.addEventListener('abort', end, { once: true, signal: child.controller.signal });
}

/** From its birth to its end the run is at work, where its life is time at work. */
function timed(deps: SupervisorDeps, proc: Process): () => void {
  const callOff = wallAlarm(deps, proc);
  if (!works(proc)) return callOff;
  proc.run.activity.begin();
  return () => {
    proc.run.activity.end();
    callOff();
  };
}

/** Rings when the process, and all that its run does, was at work for as long as it may. */
function wallAlarm(deps: SupervisorDeps, proc: Process): () => void {
  const limit = proc.budget.limits.wall_ms;
  if (limit === null) return () => undefined;
  let left = limit;
  let since = deps.now();
  const set = (): (() => void) => deps.alarm(proc.pid, left, () => void deps.outOfTime(proc, limit));
  let callOff: (() => void) | undefined = set();
  proc.run.activity.watch((isBusy) => {
    if (!isBusy) left -= deps.now() - since;
    callOff?.();
    callOff = isBusy && proc.state.is !== 'exited' ? set() : undefined;
    since = deps.now();
  });
  return () => callOff?.();
}

function nthOf(living: Iterable<Process>, run: Run, name: string, pid: Pid): number {
  const namesakes = new Set(run.past.flatMap((event) => (event.type === 'process.forked' && event.name === name ? [event.pid] : [])));
  for (const one of living) if (one.run === run && one.name === name) namesakes.add(one.pid);
  return 1 + [...namesakes].filter((one) => one < pid).length;
}

type Born = Spawn & Pick<Process, 'pid' | 'nth'>;

function makeProcess(deps: SupervisorDeps, run: Run, parent: Process | undefined, request: Born, exited: Promise<Exit>): Process {
  const { pid, nth } = request;
  const limits: Limits = parent ? lowest({ ...NO_LIMITS, turns: parent.budget.limits.turns }, request.limits ?? {}) : run.limits;
  const past = request.revive?.past ?? [];
  const nice = Math.max(parent?.nice ?? MOST_EAGER, request.nice ?? parent?.nice ?? 0);
  const budget = createBudget(pid, limits, parent?.budget);
  if (request.revive) budget.restore(usedBelow(run.past, pid));
  const [controller, ending] = [new AbortController(), new AbortController()];
  return {
    pid,
    ppid: parent?.pid ?? (0 as Pid),
    run,
    name: request.name,
    nth,
    body: request.body,
    args: request.args,
    cwd: request.cwd,
    mount: request.mount ?? parent?.mount,
    model: request.model,
    ...heldAtBirth(parent, request),
    budget,
    seat: deps.scheduler.seat(nice),
    children: new Set(),
    controller,
    ending,
    end: AbortSignal.any([controller.signal, ending.signal]),
    past,
    inbox: [],
    wishes: [],
    stir: () => undefined,
    converses: talks(parent, request, run),
    turning: undefined,
    hears: true,
    notes: notesIn(past),
    ledger: ledgerOf(run, parent, pid),
    background: new Map(),
    exited,
    startedAt: past[0]?.at ?? deps.now(),
    noted: undefined,
    nice,
    state: { is: 'ready' },
    stopped: parent?.stopped && deferred<void>(),
    turn: 0,
    tool: null,
    ...counted(past),
    endedAt: null,
  };
}

/** A child holds a part of what its parent holds. */
const heldAtBirth = (parent: Process | undefined, { caps, bounds }: Born): Pick<Process, 'caps' | 'given' | 'bounds'> => ({
  caps: parent ? narrow(parent.caps, caps) : caps,
  given: parent?.given ?? caps,
  bounds: [...(parent?.bounds ?? []), ...(bounds ? [bounds] : [])],
});

/** A process that goes on knows what it knew, and a new one what its parent's model did. */
const ledgerOf = (run: Run, parent: Process | undefined, pid: Pid): Process['ledger'] => run.ledgers.get(pid) ?? parent?.ledger.fork() ?? opened(run.request);

/** A conversation's root, and agents that are to converse. */
const talks = (parent: Process | undefined, { body, args }: Born, { request }: Run): boolean =>
  body === 'agent' ? isObject(args) && args.converses === true : !parent && request.kind === 'chat';

/** No child outranks its parent. */
const MOST_EAGER = -20;

const birth = (proc: Process, request: Spawn): Payload =>
  request.revive
    ? { type: 'process.moved', to: 'ready' }
    : {
        type: 'process.forked',
        ppid: proc.ppid,
        name: proc.name,
        body: proc.body,
        args: proc.args as never,
        cwd: proc.cwd,
        ...(proc.mount ? { mount: { root: proc.mount.root, through: [...proc.mount.through] } } : {}),
        caps: proc.caps.map(ruleOf),
        ...(request.bounds ? { narrowed_to: request.bounds.map(ruleOf) } : {}),
        nice: proc.nice,
        limits: proc.budget.limits,
        model: proc.model,
        ...(request.call === undefined ? {} : { call: request.call }),
        ...(request.key === undefined ? {} : { key: request.key }),
      };
