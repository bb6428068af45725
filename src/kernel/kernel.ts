import { createApprovals } from './approvals.ts';
import { type BodyDeps, contextOf } from './body-context.ts';
import type { Exceeded } from './budget.ts';
import { createBus } from './bus.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent, Payload } from './events.ts';
import type { Pid, RunId } from './ids.ts';
import { createGate, type Gate } from './invoke.ts';
import type { ForkRequest, Kernel, Ports, ResumeOptions, RunRequest } from './kernel-types.ts';
import { type LoopDeps, runAgent } from './loop.ts';
import { createOthers } from './others.ts';
import { post } from './post.ts';
import { type Process, viewOf } from './process.ts';
import { systemPrompt } from './prompt.ts';
import { createProtection } from './protect.ts';
import { redactedKernel, redactedPorts } from './redacted.ts';
import { childNamed, type EarlierLife } from './revive.ts';
import { revoke } from './revoke.ts';
import { createRuns, type Runs } from './runs.ts';
import { createScheduler } from './scheduler.ts';
import { subAgent } from './sub-agent.ts';
import { createSupervisor, type Spawn, type Supervisor } from './supervisor.ts';
import { offered, parallelTools } from './toolbox.ts';
import { createScribe } from './write.ts';

/** A kernel in this process. `close` ends every run as an interruption would, and returns when nothing is left running. */
export interface LocalKernel extends Kernel {
  /** Runs under way. */
  readonly active: ReadonlySet<RunId>;
  close(): Promise<void>;
}

/** The operating system: one log, one gate, a process table. Ports are everything it knows of the world. */
export const createKernel = (ports: Ports): LocalKernel => redactedKernel(ports.redactor, kernelOn(redactedPorts(ports)));

function kernelOn(ports: Ports): LocalKernel {
  const bus = createBus();
  const scheduler = createScheduler(ports.maxRunning, ports.now);

  const { write, note } = createScribe(ports.log, bus.publish);

  const approvals = createApprovals({ write, alarm: ports.alarm });
  const supervisor: Supervisor = createSupervisor({
    scheduler,
    now: ports.now,
    alarm: ports.alarm,
    nextPid: ports.nextPid,
    write,
    body: (proc) => bodyOf(proc),
    outOfTime: async (proc, left) => {
      const max = left + proc.run.active_ms;
      await exceeded(proc, { limit: 'wall_ms', of: proc.pid, asked: 0, spent: max, max, waits: false }).catch(() => undefined);
    },
  });
  const runs: Runs = createRuns({ ports, supervisor, note, publish: bus.publish, delta: bus.delta });

  const exceeded = (proc: Process, what: Exceeded): Promise<never> => overLimit({ write, supervisor }, proc, what);
  const fork = (parent: Process, request: Omit<ForkRequest, 'ppid'>, life: EarlierLife): Promise<Process> =>
    supervisor.spawn(parent.run, parent, { ...childOf(parent, request), ...life });

  const gate: Gate = createGate({
    ports,
    approvals,
    others: createOthers(supervisor),
    protection: createProtection({ ...ports, hidden: (path) => runs.isHidden(path) }),
    write,
    note,
    exceeded,
    delta: (proc, body) => bus.delta(proc.run.id, proc.pid, ports.redactor.value(body)),
    snapshot: (proc, before) => runs.snapshot(proc, before),
    fork: (parent, request, by) => subAgent({ ports, fork, parent, by }, request),
  });

  const loopDeps: LoopDeps = {
    heard: ports.heard,
    openModel: (id) => ports.models.open(id),
    toolSpecs: (proc, names) => offered(ports.tools, proc, names),
    parallel: parallelTools(ports.tools),
    invoke: gate,
    write,
    note,
    delta: (proc, body) => bus.delta(proc.run.id, proc.pid, body),
    exceeded,
    systemPrompt,
  };
  const bodyDeps: BodyDeps = {
    approvals,
    table: supervisor.table,
    write,
    invoke: gate,
    snapshot: runs.snapshot,
    heard: ports.heard,
    subscribe: bus.subscribe,
    get isolates() {
      return ports.host.exec.sandbox.kind === 'bwrap';
    },
    now: ports.now,
    workspaces: ports.host.workspaces,
    sandbox: ports.host.exec.sandbox,
    fork: (parent, request) => fork(parent, request, childNamed(parent, request.name, request.key)),
  };

  const bodyOf = (proc: Process): Promise<Exit> => {
    if (proc.body === 'agent') return runAgent(loopDeps, proc);
    const body = ports.bodies[proc.body];
    if (!body) throw new OxiosError('INTERNAL', `no body named ${proc.body}`);
    return body(contextOf(bodyDeps, proc));
  };

  return facade({ ports, supervisor, runs, approvals, bus, write });
}

/** What is not said is as with the parent. */
function childOf(parent: Process, request: Omit<ForkRequest, 'ppid'>): Spawn {
  const bounds = request.bounds ?? request.grants;
  const { cwd, caps, model } = parent;
  return { ...request, cwd: request.cwd ?? cwd, caps: request.grants ?? caps, ...(bounds ? { bounds } : {}), model: request.model ?? model };
}

interface Limiter {
  readonly supervisor: Supervisor;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
}

/** Logs that a limit was hit and ends the process it belongs to. */
async function overLimit({ write, supervisor }: Limiter, proc: Process, what: Exceeded): Promise<never> {
  const { waits: _, ...event } = what;
  await write(proc, 'kernel', { type: 'budget.exceeded', ...event });
  const amount = (of: number): string => (what.limit === 'wall_ms' ? `${Math.round(of / 100) / 10} s` : String(of));
  const error = new OxiosError('LIMIT', `${LIMIT_NAMES[what.limit]} reached: ${amount(what.max)} allowed, ${amount(what.spent)} used`, {
    hint: `go on with a higher limit: oxios resume ${proc.run.id} --extend ${LIMIT_FLAGS[what.limit]} N`,
  });
  supervisor.fail(supervisor.table.get(what.of) ?? proc, error);
  throw error;
}

interface Parts {
  readonly ports: Ports;
  readonly supervisor: Supervisor;
  readonly runs: Runs;
  readonly approvals: ReturnType<typeof createApprovals>;
  readonly bus: ReturnType<typeof createBus>;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<readonly KernelEvent[]>;
}

function facade({ ports, supervisor, runs, approvals, bus, write }: Parts): LocalKernel {
  const proc = (pid: Pid): Process => {
    const found = supervisor.table.get(pid);
    if (!found) throw new OxiosError('NOT_FOUND', `no process ${pid}`, { hint: 'see the process table with oxios ps' });
    return found;
  };
  const alive = (pid: Pid): Process => {
    const found = proc(pid);
    if (found.state.is === 'exited') throw new OxiosError('NOT_FOUND', `process ${pid} has ended`, { hint: 'see the process table with oxios ps' });
    return found;
  };
  return {
    active: runs.active,
    ps: async () => [...supervisor.table.values()].map(viewOf),
    start: (request: RunRequest) => runs.start(request),
    resume: (run: RunId, options: ResumeOptions) => runs.resume(run, options),
    undo: (run, options, signal) => runs.undo(run, options, signal),
    wait: async (pid) => (proc(pid).ppid === 0 ? runs.ended(proc(pid)) : proc(pid).exited),
    signal: async (pid, signal, by) => supervisor.signal(proc(pid), signal, by),
    async nice(pid, nice, by) {
      for (const one of reniced(alive(pid), nice, supervisor.table)) {
        one.nice = nice;
        one.seat.nice(nice);
        await write(one, 'user', { type: 'process.niced', nice, by });
      }
    },
    send: async (pid, text, from, kind) => post(write, alive(pid), { text, from, kind }),
    async answer(ask, reply, by, over) {
      // Saying no gives nobody anything; another answer from there could be an agent that answers itself.
      const isOpen = over === 'terminal' || reply.verdict === 'deny' || ports.host.exec.sandbox.kind !== 'none';
      return isOpen ? approvals.answer(ask, reply, by) : approvals.refuse(ask, reply.verdict, by);
    },
    revoke: (rule, by) => revoke({ ports, table: supervisor.table, write }, rule, by),
    read: (range, signal) => ports.log.read(range, signal),
    subscribe: (listener) => bus.subscribe(listener),
    async close() {
      await Promise.all(
        [...supervisor.table.values()].filter((one) => one.ppid === 0 && one.state.is !== 'exited').map((one) => supervisor.signal(one, 'KILL', 'kernel')),
      );
      await runs.idle();
    },
  };
}

/** The process, and all below it that would outrank it then. Throws USAGE when it would outrank its own parent. */
function reniced(proc: Process, nice: number, table: Supervisor['table']): readonly Process[] {
  const parent = table.get(proc.ppid);
  if (parent && parent.nice > nice)
    throw new OxiosError('USAGE', `process ${proc.pid} would outrank its parent ${parent.pid}, which has niceness ${parent.nice}`, {
      hint: `give it ${parent.nice} or more, or the parent less`,
    });
  const below = (one: Process): readonly Process[] => [...one.children].flatMap((child) => [...(child.nice < nice ? [child] : []), ...below(child)]);
  return [proc, ...below(proc)];
}

const LIMIT_NAMES = { tokens: 'token limit', usd: 'cost limit', turns: 'turn limit', wall_ms: 'time limit', tool_calls: 'tool call limit' } as const;
const LIMIT_FLAGS = { tokens: '--max-tokens', usd: '--max-usd', turns: '--max-turns', wall_ms: '--max-wall', tool_calls: '--max-tool-calls' } as const;
