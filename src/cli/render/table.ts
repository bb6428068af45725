import stringWidth from 'string-width';
import { fit, oneLine } from './fit.ts';

export interface Column {
  readonly head: string;
  /** Numbers stand right. */
  readonly align?: 'right';
  /** Never shortened: what is copied from the screen, such as an id. */
  readonly whole?: boolean;
  /** Not shortened below this while a column can be left out instead. */
  readonly least?: number;
  /** May be left out where the terminal is too narrow; the lowest first. */
  readonly spare?: number;
}

/** Between columns. */
const GAP = '  ';
/** The narrowest a column that may be shortened gets. */
const MIN_WIDTH = 6;

/**
 * Straight columns, also with CJK and emoji. Cells are made safe and put on one line. With `width`, that of the
 * terminal, columns that can be spared are left out and the widest of the others shortened until a row fits; without
 * (no terminal), nothing is lost.
 */
export function table(columns: readonly (Column | string)[], rows: readonly (readonly string[])[], width?: number): string {
  const all = columns.map((column, at) => measured(typeof column === 'string' ? { head: column } : column, rows, at));
  const shown = width === undefined ? all : narrowed(spared(all, width), width);
  return Array.from({ length: rows.length + 1 }, (_, row) =>
    shown
      .map((column) => placed(column.cells[row] ?? '', column))
      .join(GAP)
      .trimEnd(),
  )
    .map((line) => (width === undefined ? line : fit(line, width)))
    .join('\n');
}

interface Measured extends Column {
  readonly cells: readonly string[];
  readonly width: number;
}

function measured(column: Column, rows: readonly (readonly string[])[], at: number): Measured {
  const cells = [column.head, ...rows.map((row) => cellOf(row[at] ?? ''))];
  return { ...column, cells, width: Math.max(...cells.map((cell) => stringWidth(cell))) };
}

/** Spaces in front say how deep something is. */
const cellOf = (text: string): string => (/^ */u.exec(text)?.[0] ?? '') + oneLine(text);

function placed(cell: string, { width, align }: Measured): string {
  const shown = fit(cell, width);
  const room = ' '.repeat(width - stringWidth(shown));
  return align === 'right' ? room + shown : shown + room;
}

const sum = (widths: readonly number[]): number => widths.reduce((all, one) => all + one, GAP.length * (widths.length - 1));

/** As many columns as fit at their least widths. */
function spared(columns: readonly Measured[], width: number): readonly Measured[] {
  const least = ({ whole, least: own = MIN_WIDTH, width: natural }: Measured): number => (whole ? natural : Math.min(natural, own));
  const first = columns.filter((one) => one.spare !== undefined).sort((a, b) => (a.spare ?? 0) - (b.spare ?? 0))[0];
  return !first || sum(columns.map(least)) <= width
    ? columns
    : spared(
        columns.filter((one) => one !== first),
        width,
      );
}

/** Takes columns from the widest one that may be shortened, until a row fits or none is left. */
function narrowed(columns: readonly Measured[], width: number): readonly Measured[] {
  const widths = columns.map((one) => one.width);
  for (let over = sum(widths) - width; over > 0; over--) {
    const free = widths.map((one, at) => (columns[at]?.whole || one <= MIN_WIDTH ? 0 : one));
    const widest = free.indexOf(Math.max(...free));
    if (free[widest] === 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return columns.map((one, at) => ({ ...one, width: widths[at] ?? 0 }));
}
