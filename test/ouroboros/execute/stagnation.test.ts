import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type History, lateralFor, noProgress, normalized, type Pattern, patternIn, stagnation } from '../../../src/ouroboros/execute/stagnation.ts';

interface Row extends History {
  readonly detected: Readonly<Partial<Record<Pattern, number>>>;
}

const ROWS = readFileSync(new URL('../../vectors/stagnation-vectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

describe('stagnation is found as by the reference implementation', () => {
  test.each(ROWS.map((row) => [JSON.stringify({ outputs: row.outputs, errors: row.errors, drift: row.drift }), row] as const))('%s', (_, row) => {
    expect(stagnation(row)).toEqual(row.detected);
  });
});

const history = (change: Partial<History>): History => ({ outputs: [], errors: [], drift: [], ...change });

describe('stagnation', () => {
  test.each<readonly [claim: string, history: Partial<History>, pattern: Pattern | undefined]>([
    ['nothing yet', {}, undefined],
    ['equal outputs come before scores that stand', { outputs: ['e', 'e', 'e'], drift: [1, 1, 1] }, 'spinning'],
    ['scores that stand, whatever is said', { outputs: ['a', 'b', 'c'], drift: [1, 1, 1] }, 'no_drift'],
    ['a swing', { outputs: ['a', 'b', 'a', 'b'], drift: [1, 1, 1] }, 'oscillation'],
    ['only the last ones count', { outputs: ['e', 'e', 'e', 'f'] }, undefined],
    ['getting worse is no gain', { drift: [0.2, 0.3, 0.4, 0.5] }, 'diminishing_returns'],
  ])('%s', (_, change, pattern) => {
    expect(patternIn(history(change))).toBe(pattern);
  });

  test.each<readonly [claim: string, unmet: readonly (readonly string[])[], stuck: boolean]>([
    [
      'three times the same',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['a', 'b'],
      ],
      true,
    ],
    ['twice', [['a'], ['a']], false],
    ['one was met in between', [['a', 'b'], ['a'], ['a', 'b']], false],
    ['it was so only before', [['a'], ['a'], ['a'], ['b']], false],
    ['nothing is unmet', [[], [], []], false],
  ])('no progress: %s', (_, unmet, stuck) => {
    expect(noProgress(unmet)).toBe(stuck);
  });
});

describe('a change of approach', () => {
  test.each<readonly [pattern: Pattern | undefined, used: readonly string[], next: string | undefined]>([
    ['spinning', [], 'hacker'],
    ['no_drift', [], 'researcher'],
    ['diminishing_returns', [], 'researcher'],
    ['oscillation', [], 'simplifier'],
    [undefined, [], 'hacker'],
    [undefined, ['hacker'], 'researcher'],
    ['spinning', ['hacker'], 'architect'],
    ['spinning', ['architect'], 'hacker'],
    ['no_drift', ['hacker'], 'researcher'],
    ['spinning', ['hacker', 'architect'], undefined],
    [undefined, ['researcher', 'simplifier'], undefined],
  ])('%s, after %j: %s', (pattern, used, next) => {
    expect(lateralFor(pattern, used)).toBe(next);
  });
});

describe('two outputs are the same', () => {
  test.each([
    ['with other times', 'failed in 1.2 s at 2026-11-27T03:00:01Z', 'failed in 97 ms at 2026-11-27T04:10:00.123Z'],
    ['in other colours', '\u001b[31mbad\u001b[0m', 'bad'],
    ['at another temporary place', 'in /tmp/oxios-1/a.js', 'in /home/me/.oxios/scratch/77/a.js'],
    ['at another address', 'object at 0x7f12ab00', 'object at 0x55aa0011'],
    ['with other white space', ' a\r\n\n  b', 'a b'],
  ])('%s', (_, one, other) => {
    expect(normalized(one)).toBe(normalized(other));
  });
  test('but not with other words or figures', () => expect(normalized('expected 3, got 4')).not.toBe(normalized('expected 3, got 5')));
});
