import type { BodyContext } from '../../kernel/kernel-types.ts';
import { runCheck } from '../evaluate/check.ts';
import { NOTHING_RESTORED } from '../evaluate/restore.ts';
import type { CheckFacts } from '../events.ts';
import { judgeCommand } from '../seed/shell/judge.ts';
import type { DraftCriterion } from './draft.ts';
import type { Live } from './live.ts';

export interface Preflight {
  /** Why the command is none that could decide anything. */
  readonly flaw?: string;
  /** What is not known of it. */
  readonly note?: string;
}

/** A command runs this long before the work, and no longer than so many of its own limit, milliseconds. */
const USUAL_MS = 30_000;
const MOST_MS = 60_000;

/**
 * Each command on the untouched workspace, in a disposable copy: one that cannot run, does not end or holds already is the
 * specification's fault, and no worker is blamed for it. What was looked at in an earlier life is not looked at again.
 */
export async function preflight(ctx: BodyContext, live: Live, revision: number, criteria: readonly DraftCriterion[]): Promise<void> {
  const commanded = criteria.filter((one) => one.verify_command !== null && live.now().preflights.get(revision)?.get(one.id) === undefined);
  if (commanded.length === 0) return;
  const tree = await ctx.snapshot(`specification ${revision}`);
  for (const criterion of commanded) {
    const { facts, ...found } = await lookAt(ctx, tree, criterion);
    await live.emit({ type: 'interview.preflighted', revision, criterion: criterion.id, exit_code: facts?.exit_code ?? null, ...found });
  }
}

async function lookAt(ctx: BodyContext, tree: string, criterion: DraftCriterion): Promise<Preflight & { readonly facts?: CheckFacts }> {
  const { verify_command: command, output_assertion: assertion, expected_artifacts: artifacts, timeout_s } = criterion;
  if (command === null) return {};
  const verdict = judgeCommand(command);
  if (verdict.proves !== 'something') return { flaw: `it proves nothing: ${verdict.why}` };
  // Nobody has seen the command yet.
  if (!ctx.sandboxed) return { note: 'not tried: this machine has no sandbox' };
  const timeout_ms = timeout_s ? Math.min(MOST_MS, timeout_s * 1000) : USUAL_MS;
  const facts = await runCheck(ctx, { command, assertion, artifacts, timeout_ms }, { tree, baseline: tree, restored: NOTHING_RESTORED, without: [] });
  return { ...judgedBefore(command, facts, timeout_ms), facts };
}

/** Exits of a shell that found no program, or none it may start. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
/** What interpreters say of a script that came with the command itself. */
const BROKEN =
  /(?:^|\n)(?:bash|sh|[^\n:]*): (?:line \d+|-c): .*syntax error|(?:File "<string>"|\[eval\])[\s\S]*?SyntaxError|unexpected EOF while looking for matching/u;

/** Pure: what the untouched workspace says of a command. */
export function judgedBefore(command: string, facts: CheckFacts, timeout_ms: number): Preflight {
  const tail = lastLine(facts.output_tail);
  if (facts.refused !== undefined) return /cannot be judged/u.test(facts.refused) ? { flaw: facts.refused } : { note: `not tried: ${facts.refused}` };
  if (facts.timed_out) return { flaw: `it did not end within ${timeout_ms / 1000} s on the folder as it is` };
  if (facts.interpreter_missing !== undefined) return { flaw: `${facts.interpreter_missing} is not installed` };
  if (BROKEN.test(facts.output_tail)) return { flaw: `it is no command that could be run: ${tail}` };
  if ((facts.exit_code === NOT_FOUND || facts.exit_code === NOT_RUNNABLE) && !namesWork(command, facts.output_tail))
    return { flaw: `it cannot be run: exit ${facts.exit_code}${tail === '' ? '' : `, ${tail}`}` };
  return holds(facts) ? { flaw: 'it holds already on the folder as it is, and proves nothing' } : {};
}

/** A program named by a path is what the work is to make. */
const namesWork = (command: string, output: string): boolean =>
  /(^|[\s;&|(])\.{0,2}[\w.-]*\/[\w./-]+/u.test(command) && /No such file or directory|Permission denied/u.test(output);

const holds = ({ exit_code, assertion_found, artifacts }: CheckFacts): boolean =>
  exit_code === 0 && assertion_found !== false && artifacts.every((one) => one.exists && one.bytes > 0);

const lastLine = (text: string): string => (text.trim().split('\n').at(-1) ?? '').slice(0, MAX_TAIL);
const MAX_TAIL = 200;
