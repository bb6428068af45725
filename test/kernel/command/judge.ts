import type { Capability } from '../../../src/kernel/capability.ts';
import { needsOfCommand } from '../../../src/kernel/command/needs.ts';
import { parseCommand } from '../../../src/kernel/command/parse.ts';
import { decide } from '../../../src/kernel/decide.ts';
import { OxiosError } from '../../../src/kernel/errors.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { absoluteIn } from '../../../src/kernel/paths.ts';
import { createProtection } from '../../../src/kernel/protect.ts';

export const CWD = '/w' as AbsPath;
const HOME = '/home/u' as AbsPath;

/** May look at the workspace and run what only reads. */
export const READER: readonly Capability[] = [
  { on: 'fs', right: 'read', under: CWD },
  { on: 'exec', command: '*', reads: true },
];

const protection = createProtection({ home: '/home/u/.oxios' as AbsPath, userHome: HOME, hidden: (path) => path === '/w/seed.yaml' });

/** The needs of a script in `/w`; what it is refused for when it can never be judged. */
export function needsOf(script: string): readonly Capability[] | string {
  const parsed = parseCommand(script);
  if (!parsed.ok) return parsed.reason;
  try {
    return needsOfCommand(parsed, { cwd: CWD, resolve: (path) => absoluteIn(path, CWD, HOME) });
  } catch (error) {
    if (error instanceof OxiosError) return error.detail;
    throw error;
  }
}

export function judge(script: string, caps: readonly Capability[] = READER, denies: readonly Capability[] = []): 'allow' | 'ask' | 'deny' {
  const needs = needsOf(script);
  return typeof needs === 'string' ? 'deny' : decide({ caps, granted: [], denies, asks: true, protection }, needs).verdict;
}

/** The files of a script's needs, as `right path`. */
export const filesOf = (script: string): readonly string[] => {
  const needs = needsOf(script);
  return typeof needs === 'string' ? [needs] : needs.flatMap((one) => (one.on === 'fs' ? [`${one.right} ${one.under}`] : []));
};
