import { describe, expect, test } from 'vitest';
import { complexityOf, type Load, NO_STREAKS, type RouteFacts, route, type Tier, withTry } from '../../../src/ouroboros/execute/router.ts';

describe('complexity', () => {
  test.each<readonly [load: Load, complexity: number]>([
    [{ tokens: 0, tools: 0, depth: 0 }, 0],
    [{ tokens: 2000, tools: 0, depth: 0 }, 0.15],
    [{ tokens: 0, tools: 5, depth: 0 }, 0.3],
    [{ tokens: 0, tools: 0, depth: 2 }, 0.16],
    [{ tokens: 4000, tools: 5, depth: 5 }, 1],
    [{ tokens: 400_000, tools: 50, depth: 50 }, 1],
  ])('of %j is %d', (load, complexity) => {
    expect(complexityOf(load)).toBeCloseTo(complexity, 10);
  });
});

const facts = (change: Partial<RouteFacts>): RouteFacts => ({
  complexity: 0,
  difficulty: null,
  stakes: null,
  attempt: 1,
  first: undefined,
  streaks: NO_STREAKS,
  ...change,
});

describe('a try is made on', () => {
  test.each<readonly [tier: Tier, claim: string, change: Partial<RouteFacts>]>([
    ['frugal', 'little complexity', { complexity: 0.399 }],
    ['standard', 'some', { complexity: 0.4 }],
    ['standard', 'more', { complexity: 0.699 }],
    ['frontier', 'much', { complexity: 0.7 }],
    ['standard', 'high stakes', { stakes: 'high' }],
    ['frugal', 'some stakes', { stakes: 'medium' }],
    ['standard', 'high difficulty', { difficulty: 'high' }],
    ['frontier', 'high difficulty of what is complex', { difficulty: 'high', complexity: 0.5 }],
    ['frugal', 'the second try', { attempt: 2, first: 'frugal', complexity: 1 }],
    ['standard', 'the third try', { attempt: 3, first: 'frugal' }],
    ['frontier', 'the third try on the highest', { attempt: 3, first: 'frontier' }],
    ['frugal', 'five successes in a row', { complexity: 0.5, streaks: { ...NO_STREAKS, standard: 5 } }],
    ['standard', 'four successes in a row', { complexity: 0.5, streaks: { ...NO_STREAKS, standard: 4 } }],
    ['standard', 'high stakes after five successes', { complexity: 0.5, stakes: 'high', streaks: { ...NO_STREAKS, standard: 5 } }],
    ['frugal', 'many successes on the lowest', { streaks: { ...NO_STREAKS, frugal: 9 } }],
    ['standard', 'five successes on the highest', { complexity: 0.9, streaks: { ...NO_STREAKS, frontier: 5 } }],
  ])('%s: %s', (tier, _, change) => {
    const decided = route(facts(change));
    expect(decided.tier).toBe(tier);
    expect(decided.why).not.toBe('');
  });

  test('its own tier again when it was sent down and failed', () => {
    let streaks = NO_STREAKS;
    for (let at = 0; at < 5; at++) streaks = withTry(streaks, 'standard', true);
    expect(route(facts({ complexity: 0.5, streaks })).tier).toBe('frugal');
    streaks = withTry(streaks, 'frugal', false);
    expect(streaks).toEqual(NO_STREAKS);
    expect(route(facts({ complexity: 0.5, streaks })).tier).toBe('standard');
  });
});
