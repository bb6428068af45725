import type { Drift } from '../view/course.ts';

const WEIGHTS = { goal: 0.5, constraint: 0.3, ontology: 0.2 } as const;
/** What one violation adds. */
const VIOLATION = 0.1;

export interface DriftFacts {
  /** Undefined: not known. */
  readonly goal: Goal | undefined;
  /** What the workers reached for and had no business with. */
  readonly violations: number;
  /** How much the concepts of the work have become other ones, 0 to 1; undefined: there are none to compare. */
  readonly ontology: number | undefined;
}

export interface Goal {
  readonly changed: number;
  readonly outside: readonly string[];
}

/** How far the work went beyond what was asked for: what is not known does not count, and the rest counts for more. Pure. */
export function driftOf({ goal, violations, ontology }: DriftFacts): Drift {
  const parts = {
    goal: goal === undefined ? null : goal.changed === 0 ? 0 : goal.outside.length / goal.changed,
    constraint: Math.min(1, violations * VIOLATION),
    ontology: ontology ?? null,
  };
  const known = (Object.keys(WEIGHTS) as (keyof typeof WEIGHTS)[]).flatMap((name) => {
    const value = parts[name];
    return value === null ? [] : [{ weight: WEIGHTS[name], value }];
  });
  const weight = known.reduce((sum, one) => sum + one.weight, 0);
  const score = known.reduce((sum, one) => sum + one.weight * one.value, 0) / weight;
  return { ...parts, score: Number(score.toFixed(DIGITS)), outside: goal?.outside ?? [] };
}

const DIGITS = 4;
