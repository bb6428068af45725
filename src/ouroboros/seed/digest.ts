import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Criterion, Seed } from './types.ts';

/** SHA-256, hex, over the canonical JSON of the seed less its time of creation and an id that was not given. */
export function seedDigest(seed: Seed): string {
  const { created_at: _, seed_id, ...metadata } = normalized(seed).metadata as JsonObject;
  const whole = {
    ...normalized(seed),
    metadata: seed.given.seed_id ? { ...metadata, seed_id: seed_id ?? null } : metadata,
    extensions: seed.acceptance_criteria.map(({ id, depends_on, resources, timeout_s }) => ({ id, depends_on, resources, timeout_s: timeout_s ?? null })),
    oxios: seed.oxios as unknown as JsonObject,
  };
  return createHash('sha256').update(canonicalJson(whole)).digest('hex');
}

export const seedIdFrom = (digest: string): string => `seed_${digest.slice(0, 12)}`;

/** The seed in the form other readers of the format know; what is null or empty in a criterion is left out. */
export function normalized(seed: Seed): JsonObject {
  const { goal, task_type, brownfield_context, constraints, ontology_schema, evaluation_principles, exit_conditions, metadata, extra } = seed;
  return {
    goal,
    task_type,
    brownfield_context: brownfield_context as unknown as JsonObject,
    constraints,
    acceptance_criteria: seed.acceptance_criteria.map(normalizedCriterion),
    ontology_schema: ontology_schema as unknown as JsonObject,
    evaluation_principles: evaluation_principles as unknown as Json,
    exit_conditions: exit_conditions as unknown as Json,
    metadata: metadata as unknown as JsonObject,
    ...(Object.keys(seed.oxios).length > 0 ? { oxios: seed.oxios as unknown as JsonObject } : {}),
    ...extra,
  };
}

function normalizedCriterion(one: Criterion): JsonObject {
  return {
    description: one.description,
    semantic_ac_key: one.semantic_ac_key,
    ...(one.verify_command === null ? {} : { verify_command: one.verify_command }),
    ...(one.output_assertion === null ? {} : { output_assertion: one.output_assertion }),
    ...(one.expected_artifacts.length === 0 ? {} : { expected_artifacts: one.expected_artifacts }),
    ...(one.verify_exemption_reason === null ? {} : { verify_exemption_reason: one.verify_exemption_reason }),
    ...(one.investment === null ? {} : { investment: one.investment as unknown as JsonObject }),
  };
}

/** RFC 8785: keys in the order of UTF-16 units, no white space, numbers and strings as ECMAScript writes them. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((one: Json) => canonicalJson(one)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as JsonObject).filter(([, inner]) => inner !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner as Json)}`)
    .join(',')}}`;
}
