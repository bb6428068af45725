import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/ouroboros/seed/canonical.ts';
import { assertUntouched, seedDigest } from '../../../src/ouroboros/seed/digest.ts';
import { toYaml } from '../../../src/ouroboros/seed/to-yaml.ts';
import { HEAD, read, valid, withCriterion } from './reading.ts';

const digestOf = (text: string): string => valid(text).digest;
const BASE = 'goal: g\nconstraints: [a, b]\nontology_schema: {name: T, description: d}\nmetadata: {ambiguity_score: 0.1}\n';

describe('the digest stays the same', () => {
  test.each([
    ['in another order of keys', 'metadata: {ambiguity_score: 0.1}\nontology_schema: {description: d, name: T}\nconstraints: [a, b]\ngoal: g\n'],
    ['with comments and white space', `# hello\n\n${BASE.replace('[a, b]', '\n  - a # first\n\n  - "b"')}`],
    ['as JSON', '{"goal":"g","constraints":["a","b"],"ontology_schema":{"name":"T","description":"d"},"metadata":{"ambiguity_score":0.1}}'],
    ['with defaults written out', `${BASE}task_type: code\nacceptance_criteria:\nbrownfield_context: {}\n`],
    ['with another time of creation', BASE.replace('{ambig', '{created_at: 2026-01-01, ambig')],
    ['with Windows line ends and a byte order mark', `\ufeff${BASE.replaceAll('\n', '\r\n')}`],
    ['with the id that it derives', BASE.replace('{ambig', `{seed_id: ${valid(BASE).seed.metadata.seed_id}, ambig`)],
  ])('%s', (_, text) => {
    expect(digestOf(text)).toBe(digestOf(BASE));
  });
});

describe('the digest changes', () => {
  test.each([
    ['with the goal', BASE.replace('goal: g', 'goal: h')],
    ['with the order of constraints', BASE.replace('[a, b]', '[b, a]')],
    ['with an id of its own', BASE.replace('{ambig', '{seed_id: mine, ambig')],
    ['with a setting of ours', `${BASE}oxios: {max_generations: 2}\n`],
    ['with a key of somebody else', `${BASE}note: x\n`],
    ['with a parent', BASE.replace('{ambig', '{parent_seed_id: p, ambig')],
  ])('%s', (_, text) => {
    expect(digestOf(text)).not.toBe(digestOf(BASE));
  });

  test('with what only we read of a criterion', () => {
    const plain = digestOf(withCriterion('description: d', 'verify_command: x'));
    for (const line of ['id: one', 'timeout_s: 5', 'resources: [db]'])
      expect(digestOf(withCriterion('description: d', 'verify_command: x', line))).not.toBe(plain);
    expect(digestOf(withCriterion('description: d', 'verify_command: x', 'id: ac1'))).toBe(plain);
  });
});

test('the same file gives the same seed and id, every time', () => {
  expect(valid(BASE).seed).toEqual(valid(BASE).seed);
  expect(valid(BASE).seed.metadata.seed_id).toBe(`seed_${digestOf(BASE).slice(0, 12)}`);
  expect(digestOf(BASE)).toBe(seedDigest(valid(BASE).seed));
});

test('a seed that was stored as JSON still has its digest', () => {
  const { seed, digest } = valid(withCriterion('description: d', 'verify_command: x', 'timeout_s: 5'));
  expect(seedDigest(JSON.parse(JSON.stringify(seed)))).toBe(digest);
});

test('a changed seed is refused', () => {
  const { seed, digest } = valid(BASE);
  expect(() => assertUntouched(seed, digest)).not.toThrow();
  expect(() => assertUntouched({ ...seed, goal: 'another' }, digest)).toThrow(/^SEED_TAMPERED/);
});

describe('canonical JSON is that of RFC 8785', () => {
  test('its example of values', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('its example of keys, sorted by UTF-16 units', () => {
    const value = { '\u20ac': 'Euro', '\r': 'CR', '\ufb33': 'Dalet', '1': 'One', '\ud83d\ude00': 'Emoji', '\u0080': 'Control', '\u00f6': 'o' };
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect(canonicalJson(value)).toBe('{"\\r":"CR","1":"One","\u0080":"Control","\u00f6":"o","\u20ac":"Euro","\ud83d\ude00":"Emoji","\ufb33":"Dalet"}');
  });

  test('minus zero is zero, undefined members are left out, other things have no form', () => {
    expect(canonicalJson({ b: -0, a: undefined })).toBe('{"b":0}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', undefined, () => 1]) expect(() => canonicalJson(value)).toThrow();
  });
});

test('written as YAML, every seed of the vectors reads back with the same digest and no new warnings', () => {
  const texts: readonly string[] = readFileSync(new URL('../../vectors/seed-vectors.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).yaml);
  const accepted = texts.map((text) => read(text)).filter((reading) => reading.ok);
  expect(accepted.length).toBeGreaterThan(50);
  for (const { seed, digest } of accepted) expect([valid(toYaml(seed)).digest, toYaml(seed)]).toEqual([digest, toYaml(seed)]);
});

const HARD_TEXTS = [
  'yes',
  '1.0',
  '0x1F',
  '1:30',
  '=',
  '~',
  '',
  ' padded ',
  '2026-01-01',
  'a: b',
  '# c',
  '- d',
  '*e',
  '"f"',
  "g'h",
  'i\nj',
  'k\n\n',
  '\nl',
  'm \nn',
  'o\tp',
  '\u2028',
  '\x85',
  '\x07',
  '😀',
  '%q',
  '@r',
  '{s}',
  '[t]',
  '? u',
  'v #w',
  'x\r\ny',
  '| z',
  '---',
  '...',
  '\ufeff',
  '<<',
  'null',
  'a'.repeat(300),
];

test.each(HARD_TEXTS)('the text %j survives being written', (text) => {
  const { seed } = valid(HEAD);
  expect(valid(toYaml({ ...seed, constraints: [text, 'x'], extra: { [`k${text}`]: text } })).seed).toMatchObject({
    constraints: [text, 'x'],
    extra: { [`k${text}`]: text },
  });
});
