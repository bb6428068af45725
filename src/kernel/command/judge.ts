import { formatRule } from '../capability.ts';
import { type Authority, decide } from '../decide.ts';
import { OxiosError } from '../errors.ts';
import type { Decision } from '../events.ts';
import { canonicalArgv } from './git-guard.ts';
import { type CommandPlace, needsOfCommand } from './needs.ts';
import { parseCommand } from './parse.ts';
import type { ParsedCommand, SimpleCommand } from './simple.ts';

/** What the gate answers to a script, and what it saw in it. */
export interface CommandVerdict extends Decision {
  /** The words that would run without a shell; undefined where bash runs the script. */
  readonly argv?: readonly string[];
  readonly commands: readonly JudgedCommand[];
}

/** One program of the script, judged by itself; `args` has null where a word is known only when the script runs. */
interface JudgedCommand extends Decision {
  readonly program: string;
  readonly args: readonly (string | null)[];
  readonly needs: readonly string[];
}

/** Pure, and the same that the gate decides: the worst over all simple commands. */
export function judgeCommand(script: string, place: CommandPlace, authority: Authority): CommandVerdict {
  const parsed = parseCommand(script);
  if (!parsed.ok) return { ...refused(parsed.reason), commands: [] };
  const argv = canonicalArgv(parsed);
  const commands = parsed.commands.map((one) => judgedCommand(parsed, one, place, authority));
  return { ...decided(parsed, place, authority), ...(argv ? { argv } : {}), commands };
}

type Parsed = Extract<ParsedCommand, { ok: true }>;

const refused = (reason: string): Decision => ({ verdict: 'deny', rule: 'COMMAND_DENIED', reason });

function decided(parsed: Parsed, place: CommandPlace, authority: Authority): Decision {
  try {
    return decide(authority, needsOfCommand(parsed, place));
  } catch (error) {
    if (error instanceof OxiosError) return refused(error.detail);
    throw error;
  }
}

function judgedCommand(whole: Parsed, one: SimpleCommand, place: CommandPlace, authority: Authority): JudgedCommand {
  const alone: Parsed = { ...whole, commands: [one], redirects: [], assignments: [] };
  return { program: one.program, args: one.args.map((arg) => arg ?? null), ...decided(alone, place, authority), needs: needsIn(alone, place) };
}

function needsIn(parsed: Parsed, place: CommandPlace): readonly string[] {
  try {
    return needsOfCommand(parsed, place).map(formatRule);
  } catch (error) {
    if (error instanceof OxiosError) return [];
    throw error;
  }
}
