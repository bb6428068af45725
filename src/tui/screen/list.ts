import type { Line } from '../text/line.ts';

/** A list of things that take rows each. `rows` is asked only for what can be seen. */
export interface Listed {
  readonly count: number;
  idAt(index: number): string;
  rowsAt(index: number): readonly Line[];
}

/** The first row that is shown: which of a thing's rows, and of which thing. */
export interface Anchor {
  readonly id: string;
  readonly row: number;
}

export interface Shown {
  readonly rows: readonly Line[];
  /** Of which thing each row is. */
  readonly ids: readonly string[];
  readonly anchor: Anchor | undefined;
  /** Something is above the first row, or below the last one. */
  readonly above: boolean;
  readonly below: boolean;
}

/** How much of the height is free after following had to scroll: the next rows need no scrolling, which costs the most bytes. */
const FREE = 1 / 3;

/** The newest rows. From the same first row as before, as long as all that came since fits below it. */
export function followed(list: Listed, height: number, before?: Anchor): Shown {
  if (height <= 0 || list.count === 0) return NOTHING;
  const from = before && placeOf(list, before);
  const shown = from && taken(list, from, height);
  if (shown && !shown.below) return shown;
  const last = { index: list.count - 1, row: list.rowsAt(list.count - 1).length };
  const room = before ? Math.max(1, height - Math.floor(height * FREE)) : height;
  return taken(list, moved(list, last, -room).place, height);
}

/** From the first row of before so many rows on (or back), never beyond the ends. `left`: rows that there was nothing for. */
export function scrolled(list: Listed, height: number, before: Anchor | undefined, by: number): Shown & { readonly left: number } {
  if (height <= 0 || list.count === 0) return { ...NOTHING, left: by };
  const bottom = moved(list, { index: list.count - 1, row: list.rowsAt(list.count - 1).length }, -height).place;
  const from = (before && placeOf(list, before)) ?? bottom;
  const { place, left } = moved(list, from, by);
  const isBeyond = by > 0 && (place.index > bottom.index || (place.index === bottom.index && place.row > bottom.row));
  return { ...taken(list, isBeyond ? bottom : place, height), left: isBeyond ? Math.max(1, left) : left };
}

/** So that this thing is seen: where it was, if it is; else it is the first. */
export function withItem(list: Listed, height: number, shown: Shown, id: string): Shown {
  if (shown.ids.includes(id)) return shown;
  const place = placeOf(list, { id, row: 0 });
  return place ? taken(list, place, height) : shown;
}

const NOTHING: Shown = { rows: [], ids: [], anchor: undefined, above: false, below: false };

interface Spot {
  readonly index: number;
  readonly row: number;
}

function placeOf(list: Listed, anchor: Anchor): Spot | undefined {
  for (let index = list.count - 1; index >= 0; index--) {
    if (list.idAt(index) === anchor.id) return { index, row: Math.min(anchor.row, Math.max(0, list.rowsAt(index).length - 1)) };
  }
  return undefined;
}

function moved(list: Listed, from: Spot, by: number): { readonly place: Spot; readonly left: number } {
  let { index, row } = from;
  let left = by;
  while (left < 0) {
    const step = Math.min(-left, row);
    row -= step;
    left += step;
    if (left === 0 || index === 0) break;
    index--;
    row = list.rowsAt(index).length;
  }
  while (left > 0) {
    const rows = list.rowsAt(index).length;
    const step = Math.min(left, Math.max(0, rows - row));
    row += step;
    left -= step;
    if (row < rows || index === list.count - 1) break;
    index++;
    row = 0;
  }
  return { place: { index, row }, left };
}

function taken(list: Listed, { index: first, row: skip }: Spot, height: number): Shown {
  const rows: Line[] = [];
  const ids: string[] = [];
  let index = first;
  let skipped = skip;
  let below = false;
  for (; index < list.count; index++) {
    const all = list.rowsAt(index);
    const part = all.slice(skipped, skipped + height - rows.length);
    rows.push(...part);
    for (const _ of part) ids.push(list.idAt(index));
    if (skipped + part.length < all.length) below = true;
    if (rows.length >= height) break;
    skipped = 0;
  }
  return { rows, ids, anchor: { id: list.idAt(first), row: skip }, above: first > 0 || skip > 0, below: below || index < list.count - 1 };
}
