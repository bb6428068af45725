/** Plain scalars as YAML 1.1 and PyYAML's safe loader resolve them: https://pyyaml.org/wiki/PyYAMLDocumentation */

/** A date or a time; kept apart from strings, which it is not. */
export interface Timestamp {
  readonly kind: 'timestamp';
  /** As pydantic writes it. */
  readonly iso: string;
}

export type Plain = string | number | boolean | null | Timestamp;

export const isTimestamp = (value: unknown): value is Timestamp =>
  typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'timestamp' && Object.getPrototypeOf(value) === STAMP;

const STAMP = Object.create(null) as object;

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/u;
const NULL = /^(?:~|null|Null|NULL|)$/u;
const INT = /^[-+]?(?:0b[0-1_]+|0[0-7_]+|(?:0|[1-9][0-9_]*)|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/u;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/u;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/u;
const TIME = /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:(Z)|([-+])(\d\d?)(?::?(\d\d))?))?$/u;

/** Undefined when the text looks like a value but is none, such as the 13th month. */
export function resolvePlain(text: string): Plain | undefined {
  if (NULL.test(text)) return null;
  if (BOOL.test(text)) return /^(?:yes|true|on)$/iu.test(text);
  if (INT.test(text)) return intOf(text);
  if (FLOAT.test(text)) return floatOf(text);
  if (DATE.test(text) || TIME.test(text)) return timestampOf(text);
  return text === '=' ? undefined : text;
}

export const intOf = (text: string): number => {
  const digits = text.replaceAll('_', '').replace(/^[-+]/u, '');
  return (text.startsWith('-') ? -1 : 1) * magnitude(digits);
};

function magnitude(digits: string): number {
  if (digits.startsWith('0b')) return Number.parseInt(digits.slice(2), 2);
  if (digits.startsWith('0x')) return Number.parseInt(digits.slice(2), 16);
  if (digits.includes(':')) return sexagesimal(digits);
  return digits.startsWith('0') && digits.length > 1 ? Number.parseInt(digits, 8) : Number(digits);
}

export function floatOf(text: string): number {
  const plain = text.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/u, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  return sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits));
}

const sexagesimal = (digits: string): number => digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** Undefined when there is no such day or time. */
export function timestampOf(text: string): Timestamp | undefined {
  const day = DATE.exec(text);
  const time = TIME.exec(text);
  const [, y, mo, d, h = '0', mi = '0', s = '0', fraction = '', zulu, sign, oh, om = '0'] = day ?? time ?? [];
  if (y === undefined) return undefined;
  const clock = new Date(Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)));
  const same = clock.getUTCMonth() === Number(mo) - 1 && clock.getUTCDate() === Number(d) && Number(h) < 24 && Number(mi) < 60 && Number(s) < 60;
  if (!same) return undefined;
  const micros = Number(fraction.slice(0, 6).padEnd(6, '0')) > 0 ? `.${fraction.slice(0, 6).padEnd(6, '0')}` : '';
  const offset = sign === undefined ? '' : `${sign}${(oh ?? '').padStart(2, '0')}:${om.padStart(2, '0')}`;
  const zone = zulu !== undefined || /^[-+]00:00$/u.test(offset) ? 'Z' : offset;
  return stamp(`${clock.toISOString().slice(0, 19)}${micros}${zone}`);
}

export const stamp = (iso: string): Timestamp => Object.assign(Object.create(STAMP) as object, { kind: 'timestamp', iso }) as Timestamp;
