import { z } from 'zod';
import { isVacuous } from './gaming.ts';

/** A check that the project brought along. */
export interface OwnCheck {
  readonly name: string;
  readonly command: string;
  readonly timeout_ms: number;
  /** Why it cannot be run, when that is known before. */
  readonly broken?: string;
}

/** A file of the untouched workspace, undefined when it is not there. */
export type ReadFile = (path: string) => Promise<string | undefined>;

export const MECHANICAL = '.ouroboros/mechanical.toml';

/** Q00's limit for one check, milliseconds. */
const TIMEOUT_MS = 600_000;

/**
 * The checks of a project as it was before the work: those of `.ouroboros/mechanical.toml` and no others, or what its manifests
 * say. What a worker adds is no check of the project's own.
 */
export async function ownChecks(read: ReadFile): Promise<readonly OwnCheck[]> {
  const written = await read(MECHANICAL);
  if (written !== undefined) return mechanicalChecks(written);
  const found = (await Promise.all(MANIFESTS.map((one) => one(read)))).flat();
  const makefile = found.length > 0 ? [] : await makeTargets(read);
  return [...found, ...makefile].map(([name, command]) => ({ name, command, timeout_ms: TIMEOUT_MS }));
}

type Named = readonly [name: string, command: string];

const MANIFESTS: readonly ((read: ReadFile) => Promise<readonly Named[]>)[] = [npmScripts, pythonTools, cargo, go];

/** Keys of mechanical.toml that hold commands. */
const KEYS = ['lint', 'build', 'test', 'static', 'coverage'] as const;
const FILE = z.object({ ...Object.fromEntries(KEYS.map((key) => [key, z.string().optional()])), timeout: z.number().positive().optional() });

async function mechanicalChecks(text: string): Promise<readonly OwnCheck[]> {
  const { parse } = await import('smol-toml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    return [broken(error instanceof Error ? (error.message.split('\n')[0] ?? '') : '')];
  }
  const file = FILE.safeParse(value);
  if (!file.success) return [broken(file.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(', '))];
  const commands = file.data as Readonly<Record<string, unknown>>;
  const timeout_ms = typeof commands.timeout === 'number' ? commands.timeout * 1000 : TIMEOUT_MS;
  return KEYS.flatMap((name) => {
    const command = commands[name];
    return typeof command === 'string' && command.trim() !== '' ? [{ name, command: command.trim(), timeout_ms }] : [];
  });
}

const broken = (why: string): OwnCheck => ({ name: MECHANICAL, command: '', timeout_ms: TIMEOUT_MS, broken: `${MECHANICAL} cannot be read: ${why}` });

/** Scripts that check, each once: the first name that is there. */
const SCRIPTS: readonly (readonly string[])[] = [['lint'], ['typecheck', 'type-check', 'types'], ['build'], ['test']];
const LOCKS: readonly (readonly [file: string, manager: string])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
];
const PACKAGE = z.object({ scripts: z.record(z.string(), z.string()).optional() });

async function npmScripts(read: ReadFile): Promise<readonly Named[]> {
  const text = await read('package.json');
  const manifest = text === undefined ? undefined : PACKAGE.safeParse(jsonOf(text));
  const scripts = manifest?.success ? (manifest.data.scripts ?? {}) : {};
  const names = SCRIPTS.flatMap((group) => group.find((name) => says(scripts[name])) ?? []);
  const locks = await Promise.all(LOCKS.map(async ([file, manager]) => ((await read(file)) === undefined ? undefined : manager)));
  const manager = locks.find((one) => one !== undefined) ?? 'npm';
  return names.map((name) => [name, `${manager} run ${name}`]);
}

/** npm's own placeholder, and what succeeds whatever is there, check nothing. */
const says = (script: string | undefined): boolean => script !== undefined && !/no test specified/u.test(script) && !isVacuous(script);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A manifest that cannot be read names no checks.
    return undefined;
  }
}

async function pythonTools(read: ReadFile): Promise<readonly Named[]> {
  const project = (await read('pyproject.toml')) ?? '';
  const configured = (tool: string) => new RegExp(`^\\[tool\\.${tool}(\\.|\\])`, 'mu').test(project);
  const tests = configured('pytest') || (await read('pytest.ini')) !== undefined;
  return [
    ...(configured('ruff') ? [['lint', 'ruff check .'] as const] : []),
    ...(configured('mypy') ? [['static', 'mypy .'] as const] : []),
    ...(tests ? [['test', 'pytest -q'] as const] : []),
  ];
}

async function cargo(read: ReadFile): Promise<readonly Named[]> {
  return (await read('Cargo.toml')) === undefined ? [] : [['test', 'cargo test']];
}

async function go(read: ReadFile): Promise<readonly Named[]> {
  if ((await read('go.mod')) === undefined) return [];
  return [
    ['static', 'go vet ./...'],
    ['test', 'go test ./...'],
  ];
}

async function makeTargets(read: ReadFile): Promise<readonly Named[]> {
  const text = (await read('Makefile')) ?? '';
  const target = ['test', 'check'].find((name) => new RegExp(`^${name}\\s*:(?!=)`, 'mu').test(text));
  return target === undefined ? [] : [['test', `make ${target}`]];
}
