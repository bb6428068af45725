import type { KernelEvent } from '../../src/kernel/events.ts';
import type { Pid, RunId } from '../../src/kernel/ids.ts';
import type { ProcState, ProcView } from '../../src/kernel/kernel-types.ts';
import type { RunView } from '../../src/kernel/view/runs.ts';
import type { ShellState } from '../../src/tui/state.ts';
import { initialState } from '../../src/tui/store/reduce.ts';

/** A shell before anything has happened, with what a test changes. */
export const shellState = (change: Partial<ShellState> = {}): ShellState => ({
  ...initialState({ columns: 80, rows: 24, layout: 'panes', theme: 'dark', now: 100_000 }),
  kernel: { is: 'open', own: true },
  model: 'anthropic/claude-opus-4-5',
  sandbox: 'bwrap',
  ...change,
});

export const RUN = 'r1' as RunId;

/** A process of it; `state` in short: `model`, `tool`, `running`, `done` ... */
export const proc = (pid: number, ppid: number, name: string, change: Partial<ProcView> = {}): ProcView => ({
  pid: pid as Pid,
  ppid: ppid as Pid,
  run: RUN,
  name,
  body: 'agent',
  model: 'm',
  nice: 0,
  state: { is: 'running', turn: 1 },
  turn: 1,
  tool: null,
  tokens: 0,
  context_tokens: 0,
  cost_usd: 0,
  started_at: 90_000,
  ended_at: null,
  ...change,
});

export const waits = (on: Extract<ProcState, { is: 'waiting' }>['on']): ProcState => ({ is: 'waiting', on });

export const run = (procs: readonly ProcView[], change: Partial<RunView> = {}): RunView => ({
  run: RUN,
  kind: 'chat',
  title: 'a talk',
  cwd: '/w',
  model: 'm',
  limits: null,
  window_tokens: null,
  started_at: 90_000,
  ended_at: null,
  status: 'running',
  outcome: null,
  exit_code: null,
  resumable: true,
  usage: { input: 0, output: 0, cache_read: 0, cache_write: 0 },
  cost_usd: 0,
  turns: 0,
  tool_calls: 0,
  asks: [],
  policy: '',
  procs,
  last_seq: 0,
  ...change,
});

export const runsOf = (...all: readonly RunView[]): ShellState['runs'] => new Map(all.map((one) => [one.run, one]));

/** An entry of the log. */
export const entry = (leaf: number, payload: { readonly type: string } & Readonly<Record<string, unknown>>, pid = 7): KernelEvent =>
  ({ v: 1, seq: leaf, leaf, at: 90_000 + leaf, mono: leaf, boot: 'b', run: RUN, pid, actor: 'kernel', ...payload }) as unknown as KernelEvent;
