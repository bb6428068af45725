import { type Exceeded, isExceeded, reserveOrWait } from './budget.ts';
import { formatRule } from './capability.ts';
import { type ConsentDeps, type Consented, consented } from './consent.ts';
import type { Authority } from './decide.ts';
import { RefusedError } from './denial.ts';
import { OxiosError } from './errors.ts';
import type { Decision, Payload } from './events.ts';
import { type CallId, callIdOf, sha256 } from './ids.ts';
import type { Json } from './json.ts';
import { type LendDeps, lentTo } from './lend.ts';
import type { Copy } from './lent.ts';
import { narrowed } from './narrow.ts';
import { type Call, type Prepared, prepare, type Refusal } from './prepare.ts';
import { authorityOf, Ended, type Process, ready, unstopped } from './process.ts';
import { refusalText } from './refusal.ts';
import { readBy, turnedTo } from './taint/tainted.ts';
import type { Sys, Tool, ToolResult } from './tool.ts';
import { callSignal, isHalted } from './turning.ts';

export interface Outcome extends ToolResult {
  readonly call: CallId;
  /** Why it was refused; absent when it ran. */
  readonly denied?: string;
}

export interface GateDeps extends LendDeps, ConsentDeps {
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
  /** A limit was hit: logs it and ends the process it belongs to. Never returns. */
  exceeded(proc: Process, what: Exceeded): Promise<never>;
  /** Logged snapshot of the process's workspace. */
  snapshot(proc: Process, before: string): Promise<string>;
}

/** Where every effect passes: parse, needs, decide, ask, reserve, log the intent, run with a narrowed `Sys`, log the outcome, settle. */
export type Gate = (proc: Process, call: Call) => Promise<Outcome>;

export function createGate(deps: GateDeps): Gate {
  const tools = new Map(deps.ports.tools.map((tool) => [tool.name, tool]));
  return async (proc, call) => {
    await deps.ports.heard(proc.pid);
    await ready(proc);
    const id = callIdOf(proc.pid, deps.ports.callNumber(proc.pid, proc.calls++, call));
    const wanted = prepare({ tools, userHome: deps.ports.userHome }, proc, call, id);
    if ('denied' in wanted) return refuse(deps, proc, call, wanted);
    const agreed = await consented(deps, proc, call, wanted);
    const { prepared, decision } = agreed;
    if (decision.verdict !== 'allow') return refuse(deps, proc, call, refusedBy(deps, proc, agreed));
    if (call.audience === 'model') await count(deps, proc);
    try {
      return await perform(deps, proc, call, prepared, decision);
    } finally {
      if (proc.tool === prepared.action) proc.tool = null;
    }
  };
}

function refusedBy({ protection }: GateDeps, proc: Process, { prepared, decision, leads, origins }: Consented): Refusal {
  const { id, needs, action } = prepared;
  return {
    id,
    denied: refusalText(decision, authorityOf(proc, protection), needs),
    needs: needs.map(formatRule),
    action,
    decision,
    ...(leads ? { leads } : {}),
    ...(origins ? { origins } : {}),
  };
}

async function refuse(deps: GateDeps, proc: Process, call: Call, refusal: Refusal): Promise<Outcome> {
  const { id, denied, needs, action, decision, leads, origins, begun } = refusal;
  await deps.write(proc, 'kernel', {
    type: 'tool.denied',
    call: id,
    answers: call.answers,
    tool: call.name,
    action,
    input: call.input as never,
    input_sha256: sha256(JSON.stringify(call.input)),
    needs: [...needs],
    ...(leads ? { leads } : {}),
    ...(origins ? { origins } : {}),
    decision,
    text: denied,
    ...(begun ? { begun } : {}),
  });
  return { call: id, ok: false, text: denied, denied };
}

/** A call of an agent costs one, however it ends: it is settled at once. Held until its end, a parent's call would keep the last one from its child. What a body calls around its agents is bounded by its plan. */
async function count(deps: GateDeps, proc: Process): Promise<void> {
  const one = { tokens: 0, usd: 0, tool_calls: 1 };
  const held = await reserveOrWait(proc.budget, one, callSignal(proc));
  await ready(proc);
  if (isExceeded(held)) return deps.exceeded(proc, held);
  held.settle(one);
}

async function perform(deps: GateDeps, proc: Process, call: Call, prepared: Prepared, decision: Decision): Promise<Outcome> {
  const { id, tool, input, needs, effect, action } = prepared;
  const runsCommand = needs.some((need) => need.on === 'exec');
  if (mayWrite(prepared)) await deps.snapshot(proc, id);
  await deps.ports.heard(proc.pid);
  await ready(proc);
  proc.tool = action;
  const intended: Payload = {
    type: 'tool.intended',
    call: id,
    answers: call.answers,
    tool: tool.name,
    action,
    input: call.input as never,
    input_sha256: sha256(JSON.stringify(call.input)),
    effect,
    needs: needs.map(formatRule),
    decision,
  };
  // A command's start is logged with its process group, while the child is still held back.
  turnedTo(proc, call, prepared, decision);
  await deps.write(proc, 'agent', intended, ...(runsCommand ? [] : [{ type: 'tool.started', call: id } as const]));
  await unstopped(proc);
  const noted: Record<string, Json> = {};
  const copies: Copy[] = [];
  const began = deps.ports.now();
  const authority = authorityOf(proc, deps.protection);
  const sys = narrowed(lentTo(deps, proc, { id, answers: call.answers, needs, audience: tool.audience, authority, noted, copies }));
  let result: ToolResult;
  try {
    result = deps.ports.redactor.value(await run(tool, input, sys, proc));
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return await refuse(deps, proc, call, cutShort(prepared, error, authority));
  } finally {
    for (const copy of copies) await copy.dispose();
  }
  // Whatever the process does next waits for it: the next call, the end. Only its next request goes ahead.
  deps.note(proc, 'kernel', { ...finishedEvent(prepared, result, noted, deps.ports.now() - began), ...readBy(proc, call, prepared, result) });
  return { ...result, call: id };
}

/** A call that came upon what it may not touch. */
const cutShort = ({ id, action }: Prepared, { decision, needs }: RefusedError, authority: Authority): Refusal => ({
  id,
  denied: refusalText(decision, authority, needs),
  needs: needs.map(formatRule),
  action,
  decision,
  begun: true,
});

/** A typed failure is an answer to the model; anything else is a defect and ends the process. What failed because the process was ended has no outcome. */
async function run(tool: Tool<unknown>, input: unknown, sys: Sys, proc: Process): Promise<ToolResult> {
  if (isHalted(proc)) return CUT_SHORT;
  try {
    const result = await tool.run(input, sys);
    if (!result.ok && proc.controller.signal.aborted) throw new Ended();
    return !result.ok && isHalted(proc) ? cut(result) : result;
  } catch (error) {
    if (proc.controller.signal.aborted) throw new Ended();
    return failed(error, isHalted(proc));
  }
}

function failed(error: unknown, halted: boolean): ToolResult {
  if (halted && !(error instanceof RefusedError)) return CUT_SHORT;
  if (!(error instanceof OxiosError) || error instanceof RefusedError || error.code === 'NEEDS_ANSWER' || error.code === 'LIMIT') throw error;
  return {
    ok: false,
    text: [`${error.code}: ${error.detail}`, error.hint].filter(Boolean).join('. '),
    details: { code: error.code, message: error.detail, ...(error.hint === undefined ? {} : { hint: error.hint }) },
  };
}

const CUT = '[interrupted by the user]';
const CUT_SHORT: ToolResult = { ok: false, text: CUT, details: { interrupted: true } };

/** What it did until then is kept. */
const cut = (result: ToolResult): ToolResult =>
  result.details?.interrupted ? result : { ...result, text: `${result.text}\n${CUT}`, details: { ...result.details, interrupted: true } };

function finishedEvent(prepared: Prepared, result: ToolResult, noted: Record<string, Json>, ms: number): Payload {
  const { images, details, diff, sandbox } = result;
  return {
    type: 'tool.finished',
    call: prepared.id,
    tool: prepared.tool.name,
    ok: result.ok,
    text: result.text,
    text_sha256: sha256(result.text),
    ...(images ? { images: [...images] } : {}),
    ...(details ? { details: details as never } : {}),
    ...(Object.keys(noted).length > 0 ? { notes: noted as never } : {}),
    ...(diff ? { diff } : {}),
    ...(sandbox ? { sandbox } : {}),
    ms,
  };
}

const mayWrite = (prepared: Prepared): boolean =>
  prepared.tool.audience === 'model' &&
  prepared.effect !== 'read' &&
  prepared.needs.some((need) => (need.on === 'fs' && need.right === 'write') || (need.on === 'exec' && !need.reads));
