import type { Line } from '../text/line.ts';
import { paint } from '../theme/paint.ts';
import type { Depth, Theme } from '../theme/theme.ts';

/** Rows as the terminal takes them; what was painted once is not painted again. */
export interface Painter {
  row(of: Line): string;
  /** Rows on top of each other. */
  rows(of: readonly Line[]): string;
}

export function createPainter(theme: Theme, depth: Depth): Painter {
  const known = new WeakMap<Line, string>();
  const row = (of: Line): string => {
    const found = known.get(of);
    if (found !== undefined) return found;
    const made = paint(of, theme, depth);
    known.set(of, made);
    return made;
  };
  return { row, rows: (of) => of.map(row).join('\n') };
}
