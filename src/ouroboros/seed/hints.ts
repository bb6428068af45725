import type { DiagnosticCode } from './diagnostic.ts';
import { isMapping } from './lax.ts';
import { nearest } from './nearest.ts';
import { KNOWN_KEYS, SEED_KEYS } from './schema.ts';
import type { Path, Spot } from './spot.ts';
import { isOdd } from './yaml/scalar.ts';

export interface Complaint {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly spot: Spot;
}

/** The next step for a complaint: what the likely slip is, or else what would do. */
export function hintFor(complaint: Complaint): string {
  const { code, spot } = complaint;
  if (code === 'seed.required') return requiredHint(spot);
  if (code !== 'seed.type') return 'change the value, or remove the key';
  const [, phrase = 'another value', wanted] = /^should (?:be|list) ((?:an? )?(\w+)(?: \w+)*) but/u.exec(complaint.message) ?? [];
  return slipHint(wanted, spot) ?? `write ${phrase}, or remove the key`;
}

function slipHint(wanted: string | undefined, spot: Spot): string | undefined {
  if (wanted === 'list') return listHint(spot.value);
  if (wanted === 'text') return textHint(spot);
  if (wanted === 'mapping') return spot.value === null ? 'write {} for an empty one' : 'write keys and values below it, one a line';
  return undefined;
}

/** `acceptance_criteria.3.investment` as a pattern of KNOWN_KEYS. */
export const patternOf = (path: Path): string => path.map((step) => (typeof step === 'number' ? '*' : step)).join('.');

const colonHint = (key: string, value: unknown): string => {
  const line = typeof value === 'string' ? `${key}: ${value}` : `${key}: ...`;
  return `": " makes this a mapping; quote the whole text: '${line.replaceAll("'", "''")}'`;
};

/** A mapping of one pair where a text belongs: a sentence with a colon in it. */
function sentenceHint(value: unknown, known: readonly string[] = []): string | undefined {
  if (!isMapping(value)) return undefined;
  const [pair, ...others] = Object.entries(value);
  return pair && others.length === 0 && !known.includes(pair[0]) && nearest(pair[0], known) === undefined ? colonHint(pair[0], pair[1]) : undefined;
}

function requiredHint({ path, owner }: Spot): string {
  const key = path.at(-1);
  const known = path.length === 1 ? SEED_KEYS : (KNOWN_KEYS.get(patternOf(path.slice(0, -1))) ?? []);
  const strays = isMapping(owner) ? Object.keys(owner).filter((name) => !known.includes(name)) : [];
  const typo = typeof key === 'string' ? strays.find((name) => nearest(name, [key]) !== undefined || nearest(name, known) === key) : undefined;
  if (typo !== undefined) return `did you mean ${key} where it says ${typo}?`;
  if (path.length === 1) return MISSING[String(key)] ?? `add ${key}`;
  const sentence = sentenceHint(owner, known);
  if (sentence !== undefined) return sentence;
  const add = MISSING[patternOf(path)] ?? `add ${key}: and its value`;
  return strays.length > 0 ? `${add}; known keys here: ${known.join(', ')}` : add;
}

const MISSING: Readonly<Record<string, string>> = {
  goal: 'add a line: goal: what the result is for',
  metadata: 'add a line: metadata: {}',
  ontology_schema: 'add a line: ontology_schema: {name: Domain, description: what the work is about}',
  'ontology_schema.name': 'add name: one word for what the work is about',
  'ontology_schema.description': 'add description: what the work is about',
  'ontology_schema.fields.*.type': 'add type: such as string, number or list',
  'acceptance_criteria.*.description': 'add description: what is true when it is done',
  'evaluation_principles.*.name': 'add name: a short name for it, or write the principle as one text',
  'evaluation_principles.*.description': 'add description: what counts, or write the principle as one text',
  'exit_conditions.*.criteria': 'add criteria: how anybody can tell, or write the condition as one text',
  'brownfield_context.context_references.*.path': 'add path: the file or folder that is meant',
  'brownfield_context.context_references.*.role': 'add role: what it is to the work, such as primary or reference',
};

function listHint(value: unknown): string | undefined {
  if (value === null) return 'remove the key, or write [] for an empty list';
  return typeof value === 'string' ? "write a list: each entry on a line of its own that starts with '- '" : undefined;
}

function textHint({ path, value, source }: Spot): string | undefined {
  if (value === null) return `remove the ${typeof path.at(-1) === 'number' ? 'dash' : 'key'}, or write the text behind it`;
  if (typeof value === 'boolean') return `YAML reads ${source} as ${value}; put it in quotes: '${source}'`;
  if (typeof value === 'number' || isOdd(value)) return source === undefined ? undefined : `put it in quotes: '${source}'`;
  if (Array.isArray(value)) return oneTextHint(value);
  return sentenceHint(value);
}

/** A command in the form of its words, or a text in brackets. */
function oneTextHint(value: readonly unknown[]): string {
  const words = value.every((one) => typeof one === 'string' || typeof one === 'number') ? value.join(' ') : '';
  return words === '' ? 'write one text; text that starts with [ needs quotes' : `write one text: '${words.replaceAll("'", "''")}'`;
}
