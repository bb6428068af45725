import { expect, test } from 'vitest';
import { converge, type Generation, regressions, type StopRules } from '../../../src/ouroboros/evolve/converge.ts';

const WANTED = [
  { description: 'A', key: 'ac_a' },
  { description: 'B', key: 'ac_b' },
];

/** `fields`: names of the ontology; `passed`: of A and B. */
const made = (fields: string, passed: readonly [boolean, boolean], score: number | null = 0.5): Generation => ({
  fields: [...fields].map((name) => ({ name, type: 't', description: 'd' })),
  questions: [],
  evaluation: {
    approved: passed.every((one) => one),
    completed: true,
    score,
    results: WANTED.map((one, at) => ({ ...one, at, passed: passed[at] === true, authoritative: true })),
  },
});

const [ALL, ONE, OTHER] = [
  [true, true],
  [true, false],
  [false, true],
] as const;

const odd = (change: (one: NonNullable<Generation['evaluation']>) => Partial<NonNullable<Generation['evaluation']>>): Generation => {
  const one = made('ab', ALL);
  return one.evaluation ? { ...one, evaluation: { ...one.evaluation, ...change(one.evaluation) } } : one;
};

const QUIET: Partial<StopRules> = { outcome_gate_enabled: false };

test.each<[string, readonly Generation[], Partial<StopRules>, string, RegExp]>([
  [
    'a stable ontology that evolved once, all approved',
    [made('a', ONE), made('abcd', ONE, 0.6), made('abcd', ALL, 1)],
    QUIET,
    'converged',
    /^Ontology converged: similarity 1\.000 >= threshold 0\.95$/u,
  ],
  [
    'one that never evolved',
    [made('ab', ONE), made('ab', ALL)],
    QUIET,
    'continue',
    /^Convergence withheld: similarity 1\.000 but ontology unchanged across 2 generations/u,
  ],
  [
    'a verdict twice',
    [made('b', ONE), made('ab', ONE), odd(({ results }) => ({ results: [...results, ...results] }))],
    QUIET,
    'continue',
    /duplicate per-AC verdict indices/u,
  ],
  [
    'a verdict on another text',
    [made('b', ONE), made('ab', ONE), odd(({ results }) => ({ results: results.map((one) => ({ ...one, description: 'Z' })) }))],
    QUIET,
    'continue',
    /content differs from Seed at indices: \[0, 1\]/u,
  ],
  [
    'a verdict on another promise',
    [made('b', ONE), made('ab', ONE), odd(({ results }) => ({ results: results.map((one) => ({ ...one, key: 'ac_z' })) }))],
    QUIET,
    'continue',
    /semantic identity differs/u,
  ],
  ['work that did not end', [made('b', ONE, 0.9), made('ab', ONE), odd(() => ({ completed: false }))], {}, 'continue', /but evaluation unsatisfactory$/u],
  ['nothing evaluated', [made('b', ONE), made('ab', ONE), { ...made('ab', ONE), evaluation: undefined }], {}, 'continue', /but evaluation unavailable$/u],
  ['a score below the gate', [made('b', ONE), made('ab', ONE), made('ab', ALL, 0.3)], { eval_gate_enabled: true }, 'continue', /unsatisfactory/u],
  ['the last of those allowed passes', [made('a', ONE), made('b', ALL)], { max_generations: 2 }, 'converged', /^Outcome gate passed/u],
  [
    'back, but not forth',
    [made('a', ONE, 0.1), made('x', ONE, 0.2), made('c', ONE, 0.3), made('x', ONE, 0.4)],
    {},
    'continue',
    /^Continuing: similarity 0\.000 < 0\.95$/u,
  ],
  ['a score that moves once', [made('a', ONE, 0.5), made('b', ONE, 0.5), made('c', ONE, 0.6)], {}, 'continue', /^Continuing/u],
  ['no scores', [made('a', ONE, null), made('b', ONE, null), made('c', ONE, null)], {}, 'continue', /^Continuing/u],
  ['scores of which one was approved', [made('a', ALL, 0.5), made('b', ONE, 0.5), made('c', ONE, 0.5)], {}, 'continue', /^Continuing/u],
])('%s', (_, past, options, decision, reason) => {
  const found = converge(past, WANTED, undefined, options);
  expect([found.decision, found.reason]).toEqual([decision, expect.stringMatching(reason)]);
});

test('a regression is found by what was promised, however long ago it held', () => {
  expect(regressions([made('a', ONE), made('a', OTHER), made('a', OTHER)]).map((one) => one.key)).toEqual(['ac_a']);
  expect(regressions([made('a', ONE)])).toEqual([]);
});

test.each([
  [['p', 'q', 'r'], ['p', 'q', 'z'], 'continue'],
  [['p', 'q', 'r', 's'], ['p', 'q', 'r'], 'stagnated'],
  [[], [], 'continue'],
])('asked before %j, now %j: %s', (before, now, decision) => {
  const asked = (fields: string, score: number): Generation => ({ ...made(fields, ONE, score), questions: before });
  expect(converge([asked('a', 0.1), asked('b', 0.3), asked('c', 0.6)], WANTED, now).decision).toBe(decision);
});
