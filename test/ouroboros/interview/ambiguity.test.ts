import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ambiguityOf, type Clarity, capped } from '../../../src/ouroboros/interview/ambiguity.ts';

interface Row {
  readonly input: Readonly<Record<string, number | undefined>>;
  readonly brownfield: boolean;
}

const ROWS = readFileSync(new URL('../../vectors/ambiguity-vectors.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Row);

const clarityOf = (input: Row['input']): Clarity => ({
  goal: input.goal_clarity_score ?? null,
  constraints: input.constraint_clarity_score ?? null,
  criteria: input.success_criteria_clarity_score ?? null,
  context: input.context_clarity_score ?? null,
});

const all = (value: number | null): Clarity => ({ goal: value, constraints: value, criteria: value, context: value });

describe('the ambiguity of a request', () => {
  test('is that of the reference in every row', () => {
    expect(ROWS).toHaveLength(22);
    for (const { input, brownfield, ...expected } of ROWS) expect({ input, ...ambiguityOf(clarityOf(input), brownfield) }).toEqual({ input, ...expected });
  });

  test.each([
    ['above the range is the top of it', all(7), 0, []],
    [
      'below the range is the bottom of it',
      all(-1),
      1,
      ['Goal Clarity 0.00 < 0.75', 'Constraint Clarity 0.00 < 0.65', 'Success Criteria Clarity 0.00 < 0.70', 'Context Clarity 0.00 < 0.60'],
    ],
    ['infinite is the top of it', all(Number.POSITIVE_INFINITY), 0, []],
    ['no number is nothing', { ...all(1), goal: Number.NaN }, 0.35, ['Goal Clarity 0.00 < 0.75']],
    [
      'missing is nothing, and said to be missing',
      all(null),
      1,
      ['Goal Clarity missing (< 0.75)', 'Constraint Clarity missing (< 0.65)', 'Success Criteria Clarity missing (< 0.70)', 'Context Clarity missing (< 0.60)'],
    ],
  ] as const)('%s', (_, clarity, score, floor_failures) => {
    expect(ambiguityOf(clarity, true)).toMatchObject({ score, floor_failures });
  });

  test('rounds an exact tie to the even digit, as the reference does', () => {
    expect(ambiguityOf({ ...all(1), goal: 0.625 }, false).floor_failures).toEqual(['Goal Clarity 0.62 < 0.75']);
    expect(ambiguityOf({ ...all(1), goal: 0.375 }, false).floor_failures).toEqual(['Goal Clarity 0.38 < 0.75']);
    expect(ambiguityOf({ ...all(1), goal: 0.7499 }, false).floor_failures).toEqual(['Goal Clarity 0.75 < 0.75']);
  });

  test.each([
    [0.2, 'ready'],
    [0.2001, 'refined'],
    [0.3, 'refined'],
    [0.3001, 'progress'],
    [0.4, 'progress'],
    [0.4001, 'initial'],
  ] as const)('of %d is the milestone %s', (score, milestone) => {
    const found = ambiguityOf(all(1 - score), true);
    expect([found.score, found.milestone]).toEqual([score, milestone]);
  });

  test('does not look at the context where no project is there', () => {
    expect(ambiguityOf({ ...all(1), context: 0 }, false)).toMatchObject({ score: 0, qualifies: true });
  });
});

describe('a clarity that nothing said shows', () => {
  test('is at most 0.6, one that is cited stays, one that is missing stays missing', () => {
    const clarity = { goal: 0.9, constraints: 0.9, criteria: 0.5, context: null };
    expect(capped(clarity, new Set(['goal']))).toEqual({ goal: 0.9, constraints: 0.6, criteria: 0.5, context: null });
    expect(ambiguityOf(capped(all(1), new Set()), false)).toMatchObject({ score: 0.4, qualifies: false });
  });
});
