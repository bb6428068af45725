// biome-ignore-all lint/suspicious/noControlCharactersInRegex: Python's white space has control characters in it
import { createHash } from 'node:crypto';
import { artifactFault, MAX_ARTIFACTS } from './artifacts.ts';
import { type Checker, kindOf, named, oneOf, optional, text, textOrNull } from './check.ts';
import { isValueMap, type Value, type ValueMap } from './document.ts';
import type { Criterion, Investment } from './types.ts';

/** Reads one acceptance criterion: a line of text, or a mapping with a contract. */
export function readCriterion(check: Checker, value: Value, path: string): Criterion {
  if (typeof value === 'string') return complete({ description: strip(value) }, path);
  if (!isValueMap(value)) {
    check.error(
      path,
      'model_type',
      `${named(path)} must be text or a mapping, not ${kindOf(value)}`,
      value === null ? 'remove the empty line with a dash' : 'put it in quotes',
    );
    return complete({ description: '' }, path);
  }
  const before = check.found.length;
  const description = descriptionOf(check, value, path);
  const verify_command = contract(check, value, `${path}.verify_command`);
  const written = contract(check, value, `${path}.output_assertion`);
  const verify_exemption_reason = contract(check, value, `${path}.verify_exemption_reason`);
  const investment = value.investment === undefined || value.investment === null ? null : readInvestment(check, value.investment, `${path}.investment`);
  const key = keyOf(check, value, `${path}.semantic_ac_key`);
  const artifacts = readArtifacts(check, value.expected_artifacts ?? null, path);
  // Fields of the wrong type are reported alone; how fields fit together is looked at only when each is right.
  if (check.found.length === before) checkTogether(check, path, { verify_command, written, verify_exemption_reason });
  const output_assertion = written !== null && CONDITION.test(strip(written)) ? null : written;
  return complete(
    {
      description,
      verify_command,
      output_assertion,
      verify_exemption_reason,
      investment,
      expected_artifacts: artifacts,
      key,
      ...extensions(check, value, path),
    },
    path,
  );
}

interface Together {
  readonly verify_command: string | null;
  readonly written: string | null;
  readonly verify_exemption_reason: string | null;
}

function checkTogether(check: Checker, path: string, { verify_command, written, verify_exemption_reason }: Together): void {
  if (written !== null && verify_command === null)
    check.error(
      path,
      'value_error',
      `${named(path)} expects an output and has no verify_command to print it`,
      'add a verify_command, or remove output_assertion',
    );
  if (verify_exemption_reason !== null && verify_command !== null)
    check.error(path, 'value_error', `${named(path)} has a verify_command and a reason for having none`, 'remove verify_exemption_reason');
}

/** Says that the command succeeds, which its exit code says already. */
const CONDITION =
  /^(?:(?:the\s+)?(?:exit(?:\s+(?:code|status))?|exits(?:\s+with)?|return(?:s|\s+code)?|rc)(?:\s*(?:=|==|:|is|of))?\s*0|pass|passes|passed|success|succeeds|succeeded|successful|(?:all\s+)?tests?\s+pass(?:es|ed)?)\.?$/iu;

type Draft = Partial<Omit<Criterion, 'semantic_ac_key'>> & { readonly description: string; readonly key?: string | null };

function complete({ key = null, ...draft }: Draft, path: string): Criterion {
  const whole = {
    verify_command: null,
    output_assertion: null,
    expected_artifacts: [],
    verify_exemption_reason: null,
    investment: null,
    depends_on: [],
    resources: [],
    ...draft,
  };
  return { ...whole, id: draft.id ?? `ac${Number(path.slice(path.lastIndexOf('.') + 1)) + 1}`, semantic_ac_key: key ?? semanticKey(whole) };
}

/** Over what the criterion demands, as Python's `json.dumps(sort_keys=True, ensure_ascii=False, separators=(",", ":"))` writes it. */
function semanticKey(one: Pick<Criterion, 'description' | 'expected_artifacts' | 'output_assertion' | 'verify_command'>): string {
  const { description, expected_artifacts, output_assertion, verify_command } = one;
  const json = JSON.stringify({ description, expected_artifacts, output_assertion, verify_command });
  return `ac_${createHash('sha256').update(json).digest('hex').slice(0, 16)}`;
}

function descriptionOf(check: Checker, map: ValueMap, path: string): string {
  const name = ['description', 'criterion', 'content'].find((one) => map[one] !== undefined);
  if (name !== undefined) return strip(text(check, map[name] ?? null, `${path}.${name === 'description' ? name : 'description'}`));
  const [only, ...others] = Object.keys(map);
  const slip = only !== undefined && others.length === 0 && only.includes(' ');
  check.error(
    `${path}.description`,
    'missing',
    `${named(path)} has no description`,
    slip ? `text with ": " in it reads as a mapping: put the whole line in quotes: "${only}: ..."` : 'add description: what must be true',
  );
  return '';
}

function contract(check: Checker, map: ValueMap, path: string): string | null {
  const found = textOrNull(check, map[path.slice(path.lastIndexOf('.') + 1)] ?? null, path);
  return found === null || /^(none)?$/iu.test(strip(found)) ? null : found;
}

function keyOf(check: Checker, map: ValueMap, path: string): string | null {
  const found = textOrNull(check, map.semantic_ac_key ?? null, path);
  if (found === null || found === '') return null;
  if (/^ac_[0-9a-f]{16}$/u.test(found)) return found;
  check.error(path, 'string_pattern_mismatch', `${named(path)} must be ac_ and 16 hex digits`, 'remove it: it is derived from the criterion');
  return null;
}

function readInvestment(check: Checker, value: Value, path: string): Investment | null {
  if (!isValueMap(value)) {
    check.error(path, 'model_type', `${named(path)} must be a mapping, not ${kindOf(value)}`);
    return null;
  }
  const level = oneOf('low', 'medium', 'high');
  return {
    difficulty: optional(check, value, `${path}.difficulty`, level, 'medium'),
    stakes: optional(check, value, `${path}.stakes`, level, 'medium'),
    provenance: optional(check, value, `${path}.provenance`, text, 'declared'),
    confidence: optional(check, value, `${path}.confidence`, level, 'low'),
  };
}

function readArtifacts(check: Checker, value: Value, path: string): readonly string[] {
  const items = listOf(check, value, `${path}.expected_artifacts`);
  const wanted = items.map(strip).filter((one) => one !== '' && !/^none$/iu.test(one));
  if (wanted.length > MAX_ARTIFACTS)
    check.error(path, 'value_error', `${named(path)} expects ${wanted.length} files, more than ${MAX_ARTIFACTS}`, 'name the folder instead');
  for (const one of wanted) {
    const fault = artifactFault(one);
    if (fault)
      check.error(
        path,
        'value_error',
        `${named(path)}: the expected file ${JSON.stringify(one.slice(0, 80))} ${fault}`,
        'give a path relative to the workspace, with forward slashes',
      );
  }
  return wanted;
}

function listOf(check: Checker, value: Value, path: string): readonly string[] {
  if (value === null) return [];
  if (typeof value === 'string') return value.split(/,\s+|\s+/u);
  if (Array.isArray(value)) return (value as readonly Value[]).map((one, at) => text(check, one, `${path}.${at}`));
  check.error(path, 'tuple_type', `${named(path)} must be a list of paths, not ${kindOf(value)}`);
  return [];
}

/** Keys of our own; elsewhere they mean nothing, so that a wrong one is only a warning. */
function extensions(check: Checker, map: ValueMap, path: string): Pick<Criterion, 'depends_on' | 'resources'> & { id?: string; timeout_s?: number } {
  const odd = (key: string, what: string) => check.warn(`${path}.${key}`, 'extension_ignored', `${named(path)}.${key} is left out: it must be ${what}`);
  const { id, timeout_s } = map;
  const hasId = typeof id === 'string' || typeof id === 'number';
  if (id !== undefined && id !== null && !hasId) odd('id', 'text');
  const seconds = typeof timeout_s === 'number' && timeout_s > 0 ? timeout_s : undefined;
  if (timeout_s !== undefined && seconds === undefined) odd('timeout_s', 'a number of seconds');
  const names = (key: 'depends_on' | 'resources'): readonly string[] => {
    const value = map[key];
    if (value === undefined || value === null) return [];
    const items: readonly Value[] = Array.isArray(value) ? value : [value as Value];
    const good = items.filter((one) => typeof one === 'string' || typeof one === 'number');
    if (good.length < items.length) odd(key, 'a list of names or numbers');
    return good.map(String);
  };
  return {
    depends_on: names('depends_on'),
    resources: names('resources'),
    ...(hasId && String(id).trim() !== '' ? { id: String(id).trim() } : {}),
    ...(seconds === undefined ? {} : { timeout_s: seconds }),
  };
}

/** Python's `str.strip`. */
const strip = (value: string): string => value.replace(/^[\s\u001c-\u001f\u0085]+|[\s\u001c-\u001f\u0085]+$/gu, '');
