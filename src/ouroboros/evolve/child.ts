import { faultOf } from '../../kernel/errors.ts';
import { makePlan } from '../execute/plan.ts';
import { planItems } from '../job.ts';
import { semanticKey } from '../seed/criterion.ts';
import { derivedSeedId } from '../seed/digest.ts';
import { readSeed } from '../seed/read.ts';
import { toYaml } from '../seed/to-yaml.ts';
import type { Criterion, OntologyField, Seed } from '../seed/types.ts';
import { contractFault, type Family, inventionIn, leakIn, touchesContract } from './guard.ts';
import type { CriterionChange, Reflection } from './reflection.ts';

export type Child = { readonly ok: true; readonly seed: Seed; readonly digest: string } | { readonly ok: false; readonly why: string };

/** The seed of the next generation, read again as any file is. Refused: what invents, drops, weakens or gives away. Pure. */
export function makeChild(reflection: Reflection, family: Family): Child {
  const { parent } = family;
  const fault = inventionIn(reflection, parent) ?? leakIn(reflection, parent);
  if (fault !== undefined) return { ok: false, why: fault };
  const draft = draftOf(reflection, family);
  const text = toYaml({ ...draft, metadata: { ...draft.metadata, seed_id: derivedSeedId(draft) } });
  const reading = readSeed(new TextEncoder().encode(text), 'the next seed');
  if (!reading.ok) {
    const found = reading.diagnostics.find((one) => one.severity === 'error');
    return { ok: false, why: `the next seed cannot be read: ${found?.path}: ${found?.message}` };
  }
  const weaker = contractFault(reading.seed, family) ?? cycleIn(reading.seed);
  return weaker === undefined ? { ok: true, seed: reading.seed, digest: reading.digest } : { ok: false, why: weaker };
}

function cycleIn(seed: Seed): string | undefined {
  try {
    makePlan(planItems(seed));
    return undefined;
  } catch (error) {
    const fault = faultOf(error);
    if (fault?.code !== 'PLAN_CYCLE') throw error;
    return fault.detail;
  }
}

function draftOf(reflection: Reflection, { parent, frozen, applied }: Family): Seed {
  const revisions = new Map(reflection.criteria.flatMap((one) => (one.action === 'revise' ? [[one.id, one] as const] : [])));
  const kept = parent.acceptance_criteria.map((one) => {
    const change = frozen.has(one.id) ? undefined : revisions.get(one.id);
    return change && (applied || !touchesContract(change, one)) ? revised(one, change) : one;
  });
  const criteria = [...kept];
  for (const one of reflection.criteria) if (one.action === 'add') criteria.push(added(one, criteria));
  const { ontology = {}, goal, constraints } = reflection;
  return {
    ...parent,
    ...(applied && goal !== undefined ? { goal } : {}),
    ...(applied && constraints !== undefined ? { constraints } : {}),
    acceptance_criteria: criteria,
    ontology_schema: { ...parent.ontology_schema, fields: fieldsOf(parent.ontology_schema.fields, ontology) },
    metadata: { ...parent.metadata, parent_seed_id: parent.metadata.seed_id, created_at: null },
  };
}

/** What it says becomes another promise, and has another key. */
function revised(one: Criterion, { description, verify_command, output_assertion, expected_artifacts }: CriterionChange & { action: 'revise' }): Criterion {
  const next = {
    ...one,
    description: description ?? one.description,
    verify_command: verify_command ?? one.verify_command,
    output_assertion: output_assertion ?? one.output_assertion,
    expected_artifacts: expected_artifacts ?? one.expected_artifacts,
    verify_exemption_reason: verify_command === undefined ? one.verify_exemption_reason : null,
  };
  const same = (['description', 'verify_command', 'output_assertion'] as const).every((key) => next[key] === one[key]);
  return same && String(next.expected_artifacts) === String(one.expected_artifacts) ? one : { ...next, semantic_ac_key: semanticKey(next) };
}

function added(one: CriterionChange & { action: 'add' }, before: readonly Criterion[]): Criterion {
  const taken = new Set(before.map(({ id }) => id));
  let id = `ac${before.length + 1}`;
  while (taken.has(id)) id += 'x';
  const contract = {
    description: one.description,
    verify_command: one.verify_command ?? null,
    output_assertion: one.output_assertion ?? null,
    expected_artifacts: one.expected_artifacts ?? [],
  };
  return {
    ...contract,
    id,
    semantic_ac_key: semanticKey(contract),
    verify_exemption_reason: null,
    investment: null,
    depends_on: one.depends_on ?? [],
    resources: [],
  };
}

function fieldsOf(fields: readonly OntologyField[], { add = [], modify = [], remove = [] }: NonNullable<Reflection['ontology']>): readonly OntologyField[] {
  const changed = new Map(modify.map((one) => [one.name, one]));
  const left = fields.filter((one) => !remove.includes(one.name)).map((one) => ({ ...one, ...changed.get(one.name) }));
  return [...left, ...add.map((one) => ({ ...one, required: true }))];
}
