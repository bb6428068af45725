import type { Seed } from '../seed/types.ts';

/** Files of which one criterion speaks. */
export interface Scope {
  /** Files and folders, relative. */
  readonly paths: readonly string[];
  /** It says where its work goes: a check, or a test that is to pass, does not. */
  readonly isKnown: boolean;
}

/** What tools write by themselves: it says nothing about where the work went. */
const GENERATED: readonly RegExp[] = [
  /(^|\/)(node_modules|bower_components|vendor|\.venv|venv|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.tox|\.eggs|[^/]+\.egg-info)\//u,
  /(^|\/)(dist|build|out|output|target|bin|obj|lib-cov|coverage|htmlcov|\.nyc_output|\.next|\.nuxt|\.svelte-kit|\.turbo|\.parcel-cache|\.cache|\.gradle|\.idea|\.vscode|tmp|temp|logs?|reports?|test-results|playwright-report|__snapshots__)\//iu,
  /\.(log|tmp|bak|pyc|pyo|class|o|obj|a|so|d|gcda|gcno|profraw|tsbuildinfo|lcov|map|min\.js|snap|pid|lock|orig)$/iu,
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|go\.sum|poetry\.lock|Pipfile\.lock|\.coverage[^/]*|coverage\.(xml|json|out)|junit[^/]*\.xml|\.eslintcache|\.DS_Store|nohup\.out|a\.out)$/iu,
];

/** They show that something was done, and not where. */
const TESTS: readonly RegExp[] = [
  /(^|\/)(tests?|__tests__|spec|specs|e2e|fixtures|testdata)\//iu,
  /(^|\/)(test_[^/]*|[^/]*_test|[^/]*[.-](test|spec))\.[a-z0-9]+$/iu,
];

/** What honest work on anything may touch: manifests, settings of tools, tests and words about it. */
const COMMON: readonly RegExp[] = [
  ...TESTS,
  /(^|\/)(package\.json|pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.txt|Cargo\.toml|go\.mod|Gemfile|composer\.json|build\.gradle(\.kts)?|pom\.xml|CMakeLists\.txt|(GNU)?[Mm]akefile|[Jj]ustfile|Dockerfile[^/]*|docker-compose[^/]*\.ya?ml)$/u,
  /(^|\/)(tsconfig[^/]*\.json|[^/]+\.config\.[cm]?[jt]s|\.[a-z][\w.-]*(rc|ignore|config)(\.[a-z]+)?|\.editorconfig|\.gitattributes|\.env\.example|conftest\.py|pytest\.ini|tox\.ini)$/u,
  /(^|\/)(docs?|examples?)\//iu,
  /(^|\/)(README|CHANGELOG|CONTRIBUTING|LICENSE|NOTICE|AUTHORS|TODO)[^/]*$/iu,
  /(^|\/)(index|main|mod|lib|__init__)\.[a-z]+$/iu,
];

const isOneOf = (rules: readonly RegExp[], path: string): boolean => rules.some((rule) => rule.test(path));

/** A path as people write one in a sentence: with a folder, or with an ending of letters. */
const PATH = /(?:\.{0,2}\/)?(?:[\w@.-]+\/)*[\w@-][\w@.-]*(?:\/|\.[A-Za-z][A-Za-z0-9]{0,5})(?![\w/])/gu;

/** The paths a text names; addresses of the web are none. */
export const pathsIn = (text: string): readonly string[] =>
  (text.replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/giu, ' ').match(PATH) ?? [])
    .map(tidy)
    .filter((path) => path !== '' && !/^(e\.g|i\.e|etc|vs|v?\d[\d.]*)\.?$/iu.test(path));

const tidy = (path: string): string => path.replace(/^(?:\.\/)+/u, '').replace(/\/+$/u, '');

/** The scope of each criterion, by what it leaves, what it says and what checks it. */
export const scopesOf = (seed: Seed): readonly Scope[] =>
  seed.acceptance_criteria.map((one) => {
    const own = [...one.expected_artifacts.map(tidy), ...pathsIn(one.description)];
    return { paths: [...own, ...pathsIn(one.verify_command ?? '')], isKnown: own.some((path) => !isOneOf(TESTS, path)) };
  });

/**
 * Changed files that no criterion speaks of; what tools write by themselves, and what honest work on anything may touch, is
 * none of them. Undefined where a criterion does not say where its work goes: what it needs may be anywhere. `contents`: texts of changed files.
 */
export function outsideOf(
  seed: Seed,
  changed: readonly string[],
  contents: ReadonlyMap<string, string>,
): { changed: number; outside: readonly string[] } | undefined {
  const scopes = scopesOf(seed);
  if (scopes.length === 0 || scopes.some((one) => !one.isKnown)) return undefined;
  const named = [
    ...scopes.flatMap((one) => one.paths),
    ...[seed.goal, ...seed.constraints].flatMap(pathsIn),
    ...seed.brownfield_context.context_references.map((one) => tidy(one.path)),
  ];
  const telling = changed.filter((path) => !isOneOf(GENERATED, path) || named.includes(path));
  const within = new Set(telling.filter((path) => isOneOf(COMMON, path) || named.some((one) => speaksOf(one, path))));
  for (let size = -1; size !== within.size; ) {
    size = within.size;
    const texts = [...within].map((path) => contents.get(path) ?? '');
    for (const path of telling) if (!within.has(path) && texts.some((text) => mentions(text, path))) within.add(path);
  }
  return { changed: changed.length, outside: telling.filter((path) => !within.has(path)) };
}

/** The file itself, what lies in the folder, or beside the file or below that; in the workspace's own folder only beside it. */
function speaksOf(named: string, path: string): boolean {
  if (path === named || path.startsWith(`${named}/`) || path.endsWith(`/${named}`)) return true;
  const folder = folderOf(named);
  return folder === '' ? folderOf(path) === '' && /\.\w+$/u.test(named) : path.startsWith(`${folder}/`);
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** What belongs to the work uses it: by its name, with or without its ending. */
function mentions(text: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const stem = name.replace(/(?<=.)\.[^.]+$/u, '');
  return stem.length >= MIN_STEM ? text.includes(stem) : text.includes(name);
}

/** Shorter names stand in texts by chance, characters. */
const MIN_STEM = 4;
