import { z } from 'zod';
import type { Capability } from './capability.ts';
import { OxiosError } from './errors.ts';
import type { Decision, Leads, Origins } from './events.ts';
import type { AbsPath, CallId } from './ids.ts';
import { isObject, type Json } from './json.ts';
import { absoluteIn } from './paths.ts';
import type { Process } from './process.ts';
import { isRedacted } from './text/redact.ts';
import type { AnyTool, Effect, Tool } from './tool.ts';
import { isUseful } from './toolbox.ts';

/** A call as a model or a body makes it. */
export interface Call {
  /** The provider's id, empty for a body's own call. */
  readonly answers: string;
  readonly name: string;
  readonly input: Json;
  readonly malformed?: string;
  readonly audience: 'model' | 'body';
}

/** A call that can be judged. */
export interface Prepared {
  readonly id: CallId;
  readonly tool: Tool<unknown>;
  readonly input: unknown;
  readonly effect: Effect;
  readonly needs: readonly Capability[];
  readonly action: string;
}

/** A call that does not run, and what the model is told. */
export interface Refusal {
  readonly id: CallId;
  readonly denied: string;
  readonly needs: readonly string[];
  readonly action: string;
  readonly decision: Decision;
  readonly leads?: Leads;
  /** It had started. */
  readonly begun?: true;
  readonly origins?: Origins;
}

interface Place {
  readonly tools: ReadonlyMap<string, AnyTool>;
  readonly userHome: AbsPath;
}

/** Finds the tool, reads the arguments and asks what the call needs. */
export function prepare({ tools, userHome }: Place, proc: Process, call: Call, id: CallId): Prepared | Refusal {
  const no = (rule: string, why: string, action = call.name): Refusal => ({
    id,
    denied: why,
    needs: [],
    action,
    decision: { verdict: 'deny', rule, reason: why },
  });
  const known = knownTo(tools, proc, call);
  const tool = known.find((one) => one.name === call.name) as Tool<unknown> | undefined;
  if (!tool) {
    const names = known.filter((one) => isUseful(one, proc)).map((one) => one.name);
    return no('unknown tool', `There is no tool "${call.name}". Use one of: ${names.join(', ')}.`);
  }
  if (call.malformed !== undefined)
    return no(
      'malformed arguments',
      `The arguments of ${call.name} were not valid JSON: ${call.malformed.slice(0, 200)}. Send the call again with one JSON object.`,
    );
  const parsed = tool.input.safeParse(call.input ?? {});
  if (!parsed.success) return no('schema', `The arguments of ${call.name} do not fit: ${z.prettifyError(parsed.error)}`);
  const input = parsed.data;
  try {
    const resolve = (path: string): AbsPath => absoluteIn(path, proc.cwd, userHome);
    const needs = tool.needs(input, { resolve, cwd: proc.cwd });
    const effect = typeof tool.effect === 'function' ? tool.effect(input) : tool.effect;
    // What was taken out would be missing from the file, or from the command.
    if (call.audience === 'model' && effect !== 'read' && needs.length > 0 && isRedacted(call.input)) return no('redacted', REDACTED, tool.describe(input));
    return { id, tool, input, needs, effect, action: tool.describe(input) };
  } catch (error) {
    if (error instanceof OxiosError) return no(error.code, [error.detail, error.hint].filter(Boolean).join('. '), tool.describe(input));
    throw error;
  }
}

const REDACTED =
  'The arguments hold a place where a secret was taken out: agents neither read nor write secrets. ' +
  'Change only the parts of the file around it with edit, or let the program take the secret from its environment.';

/** The tools a call may name. */
function knownTo(tools: ReadonlyMap<string, AnyTool>, proc: Process, { audience }: Call): readonly AnyTool[] {
  const names = audience === 'model' && isObject(proc.args) && Array.isArray(proc.args.tools) ? (proc.args.tools as readonly string[]) : undefined;
  return [...tools.values()].filter((tool) => tool.audience === audience && (!names || names.includes(tool.name)));
}
