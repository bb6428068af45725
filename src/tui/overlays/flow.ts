import { columnsOf, type Line, type Span, span, split, type Tone } from '../text/line.ts';

export interface Flow {
  readonly tone?: Tone;
  /** Stands before the first row; the others are as far in. */
  readonly lead?: Span;
  /** Stands before every row instead. */
  readonly bar?: Span;
  /** Columns that all rows are further in. */
  readonly indent?: number;
}

/** Clean text as rows, broken between words, within a word only where it is wider than the screen. */
export function flow(text: string, width: number, { tone = 'text', lead, bar, indent = 0 }: Flow = {}): readonly Line[] {
  const sign = bar ?? lead;
  const first = ' '.repeat(indent);
  const further = ' '.repeat(indent + (sign ? columnsOf(sign.text) : 0));
  return broken(text, Math.max(1, width - further.length)).map((row, at) => {
    const rest = row === '' ? [] : [span(row, tone)];
    if (sign === undefined || (at > 0 && bar === undefined)) return further === '' ? rest : [span(further), ...rest];
    return [...(first === '' ? [] : [span(first)]), sign, ...rest];
  });
}

const broken = (text: string, width: number): readonly string[] =>
  text
    .replaceAll('\t', '    ')
    .split('\n')
    .flatMap((row) => (columnsOf(row) <= width ? [row] : brokenRow(row, width)));

function brokenRow(row: string, width: number): readonly string[] {
  const rows: string[] = [];
  let open = '';
  for (const piece of row.match(/\s*\S+|\s+$/gu) ?? []) {
    const word = piece.trimStart();
    if (columnsOf(open) + columnsOf(piece) <= width) open += piece;
    // Words of scripts without spaces, and paths, go on where there is room.
    else if (columnsOf(word) > width) open = cut(`${open}${piece}`, width, rows);
    else {
      rows.push(open);
      open = word;
    }
  }
  return [...rows, open].filter((one) => one !== '');
}

/** Full rows are added; what is left is given back. */
function cut(text: string, width: number, rows: string[]): string {
  let rest = text;
  while (columnsOf(rest) > width) {
    const [head, tail] = split(rest, width);
    // A character wider than the screen.
    if (head === '') return '…';
    rows.push(head);
    rest = tail;
  }
  return rest;
}
