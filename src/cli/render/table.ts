import stringWidth from 'string-width';
import { fit, oneLine } from './fit.ts';

export interface Column {
  readonly head: string;
  /** Numbers stand right. */
  readonly align?: 'right';
  /** Never shortened: what is copied from the screen, such as an id. */
  readonly whole?: boolean;
}

/** Between columns. */
const GAP = '  ';
/** The narrowest a column that may be shortened gets. */
const MIN_WIDTH = 6;

/**
 * Straight columns, also with CJK and emoji. Cells are made safe and put on one line; they may be indented. With `width`, that of the
 * terminal, the widest columns are shortened until a row fits; without (no terminal), nothing is lost.
 */
export function table(columns: readonly (Column | string)[], rows: readonly (readonly string[])[], width?: number): string {
  const shapes = columns.map((column) => (typeof column === 'string' ? { head: column } : column));
  const cells = [shapes.map((shape) => shape.head), ...rows.map((row) => shapes.map((_, at) => indented(row[at] ?? '')))];
  const natural = shapes.map((_, at) => Math.max(...cells.map((row) => stringWidth(row[at] ?? ''))));
  const widths = width === undefined ? natural : narrowed(shapes, natural, width);
  const lines = cells.map((row) =>
    row
      .map((cell, at) => placed(cell, widths[at] ?? 0, shapes[at]))
      .join(GAP)
      .trimEnd(),
  );
  return lines.map((line) => (width === undefined ? line : fit(line, width))).join('\n');
}

const indented = (cell: string): string => (/^ */u.exec(cell)?.[0] ?? '') + oneLine(cell);

function placed(cell: string, width: number, column: Column | undefined): string {
  const shown = fit(cell, width);
  const room = ' '.repeat(width - stringWidth(shown));
  return column?.align === 'right' ? room + shown : shown + room;
}

/** Takes columns from the widest one that may be shortened, until a row fits or none is left. */
function narrowed(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1)) - width;
  for (; over > 0; over--) {
    const free = widths.map((one, at) => (columns[at]?.whole || one <= MIN_WIDTH ? 0 : one));
    const widest = free.indexOf(Math.max(...free));
    if (free[widest] === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
