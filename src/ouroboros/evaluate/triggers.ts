import type { Judgement } from '../events.ts';
import type { Seed } from '../seed/types.ts';

/** What decides whether one opinion on a criterion does. */
export interface Circumstances {
  /** The user asked for it. */
  readonly manual: boolean;
  readonly seed: Seed;
  /** The seed this one was evolved from. */
  readonly parent: Seed | undefined;
  /** `semantic_ac_key` of the criterion. */
  readonly key: string;
  readonly stakes: string | undefined;
  readonly judgement: Judgement | undefined;
  /** Of the work as it was measured, 0 to 1. */
  readonly drift: number | undefined;
  /** The persona of a worker that had to change its approach. */
  readonly lateral: string | undefined;
  /** The contract already held on the untouched workspace. */
  readonly heldBefore: boolean;
  /** Tests and runner configuration that were there before; of what was added, what the contract holds only with. */
  readonly changedTests: readonly string[];
  /** The contract proves the criterion alone, and the judge says no. */
  readonly atOdds: boolean;
  /** The contract proves the criterion alone. */
  readonly proved: boolean;
}

export interface Trigger {
  readonly name: string;
  /** What holds, as it is said in the evidence. */
  readonly text: string;
  holds(circumstances: Circumstances): boolean;
}

export const MAX_DRIFT = 0.3;
export const MAX_UNCERTAINTY = 0.3;
/** A judge who gives less passes the work, and sees another goal met than the one that was set. */
const SAME_GOAL = 0.8;

/** When three are asked instead of one; each row by itself is enough. */
export const TRIGGERS: readonly Trigger[] = [
  { name: 'manual', text: 'a consensus was asked for', holds: ({ manual }) => manual },
  { name: 'seed_changed', text: 'evolution changed what is asked for', holds: ({ seed, parent, key }) => parent !== undefined && isNew(seed, parent, key) },
  {
    name: 'ontology_changed',
    text: 'evolution changed the ontology',
    holds: ({ seed, parent }) => parent !== undefined && differs(seed.ontology_schema, parent.ontology_schema),
  },
  {
    name: 'goal_reinterpreted',
    text: 'the goal was read in another way',
    holds: ({ seed, parent, judgement }) =>
      (parent !== undefined && parent.goal.trim() !== seed.goal.trim()) || (judgement !== undefined && judgement.goal_alignment < SAME_GOAL),
  },
  { name: 'drift', text: 'the work drifts from what was asked for', holds: ({ drift = 0, judgement }) => Math.max(drift, judgement?.drift ?? 0) > MAX_DRIFT },
  { name: 'uncertainty', text: 'the judge is not sure', holds: ({ judgement }) => judgement !== undefined && judgement.uncertainty > MAX_UNCERTAINTY },
  { name: 'lateral', text: 'the worker had to be turned to another approach', holds: ({ lateral }) => lateral !== undefined },
  { name: 'held_before', text: 'the contract already held before the work', holds: ({ heldBefore }) => heldBefore },
  { name: 'tests_changed', text: 'tests or what runs them were changed', holds: ({ changedTests }) => changedTests.length > 0 },
  { name: 'at_odds', text: 'the contract and the judge are at odds', holds: ({ atOdds }) => atOdds },
  { name: 'high_stakes', text: 'the stakes are high and no contract proves it', holds: ({ stakes, proved }) => stakes === 'high' && !proved },
];

export const triggersIn = (circumstances: Circumstances): readonly string[] => TRIGGERS.filter((one) => one.holds(circumstances)).map((one) => one.name);

export const triggerText = (name: string): string => TRIGGERS.find((one) => one.name === name)?.text ?? name;

/** What was kept to the letter is what it was; constraints are about all criteria. */
const isNew = (seed: Seed, parent: Seed, key: string): boolean =>
  differs(seed.constraints, parent.constraints) || !parent.acceptance_criteria.some((one) => one.semantic_ac_key === key);

const differs = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
