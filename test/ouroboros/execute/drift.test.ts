import { describe, expect, test } from 'vitest';
import { driftOf } from '../../../src/ouroboros/execute/drift.ts';
import { outsideOf, pathsIn } from '../../../src/ouroboros/execute/scope.ts';
import type { Criterion, Seed } from '../../../src/ouroboros/seed/types.ts';

describe('drift', () => {
  test.each<readonly [claim: string, facts: Parameters<typeof driftOf>[0], score: number]>([
    ['nothing beyond', { goal: { changed: 4, outside: [] }, violations: 0, ontology: 0 }, 0],
    ['half of the files', { goal: { changed: 2, outside: ['x'] }, violations: 0, ontology: 0 }, 0.25],
    ['half of the files, without concepts', { goal: { changed: 2, outside: ['x'] }, violations: 0, ontology: undefined }, 0.3125],
    ['two violations', { goal: { changed: 2, outside: [] }, violations: 2, ontology: 0 }, 0.06],
    ['no path is named', { goal: undefined, violations: 2, ontology: undefined }, 0.2],
    ['no path, but concepts', { goal: undefined, violations: 0, ontology: 0.5 }, 0.2],
    ['more violations than count', { goal: { changed: 1, outside: [] }, violations: 99, ontology: 0 }, 0.3],
    ['everything', { goal: { changed: 1, outside: ['x'] }, violations: 10, ontology: 1 }, 1],
    ['nothing was changed', { goal: { changed: 0, outside: [] }, violations: 0, ontology: undefined }, 0],
  ])('%s', (_, facts, score) => {
    expect(driftOf(facts).score).toBeCloseTo(score, 4);
  });
});

describe('paths in a text', () => {
  test.each<readonly [text: string, paths: readonly string[]]>([
    ['src/a.ts adds, and lib/ holds the rest', ['src/a.ts', 'lib']],
    ['`sum.js` prints "x", see ./docs/guide.md.', ['sum.js', 'docs/guide.md']],
    ['node --test test/a.test.js > out.txt', ['test/a.test.js', 'out.txt']],
    ['version 1.2.3 as of 2.0, e.g. on https://example.com/a/b.html', []],
    ['it works and/or not', []],
  ])('%s', (text, paths) => {
    expect(pathsIn(text)).toEqual(paths);
  });
});

const seed = (...criteria: readonly Partial<Criterion>[]): Seed =>
  ({
    goal: 'make it so',
    constraints: [],
    brownfield_context: { context_references: [] },
    acceptance_criteria: criteria.map((one) => ({ description: 'x', verify_command: null, expected_artifacts: [], ...one })),
  }) as unknown as Seed;

const outside = (criteria: readonly Partial<Criterion>[], changed: readonly string[], contents: Readonly<Record<string, string>> = {}) =>
  outsideOf(seed(...criteria), changed, new Map(Object.entries(contents)))?.outside;

const A = { expected_artifacts: ['src/a/one.ts'] };
const B = { description: 'src/b/two.ts doubles' };

describe('a changed file lies beyond every criterion', () => {
  test('when none names it, nor a folder it lies in', () => {
    expect(outside([A, B], ['src/a/one.ts', 'src/b/two.ts', 'billing/tax.ts', 'src/c/other.ts'])).toEqual(['billing/tax.ts', 'src/c/other.ts']);
  });

  test.each<readonly [claim: string, path: string]>([
    ['it lies beside what is named', 'src/a/helper.ts'],
    ['it lies below that', 'src/a/deep/er.ts'],
    ['a sibling made it in its own folder', 'src/b/three.ts'],
    ['tools made it: coverage', 'coverage/lcov-report/index.html'],
    ['tools made it: a build', 'dist/bundle.js'],
    ['tools made it: a build in a package', 'packages/x/build/y.js'],
    ['tools made it: a cache', '__pycache__/one.cpython-312.pyc'],
    ['tools made it: a log', 'debug.log'],
    ['it is a test', 'test/one.test.ts'],
    ['it is a manifest', 'package.json'],
    ['it locks versions', 'package-lock.json'],
    ['it sets up a tool', '.eslintrc.json'],
    ['it tells of the work', 'README.md'],
  ])('but not when %s', (_, path) => {
    expect(outside([A, B], ['src/a/one.ts', path])).toEqual([]);
  });

  test('but not when what belongs to the work uses it, however many steps away', () => {
    const contents = { 'src/a/one.ts': "import { tax } from '../../billing/taxes.ts'", 'billing/taxes.ts': "from './rates.ts'" };
    expect(outside([A], ['src/a/one.ts', 'billing/taxes.ts', 'billing/rates.ts', 'billing/unused.ts'], contents)).toEqual(['billing/unused.ts']);
  });

  test('a file in the workspace itself speaks for those beside it alone', () => {
    expect(outside([{ description: 'sum.js adds' }], ['sum.js', 'helper.js', 'far/away.js'])).toEqual(['far/away.js']);
  });

  test('a check speaks of files too', () => {
    const criterion = { description: 'src/a.js runs', verify_command: 'node tools/run.js && test -s result/all.html' };
    expect(outside([criterion], ['src/a.js', 'tools/x.js', 'result/all.html', 'other/z.js'])).toEqual(['other/z.js']);
  });

  test('and nothing is known where a criterion does not say where its work goes', () => {
    expect(outside([A, { description: 'there is a login' }], ['anything/at.all'])).toBeUndefined();
    expect(outside([{ verify_command: 'node --test test/one.test.js' }], ['src/one.js'])).toBeUndefined();
    expect(outside([{ description: 'test/one.test.js passes' }], ['src/one.js'])).toBeUndefined();
    expect(outside([], ['x'])).toBeUndefined();
  });
});
