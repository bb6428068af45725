import { z } from 'zod';
import type { DiagnosticCode } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import { PYTHON_SPACE } from './python.ts';
import { isOdd, ODD } from './yaml/scalar.ts';
import { isoOf, isReal } from './yaml/timestamp.ts';

/** What a value is, or why it is not that. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: DiagnosticCode; readonly message: string; readonly hint?: string };

export const read = <T>(value: T): Read<T> => ({ ok: true, value });
export const wrong = (message: string, code: DiagnosticCode = 'seed.value', hint?: string): Read<never> => ({
  ok: false,
  code,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A zod type from a reading function. A missing key arrives as undefined and is required unless `.default()` follows. */
export const piece = <T>(of: (value: unknown) => Read<T>) =>
  z.unknown().transform((value, ctx): T => {
    const result = value === undefined ? wrong('is required', 'seed.required') : of(value);
    if (result.ok) return result.value;
    ctx.addIssue({ code: 'custom', message: result.message, params: { code: result.code, hint: result.hint } });
    return z.NEVER;
  });

/** Text stays text; numbers, booleans and dates are never turned into it. */
export const text = () => piece((value) => (typeof value === 'string' ? read(value) : wrongType('text', value)));

/** Text of at least one character, blank ones included. */
export const someText = () =>
  piece((value) =>
    value === '' ? wrong('is empty', 'seed.value', 'write the text behind it') : typeof value === 'string' ? read(value) : wrongType('text', value),
  );

/** A number from 0 to 1; digits in quotes and booleans count as numbers. */
export const share = () =>
  piece((value) => {
    const number = numberOf(value);
    if (number === undefined) return wrongType('a number', value);
    return number >= 0 && number <= 1 ? read(number) : wrong(`is ${number}; from 0 to 1 is allowed`, 'seed.value', 'write a share of 1, such as 0.15');
  });

export const count = () =>
  piece((value) => {
    const number = typeof value === 'string' ? integerOf(value) : typeof value === 'boolean' ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) ? read(number) : wrongType('a whole number', value);
  });

/** `true` and `false`, and the words and numbers that commonly stand for them. */
export const flag = () =>
  piece((value) => {
    const truth = isScalar(value) ? WORDS.get(String(value).toLowerCase()) : undefined;
    return truth === undefined ? wrongType('true or false', value) : read(truth);
  });

export const oneOf = <const T extends string>(words: readonly T[]) =>
  piece((value) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return read(word);
    const close = typeof value === 'string' ? nearest(value, words) : undefined;
    const hint = close === undefined ? 'write one of them, or remove the key' : `did you mean ${close}?`;
    return wrong(`is ${shown(value)}; one of ${words.join(', ')} is allowed`, 'seed.value', hint);
  });

/** A date or moment, as ISO 8601 text; a number is seconds (or milliseconds) since 1970. */
export const moment = () =>
  piece((value) => {
    if (isOdd(value) && value[ODD] === 'timestamp') return read(value.text);
    const iso = typeof value === 'number' ? fromEpoch(value) : typeof value === 'string' ? momentOf(value) : undefined;
    return iso === undefined ? wrong(expected('a date or time', value), 'seed.type', MOMENT_HINT) : read(iso);
  });

const MOMENT_HINT = 'such as 2026-01-31 or 2026-01-31T09:30:00Z; or remove the key';

export const list = <T extends z.ZodType>(item: T) => z.array(item, { error: (issue) => expected('a list', issue.input) });

export const mapping = <T extends z.ZodRawShape>(shape: T, wanted = 'a mapping') =>
  z.preprocess((value) => (isOdd(value) ? value.text : value), z.object(shape, { error: (issue) => expected(wanted, issue.input) }));

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isOdd(value);

const wrongType = (wanted: string, value: unknown): Read<never> => wrong(expected(wanted, value), value === undefined ? 'seed.required' : 'seed.type');

const expected = (wanted: string, value: unknown): string => (value === undefined ? 'is required' : `should be ${wanted} but is ${shown(value)}`);

/** A value in the words of a person. */
export function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isOdd(value)) return value[ODD] === 'timestamp' ? `the date ${value.text}` : `a ${value[ODD]} value`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return value.length > MAX_SHOWN ? 'text' : `the text ${JSON.stringify(value)}`;
  return typeof value === 'boolean' ? `the boolean ${value}` : `the number ${value}`;
}

const MAX_SHOWN = 40;

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 'on', 't', 'true', 'y', 'yes'].map((word) => [word, true] as const),
  ...['0', 'off', 'f', 'false', 'n', 'no'].map((word) => [word, false] as const),
]);

/** Rust's white space: Python's less the separators 1C-1F. */
const EDGES = new RegExp(`^[${PYTHON_SPACE.replace('\\x1c-\\x20', ' ')}]+|[${PYTHON_SPACE.replace('\\x1c-\\x20', ' ')}]+$`, 'gu');
const NUMBER = /^[-+]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?|inf|infinity|nan)$/iu;

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') return undefined;
  const digits = withoutUnderscores(value.replace(EDGES, ''));
  if (digits === undefined || !NUMBER.test(digits)) return undefined;
  if (/inf/iu.test(digits)) return digits.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(digits.toLowerCase());
}

function integerOf(value: string): number | undefined {
  const digits = withoutUnderscores(value.replace(EDGES, '').replace(/\.0+$/u, ''));
  return digits !== undefined && /^[-+]?[0-9]+$/u.test(digits) ? Number(digits) || 0 : undefined;
}

/** Single underscores inside a number group digits. */
const withoutUnderscores = (digits: string): string | undefined => (/^_|__|_$/u.test(digits) ? undefined : digits.replaceAll('_', ''));

const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt _]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?(?:([Zz])|([-+\u2212])([0-9]{2}):?([0-9]{2}))?)?$/u;

function momentOf(value: string): string | undefined {
  const parts = MOMENT.exec(value);
  if (!parts) return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$/u.test(value) ? fromEpoch(Number(value)) : undefined;
  const part = (at: number): number => Number(parts[at] ?? 0);
  const minutes = part(10) * 60 + part(11);
  const found = {
    year: part(1),
    month: part(2),
    day: part(3),
    hour: part(4),
    minute: part(5),
    second: part(6),
    micro: Number((parts[7] ?? '').slice(0, 6).padEnd(6, '0')),
    offset: parts[8] ? 0 : parts[9] ? (parts[9] === '+' ? minutes : -minutes) : null,
  };
  return part(11) < 60 && isReal(found) ? isoOf(found) : undefined;
}

/** Numbers above this are milliseconds: 2e10 seconds is the year 2603. */
const MILLISECONDS_FROM = 2e10;

function fromEpoch(value: number): string | undefined {
  const seconds = Math.abs(value) > MILLISECONDS_FROM ? value / 1000 : value;
  const whole = Math.floor(seconds);
  const date = new Date(whole * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  const found = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    micro: Math.round((seconds - whole) * 1e6) % 1e6,
    offset: 0,
  };
  return isReal(found) && found.year <= 9999 ? isoOf(found) : undefined;
}
