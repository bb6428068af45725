/** A moment as written: no time zone is added where none was given. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
  /** Minutes east of UTC; null for a local time. */
  readonly offset: number | null;
}

/** A YAML 1.1 timestamp: ISO 8601 text, `iso: null` when it has the form of one but names no moment, undefined when it has not even the form. */
export function timestampOf(text: string): { readonly iso: string | null } | undefined {
  const date = DATE.exec(text);
  const full = date ?? DATE_TIME.exec(text);
  if (!full) return undefined;
  const part = (at: number): number => Number(full[at] ?? 0);
  const moment: Moment = {
    year: part(1),
    month: part(2),
    day: part(3),
    hour: part(4),
    minute: part(5),
    second: part(6),
    micro: Number((full[7] ?? '').slice(0, 6).padEnd(6, '0')),
    offset: offsetOf(full[8] ?? full[9], part(10), part(11)),
  };
  return { iso: isReal(moment) ? isoOf(moment) : null };
}

/** Whether the calendar has this moment; years 1 to 9999. */
export function isReal({ year, month, day, hour, minute, second, offset }: Moment): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  return offset === null || Math.abs(offset) < MINUTES_A_DAY;
}

/** Extended ISO 8601, microseconds only where there are some, `Z` for UTC. */
export function isoOf(moment: Moment): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(moment.year).padStart(4, '0')}-${two(moment.month)}-${two(moment.day)}`;
  const fraction = moment.micro === 0 ? '' : `.${String(moment.micro).padStart(6, '0')}`;
  const time = `${two(moment.hour)}:${two(moment.minute)}:${two(moment.second)}${fraction}`;
  return `${date}T${time}${zoneOf(moment.offset)}`;
}

const MINUTES_A_DAY = 24 * 60;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/u;
const DATE_TIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:(Z)|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?$/u;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

function offsetOf(sign: string | undefined, hours: number, minutes: number): number | null {
  if (sign === undefined) return null;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

function zoneOf(offset: number | null): string {
  if (offset === null) return '';
  if (offset === 0) return 'Z';
  const minutes = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
