import { lowest } from '../kernel/budget.ts';
import type { Config } from '../kernel/config.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { Limits } from '../kernel/events.ts';
import type { OxiosSettings } from '../ouroboros/seed/types.ts';
import { numeric, text } from './commands/shared.ts';

export interface LimitFlags {
  readonly maxUsd?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly maxTurns?: number | undefined;
  readonly maxWall?: string | undefined;
  readonly maxToolCalls?: number | undefined;
}

export const limitFlags = (args: Readonly<Record<string, unknown>>): LimitFlags => ({
  maxUsd: numeric(args.maxUsd),
  maxTokens: numeric(args.maxTokens),
  maxTurns: numeric(args.maxTurns),
  maxWall: text(args.maxWall),
  maxToolCalls: numeric(args.maxToolCalls),
});

const MINUTE = 60_000;

/** The lowest of flag, seed and config (which has the defaults). */
export function limitsOf(flags: LimitFlags, config: Config, seed: OxiosSettings = {}): Limits {
  const { limits } = config;
  const configured: Limits = {
    tokens: limits.tokens,
    usd: limits.usd,
    turns: limits.turns,
    wall_ms: limits.wall_minutes * MINUTE,
    tool_calls: limits.tool_calls,
  };
  const { budget } = seed;
  const seeded = {
    tokens: budget?.tokens ?? null,
    usd: budget?.usd ?? null,
    wall_ms: budget?.minutes === undefined ? null : budget.minutes * MINUTE,
    tool_calls: budget?.tool_calls ?? null,
  };
  return lowest(lowest(configured, seeded), flagLimits(flags));
}

/** Only what was said; undefined where nothing was. */
export function flagLimits(flags: LimitFlags): Partial<Limits> {
  const wall_ms = flags.maxWall === undefined ? undefined : duration(flags.maxWall);
  const all = { usd: flags.maxUsd, tokens: flags.maxTokens, turns: flags.maxTurns, tool_calls: flags.maxToolCalls, wall_ms };
  for (const [key, value] of Object.entries(all)) {
    if (value !== undefined && !(value > 0))
      throw new OxiosError('USAGE', `the limit for ${key} must be a number above 0`, { hint: 'such as --max-tokens 100000' });
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** `90s`, `30m`, `2h`, or seconds; milliseconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/u.exec(text);
  if (!match) throw new OxiosError('USAGE', `${text} is no span of time`, { hint: 'write 90s, 30m or 2h' });
  return Number(match[1]) * { ms: 1, s: 1000, m: MINUTE, h: 60 * MINUTE }[(match[2] ?? 's') as 'ms' | 's' | 'm' | 'h'];
}
