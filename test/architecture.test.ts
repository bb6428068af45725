import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  classesAreErrors,
  cycles,
  directions,
  edges,
  exportsByName,
  folders,
  type Layer,
  lightStart,
  medianLines,
  mirrors,
  namedImports,
  packages,
  type Rule,
  sizes,
  treeOf,
} from './helpers/rules.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** kernel < ouroboros < { drivers, tools, gateway, tui } < cli. Who has no builtins beyond these two cannot touch the world. */
const PURE = ['node:crypto', 'node:path'];
const LAYERS: Readonly<Record<string, Layer>> = {
  kernel: { uses: [], builtins: PURE },
  ouroboros: { uses: ['kernel'], builtins: PURE },
  tools: { uses: ['kernel'], builtins: PURE },
  drivers: { uses: ['kernel'] },
  gateway: { uses: ['kernel', 'ouroboros/view'], types: ['ouroboros'] },
  tui: { uses: ['kernel', 'ouroboros/view'], types: ['ouroboros'], builtins: [...PURE, 'node:stream', 'node:events'] },
  cli: { uses: ['kernel', 'ouroboros', 'tools', 'drivers', 'gateway', 'tui'] },
};

const ANYWHERE = Object.keys(LAYERS);
/** A new package needs a home here and a reason. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  zod: ANYWHERE,
  // Pure: text in, data out.
  diff: ANYWHERE,
  picomatch: ANYWHERE,
  'string-width': ANYWHERE,
  unbash: ANYWHERE,
  yaml: ['ouroboros', 'drivers', 'cli'],
  // Reads a project's own checks; docs/decisions says why.
  'smol-toml': ['ouroboros'],
  '@anthropic-ai/sdk': ['drivers'],
  openai: ['drivers'],
  undici: ['drivers'],
  cockatiel: ['drivers'],
  // `oxios doctor` asks it for its version.
  '@vscode/ripgrep': ['drivers', 'cli'],
  hono: ['gateway'],
  '@hono/node-server': ['gateway'],
  yargs: ['cli'],
  ink: ['tui'],
  react: ['tui'],
  'ink-text-input': ['tui'],
  // Markdown and code as trees: text in, data out.
  marked: ['tui'],
  lowlight: ['tui'],
  // Writes the configuration; it is read without.
  conf: ['drivers'],
};

/** What may be read before the command is known. */
const LIGHT: readonly string[] = [];

/** Tables of data and the schemas of events: size limits count code. */
const TABLES: readonly string[] = ['src/kernel/events.ts'];

/** Folders of src/ and test/, and the files that stand in neither's folders. */
const KNOWN = {
  src: ANYWHERE,
  test: [...ANYWHERE, 'e2e', 'helpers', 'test/architecture.test.ts'],
};
const OWN_TESTS = ['test/e2e', 'test/helpers', 'test/architecture.test.ts'];
const ROOT_FOLDERS = ['.ci', 'bench', 'bin', 'docs', 'examples', 'programs', 'src', 'test', 'tools', 'web'];

const MOST_LINES = 250;
const MOST_TEST_LINES = 400;
const MOST_MEDIAN = 80;

interface Row {
  readonly claim: string;
  readonly rule: Rule;
  /** Sources that breach it, and the breach. */
  readonly bites: readonly (readonly [files: Readonly<Record<string, string>>, breach: string])[];
  /** Sources that keep it, close to the ones that do not. */
  readonly spares: Readonly<Record<string, string>>;
}

const lines = (count: number): string => '// one\n\ncall();\n'.repeat(count);

/** The tables, as large as they are. */
const LARGE = Object.fromEntries(TABLES.map((path) => [path, lines(MOST_LINES + 1)]));

const ROWS: readonly Row[] = [
  {
    claim: 'imports go one way: kernel < ouroboros < drivers, tools, gateway, tui < cli',
    rule: directions(LAYERS),
    bites: [
      [{ 'src/kernel/a.ts': "import type { B } from '../ouroboros/b.ts';" }, 'src/kernel/a.ts imports src/ouroboros/b.ts'],
      [{ 'src/drivers/x/a.ts': "import { b } from '../../tools/b.ts';" }, 'src/drivers/x/a.ts imports src/tools/b.ts'],
      [{ 'src/tools/a.ts': "const b = await import('../drivers/fs/b.ts');" }, 'src/tools/a.ts imports src/drivers/fs/b.ts'],
      [{ 'src/tui/a.ts': "import { b } from '../ouroboros/b.ts';" }, 'src/tui/a.ts imports src/ouroboros/b.ts'],
      [{ 'src/gateway/a.ts': "export { b } from '../cli/b.ts';" }, 'src/gateway/a.ts imports src/cli/b.ts'],
      [{ 'src/cli/a.ts': "import { b } from '../../test/helpers/b.ts';" }, 'src/cli/a.ts imports test/helpers/b.ts'],
    ],
    spares: {
      'src/kernel/a.ts': "import { b } from './b.ts'; // from '../cli/c.ts'",
      'src/tui/a.ts': "import type { B } from '../ouroboros/b.ts'; import { c } from '../ouroboros/view/c.ts';",
      'src/cli/a.ts': "import { b } from '../drivers/b.ts'; import manifest from '../../package.json' with { type: 'json' };",
    },
  },
  {
    claim: 'each package has its home, and only drivers, gateway and cli touch the world',
    rule: packages(LAYERS, HOMES),
    bites: [
      [{ 'src/kernel/a.ts': "import { readFileSync } from 'node:fs';" }, 'src/kernel/a.ts imports node:fs'],
      [{ 'src/tools/a.ts': "const { spawn } = await import('node:child_process');" }, 'src/tools/a.ts imports node:child_process'],
      [{ 'src/kernel/a.ts': "import { parse } from 'yaml';" }, 'src/kernel/a.ts imports yaml'],
      [{ 'src/gateway/a.ts': "import type Anthropic from '@anthropic-ai/sdk/client';" }, 'src/gateway/a.ts imports @anthropic-ai/sdk/client'],
      [{ 'src/cli/a.ts': "import pad from 'left-pad';" }, 'src/cli/a.ts imports left-pad, which has no home'],
    ],
    spares: {
      'src/kernel/a.ts': "import { createHash } from 'node:crypto'; import { z } from 'zod';",
      'src/drivers/a.ts': "import { readFileSync } from 'node:fs'; import { x } from '@anthropic-ai/sdk/client';",
    },
  },
  {
    claim: 'no package is loaded before the command is known',
    rule: lightStart('src/cli/main.ts', LIGHT),
    bites: [
      [{ 'src/cli/main.ts': "import yargs from 'yargs';" }, 'src/cli/main.ts imports yargs at the start'],
      [
        { 'src/cli/main.ts': "import { b } from './b.ts';", 'src/cli/b.ts': "import '../gateway/c.ts';", 'src/gateway/c.ts': "import { Hono } from 'hono';" },
        'src/gateway/c.ts imports hono at the start',
      ],
    ],
    spares: {
      'src/cli/main.ts': "import type { Argv } from 'yargs'; import fs from 'node:fs'; const b = await import('./b.ts');",
      'src/cli/b.ts': "import yargs from 'yargs';",
    },
  },
  {
    claim: `a file of src has at most ${MOST_LINES} lines of code, tables of data aside`,
    rule: sizes('src', MOST_LINES, TABLES),
    bites: [[{ ...LARGE, 'src/kernel/a.ts': lines(MOST_LINES + 1) }, `src/kernel/a.ts has ${MOST_LINES + 1} lines of code`]],
    spares: { ...LARGE, 'src/kernel/a.ts': lines(MOST_LINES), 'test/kernel/a.test.ts': lines(MOST_LINES + 1) },
  },
  {
    claim: `a file of test has at most ${MOST_TEST_LINES} lines of code`,
    rule: sizes('test', MOST_TEST_LINES, []),
    bites: [[{ 'test/cli/a.test.ts': lines(MOST_TEST_LINES + 1) }, `test/cli/a.test.ts has ${MOST_TEST_LINES + 1} lines of code`]],
    spares: { 'test/cli/a.test.ts': lines(MOST_TEST_LINES) },
  },
  {
    claim: 'no imports in circles, those of types included',
    rule: cycles,
    bites: [
      [{ 'src/a.ts': "import { b } from './b.ts';", 'src/b.ts': "import type { A } from './a.ts';" }, 'src/a.ts -> src/b.ts -> src/a.ts'],
      [{ 'src/a.ts': "const a = () => import('./a.ts');" }, 'src/a.ts -> src/a.ts'],
      [
        {
          'src/a.ts': "import './b.ts';",
          'src/b.ts': "import './c.ts'; import './d.ts';",
          'src/c.ts': "import './d.ts';",
          'src/d.ts': "import type { B } from './b.ts';",
        },
        'src/b.ts -> src/c.ts -> src/d.ts -> src/b.ts',
      ],
    ],
    spares: { 'src/a.ts': "import './b.ts'; import './c.ts';", 'src/b.ts': "import './c.ts';", 'src/c.ts': "import 'zod';" },
  },
  {
    claim: 'src and test have the folders of the architecture and no others',
    rule: folders(KNOWN),
    bites: [
      [{ 'src/utils/a.ts': '' }, 'src/utils/a.ts: src has no utils'],
      [{ 'src/index.ts': '' }, 'src/index.ts: src has no index.ts'],
      [{ 'test/unit/a.test.ts': '' }, 'test/unit/a.test.ts: test has no unit'],
      [{ 'test/kernel.test.ts': '' }, 'test/kernel.test.ts: test has no kernel.test.ts'],
    ],
    spares: { 'src/kernel/a.ts': '', 'test/e2e/a.test.ts': '', 'test/architecture.test.ts': '' },
  },
  {
    claim: 'a test lies in the folder of what it tests',
    rule: mirrors(OWN_TESTS),
    bites: [
      [{ 'src/kernel/a.ts': '', 'test/kernel/command/a.test.ts': '' }, 'test/kernel/command/a.test.ts tests no folder of src'],
      [{ 'src/kernel/a.ts': '', 'test/drivers/a.test.ts': '' }, 'test/drivers/a.test.ts tests no folder of src'],
    ],
    spares: { 'src/drivers/fs/a.ts': '', 'test/drivers/fs/a.test.ts': '', 'test/drivers/all.test.ts': '', 'test/e2e/run.test.ts': '' },
  },
  {
    claim: 'a file exports what is its own, by name',
    rule: exportsByName,
    bites: [
      [{ 'src/kernel/a.ts': 'export default 1;' }, 'src/kernel/a.ts has a default export'],
      [{ 'src/kernel/a.ts': "export * from './b.ts';" }, 'src/kernel/a.ts exports ./b.ts again'],
      [{ 'src/kernel/a.ts': "export { b } from './b.ts';" }, 'src/kernel/a.ts exports ./b.ts again'],
      [{ 'test/helpers/a.ts': "export type { B } from './b.ts';" }, 'test/helpers/a.ts exports ./b.ts again'],
    ],
    spares: { 'src/kernel/a.ts': "import { b } from './b.ts'; export const a = b; export { b as c };" },
  },
  {
    claim: 'a class is an error',
    rule: classesAreErrors,
    bites: [
      [{ 'src/kernel/a.ts': 'export class Kernel {}' }, 'src/kernel/a.ts has the class Kernel'],
      [{ 'src/kernel/a.ts': 'class A extends EventEmitter {}' }, 'src/kernel/a.ts has the class A'],
    ],
    spares: { 'src/kernel/a.ts': 'export class Ended extends Error {} // class B {}' },
  },
  {
    claim: 'every import says what it imports',
    rule: namedImports,
    bites: [
      [{ 'src/cli/a.ts': 'const b = await import(name);' }, 'src/cli/a.ts computes what it imports'],
      [{ 'src/cli/a.ts': "import { b } from './b';", 'src/cli/b.ts': '' }, 'src/cli/a.ts imports ./b, which is no file of src'],
      [{ 'src/cli/a.ts': "import b from '/opt/b.js';" }, 'src/cli/a.ts imports /opt/b.js'],
    ],
    spares: { 'src/cli/a.ts': "import { b } from './b.ts'; import c from '@a/c/d'; const e = await import('e');", 'src/cli/b.ts': '' },
  },
];

const files = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/u.test(path));

const tree = treeOf(Object.fromEntries([...files('src'), ...files('test')].map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])));

describe('the sources that are judged', () => {
  test('are all there, and their imports are seen', () => {
    expect([...tree.keys()]).toEqual(expect.arrayContaining(['src/kernel/kernel.ts', 'src/cli/main.ts', 'test/architecture.test.ts']));
    const ours = edges(tree, 'src').filter(({ to }) => to !== undefined);
    expect(ours.length).toBeGreaterThan(tree.size);
    for (const layer of Object.keys(LAYERS).filter((name) => files('src').some((path) => path.startsWith(`src/${name}/`)))) {
      expect(ours.some(({ path, to }) => path.startsWith(`src/${layer}/`) && to?.startsWith('src/kernel/'))).toBe(true);
    }
  });

  test(`have a median of at most ${MOST_MEDIAN} lines of code`, async ({ annotate }) => {
    await annotate(`${medianLines(tree)} lines in the median of ${files('src').length} files`);
    expect(medianLines(treeOf({ 'src/a.ts': lines(1), 'src/b.ts': lines(81), 'src/c.ts': lines(300), 'test/d.ts': '' }))).toBe(81);
    expect(medianLines(tree)).toBeLessThanOrEqual(MOST_MEDIAN);
  });

  test('are exempt from the size only where they need it', () => {
    const rule = sizes('src', 2, ['src/kernel/table.ts']);
    expect(rule(treeOf({ 'src/kernel/table.ts': lines(3) }))).toEqual([]);
    expect(rule(treeOf({ 'src/kernel/table.ts': lines(2) }))).toEqual(['src/kernel/table.ts needs no exemption']);
    expect(rule(treeOf({ 'src/kernel/other.ts': lines(1) }))).toEqual(['src/kernel/table.ts needs no exemption']);
  });

  test('lie in the known folders at the root', () => {
    const found = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    expect(found.filter((name) => !/^(\.git|node_modules|dist(\..*)?|coverage)$/u.test(name) && !ROOT_FOLDERS.includes(name))).toEqual([]);
  });
});

describe.each(ROWS)('$claim', ({ rule, bites, spares }) => {
  test('holds', () => {
    expect(rule(tree)).toEqual([]);
  });

  test.each(bites)('bites: %j', (given, breach) => {
    expect(rule(treeOf(given))).toEqual([breach]);
  });

  test('spares what is close to a breach', () => {
    expect(rule(treeOf(spares))).toEqual([]);
  });
});
