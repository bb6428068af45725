import { type Capability, parseRule } from '../capability.ts';
import type { EventOf, KernelEvent } from '../events.ts';
import { type AbsPath, numberOf, type Pid } from '../ids.ts';
import type { Json } from '../json.ts';
import type { RunRequest } from '../kernel-types.ts';
import { follow, reach } from './follow.ts';
import type { Ledger } from './ledger.ts';
import { groundOf, opened, said, told } from './opening.ts';

/** What each process of earlier lives had read, made again from the log. */
export function ledgersIn(events: readonly KernelEvent[], request: RunRequest): ReadonlyMap<Pid, Ledger> {
  const state: State = { request, ledgers: new Map(), calls: new Map(), parents: new Map(), bodies: new Map() };
  for (const event of events) foldEvent(state, event);
  return state.ledgers;
}

interface State {
  readonly request: RunRequest;
  readonly ledgers: Map<Pid, Ledger>;
  /** Calls by their id, until they end. */
  readonly calls: Map<string, EventOf<'tool.intended'>>;
  /** Who forked whom. */
  readonly bodies: Map<Pid, Pid>;
  /** Of children that a call asked for. */
  readonly parents: Map<Pid, { readonly pid: Pid; readonly nth: number }>;
}

function foldEvent(state: State, event: KernelEvent): void {
  if (event.type === 'process.forked') foldBirth(state, event);
  const ledger = state.ledgers.get(event.pid);
  if (ledger) foldInto(state, ledger, event);
}

function foldInto(state: State, ledger: Ledger, event: KernelEvent): void {
  if (event.type === 'model.requested' && !event.purpose) ledger.asked();
  else if (event.type === 'message.sent') foldMessage(state, ledger, event);
  else if (event.type === 'approval.answered' && event.verdict === 'text') ledger.add(said(event.text));
  else if (event.type === 'tool.intended' && event.answers !== '') foldIntent(state, ledger, event);
  else if (event.type === 'tool.finished') foldOutcome(state, ledger, event);
  else if (event.type === 'process.exited') foldDeath(state, ledger, event);
}

function foldMessage({ request, ledgers, bodies }: State, ledger: Ledger, event: EventOf<'message.sent'>): void {
  const parent = ledgers.get(bodies.get(event.pid) ?? event.pid);
  if (event.actor === 'user') ledger.add(said(event.text));
  else if (event.actor === 'protocol') ledger.add(told(event, groundOf(request), parent?.all() ?? []));
}

function foldBirth({ request, ledgers, parents, bodies }: State, event: EventOf<'process.forked'>): void {
  bodies.set(event.pid, event.ppid as Pid);
  const parent = ledgers.get(event.ppid as Pid);
  ledgers.set(event.pid, parent ? parent.fork() : opened(request));
  if (event.call !== undefined) parents.set(event.pid, { pid: event.ppid as Pid, nth: numberOf(event.call) });
}

function foldDeath({ ledgers, parents }: State, ledger: Ledger, { pid }: KernelEvent): void {
  const parent = parents.get(pid);
  if (parent !== undefined) ledgers.get(parent.pid)?.join(ledger, parent.nth);
}

function foldIntent({ calls }: State, ledger: Ledger, event: EventOf<'tool.intended'>): void {
  calls.set(event.call, event);
  reach(ledger, event.call, needsOf(event), event.decision.rule);
}

const needsOf = ({ needs }: EventOf<'tool.intended'>): readonly Capability[] => needs.map((rule) => parseRule(rule, (path) => path as AbsPath));

function foldOutcome({ request, calls }: State, ledger: Ledger, event: EventOf<'tool.finished'>): void {
  const intended = calls.get(event.call);
  if (!intended) return;
  calls.delete(event.call);
  const { taint = [] } = event;
  follow(
    ledger,
    {
      id: event.call,
      nth: numberOf(event.call),
      taint,
      tool: event.tool,
      input: intended.input as Json,
      needs: needsOf(intended),
      effect: intended.effect,
      text: event.text,
    },
    groundOf(request),
  );
}
