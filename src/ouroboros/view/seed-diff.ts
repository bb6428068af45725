import type { Json } from '../../kernel/json.ts';
import { canonicalJson } from '../seed/canonical.ts';
import { fullForm } from '../seed/digest.ts';
import type { Criterion, Seed } from '../seed/types.ts';

export interface SeedDiff {
  /** Everything outside criteria and ontology fields whose value differs. */
  readonly fields: readonly Change[];
  readonly criteria: {
    /** By description. */
    readonly added: readonly string[];
    readonly removed: readonly string[];
    /** The same promise, or the same id, in another form. */
    readonly changed: readonly { readonly id: string; readonly description: string; readonly changes: readonly Change[] }[];
    /** How many are in both, word for word. */
    readonly kept: number;
    /** What is in both stands in another order. */
    readonly reordered: boolean;
  };
  /** Fields by name. */
  readonly ontology: { readonly added: readonly string[]; readonly removed: readonly string[]; readonly changed: readonly string[] };
  readonly same: boolean;
}

/** One value that differs; null where a side has none. */
export interface Change {
  /** Dotted path. */
  readonly field: string;
  readonly from: Json;
  readonly to: Json;
}

/** What separates two seeds. Criteria are matched by semantic key, then by id, then by description. */
export function diffSeeds(from: Seed, to: Seed): SeedDiff {
  const fields = changesOf(frameOf(from), frameOf(to));
  const criteria = diffCriteria(from, to);
  const ontology = diffOntology(from, to);
  const same = [fields, criteria.added, criteria.removed, criteria.changed, ontology.added, ontology.removed, ontology.changed].every(
    (one) => one.length === 0,
  );
  return { fields, criteria, ontology, same: same && !criteria.reordered };
}

/** Everything but criteria, ontology fields, and what only tells when and as what the seed was written. */
function frameOf(seed: Seed): Json {
  const { acceptance_criteria: _criteria, ...rest } = fullForm(seed);
  const { seed_id: _id, created_at: _at, ...metadata } = seed.metadata;
  const { name, description } = seed.ontology_schema;
  return { ...rest, ontology_schema: { name, description }, metadata } as unknown as Json;
}

function changesOf(from: Json | undefined, to: Json | undefined, path = ''): readonly Change[] {
  if (canonical(from) === canonical(to)) return [];
  if (!isRecord(from) || !isRecord(to)) return [{ field: path, from: from ?? null, to: to ?? null }];
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((key) => changesOf(from[key], to[key], path === '' ? key : `${path}.${key}`));
}

const canonical = (value: Json | undefined): string | undefined => (value === undefined ? undefined : canonicalJson(value));

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !Array.isArray(value);

function diffCriteria(from: Seed, to: Seed): SeedDiff['criteria'] {
  const pairs = pairUp(from.acceptance_criteria, to.acceptance_criteria);
  const changed = pairs
    .map(([a, b]) => ({ id: b.id, description: b.description, changes: changesOf(a as unknown as Json, b as unknown as Json) }))
    .filter((one) => one.changes.length > 0);
  const [before, after] = [new Set(pairs.map(([a]) => a)), new Set(pairs.map(([, b]) => b))];
  const places = pairs.map(([a]) => from.acceptance_criteria.indexOf(a));
  return {
    added: to.acceptance_criteria.filter((one) => !after.has(one)).map((one) => one.description),
    removed: from.acceptance_criteria.filter((one) => !before.has(one)).map((one) => one.description),
    changed,
    kept: pairs.length - changed.length,
    reordered: places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0)),
  };
}

/** Pairs in the order of `to`; each criterion is used once. */
function pairUp(from: readonly Criterion[], to: readonly Criterion[]): readonly (readonly [Criterion, Criterion])[] {
  const pairs = new Map<Criterion, Criterion>();
  const used = new Set<Criterion>();
  for (const same of MATCHES) {
    for (const b of to) {
      const a = pairs.has(b) ? undefined : from.find((one) => !used.has(one) && same(one, b));
      if (!a) continue;
      pairs.set(b, a);
      used.add(a);
    }
  }
  return to.flatMap((b) => {
    const a = pairs.get(b);
    return a ? [[a, b] as const] : [];
  });
}

/** Ids by place (`ac2`) say nothing about what the criterion is. */
const BY_PLACE = /^ac[0-9]+$/u;
const MATCHES: readonly ((a: Criterion, b: Criterion) => boolean)[] = [
  (a, b) => a.semantic_ac_key === b.semantic_ac_key,
  (a, b) => a.id === b.id && !BY_PLACE.test(a.id),
  (a, b) => a.description === b.description,
];

function diffOntology(from: Seed, to: Seed): SeedDiff['ontology'] {
  const [before, after] = [from, to].map((seed) => new Map(seed.ontology_schema.fields.map((one) => [one.name, one as unknown as Json])));
  const names = (of: ReadonlyMap<string, Json> | undefined): readonly string[] => [...(of?.keys() ?? [])];
  return {
    added: names(after).filter((name) => !before?.has(name)),
    removed: names(before).filter((name) => !after?.has(name)),
    changed: names(after).filter((name) => before?.has(name) && changesOf(before?.get(name), after?.get(name)).length > 0),
  };
}
