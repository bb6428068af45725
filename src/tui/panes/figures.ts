import type { Millis } from '../../kernel/ids.ts';

/** `950`, `12.3k`, `1.2M`: at most five columns. */
export function tokensText(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_950) return `${(tokens / 1000).toFixed(tokens < 99_950 ? 1 : 0)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** Dollars; what is unknown says so. */
export const moneyText = (usd: number | null): string => (usd === null ? '$?' : usd >= 100 ? `$${usd.toFixed(0)}` : `$${usd.toFixed(usd < 1 ? 3 : 2)}`);

/** `0.4s`, `12s`, `3m05`, `2h07`. */
export function timeText(ms: Millis): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}`;
}

/** The same in whole seconds: what ticks must not change more often. */
export const wholeTime = (ms: Millis): string => (ms < 10_000 ? `${Math.floor(Math.max(0, ms) / 1000)}s` : timeText(ms));

const two = (count: number): string => String(count).padStart(2, '0');
