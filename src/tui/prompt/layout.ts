import { type Unit, unitsOf } from './units.ts';

/** One row of the wrapped prompt. A newline belongs to no row. */
export interface Row {
  readonly from: number;
  readonly to: number;
  readonly units: readonly Unit[];
  /** The line goes on in the next row. */
  readonly wraps: boolean;
}

/** Rows of at most so many columns, broken behind a space where there is one. At least one row. */
export function layOut(text: string, pastes: readonly string[], columns: number): readonly Row[] {
  const rows: Row[] = [];
  let row: Unit[] = [];
  let from = 0;
  let used = 0;
  const end = (units: readonly Unit[], wraps: boolean): void => {
    rows.push({ from, to: units.at(-1)?.to ?? from, units, wraps });
  };
  for (const unit of unitsOf(text, pastes)) {
    if (unit.is === 'newline') {
      end(row, false);
      [row, from, used] = [[], unit.to, 0];
      continue;
    }
    if (used + unit.columns > columns && row.length > 0) {
      const kept = breakOf(row);
      end(row.slice(0, kept), true);
      row = row.slice(kept);
      from = row[0]?.from ?? unit.from;
      used = row.reduce((sum, one) => sum + one.columns, 0);
    }
    row.push(unit);
    used += unit.columns;
  }
  end(row, false);
  return rows;
}

/** How many units stay in a row that is full. */
function breakOf(row: readonly Unit[]): number {
  const space = row.findLastIndex((unit) => unit.shown === ' ');
  return space < 0 ? row.length : space + 1;
}

/** Where a place of the text stands: the row, and the columns before it. */
export function placeOf(rows: readonly Row[], at: number): { readonly y: number; readonly x: number } {
  const y = Math.max(
    0,
    rows.findLastIndex((row) => row.from <= at),
  );
  return { y, x: (rows[y]?.units ?? []).reduce((sum, unit) => (unit.to <= at ? sum + unit.columns : sum), 0) };
}

/** The place of the text at or before a column of a row. */
export function placeIn(row: Row, column: number): number {
  let used = 0;
  for (const unit of row.units) {
    used += unit.columns;
    if (used > column) return unit.from;
  }
  // The end of a row that wraps is the start of the next one.
  return row.wraps ? (row.units.at(-1)?.from ?? row.from) : row.to;
}
