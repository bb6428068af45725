import { describe, expect, test } from 'vitest';
import { isVacuous, toRestore, writesAssertion } from '../../../src/ouroboros/evaluate/gaming.ts';
import { createMask } from '../../../src/ouroboros/execute/mask.ts';

describe('a vacuous command', () => {
  test.each([
    'true',
    ':',
    'exit 0',
    'echo ok',
    'npm test || true',
    'npm test; true',
    'npm test || echo fine',
    'npm test &',
    'true && true',
    'echo a | echo b',
    'test 1 = 1',
  ])('%s', (command) => {
    expect(isVacuous(command)).toBe(true);
  });
  test.each(['npm test', 'test -f out.txt', 'echo 2+2 | ./calc', './run && grep -q ok out', 'node -e "process.exit(f())"', 'true && npm test'])(
    'is not: %s',
    (command) => {
      expect(isVacuous(command)).toBe(false);
    },
  );
});

describe('what is put back before a second look', () => {
  test.each([
    ['test/a.test.ts', 'modified', true],
    ['src/a.spec.js', 'removed', true],
    ['tests/helper.py', 'modified', true],
    ['pkg/foo_test.go', 'modified', true],
    ['conftest.py', 'modified', true],
    ['package.json', 'modified', true],
    ['vitest.config.ts', 'modified', true],
    ['Makefile', 'modified', true],
    ['src/latest.ts', 'modified', false],
    ['src/contest.ts', 'modified', false],
    ['test/new.test.ts', 'added', false],
  ] as const)('%s %s: %s', (path, change, restored) => {
    expect(toRestore([{ path, change }], { command: null, artifacts: [] }).length === 1).toBe(restored);
  });

  test('a file the criterion is expected to leave stays', () => {
    expect(toRestore([{ path: 'test/a.test.ts', change: 'modified' }], { command: null, artifacts: ['test/a.test.ts'] })).toEqual([]);
  });
});

test('an assertion that stands in a written file is noticed', () => {
  expect(writesAssertion('total: 42', ['print("total: 42")'])).toBe(true);
  expect(writesAssertion('total: 42', ['print("total:", sum)'])).toBe(false);
  expect(writesAssertion(null, ['x'])).toBe(false);
});

test('contract strings are masked, also as they stand inside JSON', () => {
  const mask = createMask(['node check.js "a"', null, 'ok']);
  expect(mask('run node check.js "a" now')).toBe('run [contract] now');
  expect(mask(JSON.stringify({ cmd: 'node check.js "a"' }))).toBe('{"cmd":"[contract]"}');
  expect(mask('ok')).toBe('ok');
});
