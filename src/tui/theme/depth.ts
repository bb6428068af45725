import type { Depth } from './theme.ts';

/** Colours of the terminal, by what the environment says of it. FORCE_COLOR is heard first, then NO_COLOR (no-color.org). */
export function depthOf(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): Depth {
  const forced = FORCED[env.FORCE_COLOR ?? ''] ?? (env.FORCE_COLOR ? 16 : undefined);
  if (forced !== undefined) return forced;
  if (env.FORCE_COLOR === undefined && ((env.NO_COLOR ?? '') !== '' || !isTTY)) return 0;
  return ofTerminal(env);
}

const FORCED: Readonly<Record<string, Depth>> = { 0: 0, false: 0, 1: 16, true: 16, 2: 256, 3: 16777216 };

/** Terminals that show all colours and do not always say so. */
const FULL = /kitty|ghostty|alacritty|wezterm|foot|contour|-direct|truecolor/u;
const FULL_PROGRAMS = new Set(['iTerm.app', 'WezTerm', 'ghostty', 'vscode', 'Hyper', 'rio', 'WarpTerminal']);

function ofTerminal(env: Readonly<Record<string, string | undefined>>): Depth {
  const term = env.TERM ?? '';
  if (term === 'dumb') return 0;
  if (/^(?:truecolor|24bit)$/iu.test(env.COLORTERM ?? '') || env.WT_SESSION !== undefined || FULL.test(term)) return 16777216;
  if (FULL_PROGRAMS.has(env.TERM_PROGRAM ?? '')) return 16777216;
  if (/256/u.test(term) || env.TERM_PROGRAM === 'Apple_Terminal') return 256;
  return term === '' ? 0 : 16;
}
