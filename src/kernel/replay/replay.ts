import { parseRule } from '../capability.ts';
import { OxiosError } from '../errors.ts';
import type { EventOf, KernelEvent } from '../events.ts';
import { type AbsPath, type AskId, type Pid, type RunId, sha256 } from '../ids.ts';
import type { Json } from '../json.ts';
import type { LocalKernel } from '../kernel.ts';
import { createKernel } from '../kernel.ts';
import type { Ports, Reply, ResumeOptions, RunRequest } from '../kernel-types.ts';
import type { LogHead } from '../log.ts';
import { isUndo } from '../undo/history.ts';
import { replayedHost, replayedModels, replayedTools } from './players.ts';
import { createTape, type Divergence, type Tape } from './tape.ts';

export interface ReplayOutcome {
  readonly events: number;
  readonly divergence: Divergence | undefined;
}

/**
 * Runs a recorded run again: the same kernel and the same bodies, with the recorded answers of models, tools, people
 * and the clock, and nothing of the world touched. Every event must come out as it was written.
 */
export async function replay(recorded: readonly KernelEvent[], ports: Ports): Promise<ReplayOutcome> {
  const lives = livesOf(recorded);
  for (const life of lives) {
    const tape = createTape(recorded, life.from, life.to, headOf(recorded));
    const alarms: Alarms = new Map();
    const kernel = createKernel({
      ...portsFor(recorded, recorded.slice(life.from, life.to), tape, ports),
      heard: tape.heard,
      alarm: (of, _ms, ring) => set(alarms, of, ring),
    });
    tape.onOutside((event) => void act(kernel, alarms, event).catch(() => undefined));
    begin(kernel, recorded, life.from).catch(() => undefined);
    await tape.finished;
    if (tape.divergence) return { events: tape.at, divergence: tape.divergence };
  }
  return { events: recorded.length, divergence: undefined };
}

/** From each start or resumption to where the kernel of that life ended or was killed. */
function livesOf(recorded: readonly KernelEvent[]): readonly { from: number; to: number }[] {
  const starts = recorded.flatMap((event, at) => (event.type === 'run.started' ? [at] : event.type === 'run.resumed' ? [doubtsBefore(recorded, at)] : []));
  return starts.map((from, at) => ({ from, to: withoutUndo(recorded, starts[at + 1] ?? recorded.length) }));
}

/** What a person put back after a life had ended was done by no kernel at work on the run. */
function withoutUndo(recorded: readonly KernelEvent[], end: number): number {
  let to = end;
  for (let last = recorded[to - 1]; last && isUndo(last); last = recorded[to - 1]) to -= 1;
  return to;
}

/** Calls with an unknown outcome are written before the resumption itself. */
function doubtsBefore(recorded: readonly KernelEvent[], at: number): number {
  let from = at;
  while (recorded[from - 1]?.type === 'tool.indoubt') from -= 1;
  return from;
}

async function begin(kernel: LocalKernel, recorded: readonly KernelEvent[], from: number): Promise<void> {
  const first = recorded.slice(from).find((event) => event.type === 'run.started' || event.type === 'run.resumed');
  if (first?.type === 'run.started') await kernel.start(first.request as unknown as RunRequest);
  else if (first?.type === 'run.resumed') await kernel.resume(first.run as RunId, first.request as unknown as ResumeOptions);
  else throw new OxiosError('NOT_FOUND', 'the recording does not begin with a start');
}

/** Time passes as it did then: an alarm rings when the recorded one did. */
type Alarms = Map<Pid | string, () => void>;

function set(alarms: Alarms, of: Pid | string, ring: () => void): () => void {
  alarms.set(of, ring);
  return () => void alarms.delete(of);
}

async function act(kernel: LocalKernel, alarms: Alarms, event: KernelEvent): Promise<void> {
  if (event.type === 'message.sent') await kernel.send(event.pid, event.text, event.from, event.kind === 'context' ? undefined : event.kind);
  else if (event.type === 'process.signalled') await kernel.signal(event.pid, event.signal, event.by);
  else if (event.type === 'budget.exceeded') alarms.get(event.of as Pid)?.();
  else if (event.type === 'approval.expired') alarms.get(event.ask as AskId)?.();
  else if (event.type === 'approval.refused') await kernel.answer(event.ask as AskId, refused(event.verdict), event.by, 'socket');
  else if (event.type === 'capability.revoked')
    await kernel.revoke(
      parseRule(event.rule, (path) => path as AbsPath),
      event.by,
    );
  else if (event.type === 'process.niced') await kernel.nice(event.pid, event.nice, event.by);
  else if (event.type === 'approval.answered') {
    const { ask, verdict, scope, text, by } = event;
    await kernel.answer(ask as AskId, verdict === 'text' ? { verdict, text } : { verdict, scope }, by, 'terminal');
  }
}

/** What was refused then is refused again, whatever it said. */
const refused = (verdict: 'allow' | 'text'): Reply => (verdict === 'text' ? { verdict, text: '' } : { verdict, scope: 'once' });

function portsFor(recorded: readonly KernelEvent[], life: readonly KernelEvent[], tape: Tape, ports: Ports): Ports {
  // Of this life: one of an earlier life with the same name may have another key.
  const forks = life.filter((event): event is EventOf<'process.forked'> => event.type === 'process.forked');
  const taken = new Set<Pid>();
  const calls = bodyCalls(life);
  return {
    ...ports,
    log: tape.log,
    // What is remembered came with the request, and what the policy was before.
    remembered: { add: async () => undefined, forget: async () => 0 },
    policyBefore: () => undefined,
    host: replayedHost(recorded, life, ports.host),
    models: replayedModels(recorded),
    tools: replayedTools(recorded, ports.tools),
    nextPid: (ppid, name, call) => {
      const fork =
        forks.find((event) => event.ppid === ppid && event.name === name && event.call === call && !taken.has(event.pid)) ??
        recorded.find((event): event is EventOf<'process.forked'> => event.type === 'process.forked' && event.ppid === 0);
      if (!fork) throw new OxiosError('REPLAY_DIVERGED', `the recorded run never forked ${name}`);
      taken.add(fork.pid);
      return fork.pid;
    },
    callNumber: (pid, made, call) => calls(pid, call) ?? made,
  };
}

/** Of a body's calls side by side each has the number it had, whichever comes first this time. */
function bodyCalls(life: readonly KernelEvent[]): (pid: Pid, call: { answers: string; name: string; input: Json }) => number | undefined {
  const left = life.filter(
    (event): event is EventOf<'tool.intended'> | EventOf<'tool.denied'> =>
      (event.type === 'tool.intended' || (event.type === 'tool.denied' && !event.begun)) && event.answers === '',
  );
  return (pid, { answers, name, input }) => {
    if (answers !== '') return undefined;
    const hash = sha256(JSON.stringify(input));
    const at = left.findIndex((event) => event.pid === pid && event.tool === name && event.input_sha256 === hash);
    const call = at < 0 ? undefined : left.splice(at, 1)[0]?.call;
    return call === undefined ? undefined : Number(call.split('.')[1]);
  };
}

const headOf = (recorded: readonly KernelEvent[]): LogHead => {
  const result = recorded.findLast((event) => event.type === 'run.result');
  return result?.type === 'run.result' ? result.audit_head : { size: 0, root: '' };
};
