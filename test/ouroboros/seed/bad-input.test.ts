import { describe, expect, test } from 'vitest';
import { formatDiagnostic, readSeed } from '../../../src/ouroboros/seed/read.ts';
import { bytesOf, errorsOf, HEAD, read, withCriterion } from './reading.ts';

const FILES: readonly (readonly [string, Uint8Array, string])[] = [
  ['an empty file', bytesOf(''), 'seed.type'],
  ['only comments', bytesOf('# nothing\n'), 'seed.type'],
  ['a list', bytesOf('- goal\n'), 'seed.type'],
  ['a text', bytesOf('just a goal\n'), 'seed.type'],
  ['a date', bytesOf('2026-01-01\n'), 'seed.type'],
  ['2 MB', new Uint8Array(2_000_000).fill(97), 'file.size'],
  ['a byte too many', new Uint8Array(1_000_001).fill(32), 'file.size'],
  ['bytes that are not UTF-8', Uint8Array.of(0x67, 0xff, 0xfe), 'file.encoding'],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x67, 0x00), 'file.encoding'],
  ['a NUL', bytesOf('goal: a\0b\n'), 'file.character'],
  ['an escape character', bytesOf('goal: \x1b[31mred\n'), 'file.character'],
  ['an invisible line break', bytesOf('goal: a\u2028b\n'), 'file.character'],
  ['half a surrogate pair', bytesOf('goal: "\\ud800"\n'), 'file.character'],
  ['two documents', bytesOf('goal: a\n---\ngoal: b\n'), 'yaml.documents'],
  ['two seeds of which the second is empty', bytesOf('goal: a\n---\n'), 'yaml.documents'],
  ['an unclosed quote', bytesOf('goal: "a\n'), 'yaml.syntax'],
  ['an unclosed bracket', bytesOf('goal: [a\n'), 'yaml.syntax'],
  ['a custom tag', bytesOf('goal: !!python/object/apply:os.system [ls]\n'), 'yaml.tag'],
  ['65 open brackets', bytesOf(`goal: ${'['.repeat(65)}`), 'yaml.depth'],
  ['a million open brackets', bytesOf('['.repeat(999_999)), 'yaml.depth'],
  ['half a million dashes', bytesOf('- '.repeat(499_000)), 'yaml.depth'],
  ['a staircase of keys', bytesOf(Array.from({ length: 1300 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')), 'yaml.depth'],
  ['an alias bomb', bytesOf(bomb()), 'yaml.alias'],
  ['a long text repeated by aliases', bytesOf(`${HEAD}a: &a "${'y'.repeat(400_000)}"\nb: [${Array(5000).fill('*a').join(',')}]\n`), 'yaml.alias'],
  [
    'a long text repeated by merges',
    bytesOf(`${HEAD}a: &a {x: ${'y'.repeat(100_000)}}\n${Array.from({ length: 300 }, (_, at) => `m${at}: {<<: *a}`).join('\n')}\n`),
    'yaml.alias',
  ],
];

/** 9^12 values in 500 bytes. */
function bomb(): string {
  const names = 'abcdefghijkl';
  return `${HEAD}${[...names]
    .map(
      (name, at) =>
        `${name}: &${name} [${Array(9)
          .fill(at === 0 ? 'x' : `*${names[at - 1]}`)
          .join(',')}]`,
    )
    .join('\n')}\n`;
}

test.each(FILES)('%s is refused, with a place and a message', (_, bytes, code) => {
  const { ok, diagnostics } = readSeed(bytes, 'seed.yaml');
  expect(ok).toBe(false);
  expect(diagnostics.map((one) => one.code)).toContain(code);
  for (const one of diagnostics) {
    expect(one.line).toBeGreaterThanOrEqual(1);
    expect(one.col).toBeGreaterThanOrEqual(1);
    expect(one.message.length).toBeLessThanOrEqual(300);
  }
});

test('64 brackets are still read', () => {
  expect(read(`${HEAD}x: ${'['.repeat(60)}${']'.repeat(60)}\n`).ok).toBe(true);
});

test('everything that is wrong is said at once, in the order of the text', () => {
  const found = errorsOf('goal: 5\ntask_type:\nconstraints: offline\nacceptance_criteria:\n  - a: b\n  - yes\nmetadata: {version: 1.0, ambiguity_score: 2}\n');
  expect(found.map((one) => [one.path, one.line])).toEqual([
    ['ontology_schema', 1],
    ['goal', 1],
    ['task_type', 2],
    ['constraints', 3],
    ['acceptance_criteria.0.description', 5],
    ['acceptance_criteria.1', 6],
    ['metadata.version', 7],
    ['metadata.ambiguity_score', 7],
  ]);
});

describe('common slips have a hint', () => {
  const SLIPS: readonly (readonly [string, string, RegExp])[] = [
    ['a criterion with a colon', withCriterion('Icons are right: done, failed'), /quote the whole text: 'Icons are right: done, failed'/],
    ['a quote in it is doubled', withCriterion("It's right: done"), /'It''s right: done'/],
    ['a constraint with a colon', `${HEAD}constraints:\n  - Dependencies: none\n`, /'Dependencies: none'/],
    ['an unquoted version', 'goal: g\nontology_schema: {name: T, description: d}\nmetadata:\n  version: 1.0\n', /in quotes: '1\.0'/],
    ['yes as text', withCriterion('yes'), /reads yes as true.*'yes'/],
    ['a date as text', `${HEAD}constraints: [2026-01-01]\n`, /in quotes: '2026-01-01'/],
    ["a date under a key of one's own", `${HEAD}deadline: 2026-12-01\n`, /in quotes/],
    ['a text for a list', `${HEAD}constraints: offline\n`, /starts with '- '/],
    ['an empty list', `${HEAD}constraints:\n`, /write \[\]/],
    ['empty metadata', 'goal: g\nontology_schema: {name: T, description: d}\nmetadata:\n', /write \{\}/],
    ['no metadata', 'goal: g\nontology_schema: {name: T, description: d}\n', /metadata: \{\}/],
    ['a mistyped key', 'goall: g\nontology_schema: {name: T, description: d}\nmetadata: {}\n', /did you mean goal where it says goall/],
    ['a mistyped nested key', 'goal: g\nontology_schema: {name: T, descripton: d}\nmetadata: {}\n', /did you mean description where it says descripton/],
    ['a tab', 'goal: g\nconstraints:\n\t- a\n', /spaces/],
    ['two documents', 'goal: a\n---\ngoal: b\n', /remove the line `---`/],
    ['bold text', withCriterion('**Important** thing'), /needs quotes/],
    ['a check box', withCriterion('[ ] do it'), /check box needs quotes/],
    ['text after a quote', withCriterion('"First" words'), /quote the whole text/],
    ['an at sign', withCriterion('@user can log in'), /needs quotes/],
    ['two colons', withCriterion('a: b: c'), /needs quotes/],
    ['a template', 'goal: {{name}}\n', /needs quotes/],
    ['an unknown dependency', withCriterion('description: d', 'depends_on: [nothing]'), /criteria here: ac1/],
  ];

  test.each(SLIPS)('%s', (_, text, hint) => {
    expect(errorsOf(text).map((one) => one.hint ?? '')).toEqual(expect.arrayContaining([expect.stringMatching(hint)]));
  });
});

test('a finding is one line with file, line and column, and its hint on the next', () => {
  const [first] = errorsOf('goal: 42\nontology_schema: {name: T, description: d}\nmetadata: {}\n');
  expect(first && formatDiagnostic(first, 'my seed.yaml')).toBe(
    "my seed.yaml:1:7: error seed.type: goal: should be text but is the number 42\n  hint: put it in quotes: '42'",
  );
});

test('lines count with any line break, columns from 1', () => {
  expect(errorsOf('goal: g\r\nmetadata: {}\r\nontology_schema: {name: 5, description: d}\r\n')).toMatchObject([
    { path: 'ontology_schema.name', line: 3, col: 25 },
  ]);
});

test('a hostile file gets a hundred findings of a kind, not a million', () => {
  const { diagnostics } = read(`${HEAD}${Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`).join('\n')}\n`);
  expect(diagnostics.length).toBeLessThanOrEqual(102);
});
