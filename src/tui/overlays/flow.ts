import { columnsOf, type Line, type Span, span, type Tone } from '../text/line.ts';
import { expandTabs } from '../text/tabs.ts';
import { wrapLine } from '../text/wrap.ts';

export interface Flow {
  readonly tone?: Tone;
  /** Stands before the first row; the others are as far in. */
  readonly lead?: Span;
  /** Stands before every row instead. */
  readonly bar?: Span;
  /** Columns that all rows are further in. */
  readonly indent?: number;
  /** Rows that are wanted of each line, at most. */
  readonly most?: number;
}

/** Clean text as rows, broken between words, within a word only where it is wider than the screen; what goes on is as far in as its line began. */
export function flow(text: string, width: number, { tone = 'text', lead, bar, indent = 0, most }: Flow = {}): readonly Line[] {
  const sign = bar ?? lead;
  const margin = indent > 0 ? [span(' '.repeat(indent))] : [];
  const further = [...margin, ...(sign ? [bar ?? span(' '.repeat(columnsOf(sign.text)))] : [])];
  return text.split('\n').flatMap((row, at) => {
    const before = at === 0 && sign ? [...margin, sign] : further;
    const shown = expandTabs(row);
    const inside = /^ */u.exec(shown)?.[0].length ?? 0;
    const hanging = inside > 0 && inside < width / 2 ? [...further, span(' '.repeat(inside))] : further;
    return row === '' ? [before] : wrapLine([...before, span(shown, tone)], width, hanging, most);
  });
}
