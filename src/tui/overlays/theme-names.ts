import { THEMES } from '../theme/themes.ts';

/** Themes that can be chosen, as they are called. */
export const THEME_NAMES: readonly string[] = Object.keys(THEMES);
