import type { Level } from '../seed/types.ts';

/** How capable a model has to be, from the cheapest up. */
export const TIERS = ['frugal', 'standard', 'frontier'] as const;
export type Tier = (typeof TIERS)[number];

/** What a criterion asks of a worker. */
export interface Load {
  /** Of all it is told, about four characters each. */
  readonly tokens: number;
  /** Kinds of things it has to do: a file to leave is one, something that has to run is one, something to look up is one. */
  readonly tools: number;
  /** Criteria that have to come before it, one after the other, and how often it was split off from another. */
  readonly depth: number;
}

/** 0 to 1. Weights and bounds: ouroboros.md, section 3. */
export const complexityOf = ({ tokens, tools, depth }: Load): number =>
  0.3 * Math.min(tokens / 4000, 1) + 0.3 * Math.min(tools / 5, 1) + 0.4 * Math.min(depth / 5, 1);

const STANDARD_FROM = 0.4;
const FRONTIER_FROM = 0.7;

/** Successes in a row on one tier after which the one below is tried. */
const ENOUGH = 5;

export interface RouteFacts {
  readonly complexity: number;
  readonly difficulty: Level | null;
  readonly stakes: Level | null;
  /** From 1, within a generation. */
  readonly attempt: number;
  /** Of the first try; undefined for the first. */
  readonly first: Tier | undefined;
  /** Successes in a row on each tier. */
  readonly streaks: Streaks;
}

export interface Route {
  readonly tier: Tier;
  readonly why: string;
}

/** The tier for a try: the second is on the tier of the first, the third one above. */
export function route(facts: RouteFacts): Route {
  const { attempt, first } = facts;
  if (first === undefined) return firstRoute(facts);
  if (attempt < 3) return { tier: first, why: 'the same tier, with what the check found' };
  const tier = above(first);
  return { tier, why: tier === first ? 'there is no higher tier' : `one tier above ${first}, after ${attempt - 1} tries` };
}

function firstRoute({ complexity, difficulty, stakes, streaks }: RouteFacts): Route {
  const reasons = [`complexity ${complexity.toFixed(2)}`];
  let tier: Tier = complexity < STANDARD_FROM ? 'frugal' : complexity < FRONTIER_FROM ? 'standard' : 'frontier';
  if (difficulty === 'high') {
    tier = above(tier);
    reasons.push('high difficulty');
  }
  if (streaks[tier] >= ENOUGH && tier !== 'frugal') {
    reasons.push(`${streaks[tier]} successes in a row on ${tier}`);
    tier = below(tier);
  }
  if (stakes === 'high' && tier === 'frugal') {
    tier = 'standard';
    reasons.push('high stakes');
  }
  return { tier, why: reasons.join(', ') };
}

export type Streaks = Readonly<Record<Tier, number>>;

export const NO_STREAKS: Streaks = { frugal: 0, standard: 0, frontier: 0 };

/** A failure also ends what the tiers above had: who is sent down and fails comes up again. */
export const withTry = (streaks: Streaks, tier: Tier, ok: boolean): Streaks =>
  ok
    ? { ...streaks, [tier]: streaks[tier] + 1 }
    : (Object.fromEntries(TIERS.map((one) => [one, TIERS.indexOf(one) >= TIERS.indexOf(tier) ? 0 : streaks[one]])) as Streaks);

const above = (tier: Tier): Tier => TIERS[TIERS.indexOf(tier) + 1] ?? tier;
const below = (tier: Tier): Tier => TIERS[TIERS.indexOf(tier) - 1] ?? tier;
