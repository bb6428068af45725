import type { Json, JsonObject } from '../../kernel/json.ts';
import { bool, type Checker, createChecker, filledText, kindOf, list, mapping, named, number, optional, required, text, textOrNull } from './check.ts';
import { readCriterion } from './criterion.ts';
import { seedDigest, seedIdFrom } from './digest.ts';
import { isValueMap, isYamlFault, readDocument, type SeedDocument, type Value, type ValueMap } from './document.ts';
import { lint } from './lint.ts';
import { isTimestamp, timestampOf } from './scalars.ts';
import { type Criterion, type Diagnostic, OXIOS_SETTINGS, type OxiosSettings, type Seed, type SeedMetadata, type SeedReading } from './types.ts';

/** Reads a seed: everything that is wrong with it at once, or the seed with its digest and its lints. */
export function readSeed(bytes: Uint8Array, _name: string): SeedReading {
  const document = readDocument(bytes);
  if (isYamlFault(document)) {
    const { message, line, col, hint } = document;
    return { ok: false, diagnostics: [{ severity: 'error', code: 'yaml', path: '', line, col, message, ...(hint === undefined ? {} : { hint }) }] };
  }
  const check = createChecker(document);
  const draft = readTop(check, document);
  const errors = check.found.filter((one) => one.severity === 'error');
  if (!draft || errors.length > 0) return { ok: false, diagnostics: inOrder(check.found) };
  const digest = seedDigest(draft);
  const seed: Seed = draft.given.seed_id ? draft : { ...draft, metadata: { ...draft.metadata, seed_id: seedIdFrom(digest) } };
  lint(check, seed, isValueMap(document.value) ? document.value : {});
  return { ok: true, seed, digest, diagnostics: inOrder(check.found) };
}

/** `file:line:col: severity code: message`, and the hint on a line of its own. */
export const formatDiagnostic = (one: Diagnostic, file: string): string =>
  `${file}:${one.line}:${one.col}: ${one.severity} ${one.code}: ${one.message}${one.hint === undefined ? '' : `\n  hint: ${one.hint}`}`;

const inOrder = (found: readonly Diagnostic[]): readonly Diagnostic[] => [...found].sort((a, b) => a.line - b.line || a.col - b.col);

const KNOWN = new Set([
  'goal',
  'task_type',
  'constraints',
  'acceptance_criteria',
  'ontology_schema',
  'evaluation_principles',
  'exit_conditions',
  'brownfield_context',
  'metadata',
  'oxios',
]);

function readTop(check: Checker, document: SeedDocument): Seed | undefined {
  const top = mapping(check, document.value, '');
  if (!top) return undefined;
  for (const { key, path } of document.oddKeys(top)) check.error(path, 'invalid_key', `the key ${key} must be text`, `put it in quotes: "${key}"`);
  const goal = required(check, top, 'goal', filledText) ?? '';
  const metadata = required(check, top, 'metadata', readMetadata);
  return {
    goal,
    task_type: optional(check, top, 'task_type', text, 'code'),
    constraints: optional(check, top, 'constraints', list(text), []),
    acceptance_criteria: linkDependencies(check, readCriteria(check, top)),
    ontology_schema: required(check, top, 'ontology_schema', readOntology) ?? { name: '', description: '', fields: [] },
    evaluation_principles: optional(check, top, 'evaluation_principles', list(readPrinciple), []),
    exit_conditions: optional(check, top, 'exit_conditions', list(readExit), []),
    brownfield_context: optional(check, top, 'brownfield_context', readBrownfield, NO_PROJECT),
    metadata: metadata?.value ?? DEFAULT_METADATA,
    extra: readExtra(check, document, top),
    oxios: top.oxios === undefined ? {} : readSettings(check, top.oxios),
    given: { seed_id: metadata?.given ?? false },
  };
}

const readCriteria = (check: Checker, top: ValueMap): readonly Criterion[] => {
  const value = top.acceptance_criteria;
  return value === undefined || value === null ? [] : list(readCriterion)(check, value, 'acceptance_criteria');
};

/** Numbers become ids, and what names nothing is left out with a word. */
function linkDependencies(check: Checker, criteria: readonly Criterion[]): readonly Criterion[] {
  const taken = new Set<string>();
  const unique = criteria.map((one, at) => {
    const id = taken.has(one.id) ? `ac${at + 1}` : one.id;
    if (id !== one.id) check.warn(`acceptance_criteria.${at}.id`, 'duplicate_id', `the id ${one.id} is used twice`, 'give each criterion an id of its own');
    taken.add(id);
    return { ...one, id };
  });
  return unique.map((one, at) => ({
    ...one,
    depends_on: one.depends_on.flatMap((name) => {
      const target = unique.find((other) => other.id === name) ?? unique[Number(name) - 1];
      if (target && target.id !== one.id) return [target.id];
      check.warn(
        `acceptance_criteria.${at}.depends_on`,
        'unknown_dependency',
        `${named(`acceptance_criteria.${at}`)} depends on ${name}, which is ${target ? 'itself' : 'no criterion'}`,
        'name the id or the number of another criterion',
      );
      return [];
    }),
  }));
}

function readOntology(check: Checker, value: Value, path: string): Seed['ontology_schema'] {
  const map = mapping(check, value, path);
  if (!map) return { name: '', description: '', fields: [] };
  return {
    name: required(check, map, `${path}.name`, text) ?? '',
    description: required(check, map, `${path}.description`, text) ?? '',
    fields: optional(check, map, `${path}.fields`, list(readField), []),
  };
}

function readField(check: Checker, value: Value, path: string): Seed['ontology_schema']['fields'][number] {
  const map = mapping(check, value, path) ?? {};
  const typeKey = map.type === undefined && map.field_type !== undefined ? 'field_type' : 'type';
  return {
    name: required(check, map, `${path}.name`, text) ?? '',
    type: required(check, map, `${path}.${typeKey}`, text) ?? '',
    description: required(check, map, `${path}.description`, text) ?? '',
    required: optional(check, map, `${path}.required`, bool, true),
  };
}

function readPrinciple(check: Checker, value: Value, path: string): Seed['evaluation_principles'][number] {
  if (typeof value === 'string') return { name: `principle_${place(path)}`, description: value, weight: 1 };
  const map = mapping(check, value, path);
  if (!map) return { name: '', description: '', weight: 1 };
  return {
    name: required(check, map, `${path}.name`, text) ?? '',
    description: required(check, map, `${path}.description`, text) ?? '',
    weight: optional(check, map, `${path}.weight`, number(0, 1), 1),
  };
}

function readExit(check: Checker, value: Value, path: string): Seed['exit_conditions'][number] {
  if (typeof value === 'string') return { name: `condition_${place(path)}`, description: value, criteria: value };
  const map = mapping(check, value, path);
  if (!map) return { name: '', description: '', criteria: '' };
  const alias = map.criteria === undefined && map.evaluation_criteria !== undefined;
  return {
    name: required(check, map, `${path}.name`, text) ?? '',
    description: required(check, map, `${path}.description`, text) ?? '',
    criteria: (alias ? required(check, map, `${path}.evaluation_criteria`, text) : required(check, map, `${path}.criteria`, text)) ?? '',
  };
}

const place = (path: string): number => Number(path.slice(path.lastIndexOf('.') + 1)) + 1;

const NO_PROJECT: Seed['brownfield_context'] = { project_type: 'greenfield', context_references: [], existing_patterns: [], existing_dependencies: [] };

function readBrownfield(check: Checker, value: Value, path: string): Seed['brownfield_context'] {
  const map = mapping(check, value, path);
  if (!map) return NO_PROJECT;
  return {
    project_type: optional(check, map, `${path}.project_type`, text, 'greenfield'),
    context_references: optional(check, map, `${path}.context_references`, list(readReference), []),
    existing_patterns: optional(check, map, `${path}.existing_patterns`, list(text), []),
    existing_dependencies: optional(check, map, `${path}.existing_dependencies`, list(text), []),
  };
}

function readReference(check: Checker, value: Value, path: string): Seed['brownfield_context']['context_references'][number] {
  const map = mapping(check, value, path) ?? {};
  return {
    path: required(check, map, `${path}.path`, text) ?? '',
    role: required(check, map, `${path}.role`, text) ?? '',
    summary: optional(check, map, `${path}.summary`, text, ''),
  };
}

const DEFAULT_METADATA: SeedMetadata = {
  seed_id: '',
  version: '1.0.0',
  created_at: '',
  ambiguity_score: 0.15,
  interview_id: null,
  parent_seed_id: null,
  generation_mode: 'normal',
  degraded: false,
  unresolved_slots: [],
  recovery_reason: null,
};

function readMetadata(check: Checker, value: Value, path: string): { value: SeedMetadata; given: boolean } {
  const map = mapping(check, value, path);
  if (!map) return { value: DEFAULT_METADATA, given: false };
  const provenance = map.decision_provenance;
  if (provenance !== undefined && provenance !== null && !isValueMap(provenance))
    check.error(`${path}.decision_provenance`, 'dict_type', `${path}.decision_provenance must be a mapping, not ${kindOf(provenance)}`);
  const metadata: SeedMetadata = {
    seed_id: optional(check, map, `${path}.seed_id`, text, ''),
    version: optional(check, map, `${path}.version`, text, '1.0.0'),
    created_at: optional(check, map, `${path}.created_at`, readTime, ''),
    ambiguity_score: optional(check, map, `${path}.ambiguity_score`, number(0, 1), 0.15),
    interview_id: optional(check, map, `${path}.interview_id`, textOrNull, null),
    parent_seed_id: optional(check, map, `${path}.parent_seed_id`, textOrNull, null),
    generation_mode: optional(check, map, `${path}.generation_mode`, text, 'normal'),
    degraded: optional(check, map, `${path}.degraded`, bool, false),
    unresolved_slots: optional(check, map, `${path}.unresolved_slots`, list(text), []),
    recovery_reason: optional(check, map, `${path}.recovery_reason`, textOrNull, null),
    ...(isValueMap(provenance) ? { decision_provenance: json(provenance) as JsonObject } : {}),
  };
  return { value: metadata, given: typeof map.seed_id === 'string' && map.seed_id !== '' };
}

/** A time as pydantic takes it: a date, an ISO time, seconds since 1970. */
function readTime(check: Checker, value: Value, path: string): string {
  if (isTimestamp(value)) return value.iso;
  const iso = typeof value === 'string' ? (fromSeconds(value) ?? fromText(value.trim())) : typeof value === 'number' ? fromSeconds(value) : undefined;
  if (iso === undefined) check.error(path, 'datetime_from_date_parsing', `${named(path)} must be a time such as 2026-04-04T16:54:00Z, not ${kindOf(value)}`);
  return iso ?? '';
}

/** Beyond this a number counts milliseconds, as pydantic takes it. */
const MAX_SECONDS = 2e10;

function fromSeconds(value: string | number): string | undefined {
  if (typeof value === 'string' && !/^\s*[-+]?\d+(\.\d+)?\s*$/u.test(value)) return undefined;
  const seconds = Number(value);
  const time = new Date(Math.abs(seconds) > MAX_SECONDS ? seconds : seconds * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(/\.000Z$/u, 'Z');
}

/** Seconds may be left out. */
const fromText = (text: string): string | undefined => timestampOf(/T\d\d:\d\d(Z|[-+]|$)/u.test(text) ? text.replace(/(T\d\d:\d\d)/u, '$1:00') : text)?.iso;

/** Keys that the format does not know are kept, if JSON can hold them. */
function readExtra(check: Checker, document: SeedDocument, top: ValueMap): JsonObject {
  const extra: Record<string, Json> = {};
  for (const [key, value] of Object.entries(top)) {
    if (KNOWN.has(key) || document.oddKeys(top).some((odd) => odd.key === key)) continue;
    const fault = jsonFault(document, value) ?? (key === 'conductor_directive' && value !== null && !isValueMap(value) ? 'must be a mapping' : undefined);
    if (fault) check.error('', 'value_error', `the key ${key} ${fault}`, 'put the value in quotes, or remove it');
    else extra[key] = json(value);
  }
  return extra;
}

function jsonFault(document: SeedDocument, value: Value): string | undefined {
  if (isTimestamp(value)) return 'holds a date, which JSON does not know';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'holds a number that JSON does not know';
  if (typeof value !== 'object' || value === null) return undefined;
  if (document.oddKeys(value).length > 0) return 'has a key inside that is not text';
  for (const inner of Object.values(value)) {
    const fault = jsonFault(document, inner as Value);
    if (fault) return fault;
  }
  return undefined;
}

/** Plain JSON of a value that was checked to be that. */
const json = (value: Value): Json => JSON.parse(JSON.stringify(value)) as Json;

function readSettings(check: Checker, value: Value): OxiosSettings {
  const parsed = OXIOS_SETTINGS.safeParse(value === null ? {} : plainObject(value));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    const unknown = issue.code === 'unrecognized_keys' ? `: ${issue.keys.join(', ')}` : '';
    check.error(
      ['oxios', ...issue.path].join('.'),
      'oxios_settings',
      `${['oxios', ...issue.path].join('.')}: ${issue.message}${unknown}`,
      'known: model, budget, max_generations, capabilities, isolation, programs, mcp',
    );
  }
  return {};
}

const plainObject = (value: Value): unknown => (typeof value === 'object' && value !== null && !isTimestamp(value) ? JSON.parse(JSON.stringify(value)) : value);
