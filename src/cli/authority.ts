import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Capability, isUnder, parseRule, ruleOf } from '../kernel/capability.ts';
import { parseCommand } from '../kernel/command/parse.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { AbsPath } from '../kernel/ids.ts';
import type { RunRequest } from '../kernel/kernel-types.ts';
import { absoluteIn } from '../kernel/paths.ts';
import { lowerRole, type Role, roleCaps } from '../kernel/roles.ts';
import { ownChecks } from '../ouroboros/evaluate/project.ts';
import type { Seed } from '../ouroboros/seed/types.ts';
import { duration } from './limits.ts';
import type { Settings } from './project/settings.ts';

export interface RuleFlags {
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}

export interface Granted extends Pick<RunRequest, 'timed'> {
  readonly role: Role;
  readonly grants: readonly Capability[];
  readonly denies: readonly Capability[];
}

/** `--allow RULE`, `--allow RULE@10m` and `--deny RULE`. */
export function rulesSaid(cwd: string, { allow = [], deny = [] }: RuleFlags): Pick<RunRequest, 'grants' | 'denies' | 'timed'> {
  const rule = (text: string) => parseRule(text, (path) => absoluteIn(path, cwd, homedir()));
  const timed = allow.flatMap((text) => {
    const [, untimed, span] = UNTIL.exec(text) ?? [];
    return untimed === undefined || span === undefined ? [] : [{ rule: rule(untimed), ms: duration(span) }];
  });
  return { grants: allow.filter((text) => !UNTIL.test(text)).map(rule), denies: deny.map(rule), ...(timed.length > 0 ? { timed } : {}) };
}

const UNTIL = /^(.+)@(\d+(?:\.\d+)?(?:ms|s|m|h))$/su;

/** The role on the workspace, and what --allow and --deny say. Who only `looks` has of the role what changes nothing there. */
export function grantsOf(cwd: AbsPath, flags: RuleFlags, { asked, usual }: Pick<Settings, 'asked' | 'usual'>, looks = false): Granted {
  const role = asked ?? usual;
  const { grants, ...said } = rulesSaid(cwd, flags);
  const held = roleCaps(role, cwd, projectPrograms(cwd)).filter((one) => !(looks && one.on === 'fs' && one.right === 'write'));
  return { role, grants: [...held, ...grants], ...said };
}

/**
 * For a seed named on the command line: also the programs of its own criteria and of the project, and what of its
 * capabilities and its role naming it consents to. A flag that asks for less than the seed holds, and the seed for less than the flag.
 */
export async function seedGrants(cwd: AbsPath, flags: RuleFlags, seed: Seed, settings: Settings): Promise<Granted> {
  const wanted = seed.oxios.role;
  const role = wanted === undefined ? (settings.asked ?? settings.usual) : settings.asked === undefined ? wanted : lowerRole(settings.asked, wanted);
  const base = grantsOf(cwd, flags, { ...settings, asked: lowerRole(role, settings.asked ?? settings.usual) });
  const named = (seed.oxios.capabilities ?? []).map((text) => parseRule(text, (path) => absoluteIn(path, cwd, homedir())));
  const consented = [...roleCaps(role, cwd, projectPrograms(cwd)), ...named].filter((one) => isConsented(one, cwd));
  const programs = [...seed.acceptance_criteria.flatMap((one) => programsIn(one.verify_command)), ...projectPrograms(cwd)];
  const criteria = programs.map((command) => ({ on: 'exec', command }) as const);
  return { ...base, role, grants: distinct([...base.grants, ...consented, ...criteria, ...(await checkGrants(cwd))]) };
}

/** The programs of the project's own checks: whoever has work done in it has it checked. */
export async function checkGrants(cwd: AbsPath): Promise<readonly Capability[]> {
  const checks = await ownChecks(async (path) => textIn(join(cwd, path)));
  return distinct(checks.flatMap(({ command }) => programsIn(command)).map((command) => ({ on: 'exec', command })));
}

/** Naming a seed is no consent to the network, to paths outside, or to programs and servers of others. */
const isConsented = (one: Capability, cwd: AbsPath): boolean =>
  one.on === 'exec' || one.on === 'memory' || (one.on === 'proc' && one.right === 'fork') || (one.on === 'fs' && isUnder(one.under, cwd));

const distinct = (rules: readonly Capability[]): readonly Capability[] => [...new Map(rules.map((one) => [ruleOf(one), one])).values()];

/** Naming a seed consents to its verify commands, and to the checks of the project it works on. */
function programsIn(command: string | null): readonly string[] {
  const parsed = command === null ? undefined : parseCommand(command);
  return parsed?.ok ? parsed.commands.map((one) => one.program) : [];
}

/** A file of the project, undefined when it cannot be read. */
export function textIn(file: string): string | undefined {
  try {
    // A pipe would hold the reader up for ever.
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  } catch {
    // What cannot be read grants nothing.
    return undefined;
  }
}

const MANIFESTS: Readonly<Record<string, readonly string[]>> = {
  'package.json': ['node', 'npm', 'npx'],
  'pnpm-lock.yaml': ['pnpm'],
  'yarn.lock': ['yarn'],
  'pyproject.toml': ['python', 'python3', 'pytest'],
  'requirements.txt': ['python', 'python3', 'pytest'],
  'setup.py': ['python', 'python3', 'pytest'],
  'Cargo.toml': ['cargo', 'rustc'],
  'go.mod': ['go'],
  Makefile: ['make'],
  'tsconfig.json': ['tsc'],
};

const projectPrograms = (cwd: string): readonly string[] =>
  Object.entries(MANIFESTS).flatMap(([file, programs]) => (existsSync(join(cwd, file)) ? programs : []));

/** The folder a run works in, free of links. */
export function workspace(folder: string | undefined): AbsPath {
  const wanted = folder ?? process.cwd();
  try {
    return realpathSync(wanted) as AbsPath;
  } catch (error) {
    throw new OxiosError('FILE_MISSING', `the folder ${wanted} does not exist`, { hint: 'name an existing folder', cause: error });
  }
}
