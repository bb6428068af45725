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

/** The next step for a complaint, where the likely slip is known. */
export function hintFor(complaint: Complaint): string | undefined {
  const { code, spot } = complaint;
  if (code === 'seed.required') return requiredHint(spot);
  if (code !== 'seed.type') return undefined;
  const wanted = /^should be (?:an? )?(\w+)/u.exec(complaint.message)?.[1];
  if (wanted === 'list') return listHint(spot.value);
  if (wanted === 'text' || spot.path.at(-2) === 'acceptance_criteria') return textHint(spot);
  return wanted === 'mapping' && spot.value === null ? 'write {} for an empty one' : undefined;
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

function requiredHint({ path, owner }: Spot): string | undefined {
  const key = path.at(-1);
  const known = path.length === 1 ? SEED_KEYS : (KNOWN_KEYS.get(patternOf(path.slice(0, -1))) ?? []);
  const strays = isMapping(owner) ? Object.keys(owner).filter((name) => !known.includes(name)) : [];
  const typo = typeof key === 'string' ? strays.find((name) => nearest(name, [key]) !== undefined || nearest(name, known) === key) : undefined;
  if (typo !== undefined) return `did you mean ${key} where it says ${typo}?`;
  if (path.length === 1) return WHOLE_KEYS[String(key)];
  return sentenceHint(owner, known) ?? (strays.length > 0 ? `known keys here: ${known.join(', ')}` : undefined);
}

const WHOLE_KEYS: Readonly<Record<string, string>> = {
  goal: 'add a line: goal: what the result is for',
  metadata: 'add a line: metadata: {}',
  ontology_schema: 'add a line: ontology_schema: {name: Domain, description: what the work is about}',
};

function listHint(value: unknown): string | undefined {
  if (value === null) return 'remove the key, or write [] for an empty list';
  return typeof value === 'string' ? "write a list: each entry on a line of its own that starts with '- '" : undefined;
}

function textHint({ value, source }: Spot): string | undefined {
  if (value === null) return 'remove the key or the dash, or write the text behind it';
  if (typeof value === 'boolean') return `YAML reads ${source} as ${value}; put it in quotes: '${source}'`;
  if (typeof value === 'number' || isOdd(value)) return source === undefined ? undefined : `put it in quotes: '${source}'`;
  if (Array.isArray(value)) return 'write one text; text that starts with [ needs quotes';
  return sentenceHint(value);
}
