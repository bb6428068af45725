import { OxiosError } from '../../kernel/errors.ts';

/** JSON in the one form of RFC 8785: keys in UTF-16 order, no white space, ECMAScript numbers. Undefined members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new OxiosError('INTERNAL', `${value} has no canonical JSON`);
  if (typeof value === 'string' && !value.isWellFormed()) throw new OxiosError('INTERNAL', 'text with half a surrogate pair has no canonical JSON');
  const json = JSON.stringify(value);
  if (json === undefined) throw new OxiosError('INTERNAL', `a ${typeof value} has no canonical JSON`);
  return json;
}

const canonicalObject = (value: object): string =>
  `{${Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${canonicalJson(key)}:${canonicalJson(member)}`)
    .join(',')}}`;
