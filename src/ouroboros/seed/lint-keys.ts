import { patternOf } from './hints.ts';
import { isMapping } from './lax.ts';
import { nearest } from './nearest.ts';
import type { Report } from './report.ts';
import { FOREIGN_KEYS, KNOWN_KEYS, SEED_KEYS } from './schema.ts';
import type { Path } from './spot.ts';
import type { Tree } from './yaml/tree.ts';

/** Warns about keys nobody reads: below the top they are dropped, at the top kept without effect. */
export function lintKeys(tree: Tree, report: Report): void {
  walk({ tree, report }, tree.root, []);
}

interface Deps {
  readonly tree: Tree;
  readonly report: Report;
}

function walk(deps: Deps, value: unknown, path: Path): void {
  if (Array.isArray(value)) for (const [at, item] of value.entries()) walk(deps, item, [...path, at]);
  if (!isMapping(value)) return;
  const known = path.length === 0 ? [...SEED_KEYS, ...FOREIGN_KEYS] : KNOWN_KEYS.get(patternOf(path));
  if (known === undefined || deps.report.full('lint.unknown-key')) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = deps.tree.place(value, key);
    if (!known.includes(key)) warn(deps, { key, known, path }, place?.key ?? deps.tree.rootAt);
    else walk(deps, inner, [...path, key]);
  }
}

function warn({ report }: Deps, { key, known, path }: { key: string; known: readonly string[]; path: Path }, at: number): void {
  if (report.full('lint.unknown-key')) return;
  const meant = nearest(key, known);
  const fate = path.length === 0 ? 'is kept but nothing reads it' : 'is dropped';
  const hint = meant !== undefined ? `did you mean ${meant}?` : path.length === 0 ? undefined : `known keys here: ${known.join(', ')}`;
  report.add({ code: 'lint.unknown-key', path: [...path, key].join('.'), at, message: `unknown key: ${key} ${fate}`, hint });
}
