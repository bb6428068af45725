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
  const targets = found.length > 0 ? [] : await targetsOf(read);
  return [...found, ...targets].map(([name, command]) => ({ name, command, timeout_ms: TIMEOUT_MS }));
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
  ['bun.lockb', 'bun'],
];
const PACKAGE = z.object({ scripts: z.record(z.string(), z.string()).optional(), packageManager: z.string().optional().catch(undefined) });

async function npmScripts(read: ReadFile): Promise<readonly Named[]> {
  const text = await read('package.json');
  const manifest = text === undefined ? undefined : PACKAGE.safeParse(jsonOf(text));
  const scripts = manifest?.success ? (manifest.data.scripts ?? {}) : {};
  const names = SCRIPTS.flatMap((group) => group.find((name) => says(scripts[name])) ?? []);
  const locks = await Promise.all(LOCKS.map(async ([file, manager]) => ((await read(file)) === undefined ? undefined : manager)));
  const [, said] = /^(npm|pnpm|yarn|bun)@/u.exec(manifest?.data?.packageManager ?? '') ?? [];
  const manager = said ?? locks.find((one) => one !== undefined) ?? 'npm';
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
  const [project = '', setup = '', tox = ''] = await Promise.all(['pyproject.toml', 'setup.cfg', 'tox.ini'].map(read));
  const own = async (...files: readonly string[]) => (await Promise.all(files.map(read))).some((text) => text !== undefined);
  const says = (tool: string, text: string, prefix = '') => new RegExp(`^\\[${prefix}${tool}(\\.|:|\\])`, 'mu').test(text);
  const uses = async (tool: string, ...files: readonly string[]) => says(tool, project, 'tool\\.') || says(tool, setup, '(tool:)?') || (await own(...files));
  const tests = (await uses('pytest', 'pytest.ini', '.pytest.ini', 'pytest.toml', '.pytest.toml')) || says('pytest', tox);
  return [
    ...((await uses('ruff', 'ruff.toml', '.ruff.toml')) ? [['lint', 'ruff check .'] as const] : []),
    ...((await uses('mypy', 'mypy.ini', '.mypy.ini')) ? [['static', 'mypy .'] as const] : []),
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

/** Files of targets, in the order in which their programs look for them. */
const TARGETS: readonly (readonly [program: string, files: readonly string[]])[] = [
  ['make', ['GNUmakefile', 'makefile', 'Makefile']],
  ['just', ['justfile', 'Justfile', '.justfile']],
];

async function targetsOf(read: ReadFile): Promise<readonly Named[]> {
  for (const [program, files] of TARGETS) {
    const text = (await Promise.all(files.map(read))).find((one) => one !== undefined) ?? '';
    const target = ['test', 'check'].find((name) => new RegExp(`^@?${name}(?: [^:=\\n]*)?\\s*:(?!=)`, 'mu').test(text));
    if (target !== undefined) return [['test', `${program} ${target}`]];
  }
  return [];
}
