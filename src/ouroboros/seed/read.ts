import { semanticKey } from './criterion.ts';
import { decode } from './decode.ts';
import type { Diagnostic } from './diagnostic.ts';
import { derivedSeedId, seedDigest } from './digest.ts';
import { readExtra } from './extra.ts';
import { identify } from './identify.ts';
import { reportIssues } from './issues.ts';
import { isMapping, shown } from './lax.ts';
import { type Environment, lintSeed } from './lint.ts';
import { lintKeys } from './lint-keys.ts';
import { createReport, type Report } from './report.ts';
import { type Draft, SEED } from './schema.ts';
import { spotAt } from './spot.ts';
import type { Criterion, Seed, SeedReading } from './types.ts';
import { layOut } from './yaml/layout.ts';
import { parseSyntax } from './yaml/syntax.ts';
import { buildTree, type Tree } from './yaml/tree.ts';

/**
 * One seed file, from its bytes to the normalized seed and its digest, or everything that is wrong with it at once.
 * Never throws on any input. `diagnostics` of a good seed are its lints; `environment` lets them look for programs.
 */
export function readSeed(bytes: Uint8Array, file: string, environment: Environment = {}): SeedReading {
  const decoded = decode(bytes);
  const layout = layOut(decoded.text);
  const report = createReport(decoded.text, layout.origin);
  if (!decoded.ok) report.add(decoded.finding);
  const syntax = decoded.ok ? parseSyntax(layout.text, report) : undefined;
  const tree = syntax && buildTree(syntax.root, report);
  const seed = tree && readTree(tree, report);
  if (tree) lintKeys(tree, report);
  if (!tree || !seed) return { ok: false, file, diagnostics: report.all() };
  lintSeed(seed, { tree, report, environment });
  return { ok: true, file, seed, digest: seedDigest(seed), diagnostics: report.all() };
}

/** `file:line:col: severity code: message`, and the next step on a second line. */
export function formatDiagnostic(found: Diagnostic, file: string): string {
  const where = found.path === '' ? '' : `${found.path}: `;
  const line = `${file}:${found.line}:${found.col}: ${found.severity} ${found.code}: ${where}${found.message}`;
  return found.hint === undefined ? line : `${line}\n  hint: ${found.hint}`;
}

function readTree(tree: Tree, report: Report): Seed | undefined {
  if (!isMapping(tree.root)) {
    const what = tree.root === null ? 'the file is empty' : `a seed is one mapping of keys to values; this is ${shown(tree.root)}`;
    report.add({ code: 'seed.type', at: tree.rootAt, message: what, hint: 'start from a template: oxios seed new' });
    return undefined;
  }
  const extra = readExtra(tree, report);
  const parsed = SEED.safeParse(tree.root);
  if (parsed.success) return normalize(parsed.data, extra, { tree, report });
  reportIssues(parsed.error.issues, tree, report);
  return undefined;
}

function normalize(draft: Draft, extra: Seed['extra'], { tree, report }: { readonly tree: Tree; readonly report: Report }): Seed | undefined {
  const names = identify(draft.acceptance_criteria, (at, key) => spotAt(tree, ['acceptance_criteria', at, key]).at, report);
  if (report.failed) return undefined;
  const { seed_id, created_at, decision_provenance, ...metadata } = draft.metadata;
  const provenance = decision_provenance !== undefined && Object.keys(decision_provenance).length > 0 ? { decision_provenance } : {};
  const seed: Seed = {
    ...draft,
    acceptance_criteria: draft.acceptance_criteria.map((one, at): Criterion => {
      const { id: _given, timeout_s, ...criterion } = one;
      const own = names[at] ?? { id: `ac${at + 1}`, depends_on: [] };
      return { ...criterion, ...own, semantic_ac_key: one.semantic_ac_key ?? semanticKey(one), ...(timeout_s === undefined ? {} : { timeout_s }) };
    }),
    metadata: { ...metadata, seed_id: seed_id ?? '', created_at: created_at ?? null, ...provenance },
    extra,
  };
  return seed_id === undefined ? { ...seed, metadata: { ...seed.metadata, seed_id: derivedSeedId(seed) } } : seed;
}
