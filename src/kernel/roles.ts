import type { Capability } from './capability.ts';
import type { AbsPath } from './ids.ts';

/** The headless default: read and write the workspace, run commands that only read. Everything else is named or refused. */
export const workerCaps = (cwd: AbsPath): readonly Capability[] => [
  { on: 'fs', right: 'read', under: cwd },
  { on: 'fs', right: 'write', under: cwd },
  { on: 'exec', command: '*', reads: true },
  { on: 'memory', right: 'read' },
];
