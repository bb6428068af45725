import type { Tokens } from 'marked';
import { type Line, padLine, type Span, span, type Tone, widthOf } from '../text/line.ts';
import { wrapLine } from '../text/wrap.ts';
import { inlineLines } from './inline.ts';

type Align = 'center' | 'left' | 'right' | null;
type Cell = readonly Line[];

/** A table in as many columns as there are. What is wide is wrapped; where nothing fits, each row is a list. */
export function tableRows({ header, align, rows }: Tokens.Table, width: number, tone: Tone): readonly Line[] {
  const heads = header.map((cell) => inlineLines(cell.tokens, 'strong'));
  const body = rows.map((row) => heads.map((_, nth): Cell => inlineLines(row[nth]?.tokens ?? [], tone)));
  const widths = fitted(
    heads.map((head, nth) => Math.max(1, ...[head, ...body.map((row) => row[nth] ?? [])].flatMap((cell) => cell.map(widthOf)))),
    width - BETWEEN * (heads.length - 1),
  );
  if (!widths) return listed(heads, body, width);
  const rule: Line = [span(widths.map((one) => '─'.repeat(one)).join('─┼─'), 'border')];
  const laid = body.map((row) => rowOf(row, widths, align));
  const isRuled = laid.some((row) => row.length > 1);
  return [...rowOf(heads, widths, align), rule, ...laid.flatMap((row, nth) => (isRuled && nth > 0 ? [rule, ...row] : row))];
}

/** Columns of ` │ `. */
const BETWEEN = 3;
/** A narrower column cannot be read. */
const NARROWEST = 4;

/** The widths that are wished for, the widest ones cut to fit; undefined when they would be too narrow. */
function fitted(wished: readonly number[], room: number): readonly number[] | undefined {
  if (wished.reduce((sum, one) => sum + one, 0) <= room) return wished;
  if (room < wished.reduce((sum, one) => sum + Math.min(one, NARROWEST), 0)) return undefined;
  let left = room;
  const widths = [...wished];
  const order = wished.map((_, nth) => nth).sort((a, b) => (wished[a] ?? 0) - (wished[b] ?? 0));
  for (const [done, nth] of order.entries()) {
    widths[nth] = Math.min(wished[nth] ?? 0, Math.floor(left / (order.length - done)));
    left -= widths[nth] ?? 0;
  }
  return widths;
}

function rowOf(cells: readonly Cell[], widths: readonly number[], align: readonly Align[]): readonly Line[] {
  const laid = cells.map((cell, nth) => cell.flatMap((one) => wrapLine(one, widths[nth] ?? 1)));
  const height = Math.max(1, ...laid.map((cell) => cell.length));
  return Array.from({ length: height }, (_, row) =>
    laid.flatMap((cell, nth): Line => {
      const isLast = nth === laid.length - 1;
      const part = aligned(cell[row] ?? [], widths[nth] ?? 1, align[nth] ?? 'left', isLast);
      return isLast ? part : [...part, span(' │ ', 'border')];
    }),
  );
}

/** Nothing is behind the last column: its spaces need not be written. */
function aligned(of: Line, width: number, align: Align, isLast: boolean): Line {
  const room = Math.max(0, width - widthOf(of));
  const before = align === 'right' ? room : align === 'center' ? room >> 1 : 0;
  const shifted: readonly Span[] = before > 0 ? [span(' '.repeat(before)), ...of] : of;
  return isLast ? shifted : padLine(shifted, width);
}

function listed(heads: readonly Cell[], body: readonly (readonly Cell[])[], width: number): readonly Line[] {
  const rule: Line = [span('─'.repeat(width), 'border')];
  return (body.length > 0 ? body : [heads]).flatMap((row, nth) => [
    ...(nth > 0 ? [rule] : []),
    ...row.flatMap((cell, at) => {
      const head = body.length > 0 ? [...(heads[at] ?? []).flat(), span(': ', 'border')] : [];
      return (cell.length > 0 ? cell : [[]]).flatMap((one, line) => wrapLine(line === 0 ? [...head, ...one] : one, width, 2));
    }),
  ]);
}
