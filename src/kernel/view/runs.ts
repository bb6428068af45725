import type { EventOf, Exit, KernelEvent, Leads, Limits, Origins } from '../events.ts';
import type { Millis, Pid, RunId } from '../ids.ts';
import { isObject, type Json } from '../json.ts';
import type { ProcState, ProcView } from '../kernel-types.ts';
import { addUsage, NO_USAGE, totalTokens, type Usage } from '../model.ts';
import { policyHash } from '../policy.ts';

/** What is known of a run from its events alone: the process table, its cost, how it ended. */
export interface RunView {
  readonly run: RunId;
  readonly kind: string;
  readonly title: string;
  readonly cwd: string;
  readonly model: string;
  readonly limits: Limits | null;
  /** What a request to its model may hold, tokens; null: not known. */
  readonly window_tokens: number | null;
  readonly started_at: Millis;
  readonly ended_at: Millis | null;
  /** `running` also for one that was cut off: whether a kernel works on it, only the kernel knows. */
  readonly status: 'running' | 'ended';
  readonly outcome: string | null;
  readonly exit_code: number | null;
  readonly resumable: boolean;
  readonly usage: Usage;
  readonly cost_usd: number | null;
  readonly turns: number;
  readonly tool_calls: number;
  readonly asks: readonly OpenAsk[];
  /** Hash of the policy files' rules, as they stood when the run began or was resumed. */
  readonly policy: string;
  readonly procs: readonly ProcView[];
  readonly last_seq: number;
}

/** Events that change more of a run than how far it was folded. */
export const FOLDED: readonly KernelEvent['type'][] = [
  ...(['run.started', 'run.resumed', 'run.result', 'policy.changed', 'model.requested', 'model.answered', 'model.failed', 'context.compacted'] as const),
  ...(['tool.intended', 'tool.finished', 'tool.denied', 'tool.indoubt', 'approval.asked', 'approval.answered', 'approval.expired'] as const),
  ...(['process.forked', 'process.exited', 'process.moved', 'process.signalled', 'process.niced'] as const),
];

/** Those of them that change it by what lies beside the entry. */
export const FOLDED_BODIES: readonly KernelEvent['type'][] = ['run.started', 'tool.intended', 'approval.asked', 'process.exited'];

export interface OpenAsk {
  readonly ask: string;
  readonly pid: Pid;
  readonly kind: 'approval' | 'question';
  readonly text: string;
  readonly options: readonly string[];
  readonly needs: readonly string[];
  readonly reason: string;
  /** What would change. */
  readonly detail?: string;
  readonly leads?: Leads;
  /** Whose words chose what it acts on. */
  readonly origins?: Origins;
  readonly asked_at: Millis;
  /** When it is refused by itself; null: it waits. */
  readonly expires_at: Millis | null;
}

/** One run, event by event. What an event costs does not grow with the number of processes. */
export interface RunFold {
  take(event: KernelEvent): void;
  view(): RunView;
}

/** Undefined for an event of a run that has not begun. */
export const foldFrom = (first: KernelEvent): RunFold | undefined => (first.type === 'run.started' ? foldOn(begun(first)) : undefined);

/** Goes on from what was folded before. */
export function foldOn({ procs: known, ...rest }: RunView): RunFold {
  let totals: Totals = rest;
  const procs = new Map(known.map((proc) => [proc.pid, proc]));
  return {
    take(event) {
      totals = { ...foldTotals(totals, event), last_seq: event.seq };
      const proc = event.type === 'process.forked' ? born(event) : procs.get(event.pid);
      if (proc) procs.set(event.pid, foldProc(proc, event));
      if (event.type === 'run.result') cutOff(procs, event.at);
    },
    view: () => ({ ...totals, procs: [...procs.values()] }),
  };
}

type Totals = Omit<RunView, 'procs'>;

const windowOf = (facts: Json): number | null => (isObject(facts) && typeof facts.context_tokens === 'number' ? facts.context_tokens : null);

const begun = (event: Extract<KernelEvent, { type: 'run.started' }>): RunView => ({
  run: event.run,
  kind: event.kind,
  title: event.title,
  cwd: event.cwd,
  model: event.model,
  limits: event.limits,
  window_tokens: windowOf(event.facts),
  started_at: event.at,
  ended_at: null,
  status: 'running',
  outcome: null,
  exit_code: null,
  resumable: true,
  usage: NO_USAGE,
  cost_usd: 0,
  turns: 0,
  tool_calls: 0,
  asks: [],
  policy: event.policy?.hash ?? policyHash([]),
  procs: [],
  last_seq: event.seq,
});

function foldTotals(view: Totals, event: KernelEvent): Totals {
  switch (event.type) {
    case 'run.resumed':
      return {
        ...view,
        status: 'running',
        ended_at: null,
        outcome: null,
        exit_code: null,
        resumable: true,
        model: event.model,
        limits: event.limits,
        window_tokens: windowOf(event.facts),
      };
    case 'run.result':
      return {
        ...view,
        status: 'ended',
        ended_at: event.at,
        outcome: event.outcome,
        exit_code: event.exit_code,
        resumable: event.resumable ?? false,
        asks: [],
      };
    case 'model.answered':
      return { ...view, usage: addUsage(view.usage, event.usage), cost_usd: plus(view.cost_usd, event.cost_usd), turns: view.turns + 1 };
    case 'model.failed':
      return event.usage ? { ...view, usage: addUsage(view.usage, event.usage), cost_usd: plus(view.cost_usd, event.cost_usd ?? null) } : view;
    case 'tool.finished':
      return { ...view, tool_calls: view.tool_calls + 1 };
    case 'tool.denied':
      return event.begun ? { ...view, tool_calls: view.tool_calls + 1 } : view;
    case 'approval.asked': {
      return { ...view, asks: [...view.asks, openAsk(event)] };
    }
    case 'policy.changed':
      return { ...view, policy: event.hash };
    case 'approval.answered':
    case 'approval.expired':
      return { ...view, asks: view.asks.filter((one) => one.ask !== event.ask) };
    default:
      return view;
  }
}

function openAsk(event: Extract<KernelEvent, { type: 'approval.asked' }>): OpenAsk {
  const { ask, pid, kind, text, options, needs, reason, detail, leads, origins, at, timeout_ms } = event;
  return {
    ...{ ask, pid, kind, text, options, needs, reason },
    ...(detail === undefined ? {} : { detail }),
    ...(leads ? { leads } : {}),
    ...(origins ? { origins } : {}),
    asked_at: at,
    expires_at: timeout_ms === undefined ? null : at + timeout_ms,
  };
}

function cutOff(procs: Map<Pid, ProcView>, at: Millis): void {
  for (const proc of procs.values()) if (proc.state.is !== 'exited') procs.set(proc.pid, { ...proc, state: CUT_OFF, tool: null, ended_at: at });
}

const born = (event: Extract<KernelEvent, { type: 'process.forked' }>): ProcView => ({
  pid: event.pid,
  ppid: event.ppid as Pid,
  run: event.run,
  name: event.name,
  body: event.body,
  model: event.model,
  nice: event.nice,
  state: { is: 'running', turn: 0 },
  turn: 0,
  tool: null,
  tokens: 0,
  context_tokens: 0,
  cost_usd: 0,
  started_at: event.at,
  ended_at: null,
});

function foldProc(proc: ProcView, event: KernelEvent): ProcView {
  const to = (state: ProcState, change: Partial<ProcView> = {}): ProcView => ({ ...proc, state, ...change });
  switch (event.type) {
    case 'process.exited':
      return to({ is: 'exited', exit: event.exit as Exit }, { tool: null, ended_at: event.at });
    case 'process.moved':
      return to(MOVED[event.to] ?? { is: 'running', turn: proc.turn }, event.to === 'stopped' ? {} : { ended_at: null, tool: null });
    case 'process.signalled':
      return event.signal === 'STOP' ? to({ is: 'stopped' }) : event.signal === 'CONT' ? to({ is: 'running', turn: proc.turn }) : proc;
    case 'process.niced':
      return { ...proc, nice: event.nice };
    case 'model.requested':
      return to({ is: 'waiting', on: 'model' }, { turn: event.turn, ...contextIn(event) });
    case 'context.compacted':
      return { ...proc, context_tokens: event.after_tokens };
    case 'model.answered':
      return to({ is: 'running', turn: proc.turn }, { tokens: proc.tokens + totalTokens(event.usage), cost_usd: plus(proc.cost_usd, event.cost_usd) });
    case 'model.failed':
      return event.usage ? { ...proc, tokens: proc.tokens + totalTokens(event.usage), cost_usd: plus(proc.cost_usd, event.cost_usd ?? null) } : proc;
    case 'tool.intended':
      return to({ is: 'waiting', on: 'tool' }, { tool: event.action });
    case 'tool.finished':
    case 'tool.denied':
    case 'tool.indoubt':
      return to({ is: 'running', turn: proc.turn }, { tool: null });
    case 'approval.asked':
      return to({ is: 'waiting', on: 'approval' });
    default:
      return proc;
  }
}

const MOVED: Readonly<Record<string, ProcState>> = { stopped: { is: 'stopped' }, waiting: { is: 'waiting', on: 'message' } };

const contextIn = ({ purpose, est_tokens }: EventOf<'model.requested'>): Partial<ProcView> => (purpose ? {} : { context_tokens: est_tokens });

/** Of a process that a crash ended and nobody went on with. */
const CUT_OFF: ProcState = { is: 'exited', exit: { how: 'killed', signal: 'KILL' } };

const plus = (sum: number | null, cost: number | null): number | null => (sum === null || cost === null ? null : sum + cost);
