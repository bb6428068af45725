import type { JsonObject } from '../../kernel/json.ts';
import type { Result } from './course.ts';

/** One criterion of a result, as reports show it. */
export interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  /** What speaks against it, a line each; empty when nothing does. */
  readonly why: string;
}

export const verdictsOf = (result: Result): readonly Verdict[] =>
  (result.criteria as unknown as readonly JsonObject[]).map((one) => ({
    id: String(one.id),
    status: String(one.status),
    description: String(one.description),
    why: (one.evidence as readonly JsonObject[])
      .filter((evidence) => evidence.ok === false)
      .map((evidence) => String(evidence.text))
      .join('\n'),
  }));
