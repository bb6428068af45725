import { judgeCommand } from '../seed/shell/judge.ts';
import { PYTHON_MODULES } from './stdlib.ts';

/** Tests, and what runs them. */
const TESTS: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|spec|specs|e2e|testing|test[-_]?(utils?|helpers?|support|lib|kit))\//iu,
  /(^|\/)(test_[^/]*|[^/]*_test|[^/]*[.-](test|spec))\.[a-z0-9]+$/iu,
  /(^|\/)(__snapshots__|__fixtures__|testdata)\/|\.(snap|golden|approved)(\.|$)/iu,
  /(^|\/)\.(github|gitlab|circleci|buildkite)\//u,
  /(^|\/)(\.gitlab-ci\.ya?ml|\.travis\.ya?ml|azure-pipelines\.ya?ml|Jenkinsfile|\.pre-commit-config\.ya?ml|\.drone\.ya?ml)$/u,
  /(^|\/)\.ouroboros\//u,
];

/** Scripts that check, by their name: only where a command names them, since sources are called so too. */
const CHECKERS = /(^|\/)(run[-_]?)?(tests?|checks?|verify|validate|assert|ci)([-_.][^/]*)?(\.(sh|bash|js|cjs|mjs|ts|py|rb|pl))?$/iu;

/** What decides how a test runner, a package manager or an interpreter goes about it. */
const CONFIGURATION: readonly RegExp[] = [
  /(^|\/)(conftest\.py|\.?pytest\.(ini|toml)|tox\.(ini|toml)|setup\.cfg|noxfile\.py|pyproject\.toml|\.coveragerc)$/iu,
  /(^|\/)(sitecustomize|usercustomize)\.py$/u,
  /(^|\/)(package\.json|tsconfig[^/]*\.json|(GNU)?[Mm]akefile|[\w.-]+\.(mk|mak)|\.?[Jj]ustfile|[\w.-]+\.just|Taskfile\.ya?ml|CMakeLists\.txt|meson\.build)$/u,
  /(^|\/)(Cargo\.toml|build\.rs|go\.mod|go\.work|Rakefile|Gemfile|build\.gradle(\.kts)?|pom\.xml|deno\.jsonc?|bunfig\.toml|node\.config\.json|(lerna|nx|turbo|project)\.json|pnpm-workspace\.yaml|rust-toolchain(\.toml)?)$/u,
  /(^|\/)(jest|vitest|vite|mocha|karma|playwright|cypress|ava|rollup|webpack|babel|tap|c8|nyc|wdio|eslint|biome)[^/]*\.(config\.)?(js|cjs|mjs|ts|cts|mts|jsonc?)$/iu,
  /(^|\/)\.(mocharc|nycrc|c8rc|taprc|eslintrc|babelrc|swcrc|npmrc|yarnrc|pnpmfile|pnp|rspec|noderc|envrc|tool-versions|nvmrc|node-version|python-version)[^/]*$/iu,
  /(^|\/)\.cargo\//u,
];

/** What Python imports: source, compiled, a library. */
const MODULE = /\.(pyc?|so|pyd)$/u;

/** What is expected of an output: where a command names it, or the folder it is in. */
const EXPECTED = /(^|[/_.-])(expect(ed|ations?)?|goldens?|references?|baselines?|snapshots?|fixtures?|want(ed)?|approved)([/_.-]|$)/iu;

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

/** A test, or what belongs to tests. */
export const isTest = (path: string): boolean => isOneOf(TESTS, path);

const isOneOf = (rules: readonly RegExp[], path: string): boolean => rules.some((rule) => rule.test(path));

/** Pre-existing tests and runner configuration that were changed or removed: put back before the contract is run again. */
export const toRestore = (changes: readonly Change[], own: Own): readonly string[] =>
  changes.filter((one) => one.change !== 'added' && !own.artifacts.includes(one.path) && judges(one.path, own.command)).map((one) => one.path);

const judges = (path: string, command: string | null): boolean =>
  isOneOf([...TESTS, ...CONFIGURATION], path) ||
  (command !== null && CHECKERS.test(path) && isNamed(path, command)) ||
  (command !== null && EXPECTED.test(path) && foldersTo(path).some((one) => isNamed(one, command)));

const isNamed = (path: string, command: string): boolean =>
  command.split(/[\s"'=;&|()<>]+/u).some((word) => word.replace(/^\.\//u, '').replace(/\/+$/u, '') === path);

/** `a/b/c`: `a`, `a/b` and `a/b/c`. */
const foldersTo = (path: string): readonly string[] => path.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'));

/** Configuration and modules that were added and that a check may come upon by itself: it is run again without them. */
export const toLeaveOut = (changes: readonly Change[], own: Own): readonly string[] =>
  changes.filter((one) => one.change === 'added' && !own.artifacts.includes(one.path) && decides(one.path, own.command)).map((one) => one.path);

const decides = (path: string, command: string | null): boolean =>
  isOneOf(CONFIGURATION, path) || shadows(path, command) || (command !== null && MAKE.test(command) && isNamed(path.split('/')[0] ?? '', command));

/** It lies where a program, or a test, begins to look for modules, under the name of one that is Python's. */
function shadows(path: string, command: string | null): boolean {
  const parts = path.split('/');
  const isRoot = (folder: string): boolean => folder === '' || folder === 'src/' || isOneOf(TESTS, folder) || (command ?? '').includes(folder);
  return (
    MODULE.test(path) &&
    parts.some(
      (part, at) =>
        PYTHON_MODULES.has(part.split('.')[0] ?? '') &&
        isRoot(
          parts
            .slice(0, at)
            .map((one) => `${one}/`)
            .join(''),
        ),
    )
  );
}

/** It takes a file with the name of a target for the target's work, done. */
const MAKE = /\b(g?make|just|ninja)\b/u;

/** A command that succeeds whatever was done, or throws away how it ended. */
export const isVacuous = (command: string): boolean => judgeCommand(command).proves !== 'something';

/** Shorter assertions stand in honest files by chance. */
const MIN_LITERAL = 4;

/** The assertion's text stands word for word in a file the worker wrote: printing it proves nothing by itself. */
export const writesAssertion = (assertion: string | null, contents: readonly string[]): boolean =>
  assertion !== null && assertion.trim().length >= MIN_LITERAL && contents.some((text) => text.includes(assertion.trim()));
