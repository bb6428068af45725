import { z } from 'zod';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { type Change, type Own, toRestore } from './gaming.ts';

/** What a second look puts back. */
export interface Restoration {
  /** What is said to be put back. */
  readonly paths: readonly string[];
  /** Of these, whole files of the untouched workspace. */
  readonly whole: readonly string[];
  /** Of these, files that keep what was added to them. */
  readonly merged: readonly { readonly path: string; readonly content: string }[];
}

export const NOTHING_RESTORED: Restoration = { paths: [], whole: [], merged: [] };

/**
 * Pre-existing tests and runner configuration as they were. A `package.json` keeps what honest work adds to it: only the scripts
 * and settings of runners that it had are put back, and if these are unchanged it is not touched.
 */
export async function restoration(
  ctx: BodyContext,
  trees: { readonly from: string; readonly to: string },
  changes: readonly Change[],
  own: Own,
): Promise<Restoration> {
  const whole: string[] = [];
  const merged: { path: string; content: string }[] = [];
  for (const path of toRestore(changes, own)) {
    const [before] = await ctx.written(trees.from, [path]);
    const [now] = await ctx.written(trees.to, [path]);
    const content = /(^|\/)package\.json$/u.test(path) && before !== undefined && now !== undefined ? withOldScripts(before, now) : undefined;
    if (content === undefined) whole.push(path);
    else if (content !== now) merged.push({ path, content });
  }
  return { paths: [...whole, ...merged.map((one) => one.path)], whole, merged };
}

const MANIFEST = z.looseObject({ scripts: z.record(z.string(), z.string()).optional() });

/** Keys under which test runners, and what they run with, are set up. */
const RUNNERS = ['jest', 'vitest', 'mocha', 'ava', 'tap', 'c8', 'nyc', 'babel', 'eslintConfig', 'imports'] as const;

/** The new manifest with the scripts and runners of the old one; the new text itself where they are the same, undefined where one cannot be read. */
export function withOldScripts(before: string, now: string): string | undefined {
  const [old, made] = [manifestIn(before), manifestIn(now)];
  if (!old || !made) return undefined;
  const had = old.scripts ?? {};
  const hooks = new Set(Object.keys(had).flatMap((name) => [`pre${name}`, `post${name}`]));
  const kept = Object.entries(made.scripts ?? {}).filter(([name]) => !hooks.has(name) && !(name in had));
  const scripts = Object.fromEntries([...Object.entries(had), ...kept]);
  const runners = Object.fromEntries(RUNNERS.map((key) => [key, old[key]]));
  const merged = { ...made, ...runners, ...(made.scripts || old.scripts ? { scripts } : {}) };
  return same(merged, made) ? now : JSON.stringify(merged, null, 2);
}

function manifestIn(text: string): z.infer<typeof MANIFEST> | undefined {
  try {
    const parsed = MANIFEST.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // What is no JSON is put back whole.
    return undefined;
  }
}

/** Whatever the order of keys. */
const same = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
