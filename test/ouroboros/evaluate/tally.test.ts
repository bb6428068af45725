import { describe, expect, test } from 'vitest';
import type { Ballot } from '../../../src/ouroboros/evaluate/events.ts';
import { consensusEvidence, decisionOf } from '../../../src/ouroboros/evaluate/tally.ts';

const ballots = (votes: string): readonly Ballot[] =>
  [...votes].map((vote, at) => ({
    criterion: 'a',
    ballot: at + 1,
    judge: at + 5,
    model: `p/m${at}`,
    persona: 'judge',
    vote: vote === '+' ? 'approve' : vote === '-' ? 'reject' : null,
    independent: { of_worker: at > 0, of_ballots: at > 1 },
    evidence: vote === '?' ? [] : ['a.js:1'],
    reasons: 'seen',
    ...(vote === '?' ? { why_not: 'it said nothing' } : {}),
  }));

/** `+` approves, `-` rejects, `?` does not count. */
describe('a vote', () => {
  test.each([
    ['+++', 'approved'],
    ['++-', 'approved'],
    ['+--', 'rejected'],
    ['---', 'rejected'],
    ['++?', 'approved'],
    ['+-?', 'rejected'],
    ['--?', 'rejected'],
    ['+??', 'open'],
    ['-??', 'open'],
    ['???', 'open'],
    ['', 'open'],
  ])('%s is %s', (votes, decision) => {
    expect(decisionOf(ballots(votes))).toBe(decision);
  });
});

test('the evidence says why there was a vote, how it went, and how independent each ballot is', () => {
  const lines = consensusEvidence({ triggers: ['held_before', 'manual'], ballots: ballots('+-?') });
  expect(lines.map((one) => [one.ok, one.text])).toEqual([
    [false, 'consensus: 1 of 2 approve; asked for because the contract already held before the work; a consensus was asked for'],
    [true, 'ballot 1, judge, by p/m0 (the same model as the worker and another ballot): approve: seen'],
    [false, 'ballot 2, judge, by p/m1 (another model than the worker, the same as another ballot): reject: seen'],
    [false, 'ballot 3, judge, by p/m2 (another model than the worker and the other ballots) does not count: it said nothing'],
  ]);
  expect(lines.map((one) => one.at)).toEqual([undefined, ['a.js:1'], ['a.js:1'], undefined]);
});
