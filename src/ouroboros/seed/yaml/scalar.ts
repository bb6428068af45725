import { timestampOf } from './timestamp.ts';

/** A YAML value that JSON has no word for: dates, byte strings, sets, pairs. Never a mapping, whatever it looks like. */
export interface Odd {
  readonly [ODD]: 'timestamp' | 'binary' | 'set' | 'pairs';
  /** As ISO 8601 for a timestamp. */
  readonly text: string;
}
export const ODD = Symbol('odd');

export interface Misread {
  readonly misread: string;
  readonly code: 'yaml.tag' | 'yaml.value';
}

export type ScalarValue = null | boolean | number | string | Odd;

export const isOdd = (value: unknown): value is Odd => typeof value === 'object' && value !== null && ODD in value;

export const isMisread = (value: ScalarValue | Misread): value is Misread => typeof value === 'object' && value !== null && 'misread' in value;

/** What a plain (unquoted) scalar means under YAML 1.1 as PyYAML resolves it: first rule that fits, otherwise text. */
export function plainValue(text: string): ScalarValue | Misread {
  if (NULLS.has(text)) return null;
  const truth = BOOLEANS.get(text);
  if (truth !== undefined) return truth;
  if (text === '=' || text === '<<') return { misread: `a bare ${text} has a meaning of its own in YAML 1.1`, code: 'yaml.value' };
  if (!NUMERIC_START.test(text)) return text;
  if (FLOAT.test(text)) return floatOf(text);
  if (INT.test(text)) return intOf(text);
  return timestamp(text) ?? text;
}

/** What a scalar with an explicit tag means, or why not. */
export function taggedValue(tag: string, text: string): ScalarValue | Misread {
  const read = TAGS.get(tag);
  if (!read) return { misread: `the tag ${shortTag(tag)} cannot stand in a seed`, code: 'yaml.tag' };
  const value = read(text);
  return value !== undefined ? value : { misread: `${JSON.stringify(text)} is not a value of ${shortTag(tag)}`, code: 'yaml.value' };
}

export const shortTag = (tag: string): string => (tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag);

export const CORE = 'tag:yaml.org,2002:';

const NULLS: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);
const BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  (
    [
      ['yes', true],
      ['true', true],
      ['on', true],
      ['no', false],
      ['false', false],
      ['off', false],
    ] as const
  ).flatMap(([word, truth]) => [word, word[0]?.toUpperCase() + word.slice(1), word.toUpperCase()].map((form) => [form, truth] as const)),
);

const NUMERIC_START = /^[-+.0-9]/u;
const INT = /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/u;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/u;
/** What Python's `float()` takes and the plain rules do not, behind an explicit `!!float`. */
const PYTHON_FLOAT = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/u;

const TAGS: ReadonlyMap<string, (text: string) => ScalarValue | Misread | undefined> = new Map(
  Object.entries({
    [`${CORE}str`]: (text: string) => text,
    [`${CORE}null`]: () => null,
    [`${CORE}bool`]: (text: string) => BOOLEANS.get(text.toLowerCase()),
    [`${CORE}int`]: (text: string) => (INT.test(text) ? intOf(text) : undefined),
    [`${CORE}float`]: (text: string) => (FLOAT.test(text) ? floatOf(text) : PYTHON_FLOAT.test(text) ? Number(text) : undefined),
    [`${CORE}timestamp`]: (text: string) => timestamp(text),
    [`${CORE}binary`]: (text: string) => ({ [ODD]: 'binary' as const, text }),
  }),
);

function timestamp(text: string): Odd | Misread | undefined {
  const read = timestampOf(text);
  if (read === undefined) return undefined;
  return read.iso === null ? { misread: `${text} looks like a date but is none`, code: 'yaml.value' } : { [ODD]: 'timestamp', text: read.iso };
}

function intOf(text: string): number | Misread {
  const digits = text.replaceAll('_', '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const body = digits.replace(/^[-+]/u, '');
  const value = magnitude(body);
  if (Number.isNaN(value)) return { misread: `${text} looks like a number but is none`, code: 'yaml.value' };
  return value === 0 ? 0 : sign * value;
}

function magnitude(body: string): number {
  if (body.startsWith('0b') || body.startsWith('0x')) return body.length === 2 ? Number.NaN : Number(body);
  if (body.length > 1 && body.startsWith('0')) return Number(`0o${body.slice(1)}`);
  return body.includes(':') ? sexagesimal(body) : Number(body);
}

function floatOf(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase();
  const sign = digits.startsWith('-') ? -1 : 1;
  const body = digits.replace(/^[-+]/u, '');
  if (body === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (body === '.nan') return Number.NaN;
  return sign * (body.includes(':') ? sexagesimal(body) : Number(body));
}

/** `1:30` is 90: base 60, most significant part first. */
const sexagesimal = (body: string): number => body.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
