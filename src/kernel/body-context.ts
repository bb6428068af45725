import type { Approvals } from './approvals.ts';
import { answeredBefore, askUser } from './ask-user.ts';
import type { Denial } from './denial.ts';
import { OxiosError } from './errors.ts';
import { type BusEvent, type DomainPayload, isDurable, type KernelEvent, type Payload } from './events.ts';
import type { HostExec, HostWorkspaces } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Outcome } from './invoke.ts';
import type { BodyContext, ForkRequest } from './kernel-types.ts';
import { tell } from './post.ts';
import type { Call } from './prepare.ts';
import type { Process } from './process.ts';
import { ready, takeSlot, unstopped } from './process.ts';
import { NOT_RUN } from './transcript.ts';
import { beginTurn, endTurn, isHalted } from './turning.ts';

export interface BodyDeps {
  readonly approvals: Approvals;
  readonly table: ReadonlyMap<number, Process>;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<readonly KernelEvent[]>;
  invoke(proc: Process, call: Call): Promise<Outcome>;
  fork(parent: Process, request: Omit<ForkRequest, 'ppid'>): Promise<Process>;
  snapshot(proc: Process, before: string, root?: AbsPath): Promise<string>;
  subscribe(listener: (event: BusEvent) => void): () => void;
  readonly isolates: boolean;
  now(): number;
  heard(pid: number, by?: 'told' | { readonly emits: string }): Promise<void>;
  readonly workspaces: HostWorkspaces;
  readonly sandbox: HostExec['sandbox'];
}

/** Every process of the run, of this life and earlier ones, parents first. */
const family = (deps: BodyDeps, proc: Process): readonly { pid: number; ppid: number }[] => [
  ...proc.run.past.flatMap((event) => (event.type === 'process.forked' ? [{ pid: event.pid, ppid: event.ppid }] : [])),
  ...[...deps.table.values()].filter((one) => one.run === proc.run),
];

/** As much of a file as is looked at for contract strings. */
const MAX_TEXT_BYTES = 10_000_000;

function denialsBelow(deps: BodyDeps, proc: Process, pid: number): readonly Denial[] {
  const below = new Set<number>([pid]);
  for (const one of family(deps, proc)) if (below.has(one.ppid)) below.add(one.pid);
  return proc.run.denials.filter((denial) => below.has(denial.pid));
}

const watchRun = ({ subscribe }: BodyDeps, { run }: Process, listener: (event: KernelEvent) => void): (() => void) =>
  subscribe((event) => void (isDurable(event) && event.run === run.id && listener(event)));

function childOf({ table }: BodyDeps, proc: Process, pid: number): Process {
  const child = table.get(pid);
  if (child && child.ppid === proc.pid) return child;
  throw new OxiosError('NOT_FOUND', `process ${pid} is not a child of ${proc.pid}`);
}

/** A call of a body's own; one that a person interrupts has failed. */
async function call(deps: BodyDeps, proc: Process, wanted: Omit<Call, 'answers'>): ReturnType<BodyContext['invoke']> {
  await unstopped(proc);
  // What is begun after an interruption is not what was interrupted.
  while (proc.turning && isHalted(proc)) await proc.turning.over;
  beginTurn(proc);
  proc.run.activity.begin();
  try {
    return await inSlot(deps, proc, { answers: '', ...wanted });
  } catch (error) {
    if (!isHalted(proc)) throw error;
    return { ok: false, text: NOT_RUN, details: { interrupted: true } };
  } finally {
    proc.run.activity.end();
    endTurn(proc);
  }
}

async function inSlot(deps: BodyDeps, proc: Process, wanted: Call): Promise<Outcome> {
  await takeSlot(proc, 'tool');
  try {
    return await deps.invoke(proc, wanted);
  } finally {
    proc.seat.release();
    goesOn(proc);
  }
}

/** What a body waited for is over. With several questions open it may have ended meanwhile: it stays so. */
function goesOn(proc: Process): void {
  if (proc.state.is !== 'exited') proc.state = { is: 'running', turn: proc.turn };
}

/** A process as its own body sees it: everything it does goes through the gate and the log. */
export function contextOf(deps: BodyDeps, proc: Process): BodyContext {
  let open = 0;
  return {
    run: proc.run.id,
    pid: proc.pid,
    cwd: proc.cwd,
    args: proc.args,
    model: proc.model,
    secondModel: proc.run.second,
    ballotModels: proc.run.ballots,
    models: proc.run.request.models ?? [],
    signal: proc.end,
    interactive: proc.run.request.interactive,
    sandboxed: deps.sandbox.kind !== 'none',
    past: proc.past,
    runPast: proc.run.past,
    async emit(payload: DomainPayload) {
      // What is known of a process that is being ended may be known for that reason only: nothing is concluded from it.
      await deps.heard(proc.pid, { emits: payload.type });
      await unstopped(proc);
      const [event] = await deps.write(proc, 'protocol', payload);
      if (!event) throw new OxiosError('INTERNAL', 'the log accepted an event without returning it');
      return event;
    },
    invoke: (name, input) => call(deps, proc, { name, input, audience: 'body' }),
    act: (name, input) => call(deps, proc, { name, input, audience: 'model' }),
    async tell(pid, message) {
      const child = childOf(deps, proc, pid);
      await deps.heard(pid, 'told');
      await unstopped(proc);
      await tell(deps.write, [proc, child], message);
    },
    async fork(request) {
      await ready(proc);
      return (await deps.fork(proc, request)).pid;
    },
    async wait(pid) {
      const child = childOf(deps, proc, pid);
      proc.state = { is: 'waiting', on: 'child' };
      const exit = await child.exited;
      goesOn(proc);
      // A child that ended because this one must says nothing of itself.
      await unstopped(proc);
      return exit;
    },
    async ask({ key, ...question }) {
      const known = answeredBefore(proc, key ?? question.text);
      if (known !== undefined) return known;
      await ready(proc);
      open += 1;
      proc.state = { is: 'waiting', on: 'approval' };
      try {
        return await askUser(deps.approvals, proc, { ...question, key: key ?? question.text });
      } finally {
        open -= 1;
        if (open === 0) goesOn(proc);
      }
    },
    spent: () => {
      const { tokens, usd, tool_calls } = proc.budget.spent;
      return { tokens, usd: proc.run.cost_usd === null ? null : usd, tool_calls };
    },
    snapshot: (before, root) => deps.snapshot(proc, before, root),
    isolates: deps.isolates,
    watch: (listener) => watchRun(deps, proc, listener),
    changes: (from, to) => deps.workspaces.changes(from, to),
    async written(tree, paths) {
      const files = await Promise.all(paths.map((path) => deps.workspaces.file(tree, path)));
      return files.flatMap((bytes) => (bytes ? [new TextDecoder().decode(bytes.subarray(0, MAX_TEXT_BYTES))] : []));
    },
    denials: (pid) => denialsBelow(deps, proc, pid),
    now: deps.now,
  };
}
