import { judgeCommand } from '../seed/shell/judge.ts';

/** Tests, and what runs them. */
const TESTS: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|spec|specs|e2e)\//iu,
  /(^|\/)(test_[^/]*|[^/]*_test|[^/]*[.-](test|spec))\.[a-z0-9]+$/iu,
  /(^|\/)\.(github|gitlab|circleci)\//u,
  /(^|\/)\.ouroboros\//u,
];

/** Scripts that check, by their name: only where a command names them, since sources are called so too. */
const CHECKERS = /(^|\/)(run[-_]?)?(tests?|checks?|verify|validate|assert|ci)([-_.][^/]*)?\.(sh|bash|js|cjs|mjs|ts|py|rb|pl)$/iu;

/** What decides how a test runner, a package manager or an interpreter goes about it. */
const CONFIGURATION: readonly RegExp[] = [
  /(^|\/)(conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|noxfile\.py|pyproject\.toml|\.coveragerc)$/iu,
  /(^|\/)(sitecustomize|usercustomize)\.py$/u,
  /(^|\/)(package\.json|tsconfig[^/]*\.json|(GNU)?[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|CMakeLists\.txt)$/u,
  /(^|\/)(Cargo\.toml|build\.rs|go\.mod|go\.work|Rakefile|Gemfile|build\.gradle(\.kts)?|pom\.xml|deno\.jsonc?|bunfig\.toml|rust-toolchain(\.toml)?)$/u,
  /(^|\/)(jest|vitest|vite|mocha|karma|playwright|cypress|ava|rollup|webpack|babel|tap|c8|nyc|wdio|eslint|biome)[^/]*\.(config\.)?(js|cjs|mjs|ts|cts|mts|jsonc?)$/iu,
  /(^|\/)\.(mocharc|nycrc|c8rc|taprc|eslintrc|babelrc|swcrc|npmrc|yarnrc|pnpmfile|pnp|rspec|noderc|envrc|tool-versions|nvmrc|node-version|python-version)[^/]*$/iu,
  /(^|\/)\.cargo\//u,
];

/** A file of this name is found before the module of the interpreter that tests are written with. */
const SHADOWS =
  /(^|\/)(pytest|_pytest|unittest|doctest|nose|coverage|json|re|os|sys|io|math|random|subprocess|pathlib|typing|collections|itertools|functools|tempfile|shutil|contextlib|dataclasses|importlib|runpy)(\.py|\/__init__\.py)$/u;

export interface Change {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'modified';
}

/** What belongs to one criterion when files are sorted. */
export interface Own {
  readonly command: string | null;
  /** Files it is expected to leave: they are its business. */
  readonly artifacts: readonly string[];
}

const isOneOf = (rules: readonly RegExp[], path: string): boolean => rules.some((rule) => rule.test(path));

/** Pre-existing tests and runner configuration that were changed or removed: put back before the contract is run again. */
export const toRestore = (changes: readonly Change[], own: Own): readonly string[] =>
  changes.filter((one) => one.change !== 'added' && !own.artifacts.includes(one.path) && judges(one.path, own.command)).map((one) => one.path);

const judges = (path: string, command: string | null): boolean =>
  isOneOf([...TESTS, ...CONFIGURATION], path) || (CHECKERS.test(path) && command !== null && isNamed(path, command));

const isNamed = (path: string, command: string): boolean => command.split(/[\s"'=;&|()]+/u).some((word) => word.replace(/^\.\//u, '') === path);

/** Configuration and modules that were added and that a check may come upon by itself: it is run again without them. */
export const toLeaveOut = (changes: readonly Change[], own: Own): readonly string[] =>
  changes.filter((one) => one.change === 'added' && !own.artifacts.includes(one.path) && decides(one.path, own.command)).map((one) => one.path);

const decides = (path: string, command: string | null): boolean =>
  isOneOf([...CONFIGURATION, SHADOWS], path) || (command !== null && MAKE.test(command) && isNamed(path.split('/')[0] ?? '', command));

/** It takes a file with the name of a target for the target's work, done. */
const MAKE = /\b(g?make|just|ninja)\b/u;

/** A command that succeeds whatever was done, or throws away how it ended. */
export const isVacuous = (command: string): boolean => judgeCommand(command).proves !== 'something';

/** Shorter assertions stand in honest files by chance. */
const MIN_LITERAL = 4;

/** The assertion's text stands word for word in a file the worker wrote: printing it proves nothing by itself. */
export const writesAssertion = (assertion: string | null, contents: readonly string[]): boolean =>
  assertion !== null && assertion.trim().length >= MIN_LITERAL && contents.some((text) => text.includes(assertion.trim()));
