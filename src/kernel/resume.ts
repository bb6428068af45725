import { z } from 'zod';
import type { Amounts } from './budget.ts';
import { foldActivity } from './clock.ts';
import { OxiosError } from './errors.ts';
import type { EventOf, KernelEvent, Limits, Payload } from './events.ts';
import type { ProcessGroup } from './host.ts';
import type { Pid } from './ids.ts';
import type { ResumeOptions, RunRequest } from './kernel-types.ts';
import { addUsage, NO_USAGE, type Usage } from './model.ts';
import type { Process } from './process.ts';
import { isUndo } from './undo/history.ts';

/** What an earlier kernel left of a run. */
export interface Remains {
  /** As the resumptions so far have changed it. */
  readonly request: RunRequest;
  readonly limits: Limits;
  readonly root: Pid;
  /** Calls that had begun and have no outcome. */
  readonly open: readonly OpenCall[];
  readonly groups: readonly ProcessGroup[];
  /** `seq` of the last event of the last life. */
  readonly after: number;
  readonly usage: Usage;
  readonly cost_usd: number | null;
  /** Active time so far. */
  readonly active_ms: number;
  readonly firstTree: string | undefined;
  readonly lastTree: string | undefined;
  /** The newest tree of each folder that is seen in the workspace's place, by where it is. */
  readonly mounts: ReadonlyMap<string, string>;
}

export interface OpenCall {
  readonly pid: Pid;
  readonly intended: EventOf<'tool.intended'>;
  readonly started: boolean;
}

/** Without what was asked, answered and begun a run cannot go on; results and messages may be missing. */
const NEEDED: ReadonlySet<string> = new Set(['run.started', 'run.resumed', 'process.forked', 'model.answered', 'tool.intended']);

/** Folds a run's events into what is needed to go on. Throws NOT_RESUMABLE, REDACTED. */
export function remainsOf(events: readonly KernelEvent[]): Remains {
  const gone = events.find((event) => event.redacted && NEEDED.has(event.type));
  if (gone) throw new OxiosError('REDACTED', `entry ${gone.leaf}, a ${gone.type} of the run, was redacted`, { hint: 'start a new run with oxios run' });
  const first = events.find((event) => event.type === 'run.started');
  const root = events.find((event) => event.type === 'process.forked' && event.ppid === 0);
  if (!first || !root) throw new OxiosError('NOT_RESUMABLE', 'the run never began', { hint: 'start it again with oxios run' });
  const last = events.findLast((event) => event.type === 'run.result' || event.type === 'run.resumed');
  if (last?.type === 'run.result' && !last.resumable)
    throw new OxiosError('NOT_RESUMABLE', `the run has ended: ${last.outcome}`, { hint: 'start a new one with oxios run' });
  const resumptions = events.filter((event): event is EventOf<'run.resumed'> => event.type === 'run.resumed');
  const trees = events.flatMap((event) => (isOfWorkspace(event) ? [event.tree] : []));
  return {
    request: resumptions.reduce((request, event) => amended(request, event.request as ResumeOptions), first.request as unknown as RunRequest),
    limits: (resumptions.at(-1) ?? first).limits,
    root: root.pid,
    open: openCalls(events),
    groups: groupsOf(events),
    after: events.findLastIndex((event) => event.type !== 'tool.indoubt'),
    ...usageOf(events),
    active_ms: activeTime(events),
    firstTree: trees[0],
    lastTree: trees.at(-1),
    mounts: new Map(events.flatMap((event) => (event.type === 'workspace.snapshotted' && event.root !== undefined ? [[event.root, event.tree]] : []))),
  };
}

/** What tells how the workspace itself was. */
const isOfWorkspace = (event: KernelEvent): event is EventOf<'workspace.snapshotted'> | EventOf<'workspace.restored'> =>
  event.type === 'workspace.restored' || (event.type === 'workspace.snapshotted' && event.root === undefined);

/** Of every command of the last life: those in the background outlive the call that started them. */
export function groupsOf(events: readonly KernelEvent[]): readonly ProcessGroup[] {
  const began = events.findLastIndex((event) => event.type === 'run.started' || event.type === 'run.resumed');
  return events.slice(Math.max(0, began)).flatMap((event) => (event.type === 'tool.started' && event.group ? [event.group] : []));
}

/** A resumption adds to what was granted and denied, and says anew whether somebody can be asked. */
export function amended(request: RunRequest, options: ResumeOptions): RunRequest {
  const interactive = options.interactive ?? false;
  return {
    ...request,
    interactive,
    asks: interactive,
    model: options.model ?? request.model,
    // Whoever names a model wants it for all.
    ...(options.model === undefined ? {} : { models: [] }),
    grants: [...request.grants, ...(options.grants ?? [])],
    timed: options.timed ?? [],
    denies: [...request.denies, ...(options.denies ?? [])],
    policy: options.policy ?? request.policy ?? [],
    remembered: options.remembered ?? request.remembered ?? [],
    ...(options.approval_timeout_ms === undefined ? {} : { approval_timeout_ms: options.approval_timeout_ms }),
    hidden: [...(request.hidden ?? []), ...(options.hidden ?? [])],
    require_sandbox: request.require_sandbox || options.require_sandbox === true,
  };
}

/** What becomes of a call a crash cut off: repeatable ones run again by themselves, the rest is told to the model and the user. */
export function settle({ pid, intended, started }: OpenCall): { readonly pid: Pid; readonly payload: Payload } | undefined {
  if (!started || intended.effect !== 'once') return undefined;
  const text = `Unknown outcome: ${intended.action} had started when Oxios was interrupted, and was not run again. Look at its effects before you go on.`;
  return { pid, payload: { type: 'tool.indoubt', call: intended.call, tool: intended.tool, text } };
}

/** Limits of a resumed run: flags lower them, and raise them only when told to. */
export function resumedLimits(before: Limits, options: ResumeOptions): Limits {
  const pick = (key: keyof Limits): number | null => {
    const asked = options.limits?.[key];
    if (asked === undefined) return before[key];
    const was = before[key];
    return options.extend || asked === null || was === null ? asked : Math.min(asked, was);
  };
  const raised = options.limits && LIMIT_KEYS.some((key) => higher(options.limits?.[key], before[key]));
  if (raised && !options.extend) throw new OxiosError('USAGE', 'a resumed run may not raise its limits', { hint: 'say --extend to raise them' });
  return { tokens: pick('tokens'), usd: pick('usd'), turns: pick('turns'), wall_ms: pick('wall_ms'), tool_calls: pick('tool_calls') };
}

const LIMIT_KEYS = z.enum(['tokens', 'usd', 'turns', 'wall_ms', 'tool_calls']).options;

const higher = (asked: number | null | undefined, was: number | null): boolean => asked !== undefined && was !== null && (asked === null || asked > was);

function openCalls(events: readonly KernelEvent[]): readonly OpenCall[] {
  const open = new Map<string, OpenCall>();
  for (const event of events) {
    if (event.type === 'tool.intended') open.set(event.call, { pid: event.pid, intended: event, started: false });
    if (event.type === 'tool.started') {
      const call = open.get(event.call);
      if (call) open.set(event.call, { ...call, started: true });
    }
    if (hasOutcome(event)) open.delete(event.call);
  }
  return [...open.values()];
}

/** Whether it ends a call that had started. */
const hasOutcome = (event: KernelEvent): event is EventOf<'tool.finished'> | EventOf<'tool.indoubt'> | EventOf<'tool.denied'> =>
  event.type === 'tool.finished' || event.type === 'tool.indoubt' || (event.type === 'tool.denied' && event.begun === true);

function usageOf(events: readonly KernelEvent[]): { usage: Usage; cost_usd: number | null } {
  let usage = NO_USAGE;
  let cost_usd: number | null = 0;
  for (const event of events) {
    if ((event.type !== 'model.answered' && event.type !== 'model.failed') || !event.usage) continue;
    const cost = event.cost_usd ?? null;
    usage = addUsage(usage, event.usage);
    cost_usd = cost_usd === null || cost === null ? null : cost_usd + cost;
  }
  return { usage, cost_usd };
}

/** Time a kernel was at work on the run: from each start or resumption to the last event before the next, without waiting for somebody to say something. */
function activeTime(events: readonly KernelEvent[]): number {
  const activity = foldActivity();
  let sum = 0;
  let last: KernelEvent | undefined;
  for (const event of events) {
    // What the next kernel writes before it goes on has a clock of its own.
    const begins = event.type === 'run.started' || event.type === 'run.resumed';
    if (!begins && (last?.boot !== event.boot || isUndo(event))) continue;
    if (last && !begins && !activity.isIdle) sum += event.mono - last.mono;
    activity.take(event);
    last = event;
  }
  return sum;
}

/** What a process and all below it used in earlier lives. A call that was cut off counts when it is done again, and only agents' calls count. */
export function usedBelow(events: readonly KernelEvent[], pid: Pid): Amounts {
  const family = new Set<number>([pid]);
  for (const event of events) if (event.type === 'process.forked' && family.has(event.ppid)) family.add(event.pid);
  const own = events.filter((event) => family.has(event.pid));
  const asked = new Set(own.flatMap((event) => (event.type === 'tool.intended' && event.answers !== '' ? [event.call] : [])));
  const used = { tokens: 0, usd: 0, tool_calls: own.filter((event) => hasOutcome(event) && asked.has(event.call)).length };
  for (const event of own) {
    if (event.type !== 'budget.settled') continue;
    used.tokens += event.tokens;
    used.usd += event.usd;
  }
  return used;
}

/** Calls of earlier lives that were cut off and that one with the same provider's id makes again, the first one first. */
export function cutOff(past: readonly KernelEvent[], answers: string): readonly EventOf<'tool.intended'>[] {
  if (answers === '' || past.length === 0) return [];
  const ended = new Set(past.flatMap((event) => (hasOutcome(event) ? [event.call] : [])));
  return past.filter((event) => event.type === 'tool.intended' && event.answers === answers && !ended.has(event.call)) as EventOf<'tool.intended'>[];
}

/** The files a process works on as they were before a call that is made again first began; undefined for any other call. */
export function treeBefore(runPast: readonly KernelEvent[], { past, mount }: Pick<Process, 'past' | 'mount'>, answers: string): string | undefined {
  const [first] = cutOff(past, answers);
  const isKnown = (event: KernelEvent): boolean => event.type === 'workspace.snapshotted' && event.root === mount?.root && event.seq < (first?.seq ?? 0);
  const known = first && runPast.findLast(isKnown);
  return known?.type === 'workspace.snapshotted' ? known.tree : undefined;
}
