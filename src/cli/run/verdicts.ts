import type { JsonObject } from '../../kernel/json.ts';
import type { Result } from './course.ts';

/** One criterion of a result, as reports show it. */
export interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  /** What speaks against it, a line each; empty when nothing does. */
  readonly why: string;
  /** What speaks for it, a line each. */
  readonly proof: string;
}

export const verdictsOf = (result: Result): readonly Verdict[] =>
  (result.criteria as unknown as readonly JsonObject[]).map((one) => ({
    id: String(one.id),
    status: String(one.status),
    description: String(one.description),
    why: textsOf(one, false),
    proof: textsOf(one, true),
  }));

const textsOf = ({ evidence }: JsonObject, ok: boolean): string =>
  (evidence as readonly JsonObject[])
    .filter((one) => one.ok === ok)
    .map((one) => String(one.text))
    .join('\n');
