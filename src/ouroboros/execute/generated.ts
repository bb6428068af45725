import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';

/** Folders and files that programs make from others, again at every build or test: whose they are does not matter. */
const FOLDERS = `
  coverage dist build out target htmlcov lib-cov test-results playwright-report storybook-static
  .nyc_output .coverage __pycache__ .pytest_cache .hypothesis .cache .parcel-cache .rollup.cache .vite .turbo .next .nuxt .output
  .svelte-kit .angular .docusaurus .gradle .tox .mypy_cache .ruff_cache .eggs
`
  .trim()
  .split(/\s+/u);
const FILES =
  /^(?:\.coverage(?:\..*)?|coverage\.(?:xml|json|lcov|out)|lcov\.info|junit\.xml|\.eslintcache|\.stylelintcache|\.DS_Store|.*\.(?:tsbuildinfo|py[co]|class|o|log))$/u;

const isGenerated = (path: string): boolean => {
  const names = path.split('/');
  return names.slice(0, -1).some((name) => FOLDERS.includes(name) || name.endsWith('.egg-info')) || FILES.test(names.at(-1) ?? '');
};

/** Generated files that two sides changed, and that no criterion asks for. */
export async function generatedOnBoth(
  ctx: BodyContext,
  job: Job,
  ours: readonly [from: string, to: string],
  theirs: readonly [from: string, to: string],
): Promise<string[]> {
  const mine = new Set((await ctx.changes(...ours)).map(({ path }) => path));
  const asked = [...job.criteria.values()].flatMap((one) => one.expected_artifacts);
  const isAsked = (path: string): boolean => asked.some((one) => path === one || path.startsWith(`${one.replace(/\/+$/u, '')}/`));
  return (await ctx.changes(...theirs)).map(({ path }) => path).filter((path) => mine.has(path) && isGenerated(path) && !isAsked(path));
}
