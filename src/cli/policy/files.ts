import { dirname, join, relative } from 'node:path';
import type { Authority } from '../../kernel/decide.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { type PolicyRule, ruled } from '../../kernel/policy.ts';
import { createProtection } from '../../kernel/protect.ts';
import { roleCaps } from '../../kernel/roles.ts';
import { isHome } from '../project/extras.ts';
import { foldersTo, readOwn } from '../project/folders.ts';
import type { Reading } from './read.ts';
import type { Problem } from './source.ts';

export interface PolicyPlace {
  readonly home: AbsPath;
  readonly userHome: AbsPath;
  /** The folder agents work in. */
  readonly cwd: AbsPath;
}

/**
 * The rules of `policy.yaml` in the home and of `.oxios/policy.yaml` in the project, from its root down. A project's own
 * hold whether it is trusted or not: they take away and never give. Throws POLICY_INVALID, FILE_UNREADABLE.
 */
export async function policyFor(place: PolicyPlace): Promise<readonly PolicyRule[]> {
  const { rules, problems } = await readPolicies(place);
  const [first] = problems;
  if (!first) return rules;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more: oxios policy list)` : '';
  throw new OxiosError('POLICY_INVALID', `${problemText(first)}${more}`, { hint: first.hint ?? 'docs/policy.md shows the form' });
}

/** The same with all that is wrong, the examples of the rules included. */
export async function readPolicies(place: PolicyPlace): Promise<{ readonly rules: readonly PolicyRule[]; readonly problems: readonly Problem[] }> {
  const files = [{ path: join(place.home, 'policy.yaml'), of: 'user' as const }, ...projectPolicies(place).map((path) => ({ path, of: 'project' as const }))];
  const rules: PolicyRule[] = [];
  const problems: Problem[] = [];
  for (const { path, of } of files) {
    const text = readOwn(path, of === 'user' ? 'follow' : 'refuse');
    if (text === undefined) continue;
    // YAML is loaded where there is some.
    const { readPolicy } = await import('./read.ts');
    const folder = of === 'user' ? place.cwd : (dirname(dirname(path)) as AbsPath);
    const file = of === 'user' ? path : relative(place.cwd, path);
    const reading = readPolicy(text, { file, of, folder, userHome: place.userHome });
    rules.push(...reading.rules);
    problems.push(...reading.problems, ...(await untrue(place, file, reading)));
  }
  return { rules, problems };
}

export const problemText = ({ file, line, col, message }: Problem): string => `${file}:${line}:${col}: ${message}`;

/** What agents are that these rules alone hold for: the interactive default, and somebody to ask. */
export function authorityUnder(rules: readonly PolicyRule[], { home, userHome, cwd }: PolicyPlace): Authority {
  return {
    caps: [...roleCaps('standard', cwd), ...ruled(rules, 'allow')],
    granted: [],
    denies: [],
    asks: true,
    policy: rules,
    protection: createProtection({ home, userHome, hidden: () => false }),
  };
}

/** Examples that the gate would answer otherwise, under the rules of their own file. */
async function untrue(place: PolicyPlace, file: string, { rules, examples }: Reading): Promise<readonly Problem[]> {
  if (examples.length === 0) return [];
  const { deedText, verdictOn } = await import('./verdict.ts');
  const authority = authorityUnder(rules, place);
  const problems: Problem[] = [];
  for (const { deed, verdict, spot } of examples) {
    const found = await verdictOn(deed, place, authority);
    if (found.verdict !== verdict)
      problems.push({ file, ...spot, message: `the example "${deedText(deed)}" is ${found.verdict}, not ${verdict}: ${found.reason}` });
  }
  return problems;
}

/** Where the home itself lies above the folder, its files are the user's. */
const projectPolicies = ({ home, cwd }: PolicyPlace): readonly string[] =>
  foldersTo(cwd)
    .map((folder) => join(folder, '.oxios'))
    .filter((folder) => !isHome(folder, home))
    .map((folder) => join(folder, 'policy.yaml'));
