import { describe, expect, test } from 'vitest';
import { readSeed } from '../../../src/ouroboros/seed/read.ts';
import { judgeCommand, programsOf } from '../../../src/ouroboros/seed/shell/judge.ts';
import { bytesOf, HEAD, valid, withCriterion } from './reading.ts';

const lintsOf = (text: string) => valid(text).diagnostics.map((one) => [one.code, one.path]);
const GOOD = withCriterion('description: d', 'verify_command: npm test');

test('a good seed has no warnings', () => {
  expect(lintsOf(GOOD)).toEqual([]);
});

const LINTS: readonly (readonly [string, string, string, string])[] = [
  ['no criteria', HEAD, 'lint.no-criteria', 'acceptance_criteria'],
  ['a criterion that nothing proves', withCriterion('d'), 'lint.no-evidence', 'acceptance_criteria.0'],
  ['a vacuous command', withCriterion('description: d', 'verify_command: echo done'), 'lint.vacuous', 'acceptance_criteria.0.verify_command'],
  ['a masked command', withCriterion('description: d', 'verify_command: npm test || true'), 'lint.masked', 'acceptance_criteria.0.verify_command'],
  [
    'an assertion that says nothing',
    withCriterion('description: d', 'verify_command: npm test', 'output_assertion: Passed'),
    'lint.assertion',
    'acceptance_criteria.0.output_assertion',
  ],
  ['much that is open', GOOD.replace('0.1', '0.21'), 'lint.ambiguity', 'metadata.ambiguity_score'],
  ['a blank goal', GOOD.replace('goal: g', 'goal: "  "'), 'lint.blank', 'goal'],
  ['a blank criterion', withCriterion("''"), 'lint.blank', 'acceptance_criteria.0'],
  ['the same criterion twice', `${GOOD}  - {description: d, verify_command: npm test}\n`, 'lint.duplicate', 'acceptance_criteria.1'],
  ['the same description twice', `${GOOD}  - {description: d, verify_command: npm run lint}\n`, 'lint.duplicate', 'acceptance_criteria.1'],
  ['a constraint twice', `${GOOD}constraints: [a, b, a]\n`, 'lint.duplicate', 'constraints.2'],
  [
    'an ontology field twice',
    GOOD.replace('description: d}', 'description: d, fields: [{name: n, type: a, description: x}, {name: n, type: b, description: y}]}'),
    'lint.duplicate',
    'ontology_schema.fields.1',
  ],
  ['an unknown key at the top', `${GOOD}constrants: []\n`, 'lint.unknown-key', 'constrants'],
  [
    'an unknown key of a criterion',
    withCriterion('description: d', 'verify_command: npm test', 'verify_cmd: x'),
    'lint.unknown-key',
    'acceptance_criteria.0.verify_cmd',
  ],
  ['an unknown task type', `${GOOD}task_type: poetry\n`, 'lint.task-type', 'task_type'],
  ['degraded in a normal way', GOOD.replace('0.1}', '0.1, degraded: true}'), 'lint.provenance', 'metadata.degraded'],
  ['open slots that nobody calls degraded', GOOD.replace('0.1}', '0.1, unresolved_slots: [a]}'), 'lint.provenance', 'metadata.unresolved_slots'],
  ['a number beyond 2^53', `${GOOD}orchestrator: {n: 123456789012345678901}\n`, 'lint.number', 'orchestrator.n'],
];

test.each(LINTS)('%s is a warning', (_, text, code, path) => {
  const found = valid(text).diagnostics.filter((one) => one.code === code && one.path === path);
  expect(found).toHaveLength(1);
  expect(found[0]?.severity).toBe('warning');
});

test('keys of other tools need no warning', () => {
  expect(lintsOf(`${GOOD}orchestrator: {a: 1}\n`)).toEqual([]);
});

test('an exemption or an artifact is evidence too', () => {
  expect(lintsOf(withCriterion('description: d', 'verify_exemption_reason: it is a matter of taste'))).toEqual([]);
  expect(lintsOf(withCriterion('description: d', 'expected_artifacts: [README.md]'))).toEqual([]);
});

test('a program that is not installed is a warning, when somebody can look', () => {
  const text = withCriterion('description: d', 'verify_command: FOO=1 pytest -q && ./run.sh && echo done');
  const looked: string[] = [];
  const onPath = (program: string): boolean => looked.push(program) === 0;
  expect(readSeed(bytesOf(text), 'seed.yaml', { onPath }).diagnostics.map((one) => one.message)).toEqual(['pytest is not on PATH']);
  expect(looked).toEqual(['pytest']);
  expect(readSeed(bytesOf(text), 'seed.yaml', { onPath: () => true }).diagnostics).toEqual([]);
});

const COMMANDS = {
  nothing: [
    'true',
    ':',
    'exit',
    'exit 0',
    '/bin/true',
    'echo ok',
    "printf 'x'",
    'sleep 1',
    '{ true; }',
    '(true)',
    'test 1 = 1',
    '[ 1 -eq 1 ]',
    '[[ a == a ]]',
    'test x',
    '! false',
    'sh -c true',
    'env FOO=1 true',
    'timeout 5 true',
    'sudo true',
    "node -e ''",
    "node -e 'process.exit(0)'",
    "python3 -c 'pass'",
    'python3 -c \'print("ok")\'',
    'echo a; echo b',
    'true && echo "5 passed"',
    '',
    '# npm test',
    'X=1',
    "echo 'unclosed",
  ],
  masked: [
    'npm test || true',
    'npm test || :',
    'npm test || exit 0',
    'npm test || echo failed',
    'npm test; true',
    'npm test\ntrue',
    'npm test; echo done',
    'npm test; exit 0',
    'npm test | tail -5',
    'npm test 2>&1 | tee log',
    'cd app && npm test | tail',
    'grep x f | wc -l',
    'npm test &',
    '(npm test; true)',
    "bash -c 'npm test | cat'",
    'exit 0; npm test',
    'if npm test; then echo ok; fi; true',
    'npm test && true || true',
    'set +e; npm test; echo $?',
  ],
  something: [
    'npm test',
    'npm test || exit 1',
    'npm test || { echo failed; exit 1; }',
    'npm test && echo ok',
    'set -e; npm test; echo ok',
    'set -o pipefail; npm test | tail',
    'set -euo pipefail\nnpm test | tail',
    "bash -o pipefail -c 'npm test | tail'",
    "bash -ec 'npm test; echo ok'",
    'test -f x',
    '[ -s README.md ]',
    '! grep x f',
    'cat f | grep x',
    'npm test # || true',
    'echo "a || true" | grep b',
    "echo 'x; true' | grep x",
    'if npm test; then echo ok; fi',
    'cd dist && pwd',
    'diff <(a) <(b)',
    'npm test > log 2>&1',
    'cat <<EOF | grep x\ntrue\nEOF',
    'for f in a b; do test -f $f; done',
    'npm test;',
    'node -e \'require("./x").check()\'',
    'npm test \\\n  && node x',
    'test -n "$X"',
  ],
} as const;

describe.each(Object.entries(COMMANDS))('a command proves %s:', (proves, commands) => {
  test.each(commands.map((one) => [one]))('%j', (command) => {
    expect(judgeCommand(command).proves).toBe(proves);
  });
});

test('programs are found behind assignments, wrappers, pipes and inner shells', () => {
  expect(programsOf("A=1 npm t && node x | tee log; ./run.sh; bash -c 'pytest -q'; cd x; $CMD; env -i python3 a; timeout 5 cargo test; npm t")).toEqual([
    'npm',
    'node',
    'tee',
    'pytest',
    'python3',
    'cargo',
  ]);
});

test('any text can be judged', () => {
  for (const text of [
    '('.repeat(50_000),
    '{ '.repeat(50_000),
    '$('.repeat(50_000),
    ')'.repeat(1000),
    'a;'.repeat(20_000),
    '<<x\n',
    'if '.repeat(10_000),
    '\\',
    '`',
    '"',
    '>',
    '&&||;;',
  ])
    expect(judgeCommand(text)).toHaveProperty('proves');
});
