import { type Capability, isUnder, parseRule, ruleOf } from './capability.ts';
import { type Denial, isDenial } from './denial.ts';
import { OxiosError } from './errors.ts';
import type { Exit, KernelEvent, Limits, Payload } from './events.ts';
import { type AbsPath, newRunId, type Pid, type RunId } from './ids.ts';
import type { Ports, ResumeOptions, RunRequest } from './kernel-types.ts';
import { type ModelFacts, NO_USAGE } from './model.ts';
import { type Child, earlierLife, type Revival } from './past.ts';
import { absoluteIn } from './paths.ts';
import type { Process } from './process.ts';
import { amended, type Remains, remainsOf, resumedLimits, settle } from './resume.ts';
import type { Run } from './run.ts';
import { failureOf, resultOf } from './run-end.ts';
import { createSnapshots, filesChanged, type Snapshot } from './snapshots.ts';
import type { Spawn, Supervisor } from './supervisor.ts';
import { draft } from './write.ts';

export interface RunsDeps {
  readonly ports: Ports;
  readonly supervisor: Supervisor;
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
  publish(events: readonly KernelEvent[]): void;
}

/** Beginning, going on and ending of runs. */
export interface Runs {
  readonly active: ReadonlySet<RunId>;
  start(request: RunRequest): Promise<{ run: RunId; pid: Pid }>;
  resume(run: RunId, options: ResumeOptions): Promise<{ run: RunId; pid: Pid }>;
  /** The root's exit, once the run's result is in the log. */
  ended(root: Process): Promise<Exit>;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
  isHidden(path: AbsPath): boolean;
  /** A child of that name in an earlier life goes on under its own pid, each once. */
  earlierLife(parent: Process, child: Child): Revival | Record<never, never>;
  readonly snapshot: Snapshot;
}

export function createRuns(deps: RunsDeps): Runs {
  const { ports, supervisor } = deps;
  const active = new Map<RunId, Promise<Exit>>();
  const hidden = createHidden();
  const snapshots = createSnapshots(deps);

  const write = async (run: Run, pid: Pid, ...payloads: readonly Payload[]): Promise<void> => {
    deps.publish(await ports.log.append(payloads.map((payload) => draft(run.id, pid, 'kernel', payload))));
  };

  const launch = async (run: Run, first: Payload, spawn: Spawn): Promise<{ run: RunId; pid: Pid }> => {
    hidden.add(run.hidden);
    try {
      await write(run, (spawn.revive?.pid ?? 0) as Pid, first);
      const root = await supervisor.spawn(run, undefined, spawn);
      active.set(run.id, finish(run, root));
      return { run: run.id, pid: root.pid };
    } catch (error) {
      hidden.remove(run.hidden);
      throw error;
    }
  };

  const finish = async (run: Run, root: Process): Promise<Exit> => {
    const exit = await root.exited;
    try {
      const changed = await filesChanged(ports, snapshots, root);
      await root.noted;
      const result = resultOf(run, exit, changed, ports.log.head());
      await write(run, root.pid, { type: 'run.finished', outcome: result.outcome, exit_code: result.exit_code });
      await ports.log.checkpoint();
      await write(run, root.pid, { ...result, audit_head: ports.log.head() });
    } catch (error) {
      // The log cannot take the end of the run: said to whoever listens, and resumable from what is there.
      return failureOf(error);
    } finally {
      active.delete(run.id);
      hidden.remove(run.hidden);
    }
    return exit;
  };

  return {
    active: {
      has: (id) => active.has(id),
      get size() {
        return active.size;
      },
    } as ReadonlySet<RunId>,
    start: (request) => begin(ports, request).then(({ run, first, spawn }) => launch(run, first, spawn)),
    async resume(id, options) {
      if (active.has(id)) throw new OxiosError('USAGE', `run ${id} is still going`, { hint: 'watch it with oxios logs' });
      const { run, first, spawn } = await goOn(deps, id, options);
      return launch(run, first, spawn);
    },
    ended: (root) => active.get(root.run.id) ?? root.exited,
    async idle() {
      while (active.size > 0) await Promise.all(active.values());
    },
    isHidden: (path) => hidden.has(path),
    earlierLife: (parent, child) => earlierLife(parent, child, (pid) => supervisor.table.has(pid)),
    snapshot: snapshots,
  };
}

interface Launch {
  readonly run: Run;
  readonly first: Payload;
  readonly spawn: Spawn;
}

async function begin(ports: Ports, request: RunRequest): Promise<Launch> {
  checkSandbox(ports, request);
  const model = request.model === '' ? ports.models.defaultId() : request.model;
  const { facts } = await ports.models.open(model);
  checkPrice(facts, request.limits);
  const run = newRun(request.run ?? newRunId(ports.now()), request, request.limits);
  const { body, args, cwd, grants } = request;
  const spawn: Spawn = { name: request.kind === 'run' ? 'run' : 'agent', body, args, cwd, caps: grants, model: facts.id };
  return { run, first: startedEvent(ports, run, facts), spawn };
}

async function goOn(deps: RunsDeps, id: RunId, options: ResumeOptions): Promise<Launch> {
  const past = await collect(deps.ports.log.read({ run: id }));
  if (past.length === 0) throw new OxiosError('NOT_FOUND', `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
  return revived(deps, id, past, options);
}

const newRun = (id: RunId, request: RunRequest, limits: Limits): Run => ({
  id,
  request,
  limits,
  granted: [],
  denials: [],
  past: [],
  hidden: request.hidden ?? [],
  answer: undefined,
  usage: NO_USAGE,
  cost_usd: 0,
  firstTree: undefined,
  lastTree: undefined,
});

function startedEvent(ports: Ports, run: Run, facts: ModelFacts): Payload {
  const { request } = run;
  const model = facts.id;
  return {
    type: 'run.started',
    kind: request.kind,
    title: request.title,
    cwd: request.cwd,
    version: ports.version,
    model,
    facts: facts as unknown as never,
    limits: run.limits,
    sandbox: ports.host.exec.sandbox,
    grants: request.grants.map(ruleOf),
    denies: request.denies.map(ruleOf),
    interactive: request.interactive,
    request: { ...request, run: run.id, model } as unknown as never,
  };
}

function checkSandbox(ports: Ports, request: RunRequest): void {
  const { sandbox } = ports.host.exec;
  if (request.require_sandbox && sandbox.kind === 'none')
    throw new OxiosError('SANDBOX_MISSING', `a sandbox is required: ${sandbox.detail}`, { hint: 'install bubblewrap, or leave out --require-sandbox' });
}

function checkPrice(facts: ModelFacts, limits: Limits): void {
  if (limits.usd === null || facts.price !== null) return;
  throw new OxiosError('PRICE_UNKNOWN', `a cost limit is set, but the price of ${facts.id} is unknown`, {
    hint: 'set its price: oxios config set prices, or limit tokens with --max-tokens',
  });
}

async function revived(deps: RunsDeps, id: RunId, before: readonly KernelEvent[], options: ResumeOptions): Promise<Launch> {
  const { ports } = deps;
  const remains = remainsOf(before);
  const wanted = resumedLimits(remains.limits, options);
  const asked = amended(remains.request, options);
  checkSandbox(ports, asked);
  const { facts } = await ports.models.open(asked.model);
  checkPrice(facts, wanted);
  await settleOpen(deps, id, remains);
  const past = [...before, ...(await collect(ports.log.read({ run: id, from: before.length, types: ['tool.indoubt'] })))];
  const request: RunRequest = { ...asked, model: facts.id };
  const wall_ms = wanted.wall_ms === null ? null : Math.max(1, wanted.wall_ms - remains.active_ms);
  const { usage, cost_usd, firstTree, lastTree } = remains;
  const denials = denialsOf(past);
  const run: Run = {
    ...newRun(id, request, { ...wanted, wall_ms }),
    past,
    denials,
    granted: grantedIn(past, ports),
    answer: options.answer,
    usage,
    cost_usd,
    firstTree,
    lastTree,
  };
  const rootPast = past.filter((event) => event.pid === remains.root);
  const forked = rootPast.find((event) => event.type === 'process.forked');
  const { body, args, cwd, grants, model } = request;
  const spawn: Spawn = { name: forked?.name ?? 'run', body, args, cwd, caps: grants, model, revive: { pid: remains.root, past: rootPast } };
  return {
    run,
    first: {
      type: 'run.resumed',
      after: before.length - 1,
      version: ports.version,
      model: facts.id,
      facts: facts as unknown as never,
      limits: wanted,
      request: { ...options } as unknown as never,
    },
    spawn,
  };
}

/** Leftovers of the crash are killed first; calls with an unknown outcome are said to be so. */
async function settleOpen({ ports, publish }: RunsDeps, id: RunId, remains: Remains): Promise<void> {
  for (const open of remains.open) {
    if (open.group) await ports.host.exec.reap(open.group);
    const doubt = settle(open);
    if (doubt) publish(await ports.log.append([draft(id, open.pid, 'kernel', doubt)]));
  }
}

const denialsOf = (past: readonly KernelEvent[]): Denial[] =>
  past.flatMap((event) =>
    event.type === 'tool.denied' && isDenial(event.decision)
      ? [{ pid: event.pid, tool: event.tool, action: event.action, needs: event.needs, reason: event.decision.reason }]
      : [],
  );

/** What a person allowed for the whole run still holds. */
const grantedIn = (past: readonly KernelEvent[], ports: Ports): Capability[] =>
  past.flatMap((event) => (event.type === 'capability.granted' ? [parseRule(event.rule, (path) => absoluteIn(path, '/', ports.userHome))] : []));

interface Hidden {
  add(paths: readonly AbsPath[]): void;
  remove(paths: readonly AbsPath[]): void;
  has(path: AbsPath): boolean;
}

/** Paths no agent may see, counted: two runs may hide the same seed. */
function createHidden(): Hidden {
  const uses = new Map<AbsPath, number>();
  const count = (path: AbsPath, by: number) => {
    const now = (uses.get(path) ?? 0) + by;
    if (now > 0) uses.set(path, now);
    else uses.delete(path);
  };
  return {
    add: (paths) => paths.forEach((path) => void count(path, 1)),
    remove: (paths) => paths.forEach((path) => void count(path, -1)),
    has: (path) => uses.has(path) || [...uses.keys()].some((hidden) => isUnder(path, hidden)),
  };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}
