import type { Millis } from '../../kernel/ids.ts';
import { hunksOf, statOf } from '../diff/hunks.ts';
import { diffRows, statLine } from '../diff/rows.ts';
import { createMarkdown, type Markdown, markdownRows, type Rendered } from '../markdown/markdown.ts';
import type { Item } from '../state.ts';
import { fold } from '../text/fold.ts';
import { columnsOf, fitLine, type Line, line, plainText, span, type Tone, widthOf } from '../text/line.ts';
import { wrapText } from '../text/wrap.ts';
import { timeText, wholeTime } from './figures.ts';

export interface ItemLook {
  readonly width: number;
  /** Shown whole, where it is folded otherwise. */
  readonly isUnfolded: boolean;
  /** Keys act on it. */
  readonly isAt: boolean;
  readonly now: Millis;
}

type ToolItem = Extract<Item, { is: 'tool' }>;

/** Rows of one thing in a transcript, each at most so wide. */
export function itemRows(item: Item, look: ItemLook): readonly Line[] {
  const rows = ROWS[item.is](item as never, { ...look, width: Math.max(1, look.width - GUTTER) });
  if (look.width < NARROW) return rows.map((row) => fitLine(indented(row), look.width));
  return look.isAt ? rows.map((row, at) => (at === firstOf(item) ? [span('▸ ', 'focus'), ...row] : indented(row))) : rows.map(indented);
}

/** What its rows depend on beside its width, for those who keep them. */
export const itemLook = (item: Item, { isUnfolded, isAt, now }: ItemLook): string =>
  `${item.rev}${isUnfolded ? 'u' : ''}${isAt ? 'a' : ''}${item.is === 'tool' && item.how === 'runs' ? Math.floor((now - item.began) / 1000) : ''}`;

/** Its rows do not change any more, but by folding. */
export const isFinished = (item: Item): boolean =>
  item.is === 'tool' ? item.how !== 'runs' && item.how !== 'asks' : item.is === 'user' || item.is === 'note' || !item.streams;

/** How many of its rows will stay as they are while more of it streams in. */
export const settledRows = (item: Item, width: number): number =>
  item.is === 'answer' ? firstOf(item) + rendered(item, Math.max(1, width - GUTTER)).done.length : 0;

/** So narrow that what is said about folding has to be cut. */
const NARROW = 48;

/** Columns at the left: what the keys act on is marked there. */
const GUTTER = 2;
/** Rows that are shown of what is folded. */
const FOLDED = { user: 20, tail: 3, failed: 3, diff: 12, typed: 20 };
/** Rows of a call's output that are shown at most; the pager shows the rest. */
const MOST_ROWS = 400;

/** What is said begins after a free row. */
const firstOf = (item: Item): number => (item.is === 'tool' || item.is === 'note' ? 0 : 1);

/** The same row for the same row: what was painted once is found again. */
function indented(row: Line): Line {
  const found = known.get(row);
  if (found) return found;
  const made: Line = row.length === 0 ? row : [span('  '), ...row];
  known.set(row, made);
  return made;
}

const known = new WeakMap<Line, Line>();

type Draw<I extends Item> = (item: I, look: ItemLook) => readonly Line[];

const ROWS: { readonly [K in Item['is']]: Draw<Extract<Item, { is: K }>> } = {
  user: ({ text }, look) => {
    const rows = wrapText(text, Math.max(1, look.width - 2), 'user', MOST_ROWS);
    const shown = look.isUnfolded ? rows : rows.slice(0, FOLDED.user);
    return [[], ...shown.map((row, at) => [span(at === 0 ? '> ' : '  ', 'user'), ...row]), ...more(rows.length - shown.length)];
  },
  answer: (item, look) => [[], ...answerRows(item, look)],
  thinking: (item, look) => [[], ...thinkingRows(item, look)],
  tool: (item, look) => [toolLine(item, look), ...below(item, look)],
  note: ({ tone, text }, { width }) =>
    wrapText(text, Math.max(1, width - 2), NOTE_TONES[tone], MOST_ROWS).map((row, at) => [span(at === 0 ? '· ' : '  ', NOTE_TONES[tone]), ...row]),
};

const NOTE_TONES = { info: 'dim', good: 'good', warn: 'warn', bad: 'bad' } as const;

function answerRows(item: Extract<Item, { is: 'answer' | 'thinking' }>, { width }: ItemLook): readonly Line[] {
  const { done, open } = rendered(item, width);
  return open.length === 0 ? done : [...done, ...open];
}

/** While it streams only its last block is laid out anew. */
function rendered({ id, text, streams }: Extract<Item, { is: 'answer' | 'thinking' }>, width: number): Rendered {
  if (!streams) {
    streaming.delete(id);
    return markdownRows(text, { width, streams });
  }
  const found = streaming.get(id);
  const one = found?.width === width ? found : { width, markdown: createMarkdown(width) };
  if (one !== found) streaming.set(id, one);
  for (const oldest of streaming.keys()) {
    if (streaming.size <= MOST_STREAMING) break;
    streaming.delete(oldest);
  }
  return one.markdown.update(text, true);
}

const streaming = new Map<string, { readonly width: number; readonly markdown: Markdown }>();
/** Answers that are seen while they stream: one, but for changes of the selected agent. */
const MOST_STREAMING = 8;

const thinkingRows: Draw<Extract<Item, { is: 'answer' | 'thinking' }>> = ({ text, streams }, { width, isUnfolded }) => {
  const count = text.trim() === '' ? 0 : text.trim().split('\n').length;
  const head = line(span(streams ? '∴ thinking' : '∴ thought', 'dim'), span(count > 1 && !isUnfolded ? ` · ${count} lines` : '', 'dim'));
  return isUnfolded ? [head, ...wrapText(text.trim(), width, 'dim', MOST_ROWS)] : [head];
};

const SIGNS: Readonly<Record<ToolItem['how'], readonly [sign: string, tone: Tone]>> = {
  asks: ['?', 'warn'],
  runs: ['●', 'accent'],
  ok: ['✓', 'good'],
  failed: ['✗', 'bad'],
  denied: ['⊘', 'bad'],
  unknown: ['?', 'warn'],
};

/** One line: what it did, and at the right what came of it. */
function toolLine(item: ToolItem, { width, now }: ItemLook): Line {
  const [sign, tone] = SIGNS[item.how];
  const right = resultOf(item, now);
  const room = Math.max(1, width - 2 - (right === '' ? 0 : columnsOf(right) + 1));
  const action = fitLine([span(oneLine(item.action === '' ? item.tool : item.action), 'code')], room);
  const gap = ' '.repeat(Math.max(0, room - widthOf(action)));
  return fitLine(
    [
      span(`${sign} `, tone),
      ...action,
      ...(right === '' ? [] : [span(`${gap} `), span(right, item.how === 'failed' || item.how === 'denied' ? 'bad' : 'dim')]),
    ],
    width,
  );
}

function resultOf(item: ToolItem, now: Millis): string {
  if (item.how === 'asks') return 'asks';
  if (item.how === 'runs') return now - item.began >= 1000 ? wholeTime(now - item.began) : '';
  const words: Partial<Record<ToolItem['how'], string>> = { failed: 'failed', denied: 'denied', unknown: 'outcome unknown' };
  const lines = item.text === '' ? 0 : item.text.trimEnd().split('\n').length;
  const said = [words[item.how], changes(item.diff) ?? (lines > 1 ? `${lines} lines` : undefined), item.ms === undefined ? undefined : timeText(item.ms)];
  return said.filter((one) => one !== undefined).join(' · ');
}

/** `+12 -3` */
const changes = (diff: string | undefined): string | undefined => (diff === undefined ? undefined : plainText(statLine(statOf(hunksOf(diff)))));

/** What stands below a call's line: its changes, the last of what it prints, or all of it. */
function below(item: ToolItem, look: ItemLook): readonly Line[] {
  const width = Math.max(1, look.width - 2);
  if (item.diff !== undefined) {
    return inner(diffRows(item.diff, { width, most: look.isUnfolded ? MOST_ROWS : FOLDED.diff }));
  }
  if (item.text === '') return [];
  if (look.isUnfolded) {
    const rows = wrapText(item.text.trimEnd(), width, 'dim', MOST_ROWS);
    return inner([...rows, ...(item.cut > 0 || rows.length === MOST_ROWS ? [line(span('… p shows all of it in the pager', 'dim'))] : [])]);
  }
  if (item.how === 'runs') return inner(lastRows(item.text, width, FOLDED.tail));
  if (item.typed) return inner(fold(item.text, FOLDED.typed, width, 'dim', 'space shows them'));
  return item.how === 'failed' || item.how === 'denied' || item.how === 'asks' ? inner(lastRows(item.text, width, FOLDED.failed)) : [];
}

const inner = (rows: readonly Line[]): readonly Line[] => rows.map(indented);

const lastRows = (text: string, width: number, most: number): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(-most)
    .map((row) => fitLine([span(row.replaceAll('\t', '    '), 'dim')], width));

const more = (count: number): readonly Line[] => (count > 0 ? [line(span(`… ${count} more ${count === 1 ? 'row' : 'rows'}, space shows them`, 'dim'))] : []);

const oneLine = (text: string): string => text.replace(/\s*[\n\t]\s*/gu, ' ').trim();
