import { checkPrice, checkSandbox, type Launch, newRun, othersFor, othersIn, policyChange, rootCaps } from './begin.ts';
import { type Capability, parseRule } from './capability.ts';
import { denialsIn } from './denial.ts';
import { OxiosError } from './errors.ts';
import type { EventOf, KernelEvent } from './events.ts';
import type { Host } from './host.ts';
import type { AbsPath, Pid, RunId } from './ids.ts';
import type { Ports, ResumeOptions, RunRequest } from './kernel-types.ts';
import type { Mounted } from './mount.ts';
import { hostSeen } from './mounted.ts';
import { absoluteIn } from './paths.ts';
import { policyHash } from './policy.ts';
import type { Process } from './process.ts';
import { amended, cutOff, type OpenCall, type Remains, remainsOf, resumedLimits, settle } from './resume.ts';
import { type Held, revokedFrom } from './revoke.ts';
import type { Run } from './run.ts';
import type { Spawn } from './supervisor.ts';
import { ledgersIn } from './taint/fold.ts';
import { isUndone } from './undo/history.ts';
import { draft } from './write.ts';

export interface ReviveDeps {
  readonly ports: Ports;
  publish(events: readonly KernelEvent[]): void;
}

/** A run of an earlier life, ready to go on. Throws NOT_FOUND, NOT_RESUMABLE, USAGE. */
export async function goOn(deps: ReviveDeps, id: RunId, options: ResumeOptions): Promise<Launch> {
  const { ports } = deps;
  const before = await collect(ports.log.read({ run: id }));
  if (before.length === 0) throw new OxiosError('NOT_FOUND', `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
  const remains = remainsOf(before);
  // A body that folds its own events believes what they say; an agent is told.
  if (remains.request.body !== 'agent' && remains.request.kind !== 'chat' && isUndone(before))
    throw new OxiosError('NOT_RESUMABLE', `files of run ${id} were put back to before what it did`, {
      hint: `take that back with oxios undo ${id} --redo, or start again with oxios run`,
    });
  const asked = amended(remains.request, options);
  const limits = resumedLimits(remains.limits, options);
  checkSandbox(ports, asked);
  const { facts } = await ports.models.open(asked.model);
  const request: RunRequest = { ...asked, model: facts.id };
  const others = await othersFor(ports, request, facts);
  for (const one of [facts, others.second, ...others.ballots, ...others.workers]) checkPrice(one, limits);
  await settleOpen(deps, id, remains, mountsIn(before, request.cwd));
  const past = [...before, ...(await collect(ports.log.read({ run: id, from: before.length, types: ['tool.indoubt'] })))];
  const run: Run = {
    ...newRun(id, request, withoutTimeSpent(limits, remains.active_ms), others),
    past,
    ledgers: ledgersIn(past, request),
    active_ms: remains.active_ms,
    denials: denialsIn(past),
    ...grantedIn(past, request.remembered ?? [], ports),
    answer: options.answer,
    usage: remains.usage,
    cost_usd: remains.cost_usd,
    firstTree: remains.firstTree,
    lastTree: remains.lastTree,
    mounts: new Map(remains.mounts),
  };
  return {
    run,
    first: [
      {
        type: 'run.resumed',
        after: remains.after,
        version: ports.version,
        model: facts.id,
        facts: facts as unknown as never,
        ...othersIn(facts, others),
        limits,
        request: { ...options } as unknown as never,
      },
      ...policyChange(policyHash(remains.request.policy ?? []), request.policy),
    ],
    spawn: rootOf(past, remains.root, request),
  };
}

/** What a process of an earlier life goes on from. */
export type EarlierLife = Pick<Spawn, 'revive'> | Record<never, never>;

/** A body's child of that name and key. */
export const childNamed = (parent: Process, name: string, key: string | undefined): EarlierLife =>
  lifeOf(parent, (event) => event.ppid === parent.pid && event.name === name && event.key === key && event.call === undefined);

/** The child of a call that was cut off and is made again; `answers` is the provider's id of the call. */
export function childOfCall(parent: Process, answers: string): EarlierLife {
  const calls = new Set(cutOff(parent.past, answers).map((one) => one.call));
  return lifeOf(parent, (event) => event.call !== undefined && calls.has(event.call));
}

function lifeOf(parent: Process, fits: (event: EventOf<'process.forked'>) => boolean): EarlierLife {
  const { past } = parent.run;
  const forked = past.find((event) => event.type === 'process.forked' && fits(event));
  return forked ? { revive: { pid: forked.pid, past: ownPast(past, forked.pid) } } : {};
}

/** Its own events, and what concerns every process. */
const ownPast = (past: readonly KernelEvent[], pid: Pid): readonly KernelEvent[] =>
  past.filter((event) => event.pid === pid || event.type === 'workspace.restored');

function rootOf(past: readonly KernelEvent[], pid: Pid, request: RunRequest): Spawn {
  const own = ownPast(past, pid);
  const forked = own.find((event) => event.type === 'process.forked');
  const { body, args, cwd, model } = request;
  return { name: forked?.name ?? 'run', body, args, cwd, caps: rootCaps(request), model, revive: { pid, past: own } };
}

/** Only time at work counts. */
const withoutTimeSpent = (limits: Run['limits'], active_ms: number): Run['limits'] => ({
  ...limits,
  wall_ms: limits.wall_ms === null ? null : Math.max(0, limits.wall_ms - active_ms),
});

/** Leftovers of the crash are taken away first; calls with an unknown outcome are said to be so. */
async function settleOpen({ ports, publish }: ReviveDeps, id: RunId, remains: Remains, mounts: ReadonlyMap<Pid, Mounted>): Promise<void> {
  await ports.host.exec.reap(...remains.groups);
  for (const open of remains.open) await tidy(hostSeen(ports.host, mounts.get(open.pid)), open);
  const doubts = remains.open.flatMap((open) => settle(open) ?? []);
  if (doubts.length > 0) publish(await ports.log.append(doubts.map(({ pid, payload }) => draft(id, pid, 'kernel', payload))));
}

/** What processes saw in the place of the workspace. */
const mountsIn = (past: readonly KernelEvent[], at: AbsPath): ReadonlyMap<Pid, Mounted> =>
  new Map(
    past.flatMap((event) => (event.type === 'process.forked' && event.mount ? [[event.pid, { ...event.mount, root: event.mount.root as AbsPath, at }]] : [])),
  );

/** What a write that was cut off left beside the file. */
async function tidy({ fs }: Host, { intended, started }: OpenCall): Promise<void> {
  if (!started) return;
  for (const need of intended.needs.map((rule) => parseRule(rule, (path) => path as AbsPath))) {
    if (need.on !== 'fs' || need.right !== 'write') continue;
    await fs.tidy(need.under, ANYWHERE).catch((error: unknown) => {
      // The folder is gone or closed to us: nothing of ours is there.
      if (!(error instanceof OxiosError)) throw error;
    });
  }
}

/** The path was judged when the call was made, and only temp files of a process that is gone are touched. */
const ANYWHERE = { roots: ['/' as AbsPath], allows: () => true };

/** What a person allowed for the whole run, and has not taken back, still holds. What is for the folder is remembered there. */
function grantedIn(past: readonly KernelEvent[], remembered: readonly Capability[], ports: Ports): Held {
  const rule = (text: string): Capability => parseRule(text, (path) => absoluteIn(path, '/', ports.userHome));
  let held: Held = { granted: [], revoked: [] };
  for (const event of past) {
    if (event.type === 'capability.granted' && event.scope === 'run') held = { ...held, granted: [...held.granted, rule(event.rule)] };
    if (event.type === 'capability.revoked') held = revokedFrom(held, rule(event.rule));
  }
  return { ...held, granted: [...remembered, ...held.granted] };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}
