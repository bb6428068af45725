import type { BodyContext } from '../../kernel/kernel-types.ts';
import { CHECK_FACTS, type CheckFacts } from '../events.ts';
import { OBSTACLE, pauseOn } from '../pause.ts';
import type { Restoration } from './restore.ts';

/** A criterion's contract: how it can be checked without anybody's opinion. */
export interface Contract {
  readonly command: string | null;
  readonly assertion: string | null;
  readonly artifacts: readonly string[];
  readonly timeout_ms: number;
}

export interface CheckAt {
  readonly tree: string;
  readonly baseline: string;
  /** What is put back from the baseline before the command runs. */
  readonly restored: Restoration;
  /** Paths left out of the copy. */
  readonly without: readonly string[];
}

/** Runs a contract in a disposable copy, through the gate. A refused or failed call is facts too. */
export async function runCheck(ctx: BodyContext, contract: Contract, at: CheckAt): Promise<CheckFacts> {
  const result = await ctx.invoke('check', {
    tree: at.tree,
    baseline: at.baseline,
    restore: [...at.restored.whole],
    texts: at.restored.merged.map(({ path, content }) => ({ path, content })),
    without: [...at.without],
    command: contract.command,
    assertion: contract.assertion,
    artifacts: [...contract.artifacts],
    timeout_ms: contract.timeout_ms,
  });
  const facts = CHECK_FACTS.safeParse(result.details);
  if (facts.success) return facts.data;
  const obstacle = OBSTACLE.safeParse(result.details);
  if (obstacle.success) pauseOn(obstacle.data);
  return { exit_code: null, timed_out: false, assertion_found: null, artifacts: [], output_tail: '', refused: result.denied ?? result.text };
}
