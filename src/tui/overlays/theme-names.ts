import type { ShellState } from '../state.ts';
import { THEMES } from '../theme/themes.ts';

/** Themes that can be chosen, as they are called: the user's own come first. */
export const themeNames = ({ themes = [] }: Pick<ShellState, 'themes'>): readonly string[] => [...new Set([...themes, ...Object.keys(THEMES)])];
