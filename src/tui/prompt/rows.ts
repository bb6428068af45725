import { columnsOf, fitLine, type Line, type Span, span, type Tone } from '../text/line.ts';
import type { Completion, Editor, Search } from './editor.ts';
import { layOut, placeOf, type Row } from './layout.ts';

export interface PromptView {
  /** Columns of the prompt, and rows of the whole screen: the text takes a third of them at most. */
  readonly width: number;
  readonly height: number;
  /** Shown while nothing is typed. */
  readonly placeholder: string;
  /** Sent while the agent works and not yet taken by it; shown above. */
  readonly queued: readonly string[];
}

export interface PromptRows {
  readonly rows: readonly Line[];
  /** The cell where the next character appears, from the first of `rows`; an input method shows its window there. */
  readonly cursor: { readonly x: number; readonly y: number };
}

/** Columns that a row of a prompt has for text: its sign stands before, and the cursor needs a cell behind the last character. */
export const promptColumns = (width: number): number => Math.max(1, width - SIGN - 1);

/** Queued messages, the text as far as it fits around the cursor, then the search or the candidates. */
export function promptRows(editor: Editor, view: PromptView): PromptRows {
  const { width, height } = view;
  const above = queuedRows(view.queued, Math.max(1, Math.floor(height / 6)));
  const text = textRows(editor, view);
  const room = Math.max(0, height - AROUND - text.rows.length);
  const below = editor.search
    ? [searchRow(editor.search, width)]
    : listRows(editor.completion, Math.min(room, MOST_LISTED, Math.max(2, Math.floor(height / 4))));
  const rows = [...above, ...text.rows, ...below].map((row) => fitLine(row, width));
  const cursor = editor.search ? { x: searchCursor(editor.search, width), y: rows.length - 1 } : { x: text.cursor.x, y: above.length + text.cursor.y };
  return { rows, cursor: { x: Math.max(0, Math.min(cursor.x, width - 1)), y: cursor.y } };
}

/** Rows of a low screen that are not the prompt's: candidates give way to them. */
const AROUND = 5;
const MOST_LISTED = 8;

/** Columns of the sign before the text. */
const SIGN = 2;

function textRows(editor: Editor, view: PromptView): PromptRows {
  const all = layOut(editor.text, editor.pastes, promptColumns(view.width));
  const place = placeOf(all, editor.at);
  const most = Math.max(1, Math.floor(view.height / 3));
  const first = Math.max(0, Math.min(place.y - Math.floor(most / 2), all.length - most));
  const shown = all.slice(first, first + most);
  const tones = tonesOf(editor.text);
  const rows = shown.map((row, index): Line => {
    const isFirst = first + index === 0;
    const more = (index === 0 && first > 0) || (index === shown.length - 1 && first + most < all.length);
    const isSigned = isFirst || (index === 0 && editor.vim?.mode === 'normal');
    return [isSigned ? signOf(editor) : span(more ? '… ' : '  ', 'dim'), ...spansOf(row, tones)];
  });
  const empty = editor.text === '' ? [[signOf(editor), span(view.placeholder, 'dim')]] : rows;
  return { rows: empty, cursor: { x: SIGN + place.x, y: place.y - first } };
}

const signOf = ({ vim }: Editor): Span => (vim?.mode === 'normal' ? span('N ', 'accent') : span('> ', 'focus'));

/** What the beginning of the text makes of it: a command of the shell, or a line for the gate. */
function tonesOf(text: string): { readonly to: number; readonly tone: Tone } {
  if (text.startsWith('!')) return { to: 1, tone: 'warn' };
  return { to: /^\/[^\s/]+(?=\s|$)/u.exec(text)?.[0].length ?? 0, tone: 'accent' };
}

function spansOf(row: Row, tones: { readonly to: number; readonly tone: Tone }): Line {
  const spans: Span[] = [];
  for (const unit of row.units) {
    const tone = unit.is === 'marker' || unit.from < tones.to ? (unit.is === 'marker' ? 'accent' : tones.tone) : 'text';
    const last = spans.at(-1);
    if (last?.tone === tone) spans[spans.length - 1] = span(last.text + unit.shown, tone);
    else spans.push(span(unit.shown, tone));
  }
  return spans;
}

function queuedRows(queued: readonly string[], most: number): readonly Line[] {
  const shown = queued.length > most ? queued.slice(0, Math.max(0, most - 1)) : queued;
  const rows = shown.map((text): Line => [span('queued: ', 'dim'), span(text.replace(/\s+/gu, ' '), 'dim')]);
  const left = queued.length - shown.length;
  return left > 0 ? [...rows, [span(`${left} ${shown.length > 0 ? 'more ' : ''}queued`, 'dim')]] : rows;
}

/** A window of the candidates around the selected one. */
function listRows(completion: Completion | undefined, most: number): readonly Line[] {
  if (!completion || most <= 0) return [];
  const { found, selected } = completion;
  const first = Math.max(0, Math.min(selected - Math.floor(most / 2), found.length - most));
  const names = Math.min(MOST_NAME, Math.max(0, ...found.map((one) => columnsOf(one.text))));
  return found.slice(first, first + most).map((one, index): Line => {
    const isSelected = first + index === selected;
    const name = span(one.text + ' '.repeat(Math.max(0, names - columnsOf(one.text))), isSelected ? 'select' : 'text');
    return [span(isSelected ? '› ' : '  ', 'focus'), name, span(one.note === undefined ? '' : `  ${one.note}`, 'dim')];
  });
}

/** Columns that notes stand behind. */
const MOST_NAME = 40;

const SEARCH = 'search: ';

function searchRow(search: Search, width: number): Line {
  const hint = search.query !== '' && search.index === undefined ? '  nothing found' : '  enter takes it, ctrl-r an older one, esc none';
  return [span(SEARCH, 'accent'), span(tailOf(search.query, width), 'strong'), span(hint, 'dim')];
}

const searchCursor = (search: Search, width: number): number => SEARCH.length + columnsOf(tailOf(search.query, width));

/** The end of a long query: what is typed stays in sight. */
function tailOf(query: string, width: number): string {
  let room = Math.max(1, width - SEARCH.length - 1);
  const kept = [...graphemes.segment(query)].reverse().filter(({ segment }) => {
    room -= columnsOf(segment);
    return room >= 0;
  });
  return query.slice(kept.at(-1)?.index ?? query.length);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
