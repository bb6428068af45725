import type { Token, Tokens } from 'marked';
import { fitLine, type Line, plainText, type Span, span, type Tone, widthOf } from '../text/line.ts';
import { wrapLine, wrapText } from '../text/wrap.ts';
import { codeRows } from './code.ts';
import { clean, inlineLines } from './inline.ts';
import { tokensOf } from './lexer.ts';
import { tableRows } from './table.ts';

/** The rows of one block of Markdown. `number`: the first item of a list has this one. */
export function layout(raw: string, width: number, number?: number): readonly Line[] {
  const tokens = tokensOf(raw);
  if (!tokens) return wrapText(clean(raw), width);
  return rowsOf(tokens, { width, tone: 'text', depth: 0, number });
}

/** Where what text is in asks for another look: quotes and lists may be nested. */
interface Place {
  readonly width: number;
  readonly tone: Tone;
  readonly depth: number;
  readonly number: number | undefined;
}

function rowsOf(tokens: readonly Token[], place: Place): readonly Line[] {
  const rows: Line[] = [];
  let gap = false;
  for (const token of tokens) {
    const more = token.type === 'space' || token.type === 'checkbox' ? [] : tokenRows(token, place);
    if (more.length > 0 && gap && rows.length > 0) rows.push([]);
    rows.push(...more);
    gap = (more.length === 0 && gap) || endsBlank(token.raw);
  }
  return rows;
}

const endsBlank = (raw: string): boolean => /\n[ \t]*\n[ \t]*$/u.test(raw);

function tokenRows(token: Token, place: Place): readonly Line[] {
  const { width, tone } = place;
  switch (token.type) {
    case 'heading':
      return heading(token as Tokens.Heading, width);
    case 'hr':
      return [[span('─'.repeat(width), 'rule')]];
    case 'code':
      return codeRows(clean(token.text).split('\n'), (token as Tokens.Code).lang?.split(/\W/u)[0] ?? '', width);
    case 'blockquote':
      return quote(token as Tokens.Blockquote, place);
    case 'list':
      return list(token as Tokens.List, place);
    case 'table':
      return tableRows(token as Tokens.Table, width, tone);
    case 'html':
    case 'def':
      return wrapText(clean(token.raw.trimEnd()), width, token.type === 'def' ? 'dim' : tone);
    default:
      return inlineLines('tokens' in token && token.tokens ? token.tokens : [token], tone).flatMap((one) => wrapLine(one, width));
  }
}

/** The number signs stay: they say the level also without colours. */
function heading({ depth, tokens }: Tokens.Heading, width: number): readonly Line[] {
  const mark = span(`${'#'.repeat(depth)} `, 'heading');
  return inlineLines(tokens, 'heading').flatMap((one) => wrapLine([mark, ...one], width, depth + 1));
}

function quote({ tokens }: Tokens.Blockquote, place: Place): readonly Line[] {
  const mark = [span('│ ', 'quote')];
  return framed((width) => rowsOf(tokens, { ...place, width, tone: 'quote', number: undefined }), place.width, [mark, mark]);
}

const BULLETS = ['• ', '◦ ', '▪ '];

function list({ items, ordered, start }: Tokens.List, place: Place): readonly Line[] {
  const from = place.number ?? (start === '' ? 1 : start);
  return items.flatMap((item, nth) => {
    const marker = ordered ? `${from + nth}. ` : (BULLETS[place.depth % BULLETS.length] ?? '');
    const mark = [item.task ? taskMark(item.checked === true) : span(marker, 'accent')];
    const blanks = [span(' '.repeat(widthOf(mark)))];
    const rows = framed((width) => rowsOf(item.tokens, { ...place, width, depth: place.depth + 1, number: undefined }), place.width, [mark, blanks]);
    const shown = rows.length > 0 ? rows : [fitLine(mark, place.width)];
    return nth > 0 && endsBlank(items[nth - 1]?.raw ?? '') ? [[], ...shown] : shown;
  });
}

const taskMark = (isDone: boolean): Span => (isDone ? span('[x] ', 'good') : span('[ ] ', 'accent'));

/** Rows with a mark before the first and another before each that follows, as far as that leaves room for text. */
function framed(inner: (width: number) => readonly Line[], width: number, [first, rest]: readonly [Line, Line]): readonly Line[] {
  const room = Math.max(0, Math.min(widthOf(first), width - MOST_FRAME));
  const isBlank = (of: Line): boolean => plainText(of).trim() === '';
  return inner(width - room).map((row, nth) => {
    const mark = nth === 0 ? first : rest;
    return row.length === 0 && isBlank(mark) ? row : [...fitLine(mark, room), ...row];
  });
}

/** Columns that are left to the text however deep it is nested. */
const MOST_FRAME = 6;
