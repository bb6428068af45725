import { parseRule } from '../capability.ts';
import { RefusedError } from '../denial.ts';
import { OxiosError } from '../errors.ts';
import type { EventOf, KernelEvent } from '../events.ts';
import type { ExecOutcome, Host, HostExec, Snapshot } from '../host.ts';
import type { AbsPath } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Part } from '../message.ts';
import { type Model, type ModelDone, type ModelEvent, type ModelFacts, type Models, NO_USAGE } from '../model.ts';
import { aborted } from '../process.ts';
import type { AnyTool, Sys, ToolResult } from '../tool.ts';
import { familyIn } from './outside.ts';

/** Models that give the recorded answers, in the order of each process's requests. */
export function replayedModels(recorded: readonly KernelEvent[]): Models {
  const begun = recorded.flatMap((event) => (event.type === 'run.started' || event.type === 'run.resumed' ? [event] : []));
  const known = begun.flatMap(({ facts, second, ballots, workers }) => [facts, second ?? [], ballots ?? [], workers ?? []].flat() as unknown as ModelFacts[]);
  const [first] = known;
  if (!first) throw new OxiosError('REPLAY_DIVERGED', 'the recording does not say which model it was');
  const open = (id: string): Model => ({
    facts: { ...(known.find((one) => one.id === id) ?? first), id },
    stream: (request, signal) => play(recorded, Number(request.session.split('/')[1]), request.number, signal),
  });
  const secondId = (id: string): string => (begun.find((event) => event.model === id)?.second as unknown as ModelFacts | undefined)?.id ?? id;
  const ballotIds = (id: string, second: string) => {
    const voted = begun.find((event) => event.model === id)?.ballots as unknown as readonly ModelFacts[] | undefined;
    return voted?.map((one) => one.id) ?? [second];
  };
  return { defaultId: () => first.id, secondId, ballotIds, open: async (id) => open(id) };
}

/** Whether somebody interrupted the process, or one above it, between the two: what ended then had been told to. */
function isInterrupted(recorded: readonly KernelEvent[], from: KernelEvent | undefined, to: KernelEvent): boolean {
  const between = recorded.filter(
    (event) => event.type === 'process.signalled' && event.signal === 'INT' && event.seq > (from?.seq ?? 0) && event.seq < to.seq,
  );
  if (between.length === 0) return false;
  const isBelow = familyIn(recorded);
  return between.some((event) => isBelow(to.pid, event.pid));
}

/** What it had answered when its turn was interrupted. */
function partialOf(recorded: readonly KernelEvent[], outcome: KernelEvent): readonly ModelEvent[] {
  if (outcome.type !== 'model.failed') return [];
  const cut = recorded.find(
    (event) => event.seq > outcome.seq && event.pid === outcome.pid && event.type !== 'message.sent' && event.type !== 'budget.settled',
  );
  return cut?.type === 'turn.interrupted' && cut.text !== '' ? [{ type: 'text', text: cut.text }] : [];
}

const wasGivenUp = (event: KernelEvent): boolean => event.type === 'model.failed' && event.code === 'ABORTED';

async function* play(recorded: readonly KernelEvent[], pid: number, number: number, signal: AbortSignal): AsyncIterable<ModelEvent> {
  const isAsked = (event: KernelEvent): boolean => event.type === 'model.requested' && event.pid === pid && event.request === number;
  const asked = recorded.findLast(isAsked);
  const outcomes = recorded.filter(
    (event): event is EventOf<'model.answered'> | EventOf<'model.failed'> =>
      (event.type === 'model.answered' || event.type === 'model.failed') && event.pid === pid && event.request === number,
  );
  for (const event of outcomes) {
    if (event.type === 'model.failed' && !event.final) {
      const { attempt, code, message, model, next_model = model, wait_ms = 0 } = event;
      const limited = event.limited ? ({ limited: true } as const) : {};
      yield { type: 'retry', attempt, wait_ms, code: code as never, message, model, next_model, ...limited, ...usedBy(event) };
      continue;
    }
    // What was given up was told to end first.
    if (wasGivenUp(event) || isInterrupted(recorded, asked, event)) await aborted(signal);
    yield* partialOf(recorded, event);
    yield doneOf(event);
    return;
  }
  // The recorded run never heard an answer here: it was cut off.
  await aborted(signal);
  yield { type: 'done', ok: false, code: 'ABORTED', message: 'aborted', parts: [], usage: NO_USAGE, cost_usd: 0, model: '', ms: 0 };
}

function doneOf(event: EventOf<'model.answered'> | EventOf<'model.failed'>): ModelDone {
  if (event.type === 'model.answered') {
    const { stop, usage, cost_usd, model, ms } = event;
    return { type: 'done', ok: true, stop, parts: event.parts as unknown as readonly Part[], usage, cost_usd, model, ms };
  }
  const hint = event.hint === undefined ? {} : { hint: event.hint };
  return {
    type: 'done',
    ok: false,
    code: event.code as never,
    message: event.message,
    ...hint,
    parts: [],
    ...usedBy(event),
    model: event.model,
    ms: 0,
  };
}

const usedBy = ({ usage, cost_usd }: EventOf<'model.failed'>) => (usage ? { usage, cost_usd: cost_usd ?? null } : { usage: NO_USAGE, cost_usd: 0 });

/** Tools that the kernel itself carries out: their effects are events again. */
const OWN = new Set(['fork', 'ask']);

/** The same tools with the same needs; running one gives the recorded outcome and touches nothing. */
export const replayedTools = (recorded: readonly KernelEvent[], tools: readonly AnyTool[]): readonly AnyTool[] =>
  tools.map((tool) => (OWN.has(tool.name) ? tool : { ...tool, run: (_input, sys) => outcomeOf(recorded, sys) }));

/** Tells the host which call it plays. */
const CALL = 'OXIOS_REPLAYED_CALL';

async function outcomeOf(recorded: readonly KernelEvent[], sys: Sys): Promise<ToolResult> {
  const groups = recorded.filter((event) => event.type === 'tool.started' && event.call === sys.call && event.group);
  // Nothing is run, and so nothing need be declared.
  for (const _ of groups) await sys.exec.run({ script: '', env: { [CALL]: sys.call }, timeout_ms: 0 });
  const refused = recorded.find((event) => event.type === 'tool.denied' && event.call === sys.call);
  if (refused?.type === 'tool.denied')
    throw new RefusedError(
      refused.needs.map((rule) => parseRule(rule, (path) => path as AbsPath)),
      refused.decision,
    );
  const finished = recorded.find((event) => event.type === 'tool.finished' && event.call === sys.call);
  if (finished?.type !== 'tool.finished') {
    await aborted(sys.signal);
    throw new OxiosError('INTERRUPTED', 'the recorded call was cut off');
  }
  for (const [key, value] of Object.entries((finished.notes ?? {}) as Record<string, Json>)) sys.notes.set(key, value);
  const intended = recorded.find((event) => event.type === 'tool.intended' && event.call === sys.call);
  if (isInterrupted(recorded, intended, finished)) await aborted(sys.signal);
  const { ok, text, images, details, diff, sandbox, taint = [] } = finished;
  return {
    ok,
    text,
    taint,
    ...(images ? { images } : {}),
    ...(details === undefined ? {} : { details: details as never }),
    ...(diff === undefined ? {} : { diff }),
    ...(sandbox === undefined ? {} : { sandbox: sandbox as never }),
  };
}

/** A host that runs nothing: recorded process groups, recorded snapshots; the content store is only read. */
export function replayedHost(recorded: readonly KernelEvent[], life: readonly KernelEvent[], host: Host): Host {
  const started = recorded.find((event) => event.type === 'run.started');
  const seen = new Map<string, number>();
  const last = snapshotsBefore(recorded, life);
  const exec: HostExec = {
    sandbox: (started?.sandbox ?? { kind: 'none', detail: '' }) as HostExec['sandbox'],
    async start(request) {
      const call = request.env[CALL] ?? '';
      const nth = seen.get(call) ?? 0;
      seen.set(call, nth + 1);
      const groups = recorded.flatMap((event) => (event.type === 'tool.started' && event.call === call && event.group ? [event.group] : []));
      const group = groups[nth] ?? { pgid: 0, start_ticks: 0 };
      await request.onSpawn(group);
      return { group, done: Promise.resolve(NOTHING_RAN), drain: () => '', stop: () => undefined };
    },
    reap: async () => false,
    which: async () => undefined,
    spilled: async () => undefined,
  };
  return {
    // Nothing of today's files decides what was decided then.
    fs: { ...host.fs, reach: async (path) => ledTo(recorded, path), find: NOTHING_FOUND, list: async () => [], tidy: async () => undefined },
    exec,
    net: { fetch: NOBODY_ASKED },
    workspaces: {
      ...host.workspaces,
      async snapshot(root, before) {
        const isOf = (event: EventOf<'workspace.snapshotted'>): boolean => event.before === before && (event.root ?? started?.cwd) === root;
        const event = life.find((one) => one.type === 'workspace.snapshotted' && isOf(one));
        if (event?.type === 'workspace.snapshotted') last.set(root, { tree: event.tree, files: event.files, ms: event.ms });
        return last.get(root) ?? NO_SNAPSHOT;
      },
      release: async () => undefined,
      copy: async () => {
        throw new OxiosError('INTERNAL', 'a replay copies nothing');
      },
    },
  };
}

const ledTo = (recorded: readonly KernelEvent[], path: AbsPath): AbsPath =>
  (recorded.flatMap((event) => (event.type === 'approval.asked' || event.type === 'tool.denied' ? (event.leads ?? []) : [])).find((one) => one.from === path)
    ?.to ?? path) as AbsPath;

const NOTHING_FOUND: Host['fs']['find'] = async () => ({ lines: [], truncated: false });

const NOBODY_ASKED: Host['net']['fetch'] = async () => {
  throw new OxiosError('INTERNAL', 'a replay asks nobody');
};

/** The trees as they were known when this life began, by folder. */
function snapshotsBefore(recorded: readonly KernelEvent[], life: readonly KernelEvent[]): Map<string, Snapshot> {
  const first = life[0]?.seq ?? 0;
  const started = recorded.find((event) => event.type === 'run.started');
  const known = new Map<string, Snapshot>();
  for (const event of recorded) {
    if (event.seq >= first) break;
    if (event.type === 'workspace.restored') known.set(started?.cwd ?? '', { ...NO_SNAPSHOT, tree: event.tree });
    if (event.type === 'workspace.snapshotted') known.set(event.root ?? started?.cwd ?? '', { tree: event.tree, files: event.files, ms: event.ms });
  }
  return known;
}

const NO_SNAPSHOT: Snapshot = { tree: '', files: 0, ms: 0 };

const NOTHING_RAN: ExecOutcome = { code: 0, signal: null, timed_out: false, cancelled: false, output: '', total_bytes: 0, ms: 0 };
