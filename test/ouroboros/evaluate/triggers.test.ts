import { describe, expect, test } from 'vitest';
import { type Circumstances, TRIGGERS, triggersIn } from '../../../src/ouroboros/evaluate/triggers.ts';
import type { Judgement } from '../../../src/ouroboros/events.ts';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';
import type { Seed } from '../../../src/ouroboros/seed/types.ts';

function seedOf(change: object = {}): Seed {
  const whole = {
    goal: 'g',
    constraints: ['c'],
    acceptance_criteria: ['it works'],
    ontology_schema: { name: 'o', description: 'd', fields: [{ name: 'f', type: 'string', description: 'x' }] },
    metadata: {},
    ...change,
  };
  const reading = readSeed(new TextEncoder().encode(JSON.stringify(whole)), 'seed.yaml');
  if (!reading.ok) throw new Error('no seed');
  return reading.seed;
}

const SEED = seedOf();
const key = SEED.acceptance_criteria[0]?.semantic_ac_key ?? '';
const judgement = (change: Partial<Judgement> = {}): Judgement => ({
  compliance: true,
  score: 0.9,
  goal_alignment: 0.9,
  drift: 0,
  uncertainty: 0.1,
  reward_hacking_risk: 0,
  evidence: ['a:1'],
  reasons: 'fine',
  ...change,
});
/** Nothing that would ask for more than one opinion. */
const QUIET: Circumstances = {
  manual: false,
  seed: SEED,
  parent: undefined,
  key,
  stakes: undefined,
  judgement: judgement(),
  drift: 0,
  lateral: undefined,
  heldBefore: false,
  changedTests: [],
  atOdds: false,
  proved: true,
};

describe('three are asked', () => {
  const rows: readonly (readonly [name: string, what: string, change: Partial<Circumstances>])[] = [
    ['manual', 'the user wants it', { manual: true }],
    ['seed_changed', 'the criterion is not one of the parent', { parent: seedOf({ acceptance_criteria: ['it worked'] }) }],
    ['seed_changed', 'the constraints are others', { parent: seedOf({ constraints: ['c', 'd'] }) }],
    ['ontology_changed', 'a field of the ontology is another', { parent: seedOf({ ontology_schema: { name: 'o', description: 'd' } }) }],
    ['goal_reinterpreted', 'the goal is worded in another way', { parent: seedOf({ goal: 'G' }) }],
    ['goal_reinterpreted', 'the judge sees the goal met only nearly', { judgement: judgement({ goal_alignment: 0.79 }) }],
    ['drift', 'the work was measured to drift', { drift: 0.31 }],
    ['drift', 'the judge sees drift', { judgement: judgement({ drift: 0.31 }) }],
    ['uncertainty', 'the judge is not sure', { judgement: judgement({ uncertainty: 0.31 }) }],
    ['lateral', 'the worker was turned to another approach', { lateral: 'hacker' }],
    ['held_before', 'the contract held before', { heldBefore: true }],
    ['tests_changed', 'tests were changed', { changedTests: ['test/a.test.js'] }],
    ['at_odds', 'a contract holds and the judge says no', { atOdds: true }],
    ['high_stakes', 'the stakes are high and nothing proves it', { stakes: 'high', proved: false }],
  ];
  test.each(rows)('%s: %s', (name, _, change) => {
    expect(triggersIn({ ...QUIET, ...change })).toEqual([name]);
  });

  test('for every reason there is, each with its row here', () => {
    expect([...new Set(rows.map(([name]) => name))].sort()).toEqual(TRIGGERS.map((one) => one.name).sort());
  });

  test.each<[string, Partial<Circumstances>]>([
    ['nothing speaks for it', {}],
    ['nobody judged', { judgement: undefined, drift: undefined }],
    ['drift is at the limit', { drift: 0.3, judgement: judgement({ drift: 0.3 }) }],
    ['uncertainty is at the limit', { judgement: judgement({ uncertainty: 0.3 }) }],
    ['the goal is met well enough', { judgement: judgement({ goal_alignment: 0.8 }) }],
    ['the stakes are high and a contract proves it', { stakes: 'high' }],
    ['the stakes are middling', { stakes: 'medium', proved: false }],
    ['the parent has the same goal, constraints, ontology and criterion', { parent: seedOf({ acceptance_criteria: ['it works', 'and more'] }) }],
  ])('but not when %s', (_, change) => {
    expect(triggersIn({ ...QUIET, ...change })).toEqual([]);
  });
});
