import type { JsonObject } from '../../kernel/json.ts';
import type { Result } from './course.ts';

/** One reason for a verdict, as reports show it. */
export interface Reason {
  /** Which stage of the evaluation found it. */
  readonly stage: 'mechanical' | 'semantic' | 'consensus' | 'run';
  readonly kind: string;
  readonly ok: boolean;
  readonly text: string;
  /** Places it points to, `path:line`. */
  readonly at: readonly string[];
}

/** One criterion of a result, as reports show it. */
export interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly description: string;
  /** What speaks against it, a line each; empty when nothing does. */
  readonly why: string;
  /** What speaks for it, a line each. */
  readonly proof: string;
  /** All that was found, in the order of the stages. */
  readonly reasons: readonly Reason[];
}

export const verdictsOf = (result: Result): readonly Verdict[] =>
  (result.criteria as unknown as readonly JsonObject[]).map((one) => {
    const reasons = (one.evidence as readonly JsonObject[]).map(reasonOf);
    const lines = (ok: boolean) =>
      reasons
        .filter((reason) => reason.ok === ok)
        .map((reason) => reason.text)
        .join('\n');
    return { id: String(one.id), status: String(one.status), description: String(one.description), why: lines(false), proof: lines(true), reasons };
  });

/** As a line: `mechanical + contract: the verify command exits 0`. */
export const reasonLine = ({ stage, ok, kind, text, at }: Reason): string =>
  `${stage} ${ok ? '+' : '-'} ${kind}: ${text}${at.length > 0 ? ` [${at.join(', ')}]` : ''}`;

/** `path:line` taken apart; undefined for what is none. */
export function placeOf(at: string): { readonly path: string; readonly line: number } | undefined {
  const [, path, line] = /^(.+?):(\d+)(?:[-:]\d+)?$/u.exec(at) ?? [];
  return path === undefined || Number(line) < 1 ? undefined : { path, line: Number(line) };
}

const STAGES: Readonly<Record<string, Reason['stage']>> = {
  contract: 'mechanical',
  artifact: 'mechanical',
  baseline: 'mechanical',
  restored: 'mechanical',
  project: 'mechanical',
  semantic: 'semantic',
  consensus: 'consensus',
};

const reasonOf = ({ kind, ok, text, at }: JsonObject): Reason => ({
  stage: STAGES[String(kind)] ?? 'run',
  kind: String(kind),
  ok: ok === true,
  text: String(text),
  at: Array.isArray(at) ? at.map(String) : [],
});
