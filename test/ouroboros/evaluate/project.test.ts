import { describe, expect, test } from 'vitest';
import { ownChecks } from '../../../src/ouroboros/evaluate/project.ts';
import { verdictOn } from '../../../src/ouroboros/evaluate/project-checks.ts';
import type { CheckFacts } from '../../../src/ouroboros/events.ts';

const found = async (files: Readonly<Record<string, string>>) => (await ownChecks(async (path) => files[path])).map((one) => `${one.name}: ${one.command}`);
const npm = (scripts: object) => JSON.stringify({ scripts });

describe('the checks of a project', () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      'scripts of package.json that check',
      { 'package.json': npm({ test: 'vitest run', lint: 'eslint .', start: 'node .', 'type-check': 'tsc' }) },
      ['lint: npm run lint', 'type-check: npm run type-check', 'test: npm run test'],
    ],
    ['by the package manager of the lock', { 'package.json': npm({ test: 'vitest' }), 'pnpm-lock.yaml': '' }, ['test: pnpm run test']],
    ['by the package manager of another lock', { 'package.json': npm({ test: 'vitest' }), 'bun.lockb': '' }, ['test: bun run test']],
    [
      'by the package manager it names',
      { 'package.json': JSON.stringify({ packageManager: 'yarn@4.1.0', scripts: { test: 'vitest' } }), 'pnpm-lock.yaml': '' },
      ['test: yarn run test'],
    ],
    ["not npm's placeholder", { 'package.json': npm({ test: 'echo "Error: no test specified" && exit 1' }) }, []],
    ['not a script that succeeds whatever is there', { 'package.json': npm({ test: 'true', lint: 'eslint . || true' }) }, []],
    ['none of a manifest that is no JSON', { 'package.json': '{"scripts": ' }, []],
    [
      'tools configured in pyproject.toml',
      { 'pyproject.toml': '[tool.pytest.ini_options]\nx = 1\n[tool.ruff]\n[tool.mypy]\n' },
      ['lint: ruff check .', 'static: mypy .', 'test: pytest -q'],
    ],
    ['not tools that are only a dependency', { 'pyproject.toml': '[project]\ndependencies = ["pytest", "ruff"]\n' }, []],
    [
      'tools that have a file of their own',
      { 'ruff.toml': '', '.mypy.ini': '', 'pytest.ini': '' },
      ['lint: ruff check .', 'static: mypy .', 'test: pytest -q'],
    ],
    ['tools configured in setup.cfg and tox.ini', { 'setup.cfg': '[mypy]\n', 'tox.ini': '[pytest]\n' }, ['static: mypy .', 'test: pytest -q']],
    ['not environments of tox, which come from the network', { 'tox.ini': '[tox]\nenvlist = py3\n' }, []],
    ['cargo', { 'Cargo.toml': '[package]' }, ['test: cargo test']],
    ['go', { 'go.mod': 'module m' }, ['static: go vet ./...', 'test: go test ./...']],
    ['a target of a Makefile', { Makefile: 'all:\n\ncheck: all\n\t./t\n' }, ['test: make check']],
    ['a target of a makefile that make finds before it', { Makefile: 'test:\n', GNUmakefile: 'check:\n' }, ['test: make check']],
    ['a recipe of a justfile', { justfile: 'build:\n  cc x.c\n\n@test *args: build\n  ./t {{args}}\n' }, ['test: just test']],
    ['not a variable of a Makefile', { Makefile: 'test := 1\n' }, []],
    ['not a Makefile beside a manifest that has checks', { Makefile: 'test:\n', 'Cargo.toml': '' }, ['test: cargo test']],
    ['nothing of an empty folder', {}, []],
    [
      'mechanical.toml and nothing else',
      { '.ouroboros/mechanical.toml': 'lint = ""\ntest = "sh t.sh" # all\nstatic = \'tsc\'\n', 'package.json': npm({ test: 'vitest' }) },
      ['test: sh t.sh', 'static: tsc'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await found(files)).toEqual(expected);
  });

  test('have the time that mechanical.toml gives them, ten minutes else', async () => {
    const checks = await ownChecks(async (path) => (path === '.ouroboros/mechanical.toml' ? 'test = "t"\ntimeout = 30\n' : undefined));
    expect(checks).toMatchObject([{ timeout_ms: 30_000 }]);
    expect(await ownChecks(async (path) => (path === 'go.mod' ? '' : undefined))).toMatchObject([{ timeout_ms: 600_000 }, {}]);
  });

  test.each(['test = ', 'test = 7', 'timeout = -1', '\0'])('mechanical.toml with %j is said to be broken', async (text) => {
    const [one] = await ownChecks(async (path) => (path === '.ouroboros/mechanical.toml' ? text : undefined));
    expect(one?.broken).toMatch(/^\.ouroboros\/mechanical\.toml cannot be read: ./u);
  });
});

const facts = (exit_code: number | null, change: Partial<CheckFacts> = {}): CheckFacts => ({
  exit_code,
  timed_out: false,
  assertion_found: null,
  artifacts: [],
  output_tail: 'said',
  ...change,
});

describe("a project's own check", () => {
  test.each<[string, string | undefined, Partial<Parameters<typeof verdictOn>[0]>]>([
    ['holds', undefined, {}],
    ['failed before as it does now', undefined, { facts: facts(1), before: facts(1) }],
    ['fails, and held before', 'FAIL', { facts: facts(1), before: facts(0) }],
    ['does not end, and held before', 'FAIL', { facts: facts(0, { timed_out: true }), before: facts(0) }],
    ['holds only with the changed tests', 'FAIL', { restored: ['t'], with_restored: facts(1), before: facts(0) }],
    ['holds with the original tests too', undefined, { restored: ['t'], with_restored: facts(0) }],
    [
      'needs a program that is not there',
      'UNAVAILABLE',
      { facts: facts(127, { interpreter_missing: 'make' }), before: facts(127, { interpreter_missing: 'make' }) },
    ],
    [
      'needs a program that was not there before either',
      'UNAVAILABLE',
      { facts: facts(127, { interpreter_missing: 'tsc' }), before: facts(127, { interpreter_missing: 'tsc' }) },
    ],
    ['misses a program that was there before', 'FAIL', { facts: facts(127, { interpreter_missing: 'tsc' }), before: facts(0) }],
    ['was refused', 'UNAVAILABLE', { facts: facts(null, { refused: 'no' }) }],
  ])('%s: %s', (_, status, change) => {
    const verdict = verdictOn({ command: 'make test', before: undefined, facts: facts(0), restored: [], with_restored: undefined, ...change });
    expect(verdict.status).toBe(status);
    expect(verdict.evidence).toHaveLength(1);
  });
});
