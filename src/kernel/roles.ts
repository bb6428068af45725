import type { Capability } from './capability.ts';
import type { AbsPath } from './ids.ts';

/** From the least to the most: each holds what the ones before it hold. */
export const ROLES = ['worker', 'standard', 'operator', 'supervisor'] as const;
export type Role = (typeof ROLES)[number];

export const lowerRole = (one: Role, other: Role): Role => (ROLES.indexOf(one) <= ROLES.indexOf(other) ? one : other);

/** What a role may do in a folder without asking; `programs` are those that the folder's own manifests name. */
export const roleCaps = (role: Role, cwd: AbsPath, programs: readonly string[] = []): readonly Capability[] =>
  ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((one) => ADDED[one](cwd, programs));

/** The headless default: read and write the workspace, run commands that only read. Everything else is named or refused. */
export const workerCaps = (cwd: AbsPath): readonly Capability[] => roleCaps('worker', cwd);

const ADDED: Readonly<Record<Role, (cwd: AbsPath, programs: readonly string[]) => readonly Capability[]>> = {
  worker: (cwd) => [
    { on: 'fs', right: 'read', under: cwd },
    { on: 'fs', right: 'write', under: cwd },
    { on: 'exec', command: '*', reads: true },
    { on: 'memory', right: 'read' },
  ],
  standard: () => [
    { on: 'memory', right: 'write' },
    { on: 'proc', right: 'fork' },
  ],
  operator: (_, programs) => [...programs.map((command) => ({ on: 'exec', command }) as const), { on: 'program', name: '*' }, { on: 'mcp', server: '*' }],
  supervisor: () => [{ on: 'proc', right: 'kill' }],
};
