import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';
import type { JsonObject } from '../../kernel/json.ts';
import { semanticKey } from './criterion.ts';
import { fullForm } from './digest.ts';
import type { Seed } from './types.ts';
import { plainValue } from './yaml/scalar.ts';

/** What is said beside the seed, for whoever edits the file. A line of it is a comment. */
export interface Notes {
  /** At the top. */
  readonly head?: string;
  /** Before a top-level key. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Before a criterion, by its place. */
  readonly criteria?: readonly string[];
}

/** The seed as a file that reads back to the same seed, with the same digest, under YAML 1.1 and 1.2 alike. What is a default is left out. */
export function toYaml(seed: Seed, notes: Notes = {}): string {
  const { acceptance_criteria: _full, ...form } = fullForm(seed);
  const whole: JsonObject = {
    ...form,
    acceptance_criteria: seed.acceptance_criteria.map((_, at) => criterionForm(seed, at)),
    metadata: without(NO_METADATA, { ...seed.metadata }),
  };
  const named = ORDER.filter((key) => key in whole);
  const others = Object.keys(whole).filter((key) => !ORDER.includes(key) && key !== 'metadata');
  return writeYaml(without(NO_KEYS, Object.fromEntries([...named, ...others, 'metadata'].map((key) => [key, whole[key]]))), notes);
}

/** Any JSON mapping as block YAML; text that YAML 1.1 would take for something else is quoted. */
export function writeYaml(value: JsonObject, notes: Notes = {}): string {
  const document = new Document(value, { version: '1.2', aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value === 'string') quote(node, node.value, key === 'key');
    },
  });
  const parts = isMap(document.contents) ? document.contents.items.slice(1) : [];
  for (const { key } of parts) if (isScalar(key)) key.spaceBefore = true;
  annotate(document, notes);
  // JSON's escapes leave these raw; they stand in double quotes only.
  return document.toString({ lineWidth: 0 }).replace(UNESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function annotate(document: Document, { head, keys = {}, criteria = [] }: Notes): void {
  if (head !== undefined) document.commentBefore = commentOf(head);
  if (!isMap(document.contents)) return;
  for (const { key, value } of document.contents.items) {
    const note = isScalar(key) ? keys[String(key.value)] : undefined;
    if (isScalar(key) && note !== undefined) key.commentBefore = commentOf(note);
    if (isScalar(key) && key.value === 'acceptance_criteria' && isSeq(value)) value.items.forEach((item, at) => void noteOn(item, criteria[at]));
  }
}

function noteOn(item: unknown, note: string | undefined): void {
  if (note !== undefined && note !== '' && isMap(item)) item.commentBefore = commentOf(note);
}

/** Each line begins with a space, behind the sign of a comment; nothing in it ends it or hides. */
const commentOf = (text: string): string =>
  text
    .split('\n')
    .map((line) => ` ${line.replace(new RegExp(FRAGILE, 'gu'), '?')}`)
    .join('\n');

/** What a person looks for first comes first. */
const ORDER = [
  'goal',
  'task_type',
  'constraints',
  'acceptance_criteria',
  'ontology_schema',
  'evaluation_principles',
  'exit_conditions',
  'brownfield_context',
  'oxios',
];

const NO_METADATA: JsonObject = {
  created_at: null,
  interview_id: null,
  parent_seed_id: null,
  generation_mode: 'normal',
  degraded: false,
  unresolved_slots: [],
  recovery_reason: null,
};
const NO_KEYS: JsonObject = {
  constraints: [],
  evaluation_principles: [],
  exit_conditions: [],
  brownfield_context: { project_type: 'greenfield', context_references: [], existing_patterns: [], existing_dependencies: [] },
};

const without = (defaults: JsonObject, value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key, one]) => !(key in defaults) || JSON.stringify(one) !== JSON.stringify(defaults[key])));

/** The id stands first; a key that follows from the rest is left out. */
function criterionForm(seed: Seed, at: number): JsonObject {
  const criterion = seed.acceptance_criteria[at];
  const form = (fullForm(seed).acceptance_criteria as readonly JsonObject[])[at] ?? {};
  const { id, semantic_ac_key, ...rest } = form;
  const derived = criterion === undefined || semanticKey(criterion) === semantic_ac_key;
  return { ...(id === undefined ? {} : { id }), ...rest, ...(derived ? {} : { semantic_ac_key }) };
}

/** Characters that only an escape carries unchanged. */
const FRAGILE = /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const UNESCAPED = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/gu;
/** Lines whose edges a block text would lose or that would end it. */
const FRAGILE_BLOCK = /^[ \n]|[ ]\n|\n\n$|[ ]$/u;

function quote(node: Scalar, text: string, isKey: boolean): void {
  if (FRAGILE.test(text)) node.type = Scalar.QUOTE_DOUBLE;
  else if (text.includes('\n')) node.type = isKey || FRAGILE_BLOCK.test(text) ? Scalar.QUOTE_DOUBLE : Scalar.BLOCK_LITERAL;
  else if (plainValue(text) !== text) node.type = Scalar.QUOTE_DOUBLE;
}
