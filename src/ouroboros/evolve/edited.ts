import { OxiosError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { Evolves, Job } from '../job.ts';
import { semanticKey } from '../seed/criterion.ts';
import { assertUntouched, derivedSeedId } from '../seed/digest.ts';
import { formatDiagnostic, readSeed } from '../seed/read.ts';
import { toYaml } from '../seed/to-yaml.ts';
import type { Criterion, Seed } from '../seed/types.ts';
import type { State } from '../state.ts';

type Written = NonNullable<Evolves['child']>;

/**
 * The child of a seed as a person wrote it, ready to be worked on: it names its parent, and a criterion that says something
 * else is another promise. Throws SEED_INVALID, and USAGE where it says what its parent says.
 */
export function editedChild(text: string, parent: Seed): Written {
  const read = seedIn(text, 'the edited seed');
  const known = new Map(parent.acceptance_criteria.map((one) => [one.id, one]));
  const criteria = read.acceptance_criteria.map((one) => ({ ...one, semantic_ac_key: keyOf(one, known.get(one.id)) }));
  const { parent_seed_id, seed_id, created_at } = parent.metadata;
  const as = (metadata: Partial<Seed['metadata']>): string => toYaml({ ...read, acceptance_criteria: criteria, metadata: { ...read.metadata, ...metadata } });
  if (as({ parent_seed_id, seed_id, created_at }) === toYaml(parent))
    throw new OxiosError('USAGE', 'the edited seed says what the one before says', { hint: 'change what is to be different' });
  const draft = { ...read, acceptance_criteria: criteria, metadata: { ...read.metadata, parent_seed_id: seed_id, created_at: null } };
  const yaml = toYaml({ ...draft, metadata: { ...draft.metadata, seed_id: derivedSeedId(draft) } });
  return { seed: yaml, digest: digestOf(yaml) };
}

/** The generation that a person wrote begins: once in a run. */
export async function beginEdited({ seed: text, digest }: Written, job: Job, state: State): Promise<true> {
  const seed = seedIn(text, 'the edited seed');
  assertUntouched(seed, digest);
  await state.emit({
    type: 'lineage.advanced',
    generation: job.generation + 1,
    digest,
    seed: seed as unknown as Json,
    parent_seed_id: job.seed.metadata.seed_id,
    parent_digest: job.digest,
  });
  return true;
}

const keyOf = (one: Criterion, before: Criterion | undefined): string =>
  before && contractIn(before) === contractIn(one) ? before.semantic_ac_key : semanticKey(one);

const contractIn = ({ description, verify_command, output_assertion, expected_artifacts }: Criterion): string =>
  JSON.stringify([description, verify_command, output_assertion, expected_artifacts]);

const digestOf = (yaml: string): string => {
  const reading = readSeed(new TextEncoder().encode(yaml), 'the edited seed');
  if (reading.ok) return reading.digest;
  throw invalid(reading.diagnostics[0] ? formatDiagnostic(reading.diagnostics[0], 'the edited seed') : 'it cannot be read');
};

function seedIn(text: string, name: string): Seed {
  const reading = readSeed(new TextEncoder().encode(text), name);
  if (reading.ok) return reading.seed;
  const found = reading.diagnostics.find((one) => one.severity === 'error');
  throw invalid(found ? formatDiagnostic(found, name) : `${name} is not a valid seed`);
}

const invalid = (why: string): OxiosError => new OxiosError('SEED_INVALID', why, { hint: 'edit it again' });
