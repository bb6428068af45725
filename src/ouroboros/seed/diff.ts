import type { Json } from '../../kernel/json.ts';
import { canonicalJson, normalized } from './digest.ts';
import type { Seed } from './types.ts';

export interface SeedDiff {
  /** Top-level fields whose value differs, criteria and ontology fields aside. */
  readonly fields: readonly { readonly field: string; readonly from: Json; readonly to: Json }[];
  readonly criteria: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly kept: number };
  readonly ontology: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly changed: readonly string[] };
}

const APART = new Set(['acceptance_criteria', 'ontology_schema', 'metadata']);

/** What changed between two seeds; criteria are the same when they demand the same. */
export function diffSeeds(from: Seed, to: Seed): SeedDiff {
  const [a, b] = [normalized(from), normalized(to)];
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => !APART.has(field) && canonicalJson(a[field] ?? null) !== canonicalJson(b[field] ?? null))
    .map((field) => ({ field, from: a[field] ?? null, to: b[field] ?? null }));
  const keys = (seed: Seed) => new Set(seed.acceptance_criteria.map((one) => one.semantic_ac_key));
  const [before, after] = [keys(from), keys(to)];
  return {
    fields,
    criteria: {
      added: to.acceptance_criteria.filter((one) => !before.has(one.semantic_ac_key)).map((one) => one.description),
      removed: from.acceptance_criteria.filter((one) => !after.has(one.semantic_ac_key)).map((one) => one.description),
      kept: from.acceptance_criteria.filter((one) => after.has(one.semantic_ac_key)).length,
    },
    ontology: diffOntology(from, to),
  };
}

function diffOntology(from: Seed, to: Seed): SeedDiff['ontology'] {
  const fields = (seed: Seed) => new Map(seed.ontology_schema.fields.map((one) => [one.name, canonicalJson(one as unknown as Json)]));
  const [before, after] = [fields(from), fields(to)];
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name)),
  };
}
