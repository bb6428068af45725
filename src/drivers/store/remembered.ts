import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { covers, formatRule, isUnder, parseRule } from '../../kernel/capability.ts';
import { errnoOf, messageOf, OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, Millis } from '../../kernel/ids.ts';
import { issuesOf } from '../../kernel/issues.ts';
import type { Remembered } from '../../kernel/kernel-types.ts';
import { unwritable } from './home.ts';

/** An approval that holds for a folder and all below it until it is taken back. */
export interface RememberedRule {
  readonly rule: string;
  readonly folder: string;
  readonly by: string;
  readonly at: Millis;
}

/** Rules as `approvals.json` in the home keeps them, for its owner alone; whoever holds the home's lock writes it. */
export function rememberedIn(home: { readonly path: AbsPath }): Remembered {
  return {
    async add(rules, folder, by) {
      const known = readRemembered(home.path);
      const texts = new Set(known.filter((one) => one.folder === folder).map((one) => one.rule));
      const fresh = [...new Set(rules.map(formatRule))].filter((rule) => !texts.has(rule));
      if (fresh.length > 0) write(home.path, [...known, ...fresh.map((rule) => ({ rule, folder, by, at: Date.now() }))]);
    },
    async forget(rule) {
      const known = readRemembered(home.path);
      const left = known.filter((one) => !covers(rule, capabilityOf(one)));
      if (left.length < known.length) write(home.path, left);
      return known.length - left.length;
    },
  };
}

/** Everything that is remembered. Throws CONFIG_INVALID when the file is not what Oxios wrote. */
export function readRemembered(home: AbsPath): readonly RememberedRule[] {
  const file = fileIn(home);
  const invalid = (why: string, cause?: unknown) =>
    new OxiosError('CONFIG_INVALID', `${file}: ${why}`, { hint: 'mend it, or remove it: what it approves is asked again', cause });
  try {
    const parsed = FILE.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!parsed.success) throw invalid(issuesOf(parsed.error, 'the list'));
    for (const one of parsed.data) capabilityOf(one);
    return parsed.data;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    if (error instanceof OxiosError && error.code === 'CONFIG_INVALID') throw error;
    throw invalid(messageOf(error), error);
  }
}

/** What holds in a folder. */
export const rememberedFor = (home: AbsPath, cwd: AbsPath) =>
  readRemembered(home)
    .filter((one) => isUnder(cwd, one.folder))
    .map(capabilityOf);

const FILE = z.array(z.strictObject({ rule: z.string(), folder: z.string().startsWith('/'), by: z.string(), at: z.number() }));

/** Paths in it were absolute when it was written. */
const capabilityOf = ({ rule }: RememberedRule) => parseRule(rule, (path) => path as AbsPath);

const fileIn = (home: string): string => join(home, 'approvals.json');

/** Whole or not at all. */
function write(home: AbsPath, rules: readonly RememberedRule[]): void {
  const aside = `${fileIn(home)}.${process.pid}`;
  try {
    writeFileSync(aside, `${JSON.stringify(rules, null, 2)}\n`, { mode: 0o600 });
    renameSync(aside, fileIn(home));
  } catch (error) {
    throw unwritable(home, error);
  }
}
