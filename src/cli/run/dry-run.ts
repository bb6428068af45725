import { join } from 'node:path';
import { formatRule } from '../../kernel/capability.ts';
import { EXIT } from '../../kernel/error-codes.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { policyRuleText } from '../../kernel/policy.ts';
import { ownChecks } from '../../ouroboros/evaluate/project.ts';
import type { Plan } from '../../ouroboros/execute/plan.ts';
import { textIn } from '../authority.ts';
import type { Io } from '../io.ts';
import { limitsOf } from '../render/limits.ts';

export interface Prepared {
  readonly request: RunRequest;
  readonly plan: Plan;
  readonly digest: string;
  /** At most. */
  readonly generations: number;
  /** Criteria worked on at once, at most. */
  readonly workers: number;
}

/** What a run would do, without a model and without doing it. */
export async function dryRun(io: Io, { request, plan, digest, generations, workers }: Prepared): Promise<number> {
  const { cwd, limits } = request;
  const { levels, edges } = plan;
  const model = request.model || 'the default';
  const grants = request.grants.map((one) => `${formatRule(one)}${one.on === 'exec' && one.reads ? ' (reading only)' : ''}`);
  for (const { rule, ms } of request.timed ?? []) grants.push(`${formatRule(rule)} (for ${ms / 1000} s)`);
  const denies = request.denies.map(formatRule);
  const { role = '', policy = [], remembered = [], ignored = [] } = request;
  const rules = policy.map(policyRuleText);
  const checks = (await ownChecks(async (path) => textIn(join(cwd, path)))).map((one) => one.broken ?? one.command);
  if (io.json) {
    const authority = { role, grants, denies, policy: rules, remembered: remembered.map(formatRule), ignored };
    io.out(JSON.stringify({ digest, model, cwd, levels, edges, checks, generations, workers, limits, ...authority }));
    return EXIT.ok;
  }
  io.out(
    [
      `seed ${digest}`,
      `model ${model}`,
      `folder ${cwd}`,
      limitsOf(limits),
      `at most ${generations === 1 ? '1 generation' : `${generations} generations`}`,
      workers === 1 ? 'one criterion after the other' : `at most ${workers} criteria of a level side by side, each in a copy`,
    ].join('\n'),
  );
  if (limits.usd === null) io.out('cost: no bound is set (--max-usd)');
  for (const [at, level] of levels.entries()) io.out(`level ${at + 1}: ${level.map((id) => named(id, plan)).join(', ')}`);
  list(io, "the project's own checks", checks);
  list(io, `grants of the role ${role} and the flags`, grants);
  list(io, 'approved for this folder', remembered.map(formatRule));
  list(io, 'denied', denies);
  list(io, 'policy', rules);
  list(
    io,
    'left alone, as the folder is not trusted',
    ignored.map((one) => one.path),
  );
  return EXIT.ok;
}

/** `tests (after counter)` */
function named(id: string, { edges }: Plan): string {
  const before = [...new Set(edges.filter((edge) => edge.to === id).map((edge) => edge.from))];
  return before.length === 0 ? id : `${id} (after ${before.join(', ')})`;
}

function list(io: Io, title: string, lines: readonly string[]): void {
  if (lines.length > 0) io.out([`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
}
