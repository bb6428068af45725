import { type Capability, covers, formatRule, isUnder } from './capability.ts';
import { type Authority, decide } from './decide.ts';
import { scrubbed } from './environment.ts';
import { OxiosError } from './errors.ts';
import type { ExecRequest, Host, HostChild, PathGuard, ProcessGroup } from './host.ts';
import type { AbsPath, CallId } from './ids.ts';
import type { Json } from './json.ts';
import { absoluteIn } from './paths.ts';
import type { Process } from './process.ts';
import { homedirOf, sandboxFor } from './sandbox-spec.ts';
import type { CommandRequest, Notes, Question, SubAgent, Sys, SysExec, SysFs, SysWorkspace } from './tool.ts';

/** What the gate lends a call, besides the host. */
export interface Lent {
  readonly host: Host;
  readonly proc: Process;
  readonly call: CallId;
  readonly needs: readonly Capability[];
  readonly authority: Authority;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  started(group: ProcessGroup): Promise<void>;
  output(text: string): void;
  progress(text: string): void;
  fork(request: SubAgent): ReturnType<Sys['proc']['fork']>;
  ask(question: Question): Promise<string>;
  /** Collects notes the call sets, so that they can be logged with its outcome. */
  readonly noted: Record<string, Json>;
  /** Disposable copies made for this call; the gate disposes of them. */
  readonly copies: Copy[];
}

export interface Copy {
  readonly root: AbsPath;
  readonly linked: readonly AbsPath[];
  dispose(): Promise<void>;
}

const CAP_BYTES = 64 * 1024;

/** The world as one call may touch it: what its needs did not name is refused here, whatever the tool does. */
export function narrowed(lent: Lent): Sys {
  const { proc, call } = lent;
  return {
    pid: proc.pid,
    call,
    cwd: proc.cwd,
    signal: lent.signal,
    resolve: (path) => absoluteIn(path, proc.cwd, lent.userHome),
    fs: narrowedFs(lent),
    exec: narrowedExec(lent),
    proc: {
      fork: (request) => {
        holds(lent, { on: 'proc', right: 'fork' });
        return lent.fork(request);
      },
    },
    user: { ask: lent.ask },
    workspace: narrowedWorkspace(lent),
    notes: notesOf(lent),
    progress: lent.progress,
  };
}

function narrowedFs(lent: Lent): SysFs {
  const { fs } = lent.host;
  const guard = (right: 'read' | 'write', path: AbsPath): PathGuard => {
    holds(lent, { on: 'fs', right, under: path });
    return guardFor(lent, right, path);
  };
  return {
    read: async (path, range) => fs.read(path, guard('read', path), range),
    write: async (path, bytes, options) => fs.write(path, bytes, guard('write', path), options),
    stat: async (path) => fs.stat(path, guard('read', path)),
    list: async (path) => fs.list(path, guard('read', path)),
    search: async (request) => fs.search(request, guard('read', request.under), lent.signal),
    find: async (request) => fs.find(request, guard('read', request.under), lent.signal),
  };
}

/** Links may lead from an allowed path to another place: that place must be allowed by itself. */
function guardFor(lent: Lent, right: 'read' | 'write', path: AbsPath): PathGuard {
  const copy = lent.copies.find((one) => isUnder(path, one.root));
  if (copy) return { roots: [copy.root], allows: (reached) => isUnder(reached, copy.root) };
  const held = [...lent.authority.caps, ...lent.authority.granted];
  const roots = held.flatMap((one) => (one.on === 'fs' && covers(one, { on: 'fs', right, under: one.under }) ? [one.under] : []));
  const approved = lent.needs.flatMap((one) => (one.on === 'fs' && one.right === right ? [one.under] : []));
  return {
    roots: roots.some((root) => isUnder(path, root)) ? roots : [...roots, ...approved],
    allows: (reached) => reached === path || decide(lent.authority, [{ on: 'fs', right, under: reached }]).verdict === 'allow',
  };
}

function narrowedExec(lent: Lent): SysExec {
  const { proc, host } = lent;
  const start = async (request: CommandRequest, signal: AbortSignal): Promise<HostChild> => {
    if (!lent.needs.some((need) => need.on === 'exec')) throw new OxiosError('COMMAND_DENIED', 'the call did not declare that it runs a command');
    return host.exec.start(execRequest(lent, request), signal);
  };
  return {
    async run(request) {
      const child = await start(request, lent.signal);
      return child.done;
    },
    async background(request) {
      const child = await start(request, proc.controller.signal);
      const id = `b${proc.background.size + 1}`;
      proc.background.set(id, child);
      return id;
    },
    poll(id) {
      const child = proc.background.get(id);
      return child && pollOf(child);
    },
    stop(id) {
      const child = proc.background.get(id);
      child?.stop();
      return child !== undefined;
    },
    which: (program) => host.exec.which(program),
  };
}

const outcomes = new WeakMap<HostChild, Awaited<HostChild['done']>>();

function pollOf(child: HostChild): NonNullable<ReturnType<SysExec['poll']>> {
  if (!outcomes.has(child))
    child.done.then(
      (outcome) => outcomes.set(child, outcome),
      () => undefined,
    );
  const outcome = outcomes.get(child);
  return { output: child.drain(), ...(outcome ? { outcome } : {}) };
}

function execRequest(lent: Lent, request: CommandRequest): ExecRequest {
  const { proc } = lent;
  const argv = request.argv ?? ['bash', '-c', request.script ?? ''];
  const cwd = request.cwd ?? proc.cwd;
  const copy = lent.copies.find((one) => isUnder(cwd, one.root));
  if (!copy && !isUnder(cwd, proc.cwd)) throw new OxiosError('PATH_DENIED', `a command may not run in ${cwd}`, { hint: `run it below ${proc.cwd}` });
  const env = scrubbed({ ...lent.env, HOME: homedirOf(lent.env, lent.userHome) }, request.env);
  return {
    argv,
    cwd,
    env,
    timeout_ms: request.timeout_ms,
    ...(request.stdin === undefined ? {} : { stdin: new TextEncoder().encode(request.stdin) }),
    cap_bytes: request.cap_bytes ?? CAP_BYTES,
    sandbox: sandboxFor({
      authority: lent.authority,
      cwd: proc.cwd,
      ...(copy ? { copy } : {}),
      home: lent.home,
      userHome: lent.userHome,
      path: env.PATH ?? '',
      hidden: proc.run.hidden,
    }),
    onSpawn: lent.started,
    onOutput: lent.output,
  };
}

function narrowedWorkspace(lent: Lent): SysWorkspace {
  const { host, proc } = lent;
  return {
    snapshot: () => host.workspaces.snapshot(proc.cwd),
    changes: (from, to) => host.workspaces.changes(from, to),
    file: (tree, path) => host.workspaces.file(tree, path),
    entries: (tree, path) => host.workspaces.entries(tree, path),
    async copy(tree) {
      const copy = await host.workspaces.copy(tree, proc.cwd);
      lent.copies.push(copy);
      return copy.root;
    },
  };
}

const notesOf = (lent: Lent): Notes => ({
  get: (key) => lent.proc.notes.get(key),
  set: (key, value) => {
    lent.proc.notes.set(key, value);
    lent.noted[key] = value;
  },
});

function holds(lent: Lent, need: Capability): void {
  if (inCopy(lent, need) || lent.needs.some((one) => covers(one, need))) return;
  throw new OxiosError('PATH_DENIED', `the call did not declare ${formatRule(need)}`, { hint: 'a tool may only touch what its needs name' });
}

const inCopy = (lent: Lent, need: Capability): boolean => need.on === 'fs' && lent.copies.some((copy) => isUnder(need.under, copy.root));
