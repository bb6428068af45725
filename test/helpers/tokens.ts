/** TypeScript as words, strings and marks. The compiler has no JavaScript API to read sources with, and a plain search would take text in comments and strings for code. */
export interface Token {
  readonly is: 'word' | 'string' | 'template' | 'pattern' | 'number' | 'mark';
  /** As written; of a string what stands between its quotes. */
  readonly text: string;
  readonly line: number;
  readonly lastLine: number;
}

const SKIPPED = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//uy;
/** A quote without its partner on the same line is no string: JSX text may hold apostrophes. */
const STRING = /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/uy;
const WORD = /[\p{L}_$#@][\p{L}\p{N}_$]*/uy;
const NUMBER = /\.?\d[\w.]*/uy;
const PATTERN = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/uy;
/** Up to the end of a template, or to the next hole in it. */
const TEMPLATE = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/uy;
/** After these words an expression begins, and a slash begins a pattern. */
const BEFORE_EXPRESSION = new Set('return typeof case in of else do void delete throw await yield instanceof new'.split(' '));

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  /** One entry for each template that is open, holding the braces open in its hole. */
  const holes: number[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const [is, length, value] = next(text, at, tokens.at(-1), holes);
    const lastLine = line + newlines(text, at, at + length);
    if (is !== 'nothing') tokens.push({ is, text: value ?? text.slice(at, at + length), line, lastLine });
    line = lastLine;
    at += length;
  }
  return tokens;
}

type Found = readonly [is: Token['is'] | 'nothing', length: number, value?: string];

function next(text: string, at: number, before: Token | undefined, holes: number[]): Found {
  const skipped = match(SKIPPED, text, at);
  if (skipped) return ['nothing', skipped[0].length];
  const string = match(STRING, text, at);
  if (string) return ['string', string[0].length, string[1] ?? string[2] ?? ''];
  const simple = (match(WORD, text, at) && (['word', WORD] as const)) ?? (match(NUMBER, text, at) && (['number', NUMBER] as const));
  if (simple) return [simple[0], match(simple[1], text, at)?.[0].length ?? 1];
  const pattern = text[at] === '/' && beginsExpression(before) ? match(PATTERN, text, at) : undefined;
  return pattern ? ['pattern', pattern[0].length] : mark(text, at, holes);
}

/** Braces decide where a template goes on: `${ {a: 1}.a }` has one of its own inside the hole. */
function mark(text: string, at: number, holes: number[]): Found {
  const open = holes.length - 1;
  const depth = holes[open];
  if (text[at] === '`') return template(text, at, holes);
  if (depth === undefined) return ['mark', 1];
  if (text[at] === '{') holes[open] = depth + 1;
  if (text[at] !== '}') return ['mark', 1];
  if (depth > 0) {
    holes[open] = depth - 1;
    return ['mark', 1];
  }
  holes.pop();
  return template(text, at, holes);
}

function template(text: string, at: number, holes: number[]): Found {
  const part = match(TEMPLATE, text, at + 1)?.[0] ?? text.slice(at + 1);
  if (part.endsWith('${')) holes.push(0);
  return ['template', 1 + part.length];
}

const beginsExpression = (before: Token | undefined): boolean =>
  before === undefined || (before.is === 'mark' ? !')]}'.includes(before.text) : before.is === 'word' && BEFORE_EXPRESSION.has(before.text));

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
