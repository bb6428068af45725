import type { Millis } from '../../kernel/ids.ts';

/** How long ago, in at most four columns; beyond a month the day. */
export function ago(at: Millis, now: Millis): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000));
  const [, size, unit] = UNITS.find(([below]) => seconds < below) ?? [];
  if (size === undefined || unit === undefined) return new Date(at).toISOString().slice(0, 10);
  return seconds < 5 ? 'now' : `${Math.floor(seconds / size)} ${unit}`;
}

const UNITS: readonly (readonly [below: number, size: number, unit: string])[] = [
  [60, 1, 's'],
  [3600, 60, 'm'],
  [86_400, 3600, 'h'],
  [30 * 86_400, 86_400, 'd'],
];

/** Dollars; the price of some models is not known. */
export const dollars = (usd: number | null): string => (usd === null ? '$?' : `$${usd.toFixed(usd < 1 ? 4 : 2)}`);
