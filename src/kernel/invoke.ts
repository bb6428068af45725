import { z } from 'zod';
import { type Exceeded, isExceeded, type Reservation, reserveOrWait } from './budget.ts';
import { type Capability, formatRule } from './capability.ts';
import { type Authority, decide, type Protection } from './decide.ts';
import { isDenial } from './denial.ts';
import { OxiosError } from './errors.ts';
import type { Decision, Payload } from './events.ts';
import { type AbsPath, type CallId, callIdOf, sha256 } from './ids.ts';
import type { Json } from './json.ts';
import { isObject } from './json.ts';
import { type LendDeps, lentTo } from './lend.ts';
import type { Copy } from './lent.ts';
import { narrowed } from './narrow.ts';
import { absoluteIn } from './paths.ts';
import { Ended, type Process, ready } from './process.ts';
import type { AnyTool, Effect, Sys, Tool, ToolResult } from './tool.ts';

/** A call as a model or a body makes it. */
export interface Call {
  /** The provider's id, empty for a body's own call. */
  readonly answers: string;
  readonly name: string;
  readonly input: Json;
  readonly malformed?: string;
  readonly audience: 'model' | 'body';
}

export interface Outcome extends ToolResult {
  readonly call: CallId;
  /** Why it was refused; absent when it ran. */
  readonly denied?: string;
}

export interface GateDeps extends LendDeps {
  note(proc: Process, actor: string, ...payloads: readonly Payload[]): void;
  readonly protection: Protection;
  /** A limit was hit: logs it and ends the process it belongs to. Never returns. */
  exceeded(proc: Process, what: Exceeded): Promise<never>;
  /** Logged snapshot of the process's workspace. */
  snapshot(proc: Process, before: string): Promise<string>;
}

/** Where every effect passes: parse, needs, decide, ask, reserve, log the intent, run with a narrowed `Sys`, log the outcome, settle. */
export type Gate = (proc: Process, call: Call) => Promise<Outcome>;

interface Prepared {
  readonly id: CallId;
  readonly tool: Tool<unknown>;
  readonly input: unknown;
  readonly effect: Effect;
  readonly needs: readonly Capability[];
  readonly action: string;
}

export function createGate(deps: GateDeps): Gate {
  const tools = new Map(deps.ports.tools.map((tool) => [tool.name, tool]));
  return async (proc, call) => {
    await ready(proc);
    const id = callIdOf(proc.pid, proc.calls++);
    const prepared = prepare(deps, tools, proc, call, id);
    if ('denied' in prepared) return refuse(deps, proc, call, prepared);
    const authority = authorityOf(proc, deps.protection);
    const decision = await approved(deps, proc, call, prepared, decide(authority, prepared.needs));
    if (decision.verdict !== 'allow')
      return refuse(deps, proc, call, {
        id,
        denied: refusalText(decision, prepared.needs),
        needs: prepared.needs.map(formatRule),
        action: prepared.action,
        decision,
      });
    const held = await reserve(deps, proc);
    try {
      return await perform(deps, proc, call, prepared, decision);
    } finally {
      held.settle({ tokens: 0, usd: 0, tool_calls: 1 });
      proc.tool = null;
    }
  };
}

export const authorityOf = (proc: Process, protection: Protection): Authority => ({
  caps: proc.caps,
  granted: proc.run.granted,
  denies: proc.run.request.denies,
  asks: proc.run.request.asks,
  protection,
});

interface Refusal {
  readonly id: CallId;
  readonly denied: string;
  readonly needs: readonly string[];
  readonly action: string;
  readonly decision: Decision;
}

function prepare(deps: GateDeps, tools: ReadonlyMap<string, AnyTool>, proc: Process, call: Call, id: CallId): Prepared | Refusal {
  const no = (rule: string, why: string, action = call.name): Refusal => ({
    id,
    denied: why,
    needs: [],
    action,
    decision: { verdict: 'deny', rule, reason: why },
  });
  const tool = tools.get(call.name) as Tool<unknown> | undefined;
  const offered = isObject(proc.args) && Array.isArray(proc.args.tools) ? (proc.args.tools as readonly string[]) : undefined;
  if (!tool || tool.audience !== call.audience || (call.audience === 'model' && offered && !offered.includes(call.name)))
    return no('unknown tool', `There is no tool "${call.name}". Use one of: ${offeredNames(tools, call.audience, offered)}.`);
  if (call.malformed !== undefined)
    return no(
      'malformed arguments',
      `The arguments of ${call.name} were not valid JSON: ${call.malformed.slice(0, 200)}. Send the call again with one JSON object.`,
    );
  const parsed = tool.input.safeParse(call.input ?? {});
  if (!parsed.success) return no('schema', `The arguments of ${call.name} do not fit: ${z.prettifyError(parsed.error)}`);
  const input = parsed.data;
  try {
    const resolve = (path: string): AbsPath => absoluteIn(path, proc.cwd, deps.ports.userHome);
    const needs = tool.needs(input, { resolve, cwd: proc.cwd });
    return { id, tool, input, needs, effect: typeof tool.effect === 'function' ? tool.effect(input) : tool.effect, action: tool.describe(input) };
  } catch (error) {
    if (error instanceof OxiosError) return no(error.code, [error.detail, error.hint].filter(Boolean).join('. '), tool.describe(input));
    throw error;
  }
}

async function approved(deps: GateDeps, proc: Process, call: Call, prepared: Prepared, decision: Decision): Promise<Decision> {
  if (decision.verdict !== 'ask') return decision;
  const needs = prepared.needs.map(formatRule);
  proc.state = { is: 'waiting', on: 'approval' };
  const reply = await proc.seat.aside(proc.controller.signal, () =>
    deps.approvals.ask(proc, {
      kind: 'approval',
      call: prepared.id,
      text: prepared.action,
      options: ['allow once', 'allow for this run', 'deny'],
      needs,
      reason: decision.reason,
      bound_to: sha256(JSON.stringify([call.name, call.input, proc.cwd, needs])),
    }),
  );
  proc.state = { is: 'waiting', on: 'tool' };
  if (!reply) return { verdict: 'deny', rule: decision.rule, reason: `${decision.reason}, and nobody could be asked` };
  if (reply.verdict !== 'allow') return { verdict: 'deny', rule: 'answer', reason: 'the user refused it' };
  if (reply.scope === 'run') {
    proc.run.granted.push(...prepared.needs);
    await deps.write(proc, 'user', ...needs.map((rule) => ({ type: 'capability.granted', rule, by: 'user', scope: 'run' }) as const));
  }
  return { verdict: 'allow', rule: 'answer', reason: `the user allowed it (${reply.scope})` };
}

async function refuse(deps: GateDeps, proc: Process, call: Call, refusal: Refusal): Promise<Outcome> {
  const { id, denied, needs, action, decision } = refusal;
  if (isDenial(decision)) proc.run.denials.push({ pid: proc.pid, tool: call.name, action, needs, reason: decision.reason });
  await deps.write(proc, 'kernel', {
    type: 'tool.denied',
    call: id,
    answers: call.answers,
    tool: call.name,
    action,
    input: call.input as never,
    input_sha256: sha256(JSON.stringify(call.input)),
    needs: [...needs],
    decision,
    text: denied,
  });
  return { call: id, ok: false, text: denied, denied };
}

async function reserve(deps: GateDeps, proc: Process): Promise<Reservation> {
  const held = await reserveOrWait(proc.budget, { tokens: 0, usd: 0, tool_calls: 1 }, proc.controller.signal);
  return isExceeded(held) ? deps.exceeded(proc, held) : held;
}

async function perform(deps: GateDeps, proc: Process, call: Call, prepared: Prepared, decision: Decision): Promise<Outcome> {
  const { id, tool, input, needs, effect, action } = prepared;
  const runsCommand = needs.some((need) => need.on === 'exec');
  if (mayWrite(prepared)) await deps.snapshot(proc, id);
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
  await deps.write(proc, 'agent', intended, ...(runsCommand ? [] : [{ type: 'tool.started', call: id } as const]));
  await ready(proc);
  const noted: Record<string, Json> = {};
  const copies: Copy[] = [];
  const began = deps.ports.now();
  const sys = narrowed(lentTo(deps, proc, { id, answers: call.answers, needs, authority: authorityOf(proc, deps.protection), noted, copies }));
  let result: ToolResult;
  try {
    result = await run(tool, input, sys, proc);
  } finally {
    for (const copy of copies) await copy.dispose();
  }
  // Whatever the process does next waits for it: the next call, the end. Only its next request goes ahead.
  deps.note(proc, 'kernel', finishedEvent(prepared, result, noted, deps.ports.now() - began));
  return { ...result, call: id };
}

/** A typed failure is an answer to the model; anything else is a defect and ends the process. */
async function run(tool: Tool<unknown>, input: unknown, sys: Sys, proc: Process): Promise<ToolResult> {
  try {
    return await tool.run(input, sys);
  } catch (error) {
    if (proc.controller.signal.aborted) throw new Ended();
    if (!(error instanceof OxiosError) || error.code === 'NEEDS_ANSWER' || error.code === 'LIMIT') throw error;
    return {
      ok: false,
      text: [`${error.code}: ${error.detail}`, error.hint].filter(Boolean).join('. '),
      details: { code: error.code, message: error.detail, ...(error.hint === undefined ? {} : { hint: error.hint }) },
    };
  }
}

function finishedEvent(prepared: Prepared, result: ToolResult, noted: Record<string, Json>, ms: number): Payload {
  const { images, details, diff } = result;
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
    ms,
  };
}

const mayWrite = (prepared: Prepared): boolean =>
  prepared.tool.audience === 'model' &&
  prepared.effect !== 'read' &&
  prepared.needs.some((need) => (need.on === 'fs' && need.right === 'write') || (need.on === 'exec' && !need.reads));

const refusalText = (decision: Decision, needs: readonly Capability[]): string =>
  `Refused: ${decision.reason} (${decision.rule}). The call needs ${needs.map(formatRule).join(', ') || 'nothing'}. Do it another way within what is granted, or say in your answer what is missing.`;

const offeredNames = (tools: ReadonlyMap<string, AnyTool>, audience: string, offered: readonly string[] | undefined): string =>
  [...tools.values()]
    .filter((tool) => tool.audience === audience && (!offered || offered.includes(tool.name)))
    .map((tool) => tool.name)
    .join(', ');
