import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeLines, importsOf } from './helpers/imports.ts';
import { ROOT } from './helpers/program.ts';

type Sources = ReadonlyMap<string, string>;

const load = (pattern: string): Sources => new Map(globSync(pattern, { cwd: ROOT }).map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
const src = load('src/**/*.{ts,tsx}');
const tests = load('test/**/*.ts');

/** What a folder may import of the others. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  ouroboros: ['kernel'],
  tools: ['kernel'],
  drivers: ['kernel'],
  gateway: ['kernel'],
  tui: ['kernel'],
  cli: ['kernel', 'ouroboros', 'tools', 'drivers', 'gateway', 'tui'],
};

/** Where a package may be imported. A package that is not here has no home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  zod: ['kernel', 'ouroboros', 'tools', 'drivers', 'gateway', 'cli'],
  unbash: ['kernel'],
  yaml: ['ouroboros', 'drivers', 'cli'],
  diff: ['kernel', 'tools'],
  picomatch: ['kernel', 'drivers'],
  'string-width': ['kernel', 'cli'],
  '@anthropic-ai/sdk': ['drivers'],
  openai: ['drivers'],
  '@vscode/ripgrep': ['drivers', 'cli'],
  hono: ['gateway'],
  '@hono/node-server': ['gateway'],
  yargs: ['cli'],
  conf: ['drivers'],
};

/** The kernel and the protocol touch nothing of the world. */
const PURE_BUILTINS = ['node:crypto', 'node:path'];

/** Tables of data, schemas and option lists: their length is their content. */
const LONG_TABLES = ['src/kernel/events.ts'];
const MAX_LINES = 250;
const MAX_TEST_LINES = 400;

const folderOf = (path: string): string => path.split('/')[1] ?? '';
const packageOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');

/** Every breach of the table, as a line that says what and where. */
function breaches(sources: Sources): readonly string[] {
  const out: string[] = [];
  for (const [path, source] of sources) {
    const folder = folderOf(path);
    for (const one of importsOf(source)) {
      const says = `${path} imports ${one.from}`;
      if (one.reexport === 'all') out.push(`${path} exports everything of ${one.from}`);
      if (one.from.startsWith('.')) {
        const target = folderOf(normalize(join(dirname(path), one.from)));
        const isRoot = one.from.endsWith('package.json');
        if (!isRoot && target !== folder && !MAY[folder]?.includes(target)) out.push(`${says}: ${folder} may not import ${target}`);
        if (!isRoot && !/\.tsx?$/u.test(one.from)) out.push(`${says} without its extension`);
      } else if (one.from.startsWith('node:')) {
        if ((folder === 'kernel' || folder === 'ouroboros') && !PURE_BUILTINS.includes(one.from)) out.push(`${says}: ${folder} is pure`);
      } else if (!one.typeOnly && !HOMES[packageOf(one.from)]?.includes(folder)) out.push(`${says}: that package is not at home in ${folder}`);
    }
    if (/^export default\b/mu.test(source)) out.push(`${path} has a default export`);
    if (codeLines(source) > MAX_LINES && !LONG_TABLES.includes(path)) out.push(`${path} has ${codeLines(source)} lines of code`);
  }
  return out;
}

/** Circles of imports, types included. */
function cycles(sources: Sources): readonly string[] {
  const edges = new Map(
    [...sources].map(([path, source]) => [
      path,
      importsOf(source)
        .filter((one) => one.from.startsWith('.'))
        .map((one) => normalize(join(dirname(path), one.from))),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}

describe('the source', () => {
  test('is seen by this test', () => {
    expect(src.size).toBeGreaterThan(100);
    expect([...src.keys()]).toContain('src/kernel/kernel.ts');
    expect([...src.values()].flatMap(importsOf).length).toBeGreaterThan(300);
  });

  test('keeps to its folders, packages and sizes', () => {
    expect(breaches(src)).toEqual([]);
  });

  test('has no circle of imports', () => {
    expect(cycles(src)).toEqual([]);
  });

  test('has files of a median of at most 80 lines', () => {
    const sizes = [...src.values()].map(codeLines).sort((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80);
  });

  test('has tests of at most 400 lines, in folders that mirror it', () => {
    expect([...tests].filter(([, source]) => codeLines(source) > MAX_TEST_LINES).map(([path]) => path)).toEqual([]);
    const known = [...Object.keys(MAY), 'e2e', 'helpers', 'vectors', 'architecture.test.ts'];
    expect([...tests.keys()].filter((path) => !known.includes(folderOf(path)))).toEqual([]);
  });
});

describe('the rules bite', () => {
  const judged = (path: string, source: string) => breaches(new Map([[path, source]]));

  test.each([
    ['src/kernel/a.ts', "import { x } from '../drivers/fs/x.ts';", /kernel may not import drivers/u],
    ['src/tools/a.ts', "import type { X } from '../gateway/x.ts';", /tools may not import gateway/u],
    ['src/ouroboros/a.ts', "import { readFileSync } from 'node:fs';", /ouroboros is pure/u],
    ['src/gateway/a.ts', "import yargs from 'yargs';", /not at home in gateway/u],
    ['src/kernel/a.ts', "const x = await import('left-pad');", /not at home in kernel/u],
    ['src/cli/a.ts', "export * from './b.ts';", /exports everything/u],
    ['src/cli/a.ts', "import { b } from './b';", /without its extension/u],
    ['src/cli/a.ts', 'export default 1;', /default export/u],
    ['src/cli/a.ts', 'const a = 1;\n'.repeat(251), /251 lines/u],
  ])('%s: $2', (path, source, expected) => {
    expect(judged(path, source).join('\n')).toMatch(expected);
  });

  test('and only where they should', () => {
    expect(
      judged('src/cli/a.ts', "// import x from '../nowhere/x.ts'\nconst s = \"import y from 'left-pad'\";\nimport { z } from '../kernel/z.ts';\n"),
    ).toEqual([]);
    expect(
      cycles(
        new Map([
          ['src/kernel/a.ts', "import type { B } from './b.ts';"],
          ['src/kernel/b.ts', "import type { A } from './a.ts';"],
        ]),
      ),
    ).toHaveLength(1);
  });
});
