import { isVacuous } from '../evaluate/gaming.ts';
import type { Checker } from './check.ts';
import type { ValueMap } from './document.ts';
import type { Seed } from './types.ts';

const CRITERION_KEYS = new Set([
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
]);
const TOP_KEYS = new Set([
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
  'conductor_directive',
]);
const MAX_AMBIGUITY = 0.2;

/** What is allowed and probably not meant. Warnings; `--strict` makes errors of them. */
export function lint(check: Checker, seed: Seed, top: ValueMap): void {
  if (seed.goal.trim() === '') check.warn('goal', 'blank_goal', 'the goal is blank', 'say in a sentence what is to be built');
  if (seed.acceptance_criteria.length === 0)
    check.warn('acceptance_criteria', 'no_criteria', 'there are no acceptance criteria: nothing can be approved', 'add at least one, with a verify_command');
  if (seed.metadata.ambiguity_score > MAX_AMBIGUITY)
    check.warn(
      'metadata.ambiguity_score',
      'ambiguous',
      `the ambiguity ${seed.metadata.ambiguity_score} is above ${MAX_AMBIGUITY}`,
      'answer the open questions first',
    );
  for (const key of Object.keys(top)) if (!TOP_KEYS.has(key)) check.warn(key, 'unknown_key', `the key ${key} means nothing here and is kept as it is`);
  lintCriteria(check, seed, top);
}

function lintCriteria(check: Checker, seed: Seed, top: ValueMap): void {
  const seen = new Map<string, number>();
  const written = Array.isArray(top.acceptance_criteria) ? (top.acceptance_criteria as readonly unknown[]) : [];
  for (const [at, one] of seed.acceptance_criteria.entries()) {
    const path = `acceptance_criteria.${at}`;
    const twin = seen.get(one.semantic_ac_key);
    if (twin !== undefined) check.warn(path, 'duplicate_criterion', `criterion ${at + 1} demands the same as criterion ${twin + 1}`, 'remove one of them');
    seen.set(one.semantic_ac_key, at);
    for (const key of oddKeys(written[at]))
      check.warn(`${path}.${key}`, 'unknown_key', `the key ${key} of criterion ${at + 1} means nothing here and is left out`);
    lintContract(check, one, path, at + 1);
  }
}

const oddKeys = (source: unknown): readonly string[] =>
  typeof source === 'object' && source !== null ? Object.keys(source).filter((key) => !CRITERION_KEYS.has(key)) : [];

function lintContract(check: Checker, one: Seed['acceptance_criteria'][number], path: string, number: number): void {
  if (one.verify_command === null && one.expected_artifacts.length === 0 && one.verify_exemption_reason === null)
    check.warn(
      path,
      'no_evidence',
      `criterion ${number} has nothing that could prove it`,
      'add a verify_command or expected_artifacts, or say why not in verify_exemption_reason',
    );
  if (one.verify_command === null) return;
  if (isVacuous(one.verify_command))
    check.warn(
      `${path}.verify_command`,
      'vacuous_command',
      `the verify command of criterion ${number} succeeds whatever was done`,
      'let its exit code tell whether the criterion is met',
    );
  else if (/\|\s*(tail|head|tee|cat|grep -v)\b[^|&;]*$/u.test(one.verify_command) && !/pipefail/u.test(one.verify_command))
    check.warn(
      `${path}.verify_command`,
      'masked_command',
      `the last part of the pipe hides how the verify command of criterion ${number} ended`,
      'put set -o pipefail in front',
    );
}
