import type { Approvals } from './approvals.ts';
import { type Capability, formatRule } from './capability.ts';
import { decide, type Protection } from './decide.ts';
import type { Decision, Leads, Origins, Payload } from './events.ts';
import { type AbsPath, sha256 } from './ids.ts';
import type { Ports, Scope } from './kernel-types.ts';
import { hostSeen } from './mounted.ts';
import type { Call, Prepared } from './prepare.ts';
import { authorityOf, Ended, mountOf, type Process } from './process.ts';
import { raised } from './taint/judge.ts';
import { taintedIn } from './taint/tainted.ts';
import { callSignal, Interrupted, isHalted } from './turning.ts';

export interface ConsentDeps {
  readonly ports: Ports;
  readonly approvals: Approvals;
  readonly protection: Protection;
  write(proc: Process, actor: string, ...payloads: readonly Payload[]): Promise<unknown>;
}

/** The call with all it turned out to need, and what was decided on it. */
export interface Consented {
  readonly prepared: Prepared;
  readonly decision: Decision;
  readonly leads?: Leads;
  /** Arguments that stem from text nobody answers for. */
  readonly origins?: Origins;
}

/** Judges a call; what only a person can allow is put to one, with where its paths really lead. */
export async function consented(deps: ConsentDeps, proc: Process, call: Call, prepared: Prepared): Promise<Consented> {
  const origins = taintedIn(proc, call, prepared);
  const judged = (needs: readonly Capability[]): Decision => {
    const authority = authorityOf(proc, deps.protection);
    return raised(decide(authority, needs), origins, authority.asks);
  };
  const stems = origins.length > 0 ? { origins } : {};
  const first = judged(prepared.needs);
  if (first.verdict !== 'ask') return { prepared, decision: first, ...stems };
  const leads = await leadsOf(deps, proc, prepared.needs);
  const needs = withTargets(prepared.needs, leads);
  const decision = judged(needs);
  const whole: Consented = { prepared: { ...prepared, needs }, decision, ...(leads.length > 0 ? { leads } : {}), ...stems };
  return { ...whole, decision: decision.verdict === 'ask' ? await asked(deps, proc, call, whole) : decision };
}

/** Of what would change, characters; the whole is in the call's arguments. */
const MAX_DETAIL = 50_000;

async function asked(deps: ConsentDeps, proc: Process, call: Call, { prepared, decision, leads, origins }: Consented): Promise<Decision> {
  const needs = prepared.needs.map(formatRule);
  const detail = prepared.tool.preview?.(prepared.input).slice(0, MAX_DETAIL);
  const bound_to = boundTo(proc, call, needs, leads ?? []);
  proc.state = { is: 'waiting', on: 'approval' };
  const reply = await proc.seat.aside(callSignal(proc), () =>
    deps.approvals.ask(proc, {
      kind: 'approval',
      call: prepared.id,
      text: prepared.action,
      ...(detail === undefined ? {} : { detail }),
      options: ['allow once', 'allow for this run', 'always allow in this folder', 'deny'],
      needs,
      ...(leads ? { leads } : {}),
      ...(origins ? { origins } : {}),
      reason: decision.reason,
      bound_to,
    }),
  );
  proc.state = { is: 'waiting', on: 'tool' };
  // Nobody refused it: when the run goes on, it is asked again.
  if (!reply && (proc.controller.signal.aborted || proc.ending.signal.aborted)) throw new Ended();
  if (!reply && isHalted(proc)) throw new Interrupted();
  if (!reply) return { verdict: 'deny', rule: decision.rule, reason: `${decision.reason}, and nobody could be asked` };
  if (reply.verdict === 'expired') return { verdict: 'deny', rule: decision.rule, reason: `${decision.reason}, and nobody answered in time` };
  if (reply.verdict !== 'allow') return { verdict: 'deny', rule: 'answer', reason: 'the user refused it' };
  if (boundTo(proc, call, needs, await leadsOf(deps, proc, prepared.needs)) !== bound_to)
    return { verdict: 'deny', rule: 'answer', reason: 'a path leads elsewhere than when the user was asked: the answer does not count' };
  return allowed(deps, proc, prepared.needs, reply.scope);
}

async function allowed(deps: ConsentDeps, proc: Process, needs: readonly Capability[], scope: Scope): Promise<Decision> {
  if (scope !== 'once') {
    const lacking = lackedBy(deps, proc, needs);
    proc.run.granted = [...proc.run.granted, ...lacking];
    await deps.write(proc, 'user', ...lacking.map((need) => ({ type: 'capability.granted', rule: formatRule(need), by: 'user', scope }) as const));
    if (scope === 'rule') await deps.ports.remembered.add(lacking, proc.run.request.cwd, 'user');
  }
  return { verdict: 'allow', rule: 'answer', reason: `the user allowed it (${scope})` };
}

/** What the process had before needs no second grant. Where it lacked nothing by itself, it is the whole that was asked about. */
function lackedBy(deps: ConsentDeps, proc: Process, needs: readonly Capability[]): readonly Capability[] {
  const lacking = needs.filter((need) => decide(authorityOf(proc, deps.protection), [need]).verdict !== 'allow');
  return lacking.length > 0 ? lacking : needs;
}

/** An answer counts for exactly this. */
const boundTo = (proc: Process, call: Call, needs: readonly string[], leads: Leads): string =>
  sha256(JSON.stringify([call.name, call.input, proc.cwd, needs, leads]));

/** Where the paths lead now. */
async function leadsOf({ ports }: ConsentDeps, proc: Process, needs: readonly Capability[]): Promise<Leads> {
  const { fs } = hostSeen(ports.host, mountOf(proc));
  const leads: Leads = [];
  for (const need of needs) {
    if (need.on !== 'fs') continue;
    const to = await fs.reach(need.under);
    if (to !== need.under) leads.push({ from: need.under, to });
  }
  return leads;
}

/** The places behind links are needed as well: who says yes to the name sees where it leads. */
function withTargets(needs: readonly Capability[], leads: Leads): readonly Capability[] {
  const known = new Set(needs.map(formatRule));
  const targets = needs.flatMap((need) => {
    const lead = need.on === 'fs' && leads.find((one) => one.from === need.under);
    return lead ? [{ ...need, under: lead.to as AbsPath }] : [];
  });
  return [...needs, ...targets.filter((one) => !known.has(formatRule(one)))];
}
