import type { SeedDocument, Value, ValueMap } from './document.ts';
import { isValueMap } from './document.ts';
import { isTimestamp } from './scalars.ts';
import type { Diagnostic } from './types.ts';

/** Collects what is wrong; the readers below return a usable value anyway, so that everything is found in one pass. */
export interface Checker {
  readonly found: Diagnostic[];
  error(path: string, code: string, message: string, hint?: string): void;
  warn(path: string, code: string, message: string, hint?: string): void;
}

export function createChecker(document: SeedDocument): Checker {
  const found: Diagnostic[] = [];
  const add = (severity: Diagnostic['severity'], path: string, [code, message, hint]: readonly [string, string, string | undefined]) =>
    void found.push({ severity, code, path, ...document.place(path), message, ...(hint === undefined ? {} : { hint }) });
  return {
    found,
    error: (path, code, message, hint) => add('error', path, [code, message, hint]),
    warn: (path, code, message, hint) => add('warning', path, [code, message, hint]),
  };
}

/** Reads one value at a path; what is wrong with it goes to the checker. */
export type Reader<T> = (check: Checker, value: Value, path: string) => T;

export const text: Reader<string> = (check, value, path) => {
  if (typeof value === 'string') return value;
  check.error(path, 'string_type', `${named(path)} must be text, not ${kindOf(value)}`, textHint(path, value));
  return '';
};

export const filledText: Reader<string> = (check, value, path) => {
  const found = text(check, value, path);
  if (found === '' && value === '') check.error(path, 'string_too_short', `${named(path)} is empty`, 'say in a sentence what is to be built');
  return found;
};

export const textOrNull: Reader<string | null> = (check, value, path) => (value === null ? null : text(check, value, path));

/** Numbers, booleans and text that is a number, as the reference implementation takes them. */
export const number =
  (min: number, max: number): Reader<number> =>
  (check, value, path) => {
    const found = numberIn(value);
    if (found === undefined)
      check.error(path, typeof value === 'string' ? 'float_parsing' : 'float_type', `${named(path)} must be a number, not ${kindOf(value)}`);
    // The comparison fails for NaN, as it should.
    else if (!(found <= max)) check.error(path, 'less_than_equal', `${named(path)} must be at most ${max}`);
    else if (!(found >= min)) check.error(path, 'greater_than_equal', `${named(path)} must be at least ${min}`);
    return found ?? 0;
  };

function numberIn(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? pythonFloat(value) : undefined;
}

function pythonFloat(value: string): number | undefined {
  const trimmed = value.trim().replace(/(?<=\d)_(?=\d)/gu, '');
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/iu.test(trimmed)) return Number(trimmed);
  if (/^[-+]?(inf|infinity)$/iu.test(trimmed)) return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[-+]?nan$/iu.test(trimmed) ? Number.NaN : undefined;
}

export const bool: Reader<boolean> = (check, value, path) => {
  if (typeof value === 'boolean') return value;
  if (value === 0 || value === 1) return value === 1;
  if (typeof value === 'string' && /^(true|t|yes|y|on|1)$/iu.test(value)) return true;
  if (typeof value === 'string' && /^(false|f|no|n|off|0)$/iu.test(value)) return false;
  check.error(
    path,
    typeof value === 'string' || typeof value === 'number' ? 'bool_parsing' : 'bool_type',
    `${named(path)} must be true or false, not ${kindOf(value)}`,
  );
  return false;
};

export const oneOf =
  <T extends string>(...options: readonly T[]): Reader<T> =>
  (check, value, path) => {
    const found = options.find((option) => option === value);
    if (found === undefined) check.error(path, 'literal_error', `${named(path)} must be one of ${options.join(', ')}`);
    return found ?? (options[0] as T);
  };

export const list =
  <T>(item: Reader<T>): Reader<readonly T[]> =>
  (check, value, path) => {
    if (Array.isArray(value)) return (value as readonly Value[]).map((one, at) => item(check, one, `${path}.${at}`));
    check.error(
      path,
      'tuple_type',
      `${named(path)} must be a list, not ${kindOf(value)}`,
      value === null ? 'remove the key, or write []' : 'put each item on a line of its own, after a dash',
    );
    return [];
  };

/** A mapping; undefined (and an error) for anything else. */
export const mapping = (check: Checker, value: Value, path: string): ValueMap | undefined => {
  if (isValueMap(value)) return value;
  check.error(path, 'model_type', `${path === '' ? 'the seed' : named(path)} must be a mapping of keys to values, not ${kindOf(value)}`);
  return undefined;
};

/** A field that must be there. */
export function required<T>(check: Checker, map: ValueMap, path: string, read: Reader<T>): T | undefined {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const value = map[key];
  if (value !== undefined) return read(check, value, path);
  check.error(path, 'missing', `${named(path)} is missing`);
  return undefined;
}

/** A field with a default. */
export function optional<T>(check: Checker, map: ValueMap, path: string, read: Reader<T>, otherwise: T): T {
  const value = map[path.slice(path.lastIndexOf('.') + 1)];
  return value === undefined ? otherwise : read(check, value, path);
}

export const named = (path: string): string => path.replace(/\.(\d+)/gu, (_, at: string) => `[${Number(at) + 1}]`);

export function kindOf(value: Value): string {
  if (value === null) return 'nothing';
  if (isTimestamp(value)) return `the date ${value.iso.slice(0, 10)}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `the ${typeof value} ${String(value)}`;
}

function textHint(path: string, value: Value): string | undefined {
  if (path === 'metadata.version') return `put it in quotes: version: "${Number.isInteger(value) ? Number(value).toFixed(1) : String(value)}"`;
  if (isValueMap(value)) return 'text with ": " in it reads as a mapping: put the whole line in quotes';
  return value === null ? undefined : 'put it in quotes';
}
