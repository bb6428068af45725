import { z } from 'zod';
import type { Contract } from './evaluate/check.ts';
import type { PlanItem } from './plan.ts';
import type { Criterion, Seed } from './seed/types.ts';

/** What a run's root process is started with. */
export const PROTOCOL_ARGS = z.object({
  /** The seed as it was read, the whole text. */
  seed: z.string(),
  file: z.string(),
  digest: z.string(),
  /** Criteria of one level that are worked on at once; omitted: one after the other. */
  workers: z.number().int().positive().optional(),
  /** Criteria that need no worker. They are evaluated like all others. */
  completed: z.array(z.string()).optional(),
});

/** A seed ready to be worked on. */
export interface Job {
  readonly seed: Seed;
  readonly digest: string;
  readonly file: string;
  readonly workers: number;
  readonly completed: ReadonlySet<string>;
  readonly criteria: ReadonlyMap<string, PlanItem & { readonly criterion: Criterion }>;
}

/** Criteria as the plan sees them: their own id, or `ac1`, `ac2`, ... by place. */
export const planItems = (seed: Seed): readonly PlanItem[] =>
  seed.acceptance_criteria.map((one) => ({
    id: one.id,
    description: one.description,
    depends_on: one.depends_on,
    expected_artifacts: one.expected_artifacts,
  }));

/** Q00's limit for one check, milliseconds. */
const CHECK_TIMEOUT_MS = 600_000;

export const contractOf = (criterion: Criterion): Contract => ({
  command: criterion.verify_command,
  assertion: criterion.output_assertion,
  artifacts: criterion.expected_artifacts,
  timeout_ms: criterion.timeout_s === undefined ? CHECK_TIMEOUT_MS : criterion.timeout_s * 1000,
});
