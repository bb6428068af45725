import { describe, expect, test } from 'vitest';
import { makePlan, type PlanItem } from '../../../src/ouroboros/execute/plan.ts';

const item = (id: string, change: Partial<PlanItem> = {}): PlanItem => ({ id, description: id, depends_on: [], expected_artifacts: [], ...change });

describe('a plan', () => {
  test('puts independent criteria in one level, in the order of the seed', () => {
    expect(makePlan([item('a'), item('b'), item('c')]).levels).toEqual([['a', 'b', 'c']]);
  });

  test('orders by declared dependencies', () => {
    expect(makePlan([item('a', { depends_on: ['c'] }), item('b'), item('c')]).levels).toEqual([['b', 'c'], ['a']]);
  });

  test.each([
    ['depends on AC 1', ['a']],
    ['works after criteria 1 and 2', ['a', 'b']],
    ['Requires AC-2', ['b']],
    ['builds on acceptance criterion #1', ['a']],
    ['speaks of 1 apple', []],
  ])('reads "%s" as a dependency on %j', (description, from) => {
    const plan = makePlan([item('a'), item('b'), item('c', { description })]);
    expect(plan.edges.map((edge) => edge.from)).toEqual(from);
  });

  test('orders criteria that write the same file, unless they are ordered already', () => {
    const shared = { expected_artifacts: ['out.txt'] };
    expect(makePlan([item('a', shared), item('b', shared)]).levels).toEqual([['a'], ['b']]);
    expect(makePlan([item('a', { ...shared, depends_on: ['b'] }), item('b', shared)]).levels).toEqual([['b'], ['a']]);
  });

  test('names the circle when there is one', () => {
    const circle = [item('a', { depends_on: ['c'] }), item('b', { depends_on: ['a'] }), item('c', { depends_on: ['b'] })];
    expect(() => makePlan(circle)).toThrow(/PLAN_CYCLE.*a -> b -> c -> a/);
  });
});
