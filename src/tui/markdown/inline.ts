import type { Token, Tokens } from 'marked';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { type Line, type Span, span, type Tone } from '../text/line.ts';
import { expandTabs } from '../text/tabs.ts';

/** What stands in a paragraph, as lines that are not wrapped yet: a line break stays one. */
export function inlineLines(tokens: readonly Token[], tone: Tone = 'text'): readonly Line[] {
  const lines: Span[][] = [[]];
  for (const one of tokens.flatMap((token) => spansOf(token, tone)))
    for (const [nth, part] of one.text.split('\n').entries()) {
      if (nth > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ text: part, tone: one.tone });
    }
  return lines;
}

/**
 * Text as it may be shown. The lexer resolves references such as `&#27;`, so that what was clean when it came may be
 * a control now.
 */
export const clean = (text: string): string => expandTabs(sanitize(text));

function spansOf(token: Token, tone: Tone): readonly Span[] {
  const inside = 'tokens' in token ? token.tokens : undefined;
  const inner = (of: Tone): readonly Span[] => (inside ?? []).flatMap((one) => spansOf(one, of));
  switch (token.type) {
    case 'strong':
      return inner(over(tone, 'strong'));
    case 'em':
      return inner(over(tone, 'emphasis'));
    case 'del':
      // Who sees no line through it must see that it does not hold.
      return [span('~~', 'struck'), ...inner('struck'), span('~~', 'struck')];
    case 'codespan':
      return [span(clean(textOf(token).replaceAll('\n', ' ')), 'code')];
    case 'br':
      return [span('\n')];
    case 'link':
      return link(token as Tokens.Link, inner('link'));
    case 'image':
      return link(token as Tokens.Image, [span('image: ', 'dim'), ...inner('link')]);
    case 'html':
      return [/^<br *\/?>$/iu.test(token.raw) ? span('\n') : span(clean(token.raw), tone)];
    case 'checkbox':
      return [];
    default:
      return inside ? inner(tone) : [span(clean(decoded(textOf(token))), tone)];
  }
}

const textOf = (token: Token): string => ('text' in token && typeof token.text === 'string' ? token.text : token.raw);

/** A heading stays one. */
const over = (outer: Tone, inner: Tone): Tone => (outer === 'text' || outer === 'quote' || outer === 'emphasis' ? inner : outer);

/** Where it leads is always shown: a terminal that hid it would let a text lie. */
function link({ href, raw }: Tokens.Link | Tokens.Image, text: readonly Span[]): readonly Span[] {
  const url = clean(decoded(href)).replaceAll('\n', '');
  const said = text.map((one) => one.text).join('');
  if (said === '') return [span(url === '' ? clean(raw) : url, 'link')];
  return url === '' || said === url || `mailto:${said}` === url ? text : [...text, span(` (${url})`, 'dim')];
}

/** References that people and models write; others stay as they are. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  rarr: '→',
  larr: '←',
  times: '×',
  bull: '•',
  copy: '©',
  deg: '°',
  le: '≤',
  ge: '≥',
  ne: '≠',
};

const decoded = (text: string): string => (text.includes('&') ? text.replace(/&(\w+);/gu, (whole, name: string) => NAMED[name] ?? whole) : text);
