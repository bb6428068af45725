import { type Capability, formatRule } from '../capability.ts';
import { type Authority, decide } from '../decide.ts';
import { OxiosError } from '../errors.ts';
import type { Decision } from '../events.ts';
import { canonicalArgv } from './git-guard.ts';
import { type CommandPlace, needsOf, needsOfCommand } from './needs.ts';
import { parseCommand } from './parse.ts';
import type { SimpleCommand } from './simple.ts';

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
  const commands = parsed.commands.map((one) => judgedCommand(one, place, authority));
  return { ...answered(() => decide(authority, needsOfCommand(parsed, place))), ...(argv ? { argv } : {}), commands };
}

const refused = (reason: string): Decision => ({ verdict: 'deny', rule: 'COMMAND_DENIED', reason });

/** What can never be judged is refused, as the gate does it. */
function answered(work: () => Decision): Decision {
  try {
    return work();
  } catch (error) {
    if (error instanceof OxiosError) return refused(error.detail);
    throw error;
  }
}

function judgedCommand(one: SimpleCommand, place: CommandPlace, authority: Authority): JudgedCommand {
  let needs: readonly Capability[] = [];
  const decision = answered(() => {
    needs = needsOf(one, place);
    return decide(authority, needs);
  });
  return { program: one.program, args: one.args.map((arg) => arg ?? null), ...decision, needs: needs.map(formatRule) };
}
