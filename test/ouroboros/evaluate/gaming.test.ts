import { describe, expect, test } from 'vitest';
import { isVacuous, toLeaveOut, toRestore, writesAssertion } from '../../../src/ouroboros/evaluate/gaming.ts';
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
    ['config/rules.mk', 'modified', true],
    ['.pytest.ini', 'modified', true],
    ['src/__snapshots__/a.snap', 'modified', true],
    ['testdata/in.txt', 'removed', true],
    ['lib/test-utils/render.js', 'modified', true],
    ['.gitlab-ci.yml', 'modified', true],
    ['src/latest.ts', 'modified', false],
    ['src/contest.ts', 'modified', false],
    ['test/new.test.ts', 'added', false],
  ] as const)('%s %s: %s', (path, change, restored) => {
    expect(toRestore([{ path, change }], { command: null, artifacts: [] }).length === 1).toBe(restored);
  });

  test.each([
    ['bin/check', 'sh bin/check', true],
    ['bin/check', 'sh bin/other', false],
    ['expected.txt', 'diff expected.txt <(node say.js)', true],
    ['expected/a/b.txt', 'diff -r ./expected/ out', true],
    ['expected.txt', 'node say.js', false],
    ['src/reference.js', 'node src/main.js', false],
  ])('%s, where the command is %s: %s', (path, command, restored) => {
    expect(toRestore([{ path, change: 'modified' }], { command, artifacts: [] }).length === 1).toBe(restored);
  });

  test('a file the criterion is expected to leave stays', () => {
    expect(toRestore([{ path: 'test/a.test.ts', change: 'modified' }], { command: null, artifacts: ['test/a.test.ts'] })).toEqual([]);
  });
});

describe('what is added and may decide a check', () => {
  test.each([
    ['conftest.py', 'pytest', true],
    ['local.mk', 'make test', true],
    ['difflib.py', 'python3 -m unittest', true],
    ['unittest/__init__.py', 'python3 -m unittest', true],
    ['unittest/main.py', 'python3 -m unittest', true],
    ['argparse.pyc', 'python3 -m unittest', true],
    ['json.cpython-312-x86_64-linux-gnu.so', 'python3 x.py', true],
    ['tests/random.py', 'pytest', true],
    ['tools/random.py', 'python3 tools/run.py', true],
    ['app/calendar.py', 'python3 -m unittest', false],
    ['double.py', 'python3 -m unittest', false],
    ['random.js', 'node random.js', false],
    ['test', 'make test', true],
  ])('%s, where the command is %s: %s', (path, command, decides) => {
    expect(toLeaveOut([{ path, change: 'added' }], { command, artifacts: [] }).length === 1).toBe(decides);
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
