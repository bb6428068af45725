import type { Binding, Where } from '../input/keys.ts';
import type { ShellState } from '../state.ts';
import { columnsOf, fitLine, type Line, line, type Span, span, widthOf } from '../text/line.ts';

/** What everything that lies over the panes is made of. */
export interface View {
  readonly state: ShellState;
  /** As the user has it: hints name the keys that count. */
  readonly keymap: readonly Binding[];
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A text or a list with its title; the foot tells the keys and is always seen. */
export interface Sheet {
  readonly title: Line;
  readonly body: readonly Line[];
  readonly foot: readonly Line[];
  /** The first row of the body that is shown, or the row that has to be; the nearest place that fills the screen is taken. */
  readonly at: { readonly top: number } | { readonly row: number };
}

/** At most as many rows as there are, none wider than the screen. */
export function sheetRows({ title, body, foot, at }: Sheet, { width, height }: Size): readonly Line[] {
  const shown = foot.slice(0, Math.max(0, height - 2));
  const room = Math.max(0, height - 1 - shown.length);
  const top = 'top' in at ? at.top : at.row - Math.floor(room / 2);
  const first = Math.max(0, Math.min(top, body.length - room));
  const part = body.slice(first, first + room);
  const place = body.length > room ? ` ${first + 1}-${first + part.length} of ${body.length}` : '';
  return [between(title, place, width), ...part, ...shown].slice(0, height).map((one) => fitRow(one, width));
}

/** At most so many columns. Names and titles come in with the lines and tabs that they were given; a row has none. */
export const fitRow = (row: Line, columns: number): Line =>
  fitLine(row.some((one) => CONTROLS.test(one.text)) ? row.map((one) => ({ ...one, text: one.text.replace(/\p{Cc}+/gu, ' ') })) : row, columns);
const CONTROLS = /\p{Cc}/u;

/** Something at both ends of a row; what is on the right stays whole. */
export function between(left: Line, right: string, width: number): Line {
  if (right === '') return fitRow(left, width);
  const room = width - columnsOf(right);
  const fitted = fitRow(left, room);
  return [...fitted, span(' '.repeat(Math.max(0, room - widthOf(fitted)))), span(right, 'dim')];
}

/** The keys of these actions and what they do, in as many rows as it takes. */
export function hints(keymap: readonly Binding[], where: Where, actions: Readonly<Record<string, string>>, width: number): readonly Line[] {
  const items = Object.entries(actions).flatMap(([action, does]) => {
    const key = keyFor(keymap, where, action);
    return key === undefined ? [] : [line(span(key, 'accent'), span(` ${does}`, 'dim'))];
  });
  return packed(items, width);
}

/** Things side by side, two columns apart, in as many rows as it takes. */
export function packed(items: readonly Line[], width: number): readonly Line[] {
  const rows: Span[][] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (last && widthOf(last) + 2 + widthOf(item) <= width) last.push(span('  '), ...item);
    else rows.push([...item]);
  }
  return rows.map((row) => fitRow(row, width));
}

/** The first key of an action, as it is written for people; where a pane or an overlay has none of its own, the one that counts there too. */
export function keyFor(keymap: readonly Binding[], where: Where, action: string): string | undefined {
  const key = [where, 'panes', 'everywhere']
    .map((place) => keymap.find((one) => one.where === place && one.action === action)?.keys[0])
    .find((one) => one !== undefined);
  return key === undefined ? undefined : keyName(key);
}

/** `ctrl-k` as `Ctrl-K`, `escape` as `Esc`. */
export const keyName = (key: string): string =>
  key.length === 1
    ? key
    : key
        .split(/-(?=.)/u)
        .map((part) => NAMES[part] ?? (part.length === 1 ? (key.startsWith('alt-') ? part : part.toUpperCase()) : part.charAt(0).toUpperCase() + part.slice(1)))
        .join('-');

const NAMES: Readonly<Record<string, string>> = { escape: 'Esc', pageup: 'PgUp', pagedown: 'PgDn', delete: 'Del' };
