import type headless from '@xterm/headless';
import { isDrawn, type Mark, marksOf } from './box-drawing.ts';

/** How a piece of a row looks; without a colour it has the terminal's own. */
interface Look {
  readonly fill?: string;
  readonly ground?: string;
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly line?: 'underline' | 'line-through';
  /** Made of lines and areas, not of letters. */
  readonly drawn?: boolean;
}

interface Span {
  readonly text: string;
  /** Column it begins at, and columns it takes. */
  readonly at: number;
  readonly columns: number;
  readonly look: Look;
}

/** A row of a terminal, in pieces that look the same throughout. */
export type Row = readonly Span[];

const GROUND = '#0d1117';
const TEXT = '#c9d1d9';
/** The sixteen colours of a dark terminal. */
const PALETTE = ('#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 ' + '#8b949e #ffa198 #7ee787 #e3b341 #79c0ff #d2a8ff #56d4dd #ffffff').split(
  ' ',
);

const LINE = 18;
const TOP = 50;
const SIZE = 14;
/** Of a character, and of the frame beside the text, pixels. */
const CHARACTER = 8.43;
const MARGIN = 16;

/** What a terminal shows, without the blank rows at its end. */
export function rowsOn(terminal: headless.Terminal): readonly Row[] {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: terminal.rows }, (_, at) => rowOf(active.getLine(active.baseY + at)));
  return rows.slice(0, rows.findLastIndex((row) => row.length > 0) + 1);
}

function rowOf(cells: headless.IBufferLine | undefined): Row {
  const row: Span[] = [];
  for (const span of cells ? cellsOf(cells) : []) {
    const last = row.at(-1);
    if (last && goesWith(last, span)) row[row.length - 1] = { ...last, text: last.text + span.text, columns: last.columns + span.columns };
    else row.push(span);
  }
  return trimmed(row);
}

const cellsOf = (cells: headless.IBufferLine): readonly Span[] =>
  Array.from({ length: cells.length }, (_, at) => ({ at, cell: cells.getCell(at) })).flatMap(({ at, cell }) => {
    const columns = cell?.getWidth() ?? 0;
    if (!cell || columns === 0) return [];
    const text = cell.getChars() || ' ';
    return [{ text, at, columns, look: { ...lookOf(cell), ...(isDrawn(text) ? { drawn: true } : {}) } }];
  });

/** A blank looks the same in any colour of text. */
const goesWith = (last: Span, { text, look }: Span): boolean => same(last.look, look) || (text === ' ' && isPlain(last.look) && isPlain(look));

function trimmed(row: readonly Span[]): Row {
  const last = row.at(-1);
  if (!last || last.look.ground !== undefined) return row;
  const text = last.text.trimEnd();
  if (text === '') return trimmed(row.slice(0, -1));
  return [...row.slice(0, -1), { ...last, text, columns: last.columns - (last.text.length - text.length) }];
}

const isPlain = ({ ground, line, drawn }: Look): boolean => ground === undefined && line === undefined && !drawn;
const same = (a: Look, b: Look): boolean => JSON.stringify(a) === JSON.stringify(b);

function lookOf(cell: headless.IBufferCell): Look {
  const { fill, ground } = coloursOf(cell);
  return {
    ...(fill === undefined ? {} : { fill }),
    ...(ground === undefined ? {} : { ground }),
    ...(cell.isBold() ? { bold: true } : {}),
    ...(cell.isItalic() ? { italic: true } : {}),
    ...(cell.isUnderline() ? { line: 'underline' } : cell.isStrikethrough() ? { line: 'line-through' } : {}),
  };
}

function coloursOf(cell: headless.IBufferCell): { readonly fill: string | undefined; readonly ground: string | undefined } {
  const front = cell.isFgDefault() ? undefined : colour(cell.getFgColor(), cell.isFgRGB());
  const back = cell.isBgDefault() ? undefined : colour(cell.getBgColor(), cell.isBgRGB());
  const [fill, ground] = cell.isInverse() ? [back ?? GROUND, front ?? TEXT] : [front, back];
  return { fill: cell.isDim() ? PALETTE[8] : fill, ground };
}

function colour(value: number, isRgb: boolean): string {
  const known = isRgb ? `#${value.toString(16).padStart(6, '0')}` : PALETTE[value];
  if (known === undefined) throw new Error(`no picture has the colour ${value}`);
  return known;
}

/** Rows as a picture of a terminal; `label` says what is on it to who does not see it. */
export function pictureOf(rows: readonly Row[], label: string): string {
  const columns = Math.max(...rows.map((row) => row.reduce((most, { at, columns }) => Math.max(most, at + columns), 0)));
  const width = Math.ceil(columns * CHARACTER) + 2 * MARGIN;
  const height = TOP + rows.length * LINE;
  const spans = rows.flatMap((row, y) => row.map((span) => ({ ...span, y })));
  const grounds = spans.flatMap(({ at, y, columns, look }) => (look.ground === undefined ? [] : [{ x: at, y, width: columns, height: 1, fill: look.ground }]));
  const marks = marksOf(
    spans.flatMap(({ text, at, y, look }) => (look.drawn ? [...text].map((sign, nth) => ({ sign, x: at + nth, y, fill: look.fill ?? TEXT })) : [])),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>
<circle cx="18" cy="18" r="5" fill="#ff5f56"/><circle cx="36" cy="18" r="5" fill="#ffbd2e"/><circle cx="54" cy="18" r="5" fill="#27c93f"/>
${[...grounds, ...marks].map(box).join('\n')}
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${SIZE}" fill="${TEXT}">
${rows.map(textOf).join('\n')}
</g></svg>
`;
}

const across = (columns: number): number => Math.round((MARGIN + columns * CHARACTER) * 10) / 10;
/** Of the text's baseline; a row begins this far above it. */
const ASCENT = 13;
const down = (rows: number): number => Math.round((TOP - ASCENT + rows * LINE) * 10) / 10;

function box({ x, y, width, height, fill, faint }: Mark): string {
  const left = across(x);
  const top = down(y);
  const size = `width="${Math.round((across(x + width) - left) * 10) / 10}" height="${Math.round((down(y + height) - top) * 10) / 10}"`;
  return `<rect x="${left}" y="${top}" ${size} fill="${fill}"${faint ? ' opacity=".3"' : ''}/>`;
}

function textOf(row: Row, y: number): string {
  return `<text x="${MARGIN}" y="${TOP + y * LINE}" xml:space="preserve">${row.map(spanOf).join('')}</text>`;
}

function spanOf({ text, at, columns, look }: Span): string {
  if (text.trim() === '') return `<tspan>${text}</tspan>`;
  const how = [
    // Whatever font there is, columns stay columns.
    `x="${across(at)}" textLength="${Math.round(columns * CHARACTER * 10) / 10}"`,
    ...(look.drawn ? ['fill="none"'] : look.fill === undefined ? [] : [`fill="${look.fill}"`]),
    ...(look.bold ? ['font-weight="bold"'] : []),
    ...(look.italic ? ['font-style="italic"'] : []),
    ...(look.line === undefined ? [] : [`text-decoration="${look.line}"`]),
  ];
  return `<tspan ${how.join(' ')}>${escaped(text)}</tspan>`;
}

/** The text of rows. */
export const textsOf = (rows: readonly Row[]): readonly string[] => rows.map((row) => row.map(({ text }) => text).join(''));

/** The text of the rows of a picture. */
export const linesIn = (picture: string): readonly string[] =>
  [...picture.matchAll(/<text [^>]*>(.*)<\/text>/gu)].map(([, row = '']) =>
    row
      .replace(/<[^>]*>/gu, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
