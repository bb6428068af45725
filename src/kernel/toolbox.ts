import { z } from 'zod';
import type { JsonObject } from './json.ts';
import type { ToolSpec } from './model.ts';
import type { Process } from './process.ts';
import type { AnyTool } from './tool.ts';

const specs = new WeakMap<AnyTool, ToolSpec>();

/** The tools an agent is offered: those named, or all that its capabilities can ever allow. */
export function offered(tools: readonly AnyTool[], proc: Process, names: readonly string[] | undefined): readonly ToolSpec[] {
  return tools.filter((tool) => tool.audience === 'model' && (!names || names.includes(tool.name)) && isUseful(tool, proc)).map(specOf);
}

const RIGHTS: Readonly<Record<string, 'fork' | 'kill'>> = { fork: 'fork', signal: 'kill' };

/** An interview is offered only in a conversation, a sub-agent can be asked for only by who may fork, others signalled only by who may, and a page only where some host is granted or can be. */
export function isUseful(tool: AnyTool, { caps, run, converses }: Process): boolean {
  if (tool.name === 'suggest_interview') return converses;
  const right = RIGHTS[tool.name];
  if (right) return caps.some((cap) => cap.on === 'proc' && cap.right === right);
  return tool.name !== 'fetch' || run.request.asks || [...caps, ...run.granted].some((cap) => cap.on === 'net');
}

/** Calls that change nothing, and sub-agents, may run beside their neighbours. */
export function parallelTools(tools: readonly AnyTool[]): (name: string) => boolean {
  const names = new Set(tools.filter((tool) => tool.effect === 'read' || tool.name === 'fork').map((tool) => tool.name));
  return (name) => names.has(name);
}

function specOf(tool: AnyTool): ToolSpec {
  const known = specs.get(tool);
  if (known) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(tool.input, { io: 'input' }) as JsonObject;
  const spec = { name: tool.name, description: tool.summary, schema: schema as JsonObject };
  specs.set(tool, spec);
  return spec;
}
