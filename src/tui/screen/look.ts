import type { ShellOptions } from '../shell-options.ts';
import { themeOf } from '../theme/custom.ts';
import { depthOf } from '../theme/depth.ts';
import type { Depth } from '../theme/theme.ts';
import { createPainter, type Painter } from './painter.ts';

/** Painters by the name of their theme. */
export function createLook({ env, plain, themes }: Pick<ShellOptions, 'env' | 'plain' | 'themes'>): (theme: string) => Painter {
  const depth: Depth = plain ? 0 : depthOf(env, true);
  const made = new Map<string, Painter>();
  return (theme) => {
    const found = made.get(theme) ?? createPainter(themeOf(theme, themes, env), depth);
    made.set(theme, found);
    return found;
  };
}
