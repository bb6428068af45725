import type { Decision, Origins } from '../events.ts';
import { numberOf } from '../ids.ts';
import type { Call, Prepared } from '../prepare.ts';
import type { Process } from '../process.ts';
import type { ToolResult } from '../tool.ts';
import { destinationsOf } from './destinations.ts';
import { follow, reach, taintOf } from './follow.ts';
import { originsOf } from './judge.ts';
import { namedBy } from './named.ts';
import { groundOf } from './opening.ts';

/** What of a call stems from text nobody answers for. A body calls with the words of the seed, and is Oxios' own. */
export function taintedIn({ ledger, run, cwd }: Process, call: Call, { tool, input, needs, effect }: Prepared): Origins {
  if (call.audience === 'body') return [];
  const destinations = destinationsOf({ tool: tool.name, needs, cwd, effect, input: call.input, declared: tool.destinations?.(input) });
  return originsOf(ledger, destinations, namedBy([...run.request.grants, ...run.granted]));
}

/** Whom a call reaches that was free to: the process may turn to them again, whatever they answer. */
export function turnedTo({ ledger }: Process, call: Call, { id, needs }: Prepared, { rule }: Decision): void {
  if (call.audience === 'model') reach(ledger, id, needs, rule);
}

/** Takes the result into what the process has read; for the log, the sources of it that nobody answers for. */
export function readBy(
  { ledger, run }: Process,
  call: Call,
  { id, tool, needs, effect }: Prepared,
  { text, taint: then }: ToolResult,
): { taint?: readonly string[] } {
  if (call.audience === 'body') return {};
  const taint = taintOf(follow(ledger, { id, nth: numberOf(id), taint: then, tool: tool.name, input: call.input, needs, effect, text }, groundOf(run.request)));
  return taint ? { taint } : {};
}
