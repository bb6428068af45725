import { Lexer } from 'yaml';

/** A text as npm yaml wants it laid out, and where each of its places stands in the file. */
export interface Layout {
  readonly text: string;
  /** Offset in the file of an offset in `text`. */
  origin(at: number): number;
}

/**
 * PyYAML lets quoted text and what is in brackets go on in any column; npm yaml wants the lines they go on in indented.
 * Such lines get white space in front, which counts for nothing there.
 */
export function layOut(file: string): Layout {
  const lines = file.split('\n');
  const moved = new Set<number>();
  const laidOut = () => lines.map((line, at) => (moved.has(at) ? PAD + line : line)).join('\n');
  let text = file;
  for (let work = 0; work < MAX_WORK; work += text.length) {
    const found = outdented(text).filter((line) => !moved.has(line));
    if (found.length === 0) break;
    for (const line of found) moved.add(line);
    text = laidOut();
  }
  return { text, origin: (at) => at - PAD.length * [...moved].filter((line) => startOf(text, line) < at).length };
}

/** Deeper than any line may stand: two characters a level, `- ` being the shortest. */
const PAD = ' '.repeat(160);
/** Characters looked at in all; each outdented text costs a look at the whole file. */
const MAX_WORK = 20_000_000;

/** Lexemes of the lexer that stand for no text. */
const FLOW_END = '\x18';
const SCALAR = '\x1f';
const MARKS: ReadonlySet<string> = new Set(['\x02', FLOW_END, SCALAR]);
const DEPTH: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

const QUOTED: Readonly<Record<string, RegExp>> = { '"': /"(?:[^"\\]|\\.)*"/suy, "'": /'(?:[^']|'')*'/uy };

/** Numbers of the lines at which the lexer gives up the first quote or bracket that goes on. */
function outdented(text: string): readonly number[] {
  let at = 0;
  let depth = 0;
  let before = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === FLOW_END && depth > 0) return movable(text, [lineAt(text, at)]);
    if (before !== SCALAR) {
      depth += DEPTH[lexeme] ?? 0;
      const end = closing(text, at, lexeme);
      if (end >= at + lexeme.length) return movable(text, between(lineAt(text, at), lineAt(text, end)));
    }
    before = lexeme;
    at += MARKS.has(lexeme) ? 0 : lexeme.length;
  }
  return [];
}

/** The quote that ends the text beginning with this lexeme; -1 without one, or when it is no quoted text. */
function closing(text: string, from: number, lexeme: string): number {
  const rule = QUOTED[lexeme.charAt(0)];
  if (!rule) return -1;
  rule.lastIndex = from;
  return rule.test(text) ? rule.lastIndex - 1 : -1;
}

/** A document mark ends quotes and brackets for everybody. */
function movable(text: string, numbers: readonly number[]): readonly number[] {
  return numbers.some((line) => /^(?:---|\.\.\.)(?:\s|$)/u.test(text.slice(startOf(text, line), startOf(text, line) + 4))) ? [] : numbers;
}

const between = (first: number, last: number): readonly number[] => Array.from({ length: last - first }, (_, at) => first + 1 + at);

function lineAt(text: string, at: number): number {
  let line = 0;
  for (let from = text.indexOf('\n'); from >= 0 && from < at; from = text.indexOf('\n', from + 1)) line += 1;
  return line;
}

function startOf(text: string, line: number): number {
  let from = 0;
  for (let n = 0; n < line; n += 1) from = text.indexOf('\n', from) + 1;
  return from;
}
