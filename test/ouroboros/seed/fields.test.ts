import { describe, expect, test } from 'vitest';
import { artifactFault } from '../../../src/ouroboros/seed/artifact.ts';
import { errorsOf, HEAD, valid, withCriterion } from './reading.ts';

/** Expected values are pydantic's; `undefined` where it refuses. */
const meta = (line: string): string => `goal: g\nontology_schema: {name: T, description: d}\nmetadata:\n  ${line}\n`;

describe('what counts as a number from 0 to 1', () => {
  const ROWS: readonly (readonly [string, number | undefined])[] = [
    ['0.5', 0.5],
    ['1', 1],
    ['true', 1],
    ["'0.5'", 0.5],
    ["' 0.5 '", 0.5],
    ["'0_1'", 1],
    ["'.5'", 0.5],
    ["'1.'", 1],
    ["'1e-1'", 0.1],
    ["'+0.5'", 0.5],
    ["'1E-1'", 0.1],
    ["'0__1'", undefined],
    ["'_1'", undefined],
    ["'1_'", undefined],
    ["'0x1'", undefined],
    ["''", undefined],
    ["'nan'", undefined],
    ["'inf'", undefined],
    ['.nan', undefined],
    ['1.1', undefined],
    ['-0.1', undefined],
    ['', undefined],
    ['[]', undefined],
    ['{}', undefined],
    ['2026-01-01', undefined],
    ['x', undefined],
  ];
  test.each(ROWS)('%s', (source, expected) => {
    const text = meta(`ambiguity_score: ${source}`);
    if (expected === undefined) expect(errorsOf(text).map((one) => one.path)).toEqual(['metadata.ambiguity_score']);
    else expect(valid(text).seed.metadata.ambiguity_score).toBe(expected);
  });
});

describe('what counts as true or false', () => {
  const ROWS: readonly (readonly [string, boolean | undefined])[] = [
    ['yes', true],
    ['1', true],
    ['1.0', true],
    ["'t'", true],
    ["'Y'", true],
    ["'oN'", true],
    ['0', false],
    ["'off'", false],
    ['n', false],
    ['2', undefined],
    ['0.5', undefined],
    ["' true'", undefined],
    ["''", undefined],
    ['', undefined],
    ['{a: 1}', undefined],
    ['[]', undefined],
    ['maybe', undefined],
  ];
  test.each(ROWS)('%s', (source, expected) => {
    const text = meta(`degraded: ${source}\n  generation_mode: partial`);
    if (expected === undefined) expect(errorsOf(text).map((one) => one.path)).toEqual(['metadata.degraded']);
    else expect(valid(text).seed.metadata.degraded).toBe(expected);
  });
});

describe('what counts as a moment', () => {
  const ROWS: readonly (readonly [string, string | undefined])[] = [
    ['2026-04-04', '2026-04-04T00:00:00'],
    ['2026-04-04T16:54:00Z', '2026-04-04T16:54:00Z'],
    ['2026-04-04 16:54:00 +02:00', '2026-04-04T16:54:00+02:00'],
    ['2001-12-14 21:59:43.10 -5', '2001-12-14T21:59:43.100000-05:00'],
    ["'2026-04-04'", '2026-04-04T00:00:00'],
    ["'2026-04-04T10:11'", '2026-04-04T10:11:00'],
    ["'2026-04-04 10:11:12,5'", '2026-04-04T10:11:12.500000'],
    ["'2026-04-04t10:11:12z'", '2026-04-04T10:11:12Z'],
    ["'2026-04-04T10:11:12-00:00'", '2026-04-04T10:11:12Z'],
    ["'2026-04-04T10:11:12+0230'", '2026-04-04T10:11:12+02:30'],
    ["'2026-04-04T10:11:12.1234567Z'", '2026-04-04T10:11:12.123456Z'],
    ['1700000000', '2023-11-14T22:13:20Z'],
    ["'1700000000000'", '2023-11-14T22:13:20Z'],
    ['-1', '1969-12-31T23:59:59Z'],
    ['5.25', '1970-01-01T00:00:05.250000Z'],
    ['yesterday', undefined],
    ["'2026-02-30'", undefined],
    ["'2026-04-04T24:00:00'", undefined],
    ["'2026-04-04T10:11:12+02'", undefined],
    ["' 2026-04-04 '", undefined],
    ["'0000-01-01'", undefined],
    ['true', undefined],
    ['', undefined],
    ['[]', undefined],
    ["'99999999999999999'", undefined],
  ];
  test.each(ROWS)('%s', (source, expected) => {
    const text = meta(`created_at: ${source}`);
    if (expected === undefined) expect(errorsOf(text).map((one) => one.path)).toEqual(['metadata.created_at']);
    else expect(valid(text).seed.metadata.created_at).toBe(expected);
  });
});

test('counts of provenance are whole numbers, in quotes or not', () => {
  expect(valid(meta("decision_provenance: {a: 2, b: '3', c: 4.0, d: true, e: '1_0'}")).seed.metadata.decision_provenance).toEqual({
    a: 2,
    b: 3,
    c: 4,
    d: 1,
    e: 10,
  });
  expect(errorsOf(meta('decision_provenance: {a: 2.5}')).map((one) => one.path)).toEqual(['metadata.decision_provenance.a']);
});

describe("white space is Python's", () => {
  test.each([
    ['"\\x1cpadded\\x1f"', 'padded'],
    ['"\\u00a0padded\\u3000"', 'padded'],
    ['"\\x85padded\\u2028"', 'padded'],
    ['"\\ufeffpadded"', '\ufeffpadded'],
  ])('%s is stripped to %j', (source, expected) => {
    expect(valid(withCriterion(source)).seed.acceptance_criteria[0]?.description).toBe(expected);
  });
});

describe('a criterion', () => {
  test.each([
    ['verify_command: NONE', null],
    ["verify_command: ' none '", null],
    ["verify_command: ''", null],
    ['verify_command:', null],
    ["verify_command: ' npm test '", 'npm test'],
  ])('%s is the command %j', (line, expected) => {
    expect(valid(withCriterion('description: d', line)).seed.acceptance_criteria[0]?.verify_command).toBe(expected);
  });

  test.each([
    ['exit code 0', null],
    ['EXIT STATUS 0', null],
    ['exit0', null],
    ['returns  0', null],
    ['return 0', null],
    ['success', null],
    ['succeeds', null],
    ['Passed', null],
    ['ok exit', null],
    ['no error', null],
    ['no errors', null],
    ['0 passed', '0 passed'],
    ['successful', 'successful'],
    ['all tests pass', 'all tests pass'],
    ['exit code 1', 'exit code 1'],
  ])('the assertion %j is kept as %j', (assertion, expected) => {
    expect(
      valid(withCriterion('description: d', 'verify_command: npm test', `output_assertion: '${assertion}'`)).seed.acceptance_criteria[0]?.output_assertion,
    ).toBe(expected);
  });

  test.each([
    ['an assertion without a command', ['output_assertion: x'], 'acceptance_criteria.0'],
    ['an assertion that means success, without a command', ['output_assertion: passed'], 'acceptance_criteria.0'],
    ['a command with an exemption', ['verify_command: x', 'verify_exemption_reason: y'], 'acceptance_criteria.0'],
    ['254 artifacts', [`expected_artifacts: [${Array.from({ length: 254 }, (_, at) => `f${at}`).join(', ')}]`], 'acceptance_criteria.0'],
    ['a contract of 64,001 characters', [`verify_command: "${'x'.repeat(64_001)}"`], 'acceptance_criteria.0'],
    ['an entry that is no text', ['expected_artifacts: [a, 1]'], 'acceptance_criteria.0.expected_artifacts'],
    ['artifacts as a mapping', ['expected_artifacts: {a: 1}'], 'acceptance_criteria.0.expected_artifacts'],
    ['a key of its own making', ['semantic_ac_key: AC-1'], 'acceptance_criteria.0.semantic_ac_key'],
    ['an unknown level', ['investment: {stakes: High}'], 'acceptance_criteria.0.investment.stakes'],
  ])('%s is refused', (_, lines, path) => {
    expect(errorsOf(withCriterion('description: d', ...lines)).map((one) => one.path)).toContain(path);
  });

  test('254 characters less is still a contract: 253 artifacts and 64,000 characters', () => {
    expect(
      valid(withCriterion('description: d', `expected_artifacts: [${Array.from({ length: 253 }, (_, at) => `f${at}`).join(', ')}]`)).seed.acceptance_criteria[0]
        ?.expected_artifacts.length,
    ).toBe(253);
    expect(valid(withCriterion('description: d', `verify_command: "${'x'.repeat(64_000)}"`)).seed.acceptance_criteria[0]?.verify_command?.length).toBe(64_000);
  });

  test('its semantic key depends on description and contract, not on place, id or form', () => {
    const keys = (text: string) => valid(text).seed.acceptance_criteria.map((one) => one.semantic_ac_key);
    expect(keys(withCriterion('tally prints 0 on a fresh store'))).toEqual(['ac_9b3d67da3ce29280']);
    expect(keys(withCriterion('content: tally prints 0 on a fresh store', 'id: x', 'timeout_s: 5'))).toEqual(['ac_9b3d67da3ce29280']);
    expect(keys(withCriterion('description: tally prints 0 on a fresh store', 'verify_command: x'))).not.toEqual(['ac_9b3d67da3ce29280']);
  });
});

describe('an expected artifact', () => {
  test.each([
    'a',
    'dist/app.js',
    'dist/',
    './Build Outputs',
    'docs/User Guide.md',
    'a//b',
    '.gitignore',
    'com0',
    'console.log',
    'é.txt',
    '~/a',
    `${'a'.repeat(255)}`,
  ])('%s is portable', (path) => {
    expect(artifactFault(path)).toBeUndefined();
  });

  test.each([
    '',
    '.',
    './',
    '/',
    '/a',
    '//a',
    '..',
    'a/../b',
    'C:a',
    'c:/a',
    'a\\b',
    'a,b',
    'NONE',
    'none',
    'a b',
    'a\u00a0b',
    'a ',
    'a.',
    'a./b',
    'con',
    'CON.txt',
    'x/lpt1',
    'nul.tar.gz',
    'conin$',
    'com\u00b9',
    'a*b',
    'a?b',
    'a|b',
    'a<b',
    'a"b',
    'a:b/c',
    'a\nb',
    'a\x7fb',
    'a'.repeat(256),
    'é'.repeat(128),
    `${'a'.repeat(200)}/${'b'.repeat(55)}`,
  ])('%j is not', (path) => {
    expect(artifactFault(path)).toEqual({ why: expect.any(String), hint: expect.any(String) });
  });

  test.each([
    ['a.js, b.js', ['a.js', 'b.js']],
    ['a.js,  b.js', ['a.js', 'b.js']],
    [' a.js ', ['a.js']],
    ['NONE', []],
    ['', []],
    ['src/a b.js, c', ['src/a b.js', 'c']],
  ])('a list in one text: %j', (text, expected) => {
    expect(valid(withCriterion('description: d', `expected_artifacts: '${text}'`)).seed.acceptance_criteria[0]?.expected_artifacts).toEqual(expected);
  });

  test.each(['a, , b', ', a', 'a, '])('an empty entry in one text is refused: %j', (text) => {
    expect(errorsOf(withCriterion('description: d', `expected_artifacts: '${text}'`)).map((one) => one.code)).toEqual(['criterion.artifact']);
  });
});

describe('top-level keys of others', () => {
  test('are kept, whatever JSON can carry', () => {
    expect(valid(`${HEAD}orchestrator: {max: 1, list: [a, {b: null}]}\n`).seed.extra).toEqual({ orchestrator: { max: 1, list: ['a', { b: null }] } });
  });

  test.each(['x: 2026-01-01', 'x: [1, .nan]', 'x: {a: {1: b}}', 'oxios: {note: .inf}', 'conductor_directive: go', 'conductor_directive: {}'])(
    '%s is refused on the seed itself',
    (line) => {
      expect(errorsOf(`${HEAD}${line}\n`).map((one) => [one.path, one.line])).toContainEqual(['', 4]);
    },
  );

  test('a conductor directive is completed with its defaults', () => {
    const { extra } = valid(`${HEAD}conductor_directive: {source_attention_event_id: ' e1 ', instruction: go on}\n`).seed;
    expect(extra.conductor_directive).toEqual({
      schema_version: 1,
      source_attention_event_id: 'e1',
      instruction: 'go on',
      rejected_reasons: [],
      preserve_goal: true,
      preserve_acceptance_criteria: true,
      preserve_constraints: true,
      preserve_non_goals: true,
      deterministic: false,
      is_non_relaxing: true,
    });
  });

  test.each([
    'instruction: "  "',
    'instruction: password = hunter2hunter2',
    'instruction: x, preserve_goal: false',
    'instruction: x, deterministic: 1',
    'instruction: x, rejected_reasons: y',
    'instruction: x, schema_version: 0',
  ])('a conductor directive with `%s` is refused', (parts) => {
    expect(errorsOf(`${HEAD}conductor_directive: {source_attention_event_id: e, ${parts}}\n`).map((one) => one.code)).toEqual(['seed.extra']);
  });
});
