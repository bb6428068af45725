const GOOD = {
  compliance: true,
  score: 0.95,
  goal_alignment: 0.9,
  drift: 0,
  uncertainty: 0.1,
  reward_hacking_risk: 0,
  reasons: 'seen',
};

/** What a judge says who approves, pointing at a place (`path:line`); `change` makes it another opinion. */
export const opinion = (at: string, change: object = {}): string => JSON.stringify({ ...GOOD, evidence: [at], ...change });
