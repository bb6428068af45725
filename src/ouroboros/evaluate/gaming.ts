import { judgeCommand } from '../seed/shell/judge.ts';

/** What counts as a test or as configuration of a test runner: a worker who changes one of these may have changed the judge. */
const JUDGING_FILES: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|spec|specs|e2e)\//iu,
  /(^|\/)(test_[^/]*|[^/]*_test|[^/]*[.-](test|spec))\.[a-z0-9]+$/iu,
  /(^|\/)(conftest\.py|pytest\.ini|tox\.ini|setup\.cfg|noxfile\.py|pyproject\.toml)$/iu,
  /(^|\/)(package\.json|tsconfig[^/]*\.json|Makefile|makefile|justfile|Cargo\.toml|go\.mod|Rakefile|build\.gradle(\.kts)?|pom\.xml)$/u,
  /(^|\/)(jest|vitest|vite|mocha|karma|playwright|cypress|ava|rollup|webpack|babel)[^/]*\.(config\.)?(js|cjs|mjs|ts|cts|mts|json)$/iu,
  /(^|\/)\.(mocharc|nycrc|eslintrc|babelrc)[^/]*$/iu,
  /(^|\/)\.ouroboros\//u,
  /(^|\/)(\.github|\.gitlab|\.circleci)\//u,
];

export interface Change {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'modified';
}

/**
 * Pre-existing tests and runner configuration that were changed or removed: put back before the contract is run again.
 * Files the criterion itself is expected to leave are its business and stay.
 */
export const toRestore = (changes: readonly Change[], expected: readonly string[]): readonly string[] =>
  changes.filter((one) => one.change !== 'added' && !expected.includes(one.path) && JUDGING_FILES.some((rule) => rule.test(one.path))).map((one) => one.path);

/** A command that succeeds whatever was done, or throws away how it ended. */
export const isVacuous = (command: string): boolean => judgeCommand(command).proves !== 'something';

/** Shorter assertions stand in honest files by chance. */
const MIN_LITERAL = 4;

/** The assertion's text stands word for word in a file the worker wrote: printing it proves nothing by itself. */
export const writesAssertion = (assertion: string | null, contents: readonly string[]): boolean =>
  assertion !== null && assertion.trim().length >= MIN_LITERAL && contents.some((text) => text.includes(assertion.trim()));
