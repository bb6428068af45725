import { z } from 'zod';
import type { Capability } from '../kernel/capability.ts';
import { canonicalArgv } from '../kernel/command/git-guard.ts';
import { needsOfCommand, onlyReads } from '../kernel/command/needs.ts';
import { parseCommand } from '../kernel/command/parse.ts';
import type { ParsedCommand } from '../kernel/command/simple.ts';
import { quoted } from '../kernel/command/words.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { ExecOutcome } from '../kernel/host.ts';
import { destinationsOfCommands } from '../kernel/taint/commands.ts';
import { defineTool, type Sys, type ToolResult } from '../kernel/tool.ts';

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 1800;
/** What the model sees of an output, bytes; the whole is kept. */
const CAP_BYTES = 30 * 1024;

const fields = z.object({
  command: z.string().optional().describe('bash script'),
  argv: z.array(z.string()).optional().describe('instead of command: one program with its arguments, no shell'),
  timeout_s: z.number().positive().max(MAX_TIMEOUT_S).optional().describe(`default ${DEFAULT_TIMEOUT_S}`),
  background: z.boolean().optional().describe('return at once with an id'),
  output_of: z.string().optional().describe('instead of command: id of a background command, gives what it printed since'),
  output_blob: z.string().optional().describe('instead of command: id of a long output that was cut, gives the part from offset'),
  offset: z.number().int().min(0).optional().describe('byte of output_blob to begin at, default 0'),
  stop: z.string().optional().describe('instead of command: id of a background command to end'),
});
/** One of them says what is wanted. */
const WISHES = ['command', 'argv', 'output_of', 'output_blob', 'stop'] as const;
const input = fields.refine((one) => WISHES.filter((wish) => one[wish] !== undefined).length === 1, `give exactly one of ${WISHES.join(', ')}`);
type Input = z.infer<typeof input>;

export const bash = defineTool<Input>({
  name: 'bash',
  summary: `Run a command in the working directory. Commands that change things need a grant; a refusal says which. Output over ${CAP_BYTES / 1024} KB is cut in the middle; read the rest with output_blob. Every call starts in the working directory with a fresh shell.`,
  input,
  effect: (one) => (runsNothing(one) || onlyReads(judged(one)) ? 'read' : 'once'),
  audience: 'model',
  needs: (one, sys) => (runsNothing(one) ? [] : needsOfCommand(judged(one), sys)),
  destinations: (one) => (runsNothing(one) ? [] : destinationsOfCommands(judged(one).commands)),
  describe: shown,
  async run(one, sys) {
    if (one.output_blob !== undefined) return part(one.output_blob, one.offset ?? 0, sys);
    if (one.output_of !== undefined) return poll(one.output_of, sys);
    if (one.stop !== undefined)
      return sys.exec.stop(one.stop) ? { ok: true, text: `stopping ${one.stop}` } : { ok: false, text: `there is no background command ${one.stop}` };
    await reachable(needsOfCommand(judged(one), sys), sys);
    const argv = canonicalArgv(judged(one)) ?? one.argv;
    const request = { ...(argv ? { argv } : { script: one.command ?? '' }), timeout_ms: (one.timeout_s ?? DEFAULT_TIMEOUT_S) * 1000, cap_bytes: CAP_BYTES };
    if (one.background) {
      const id = await sys.exec.background(request);
      return { ok: true, text: `running as ${id}; read on with output_of, end it with stop`, details: { id } };
    }
    return resultOf(await sys.exec.run(request));
  },
});

const runsNothing = (one: Input): boolean => one.output_of !== undefined || one.stop !== undefined || one.output_blob !== undefined;

function shown(one: Input): string {
  if (one.output_of !== undefined) return `output of ${one.output_of}`;
  if (one.output_blob !== undefined) return `output ${one.output_blob} from ${one.offset ?? 0}`;
  return one.stop === undefined ? scriptOf(one) : `stop ${one.stop}`;
}

const scriptOf = (one: Input): string => one.command ?? quoted(one.argv ?? []);

/** Throws COMMAND_DENIED for what cannot be judged. */
function judged(one: Input): Extract<ParsedCommand, { ok: true }> {
  const parsed = parseCommand(scriptOf(one));
  if (!parsed.ok) throw new OxiosError('COMMAND_DENIED', parsed.reason, { hint: 'write it as plain commands' });
  if (parsed.commands.length + parsed.redirects.length + parsed.assignments.length === 0) throw new OxiosError('TOOL_INPUT', 'the command is empty');
  return parsed;
}

/** Where the named files lead to must be granted as well: a link is judged by its target. */
async function reachable(needs: readonly Capability[], sys: Sys): Promise<void> {
  for (const need of needs) if (need.on === 'fs') await sys.fs.stat(need.under, need.right);
}

async function part(id: string, offset: number, sys: Sys): Promise<ToolResult> {
  const found = await sys.exec.spilled(id, { offset, limit: CAP_BYTES });
  if (!found) return { ok: false, text: `there is no output ${id}` };
  const { bytes, total_bytes } = found;
  const next = offset + bytes.length;
  const more = next < total_bytes ? `\n[bytes ${offset}-${next - 1} of ${total_bytes}; go on with offset ${next}]` : `\n[end, ${total_bytes} bytes]`;
  return { ok: true, text: new TextDecoder().decode(bytes) + more, details: { from: offset, next, total_bytes } };
}

function resultOf(outcome: ExecOutcome): ToolResult {
  const { code, signal, timed_out, total_bytes, spill, refused } = outcome;
  return {
    ok: code === 0,
    text: `${lined(outcome.output)}${endOf(outcome)}`,
    details: { code, signal, timed_out, total_bytes, ...(spill ? { spill } : {}) },
    ...(refused ? { sandbox: refused } : {}),
  };
}

function poll(id: string, sys: Sys): ToolResult {
  const found = sys.exec.poll(id);
  if (!found) return { ok: false, text: `there is no background command ${id}; those of an earlier session ended with it` };
  const { output, outcome } = found;
  return {
    ok: true,
    text: `${lined(output)}${outcome ? endOf(outcome) : '[still running]'}`,
    details: outcome ? { code: outcome.code } : { running: true },
    ...(outcome?.refused ? { sandbox: outcome.refused } : {}),
  };
}

const lined = (output: string): string => (output === '' || output.endsWith('\n') ? output : `${output}\n`);

/** How a command ended, and what the sandbox had to do with it. */
function endOf({ code, signal, timed_out, cancelled, ms, refused }: ExecOutcome): string {
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  const how = timed_out ? `ended after ${seconds}: timeout` : cancelled ? `ended after ${seconds}: stopped` : `exit ${code ?? `by ${signal}`}`;
  return `[${how}]${refused === undefined ? '' : `\n[sandbox: ${refused.text}]`}`;
}
