import { join, relative } from 'node:path';
import { type Capability, covers, formatRule, isUnder } from './capability.ts';
import { decide, withheld } from './decide.ts';
import { OxiosError } from './errors.ts';
import type { PathGuard } from './host.ts';
import type { AbsPath } from './ids.ts';
import type { Lent } from './lent.ts';
import { narrowedExec } from './narrow-exec.ts';
import { narrowedNet } from './narrow-net.ts';
import { absoluteIn, writtenIn } from './paths.ts';
import type { Again, Notes, Sys, SysFs, SysWorkspace } from './tool.ts';

/** The world as one call may touch it: what its needs did not name is refused here, whatever the tool does. */
export function narrowed(lent: Lent): Sys {
  const { proc, call } = lent;
  const written: Written = new Map();
  return {
    pid: proc.pid,
    call,
    again: lent.again === undefined ? undefined : againFrom(lent, lent.again),
    cwd: proc.cwd,
    signal: lent.signal,
    resolve(path) {
      const plain = absoluteIn(path, proc.cwd, lent.userHome);
      written.set(plain, writtenIn(path, proc.cwd, lent.userHome));
      return plain;
    },
    // Made when they are used: a thousand sub-agents at work are as many calls that use none of them.
    get fs() {
      return narrowedFs(lent, written);
    },
    get exec() {
      return narrowedExec(lent);
    },
    get net() {
      return narrowedNet(lent);
    },
    proc: {
      fork: (request) => {
        holds(lent, { on: 'proc', right: 'fork' });
        return lent.fork(request);
      },
      others() {
        holds(lent, { on: 'proc', right: 'kill' });
        return lent.others.list(lent.proc);
      },
      async signal(pid, name) {
        holds(lent, { on: 'proc', right: 'kill' });
        await lent.others.signal(lent.proc, pid, name);
      },
    },
    user: { ask: lent.ask },
    get workspace() {
      return narrowedWorkspace(lent);
    },
    get notes() {
      return notesOf(lent);
    },
    progress: lent.progress,
  };
}

/** By the plain form of a path: as it was written, with its `..`, which lead up from where a link before them leads. */
type Written = Map<AbsPath, AbsPath>;

function narrowedFs(lent: Lent, written: Written): SysFs {
  const { fs } = lent.host;
  const at = (path: AbsPath): AbsPath => written.get(path) ?? path;
  const guard = (right: 'read' | 'write', path: AbsPath): PathGuard => {
    holds(lent, { on: 'fs', right, under: path });
    return guardFor(lent, right, path);
  };
  return {
    read: async (path, range) => fs.read(at(path), guard('read', path), range),
    write: async (path, bytes, options) => fs.write(at(path), bytes, guard('write', path), options),
    stat: async (path, right = 'read') => fs.stat(at(path), guard(right, path)),
    list: async (path) => fs.list(at(path), guard('read', path)),
    search: async (request) => fs.search({ ...request, under: at(request.under) }, guard('read', request.under), lent.signal),
    find: async (request) => fs.find({ ...request, under: at(request.under) }, guard('read', request.under), lent.signal),
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
    allows: (reached) =>
      (reached === path && judged(lent, right, path)) ||
      approved.includes(reached) ||
      decide(lent.authority, [{ on: 'fs', right, under: reached }]).verdict === 'allow',
  };
}

/** Whether the gate has judged this very use: the right to write a secret is not the right to look at it. */
const judged = (lent: Lent, right: 'read' | 'write', path: AbsPath): boolean =>
  lent.needs.some((need) => need.on === 'fs' && need.under === path && (need.right === right || lent.authority.protection.readable(path) === undefined));

function narrowedWorkspace(lent: Lent): SysWorkspace {
  const { host, proc } = lent;
  if (lent.audience !== 'body') return CLOSED;
  return {
    snapshot: () => host.workspaces.snapshot(proc.cwd, undefined, proc.run.hidden),
    changes: (from, to) => host.workspaces.changes(from, to),
    file: (tree, path) => host.workspaces.file(tree, path),
    entries: (tree, path) => host.workspaces.entries(tree, path),
    installed: () => host.workspaces.installed(proc.cwd),
    async copy(tree, patch) {
      const copy = await host.workspaces.copy(tree, proc.cwd, patch);
      lent.copies.push(copy);
      return copy.root;
    },
    lease: (name, tree, git) => host.workspaces.lease({ run: proc.run.id, name, tree, from: proc.cwd, git }),
    release: (name) => host.workspaces.release(proc.run.id, name),
    leftOut: (copy) => host.workspaces.leftOut(copy),
    merge: (request) =>
      host.workspaces.merge({
        ...request,
        root: proc.cwd,
        hidden: proc.run.hidden,
        // What was done in the copy was judged when it was done; what has been taken back since is not brought in.
        allows: (path) => !withheld(lent.authority).some((one) => covers(one, { on: 'fs', right: 'write', under: join(proc.cwd, path) as AbsPath })),
      }),
  };
}

const closed = async (): Promise<never> => {
  throw new OxiosError('PATH_DENIED', 'snapshots are not for agents', { hint: 'read the files of the working directory' });
};

const CLOSED: SysWorkspace = {
  ...{ snapshot: closed, changes: closed, file: closed, entries: closed, copy: closed, installed: closed },
  ...{ lease: closed, merge: closed, release: closed, leftOut: closed },
};

const againFrom = (lent: Lent, tree: string): Again => ({
  async before(path) {
    holds(lent, { on: 'fs', right: 'read', under: path });
    return lent.host.workspaces.file(tree, relative(lent.proc.cwd, path));
  },
});

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
