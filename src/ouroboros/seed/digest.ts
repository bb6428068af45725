import { createHash } from 'node:crypto';
import { OxiosError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { canonicalJson } from './canonical.ts';
import type { Criterion, Seed, SeedDocument } from './types.ts';

/** The seed as the reference implementation writes it: defaults filled in, criteria without our own keys, unknown top-level keys kept. */
export function normalized(seed: Seed): SeedDocument {
  return documentOf(seed, () => ({}));
}

/** The normal form with our own keys of criteria: everything that a run depends on, and what a file is written from. */
export function fullForm(seed: Seed): SeedDocument {
  return documentOf(seed, ownKeys);
}

/**
 * SHA-256, hexadecimal, of the seed's canonical JSON without `metadata.created_at` and without a `seed_id` that was derived from it.
 * Order of keys, white space, comments and defaults written out do not change it.
 */
export function seedDigest(seed: Seed): string {
  const anonymous = digestWithout(seed, undefined);
  return seed.metadata.seed_id === idFrom(anonymous) ? anonymous : digestWithout(seed, seed.metadata.seed_id);
}

/** The id of a seed that has none of its own: the same file gives the same id. */
export const derivedSeedId = (seed: Seed): string => idFrom(digestWithout(seed, undefined));

/** Throws SEED_TAMPERED unless the seed still is the one of this digest. */
export function assertUntouched(seed: Seed, digest: string): void {
  if (seedDigest(seed) !== digest)
    throw new OxiosError('SEED_TAMPERED', `the stored seed no longer has the digest ${digest}`, { hint: 'check the log: oxios audit verify' });
}

const ID_DIGITS = 12;
const idFrom = (digest: string): string => `seed_${digest.slice(0, ID_DIGITS)}`;

function digestWithout(seed: Seed, seed_id: string | undefined): string {
  const form = { ...fullForm(seed), metadata: { ...seed.metadata, seed_id, created_at: undefined } };
  return createHash('sha256').update(canonicalJson(form)).digest('hex');
}

function documentOf(seed: Seed, more: (criterion: Criterion, at: number) => JsonObject): SeedDocument {
  const { extra, oxios, acceptance_criteria, ...rest } = seed;
  const criteria = acceptance_criteria.map((one, at) => ({ ...contractForm(one), ...more(one, at) }));
  return { ...rest, acceptance_criteria: criteria, ...(Object.keys(oxios).length === 0 ? {} : { oxios }), ...extra } as unknown as SeedDocument;
}

function contractForm(one: Criterion): JsonObject {
  const { description, semantic_ac_key } = one;
  return {
    description,
    semantic_ac_key,
    ...kept('verify_command', one.verify_command),
    ...(one.expected_artifacts.length === 0 ? {} : { expected_artifacts: one.expected_artifacts }),
    ...kept('output_assertion', one.output_assertion),
    ...kept('verify_exemption_reason', one.verify_exemption_reason),
    ...(one.investment === null ? {} : { investment: investmentForm(one.investment) }),
  };
}

const kept = (name: string, value: string | null): JsonObject => (value === null ? {} : { [name]: value });

const investmentForm = (investment: NonNullable<Criterion['investment']>): Json =>
  Object.fromEntries(Object.entries(investment).filter(([, value]) => value !== null));

/** Ids that say no more than the place are left out, so that writing them down changes nothing. */
function ownKeys(one: Criterion, at: number): JsonObject {
  return {
    ...(one.id === `ac${at + 1}` ? {} : { id: one.id }),
    ...(one.depends_on.length === 0 ? {} : { depends_on: one.depends_on }),
    ...(one.resources.length === 0 ? {} : { resources: one.resources }),
    ...(one.timeout_s === undefined ? {} : { timeout_s: one.timeout_s }),
  };
}
