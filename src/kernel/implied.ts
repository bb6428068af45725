import type { Capability } from './capability.ts';
import { READING } from './command/programs/reading.ts';

const words = (text: string): readonly string[] => text.split(' ');

const JAVASCRIPT = words('npx tsc tsx eslint prettier vitest jest mocha biome vite next webpack rollup esbuild turbo playwright knip');
const PYTHON = words('pip pip3 pytest ruff black isort mypy pyright flake8 pylint coverage tox nox');

/** Whoever may run these may run any code. */
const ANY_CODE: Readonly<Record<string, readonly string[]>> = {
  npm: ['node', ...JAVASCRIPT],
  node: ['npm', ...JAVASCRIPT],
  python3: ['python', ...PYTHON],
  python: ['python3', ...PYTHON],
  cargo: ['rustc', 'rustfmt'],
  go: ['gofmt', 'goimports', 'golangci-lint', 'staticcheck'],
  make: [],
  bash: ['sh', 'dash'],
  '*': [],
};

/** Do nothing but change the files they name, and those are judged by themselves. */
const FILE_WORK: ReadonlySet<string> = new Set(['touch', 'mkdir', 'rmdir', 'cp', 'mv', 'ln', 'tee', 'rm', 'chmod', ...Object.keys(READING)]);

/** A grant of a program that runs any code is one of tools that do less: they add nothing to it. */
export function implies(grant: Capability, need: Capability): boolean {
  if (grant.on !== 'exec' || need.on !== 'exec' || grant.reads) return false;
  const tools = Object.hasOwn(ANY_CODE, grant.command) ? ANY_CODE[grant.command] : undefined;
  const [program = ''] = need.command.split(':');
  return tools !== undefined && (tools.includes(program) || FILE_WORK.has(program));
}
