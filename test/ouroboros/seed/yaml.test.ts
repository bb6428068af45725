import { describe, expect, test } from 'vitest';
import { errorsOf, HEAD, valid } from './reading.ts';

/** What a plain scalar under an unknown key becomes; `undefined` where it is refused. Expected values are PyYAML's. */
const SCALARS: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['On', true],
  ['TRUE', true],
  ['off', false],
  ['No', false],
  ['y', 'y'],
  ['N', 'N'],
  ['tRUE', 'tRUE'],
  ['~', null],
  ['Null', null],
  ['nULL', 'nULL'],
  ['', null],
  ['0', 0],
  ['-0', 0],
  ['+12', 12],
  ['1_000', 1000],
  ['010', 8],
  ['08', '08'],
  ['0o17', '0o17'],
  ['0b101', 5],
  ['0x1F', 31],
  ['0xg', '0xg'],
  ['-0x10', -16],
  ['1:30', 90],
  ['1:60', '1:60'],
  ['-1:30:00', -5400],
  ['190:20:30', 685230],
  ['1.', 1],
  ['.5', 0.5],
  ['-.5', '-.5'],
  ['1.5e+3', 1500],
  ['1e3', '1e3'],
  ['1.0e3', '1.0e3'],
  ['1_0.5', 10.5],
  ['190:20:30.15', 685230.15],
  ['!!str 5', '5'],
  ['!!int "5"', 5],
  ['!!float 1', 1],
  ['!!bool yes', true],
  ['!!null x', null],
  ['! 5', 5],
  ["'5'", '5'],
  ['"\\u00e9\\x41\\/"', 'éA/'],
  ['.inf', undefined],
  ['.nan', undefined],
  ['2026-01-01', undefined],
  ['2026-13-01', undefined],
  ['2026-01-01T10:00:00Z', undefined],
  ['=', undefined],
  ['<<', undefined],
  ['0b', '0b'],
  ['0b_', undefined],
  ['!!int x', undefined],
  ['!foo x', undefined],
  ['!!binary aGk=', undefined],
  ['!!set {a}', undefined],
  ['!!omap [a: 1]', undefined],
  ['!<toString> x', undefined],
  ['"\\q"', undefined],
  ['@a', undefined],
  ['%a', undefined],
  ['a: b: c', undefined],
  ['{a: what?}', undefined],
  ['{:a: b}', undefined],
  ['[a, , b]', undefined],
  ['"a" b', undefined],
  ['{a: 1}#c', { a: 1 }],
  ['{"a":1}', { a: 1 }],
  ['[a,]', ['a']],
];

test.each(SCALARS)('the plain value %s means what PyYAML makes of it', (source, expected) => {
  const text = `${HEAD}x: ${source}\n`;
  if (expected === undefined) expect(errorsOf(text).length).toBeGreaterThan(0);
  else expect(valid(text).seed.extra.x).toEqual(expected);
});

describe('mappings', () => {
  test('the last of several equal keys wins', () => {
    expect(valid(`${HEAD}goal: second\n`).seed.goal).toBe('second');
  });

  test('<< merges mappings: own keys win, then the first of a list', () => {
    const { extra } = valid(`${HEAD}a: &a {k: 1, l: 1}\nb: &b {k: 2, m: 2}\nc: {<<: [*a, *b], l: 3}\n`).seed;
    expect(extra.c).toEqual({ k: 1, l: 3, m: 2 });
  });

  test('<< merges mappings only', () => {
    expect(errorsOf(`${HEAD}c: {<<: 5}\n`).map((one) => one.code)).toEqual(['yaml.value']);
  });

  test('a key named __proto__ is a key like any other', () => {
    const { extra } = valid(`${HEAD}x: {__proto__: {a: 1}}\n__proto__: {goal: evil}\n`).seed;
    expect(Object.keys(extra)).toEqual(['x', '__proto__']);
    expect(Object.keys(extra.x as object)).toEqual(['__proto__']);
    expect(({} as { goal?: unknown }).goal).toBeUndefined();
  });

  test.each([
    ['true: a', '1'],
    ['~: a', 'None'],
    ['1.0: a', '1.0'],
    ['-3: a', '-3'],
  ])('the key of `%s` is refused under the name %s', (line, name) => {
    expect(errorsOf(`${HEAD}${line}\n`)).toMatchObject([{ path: name, line: 4, col: 1 }]);
  });

  test('a list or mapping cannot be a key', () => {
    expect(errorsOf(`${HEAD}goal2: {{name}}\n`).map((one) => one.code)).toContain('yaml.key');
  });

  test('a colon needs a key on its own line', () => {
    expect(errorsOf(`${HEAD}x:\n  : b\n`)).toMatchObject([{ code: 'yaml.syntax', line: 5 }]);
    expect(errorsOf(`${HEAD}x: {"a\\\n  b": c}\n`)).toMatchObject([{ code: 'yaml.syntax', line: 4 }]);
  });
});

describe('quoted text and brackets that go on further left than they began', () => {
  test.each([
    ['double quotes at the margin', 'x: "one\ntwo"\n', { x: 'one two' }],
    ['single quotes in a list', "x:\n  - 'one\n\n  two'\n  - three\n", { x: ['one\ntwo', 'three'] }],
    ['quotes that escape their line end', 'x:\n  - "one \\\n  two"\n', { x: ['one two'] }],
    ['several of them', `x:\n${'  - "a \\" b\n  c"\n'.repeat(40)}`, { x: Array(40).fill('a " b c') }],
    ['brackets at the margin', 'x:\n  - [1, "a\nb",\n2,\n3]\n  - y\n', { x: [[1, 'a b', 2, 3], 'y'] }],
    ['braces', 'x:\n    a: {b: 1,\n  c: 2}\ny: 3\n', { x: { a: { b: 1, c: 2 } }, y: 3 }],
    ['a quote in plain and block text', 'x: |\n  it "is\ny: don\'t\n', { x: 'it "is\n', y: "don't" }],
  ])('read on: %s', (_, text, extra) => {
    expect({ ...valid(`${HEAD}${text}`).seed.extra }).toEqual(extra);
  });

  test.each([
    ['text that never ends', 'x: "one\ntwo\n', 6],
    ['a document mark inside', 'x: "one\n--- two"\n', 4],
    ['a second key on the line it ends', 'x: "one\ntwo" y: 1\n', 4],
  ])('end where they must: %s', (_, text, line) => {
    expect(errorsOf(`${HEAD}${text}`)[0]).toMatchObject({ line });
  });

  test('leave every place of the file where it was', () => {
    expect(errorsOf(`${HEAD}x: "one\ntwo"\nconstraints: 5\n`)).toMatchObject([{ path: 'constraints', line: 6, col: 14 }]);
    expect(errorsOf(`${HEAD}x: [1,\n2, !foo y]\n`)).toMatchObject([{ line: 5, col: 9 }]);
  });
});

describe('anchors and aliases', () => {
  test('an alias repeats its anchor', () => {
    expect(valid(`${HEAD}constraints: &c [a, b]\nmore: *c\n`).seed.extra.more).toEqual(['a', 'b']);
  });

  test.each([
    ['an unknown anchor', 'x: *nowhere'],
    ['an anchor that is no name', 'x: &a. b'],
    ['an anchor inside itself', 'x: &a [*a]'],
    ['an anchor set twice', 'x: [&a 1, &a 2]'],
  ])('%s is refused', (_, line) => {
    expect(errorsOf(`${HEAD}${line}\n`)).toMatchObject([{ code: 'yaml.alias', line: 4 }]);
  });
});

describe('tabs', () => {
  test.each(['goal:\tx', 'goal: x\t', 'goal: a\tb', 'goal: x\n\t\nz: 1', 'goal: |\t\n  x', 'z: [a,\tb]'])(
    'outside quotes, block text and comments: %j is refused',
    (text) => {
      expect(errorsOf(`${HEAD}${text}\n`).map((one) => one.code)).toContain('yaml.tab');
    },
  );

  test.each(['goal: "a\tb"', "goal: 'a\tb'", 'goal: |\n  a\tb', 'goal: x # a\tb'])('inside them: %j is kept', (text) => {
    expect(errorsOf(`${HEAD}${text}\n`)).toEqual([]);
  });
});

test('JSON is YAML', () => {
  const { seed } = valid(JSON.stringify({ goal: 'g', metadata: {}, ontology_schema: { name: 'n', description: 'd\n"é"😀' } }));
  expect(seed.ontology_schema.description).toBe('d\n"é"😀');
});
