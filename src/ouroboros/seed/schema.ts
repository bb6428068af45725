import { z } from 'zod';
import { CRITERIA } from './criterion.ts';
import { OXIOS_SETTINGS } from './extension.ts';
import { count, flag, isMapping, list, mapping, moment, share, someText, text } from './lax.ts';

const ONTOLOGY_FIELD = renamed(
  { field_type: 'type' },
  mapping({ name: someText(), type: someText(), description: someText(), required: flag().default(true) }),
);

const PRINCIPLE = mapping({ name: someText(), description: someText(), weight: share().default(1) }, 'text or a mapping');

const EXIT_CONDITION = renamed(
  { evaluation_criteria: 'criteria' },
  mapping({ name: someText(), description: someText(), criteria: someText() }, 'text or a mapping'),
);

const BROWNFIELD = mapping({
  project_type: text().default('greenfield'),
  context_references: list(mapping({ path: someText(), role: text(), summary: text().default('') })).default([]),
  existing_patterns: list(text()).default([]),
  existing_dependencies: list(text()).default([]),
});

const METADATA = mapping({
  seed_id: text().optional(),
  version: text().default('1.0.0'),
  created_at: moment().optional(),
  ambiguity_score: share().default(0.15),
  interview_id: text().nullable().default(null),
  parent_seed_id: text().nullable().default(null),
  generation_mode: someText().default('normal'),
  degraded: flag().default(false),
  unresolved_slots: list(text()).default([]),
  recovery_reason: text().nullable().default(null),
  decision_provenance: z
    .preprocess((value) => (isMapping(value) ? { ...value } : value), z.record(z.string(), count(), { error: () => 'should be a mapping of numbers' }))
    .optional(),
});

/** The seed's own keys, with the readings and defaults of the reference implementation. Unknown top-level keys are `extra.ts`' business. */
export const SEED = mapping({
  goal: someText(),
  task_type: text().default('code'),
  brownfield_context: BROWNFIELD.prefault({}),
  constraints: list(text()).default([]),
  acceptance_criteria: CRITERIA.default([]),
  ontology_schema: mapping({ name: someText(), description: someText(), fields: list(ONTOLOGY_FIELD).default([]) }),
  evaluation_principles: listOr((description, at) => ({ name: `principle_${at}`, description }), PRINCIPLE).default([]),
  exit_conditions: listOr((text, at) => ({ name: `condition_${at}`, description: text, criteria: text }), EXIT_CONDITION).default([]),
  metadata: METADATA,
  oxios: OXIOS_SETTINGS.default({}),
});

export type Draft = z.output<typeof SEED>;

/** Keys by the path pattern of the mapping they stand in; `*` is a place in a list. */
export const KNOWN_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'acceptance_criteria.*',
    [
      'description',
      'criterion',
      'content',
      'semantic_ac_key',
      'verify_command',
      'expected_artifacts',
      'output_assertion',
      'verify_exemption_reason',
      'investment',
      'id',
      'depends_on',
      'resources',
      'timeout_s',
    ],
  ],
  ['acceptance_criteria.*.investment', ['difficulty', 'stakes', 'provenance', 'confidence']],
  ['ontology_schema', ['name', 'description', 'fields']],
  ['ontology_schema.fields.*', ['name', 'type', 'field_type', 'description', 'required']],
  ['evaluation_principles.*', ['name', 'description', 'weight']],
  ['exit_conditions.*', ['name', 'description', 'criteria', 'evaluation_criteria']],
  ['brownfield_context', ['project_type', 'context_references', 'existing_patterns', 'existing_dependencies']],
  ['brownfield_context.context_references.*', ['path', 'role', 'summary']],
  [
    'metadata',
    [
      'seed_id',
      'version',
      'created_at',
      'ambiguity_score',
      'interview_id',
      'parent_seed_id',
      'generation_mode',
      'degraded',
      'unresolved_slots',
      'recovery_reason',
      'decision_provenance',
    ],
  ],
  ['oxios', ['model', 'budget', 'max_generations', 'role', 'capabilities', 'isolation', 'programs', 'mcp']],
  ['oxios.budget', ['usd', 'tokens', 'minutes', 'tool_calls']],
]);

export const SEED_KEYS: readonly string[] = [
  'goal',
  'task_type',
  'brownfield_context',
  'constraints',
  'acceptance_criteria',
  'ontology_schema',
  'evaluation_principles',
  'exit_conditions',
  'metadata',
  'oxios',
];

/** Top-level keys that other tools own and that need no warning. */
export const FOREIGN_KEYS: readonly string[] = ['orchestrator', 'conductor_directive'];

/** Second names of keys, by the first; the first wins where both stand. */
export const SECOND_NAMES: Readonly<Record<string, string>> = { type: 'field_type', criteria: 'evaluation_criteria' };

function renamed<T extends z.ZodType>(names: Readonly<Record<string, string>>, schema: T) {
  return z.preprocess((value) => {
    if (!isMapping(value)) return value;
    const moved = Object.entries(names).filter(([second, first]) => second in value && !(first in value));
    return moved.length === 0 ? value : { ...value, ...Object.fromEntries(moved.map(([second, first]) => [first, value[second]])) };
  }, schema);
}

/** A list whose plain texts stand for whole entries; `at` counts from 1. */
function listOr<T extends z.ZodType>(unfold: (text: string, at: number) => unknown, item: T) {
  return z.preprocess((value) => (Array.isArray(value) ? value.map((one, at) => (typeof one === 'string' ? unfold(one, at + 1) : one)) : value), list(item));
}
