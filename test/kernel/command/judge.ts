import { type Capability, parseRule } from '../../../src/kernel/capability.ts';
import { judgeCommand } from '../../../src/kernel/command/judge.ts';
import { needsOfCommand } from '../../../src/kernel/command/needs.ts';
import { parseCommand } from '../../../src/kernel/command/parse.ts';
import { OxiosError } from '../../../src/kernel/errors.ts';
import type { AbsPath } from '../../../src/kernel/ids.ts';
import { absoluteIn } from '../../../src/kernel/paths.ts';
import { createProtection } from '../../../src/kernel/protect.ts';

export const CWD = '/w' as AbsPath;
const HOME = '/home/u' as AbsPath;
const PLACE = { cwd: CWD, resolve: (path: string) => absoluteIn(path, CWD, HOME) };

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
    return needsOfCommand(parsed, PLACE);
  } catch (error) {
    if (error instanceof OxiosError) return error.detail;
    throw error;
  }
}

export const judge = (script: string, caps: readonly Capability[] = READER, denies: readonly Capability[] = [], asks = true): 'allow' | 'ask' | 'deny' =>
  judgeCommand(script, PLACE, { caps, granted: [], denies, asks, protection }).verdict;

/** A reader with more rules. */
export const granted = (...rules: readonly string[]): readonly Capability[] => [...READER, ...rules.map((rule) => parseRule(rule, PLACE.resolve))];

/** The files of a script's needs, as `right path`. */
export const filesOf = (script: string): readonly string[] => {
  const needs = needsOf(script);
  return typeof needs === 'string' ? [needs] : needs.flatMap((one) => (one.on === 'fs' ? [`${one.right} ${one.under}`] : []));
};
