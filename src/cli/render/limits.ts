import type { Limits } from '../../kernel/events.ts';

const MINUTE = 60_000;

/** The limits of a run in one line. */
export function limitsOf({ turns, wall_ms, tool_calls, tokens, usd }: Limits): string {
  const parts = [
    turns === null ? '' : `${turns} turns an agent`,
    wall_ms === null ? '' : wall_ms < 2 * MINUTE ? `${wall_ms / 1000} s` : `${Math.round(wall_ms / MINUTE)} min`,
    tool_calls === null ? '' : `${tool_calls} tool calls`,
    tokens === null ? '' : `${tokens} tokens`,
    usd === null ? 'no cost limit' : `$${usd}`,
  ];
  return `limits: ${parts.filter(Boolean).join(', ')}`;
}
