import { FLOORS, READY } from '../view/floors.ts';

/** How clear each part of a request is, 0 to 1; null where nobody said. `context` counts only where a project is there already. */
export type Clarity = Readonly<Record<Part, number | null>>;

export const PARTS = ['goal', 'constraints', 'criteria', 'context'] as const;
export type Part = (typeof PARTS)[number];

export type Milestone = 'initial' | 'progress' | 'refined' | 'ready';

export interface Ambiguity {
  /** 0 (clear) to 1, four decimals. */
  readonly score: number;
  readonly ready: boolean;
  readonly milestone: Milestone;
  /** Parts below their floors, such as `Goal Clarity 0.50 < 0.75`. */
  readonly floor_failures: readonly string[];
  /** Ready, and every floor is met: a seed may be made of it. */
  readonly qualifies: boolean;
}

/** Weights of ouroboros.md section 2; the floors are in `view/floors.ts`, where front ends show them. */
const WEIGHTS: Readonly<Record<'greenfield' | 'brownfield', Readonly<Record<Part, number>>>> = {
  greenfield: { goal: 0.4, constraints: 0.3, criteria: 0.3, context: 0 },
  brownfield: { goal: 0.35, constraints: 0.25, criteria: 0.25, context: 0.15 },
};
export const PART_NAMES: Readonly<Record<Part, string>> = {
  goal: 'Goal Clarity',
  constraints: 'Constraint Clarity',
  criteria: 'Success Criteria Clarity',
  context: 'Context Clarity',
};

/** From the clearest on: the first that holds is it. */
const MILESTONES: readonly (readonly [most: number, name: Milestone])[] = [
  [READY, 'ready'],
  [0.3, 'refined'],
  [0.4, 'progress'],
  [Number.POSITIVE_INFINITY, 'initial'],
];

/** Pure: the same scores give the same answer. What is out of range counts as the end of the range, what is missing as nothing. */
export function ambiguityOf(clarity: Clarity, brownfield: boolean): Ambiguity {
  const weights = WEIGHTS[brownfield ? 'brownfield' : 'greenfield'];
  const parts = partsOf(brownfield);
  const known = (part: Part): number => within(clarity[part] ?? 0);
  // Never a negative zero.
  const score = Number(fixed(1 - sum(parts.map((part) => known(part) * weights[part])), 4)) + 0;
  const floor_failures = parts.flatMap((part) => {
    const floor = FLOORS[part].toFixed(2);
    if (clarity[part] === null) return [`${PART_NAMES[part]} missing (< ${floor})`];
    return known(part) < FLOORS[part] ? [`${PART_NAMES[part]} ${fixed(known(part), 2)} < ${floor}`] : [];
  });
  const ready = score <= READY;
  const milestone = MILESTONES.find(([most]) => score <= most)?.[1] ?? 'initial';
  return { score, ready, milestone, floor_failures, qualifies: ready && floor_failures.length === 0 };
}

export const partsOf = (brownfield: boolean): readonly Part[] => (brownfield ? PARTS : PARTS.filter((part) => part !== 'context'));

/** No clarity is more than this on somebody's mere word. */
export const UNCITED = 0.6;

/** What is not shown by what was said is capped. */
export const capped = (clarity: Clarity, cited: ReadonlySet<Part>): Clarity =>
  Object.fromEntries(PARTS.map((part) => [part, clarity[part] === null || cited.has(part) ? clarity[part] : Math.min(clarity[part], UNCITED)])) as Clarity;

/** No number is the least there is: nobody knows what it was to say. */
const within = (value: number): number => (Number.isNaN(value) ? 0 : Math.min(1, Math.max(0, value)));

/** With the digits that single additions lose (Neumaier): the reference sums so, and a rounding must not depend on it. */
function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** More digits than a tie of two or four decimals has; behind them a double near 1 has nothing that `toFixed` would miss. */
const EXACT = 25;

/** Decimals with exact ties to the even digit, as the reference writes them; `toFixed` alone goes away from zero. */
function fixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(EXACT);
  const rest = exact.slice(exact.indexOf('.') + 1 + digits);
  if (!/^50*$/u.test(rest)) return rounded;
  const down = exact.slice(0, exact.length - rest.length);
  return Number(down.at(-1)) % 2 === 0 ? down : rounded;
}
