import { type Capability, parseRule } from './capability.ts';
import type { Exit } from './events.ts';
import { type AbsPath, type CallId, numberOf } from './ids.ts';
import { isObject, type Json } from './json.ts';
import type { ForkRequest, Ports } from './kernel-types.ts';
import { absoluteIn } from './paths.ts';
import { Ended, type Process } from './process.ts';
import { childOfCall, type EarlierLife } from './revive.ts';
import type { SubAgent, Sys } from './tool.ts';

export interface SubAgentDeps {
  readonly ports: Pick<Ports, 'userHome'>;
  fork(parent: Process, request: Omit<ForkRequest, 'ppid'>, life: EarlierLife): Promise<Process>;
  readonly parent: Process;
  /** The call that asks for it, with the provider's id of it. */
  readonly by: { readonly call: CallId; readonly answers: string };
}

/** A child asked for by an agent: it holds at most what its parent holds, and forks no further. */
export async function subAgent({ ports, fork, parent, by }: SubAgentDeps, request: SubAgent): ReturnType<Sys['proc']['fork']> {
  const grants = request.allow?.map((rule) => parseRule(rule, (path) => absoluteIn(path, parent.cwd, ports.userHome)));
  const tools = toolsFor(parent.args, request.tools);
  const wanted = {
    name: request.name,
    body: 'agent',
    args: { task: request.task, ...(tools ? { tools: [...tools] } : {}) },
    grants: (grants ?? parent.caps).filter((cap) => cap.on !== 'proc'),
    bounds: [...(grants ?? [...ALL_BUT_PROC, ...parent.caps])].filter((cap) => cap.on !== 'proc'),
    ...(request.max_turns === undefined ? {} : { limits: { turns: request.max_turns } }),
    call: by.call,
  };
  const child = await fork(parent, wanted, childOfCall(parent, by.answers));
  parent.state = { is: 'waiting', on: 'child' };
  const exit = await child.exited;
  parent.ledger.join(child.ledger, numberOf(by.call));
  // Ended together, it goes on with its parent.
  if (exit.how === 'killed' && (parent.controller.signal.aborted || parent.ending.signal.aborted)) throw new Ended();
  return { pid: child.pid, ok: exit.how === 'done', text: exitText(exit) };
}

/** It forks no further and signals nobody; all else it may be allowed as its parent may. */
const ALL_BUT_PROC: readonly Capability[] = [
  { on: 'fs', right: 'write', under: '/' as AbsPath },
  { on: 'exec', command: '*' },
  { on: 'net', host: '*' },
  { on: 'memory', right: 'write' },
  { on: 'mcp', server: '*' },
  { on: 'program', name: '*' },
];

/** Undefined is every tool: what the parent may not call its child may not either. */
function toolsFor(args: Json, asked: readonly string[] | undefined): readonly string[] | undefined {
  const held = isObject(args) && Array.isArray(args.tools) ? (args.tools as readonly string[]) : undefined;
  return held && asked ? asked.filter((name) => held.includes(name)) : (asked ?? held);
}

const exitText = (exit: Exit): string =>
  exit.how === 'done' ? exit.text : exit.how === 'failed' ? `${exit.code}: ${exit.message}` : `ended by ${exit.signal}`;
