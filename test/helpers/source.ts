import { type Token, tokensOf } from './tokens.ts';

export interface Import {
  /** What is imported; empty when it is computed. */
  readonly from: string;
  readonly how: 'static' | 'lazy' | 'reexport' | 'computed';
  readonly typeOnly: boolean;
}

/** What the rules want to know about one source file. */
export interface Source {
  readonly imports: readonly Import[];
  /** Lines that hold code: neither blank nor comment alone. */
  readonly lines: number;
  readonly exportsDefault: boolean;
  readonly classes: readonly { readonly name: string; readonly base: string }[];
}

export function sourceOf(text: string): Source {
  const tokens = tokensOf(text);
  const starts = tokens.flatMap((token, at) => (token.is === 'word' && !isMark(tokens[at - 1], '.') ? [{ word: token.text, at }] : []));
  const startsOf = (word: string): readonly number[] => starts.filter((start) => start.word === word).map(({ at }) => at);
  return {
    imports: [
      ...startsOf('import').flatMap((at) => importAt(tokens, at)),
      ...startsOf('export').flatMap((at) => reexportAt(tokens, at)),
      ...startsOf('require').flatMap((at) => calledAt(tokens, at)),
    ],
    lines: linesOf(tokens),
    exportsDefault: startsOf('export').some((at) => isWord(tokens[at + 1], 'default')),
    classes: startsOf('class').flatMap((at) => classAt(tokens, at)),
  };
}

function importAt(tokens: readonly Token[], at: number): readonly Import[] {
  const after = tokens[at + 1];
  if (isMark(after, '(')) return calledAt(tokens, at);
  if (after?.is === 'string') return [{ from: after.text, how: 'static', typeOnly: false }];
  if (after?.is !== 'word' && !isMark(after, '{') && !isMark(after, '*')) return [];
  const from = fromAfter(tokens, at);
  return from === undefined ? [] : [{ from, how: 'static', typeOnly: isWord(after, 'type') && beginsClause(tokens[at + 2]) }];
}

/** `import type from './a.ts'` and `import type, { b } from './a.ts'` import a value that is called type. */
const beginsClause = (token: Token | undefined): boolean => !isWord(token, 'from') && !isMark(token, ',');

function reexportAt(tokens: readonly Token[], at: number): readonly Import[] {
  const typeOnly = isWord(tokens[at + 1], 'type');
  const opens = typeOnly ? at + 2 : at + 1;
  const opening = tokens[opens];
  if (!isMark(opening, '{') && !isMark(opening, '*')) return [];
  const closes = isMark(opening, '*') ? opens : tokens.findIndex((token, index) => index > opens && isMark(token, '}'));
  const named = isWord(tokens[closes + 1], 'as') ? closes + 2 : closes;
  const from = isWord(tokens[named + 1], 'from') ? tokens[named + 2] : undefined;
  return from?.is === 'string' ? [{ from: from.text, how: 'reexport', typeOnly }] : [];
}

/** `import('a')` as an expression or a type, `require('a')`, and the same with a name that is only known when it runs. */
function calledAt(tokens: readonly Token[], at: number): readonly Import[] {
  const name = tokens[at + 2];
  if (!isMark(tokens[at + 1], '(') || name === undefined) return [];
  if (name.is === 'string') return [{ from: name.text, how: 'lazy', typeOnly: false }];
  const before = tokens[at - 1];
  const isCalled = before?.is === 'word' ? before.text === 'await' || before.text === 'return' : before?.is === 'mark' && '=>(?:'.includes(before.text);
  return isCalled ? [{ from: '', how: 'computed', typeOnly: false }] : [];
}

function fromAfter(tokens: readonly Token[], at: number): string | undefined {
  const found = tokens.findIndex((token, index) => index > at + 1 && token.is === 'string' && isWord(tokens[index - 1], 'from'));
  return tokens[found]?.text;
}

function classAt(tokens: readonly Token[], at: number): Source['classes'] {
  const name = tokens[at + 1];
  if (name?.is !== 'word') return isMark(name, '{') ? [{ name: '', base: '' }] : [];
  const base = isWord(tokens[at + 2], 'extends') ? tokens[at + 3]?.text : undefined;
  return [{ name: name.text, base: base ?? '' }];
}

function linesOf(tokens: readonly Token[]): number {
  const lines = new Set<number>();
  for (const token of tokens) for (let line = token.line; line <= token.lastLine; line++) lines.add(line);
  return lines.size;
}

const isMark = (token: Token | undefined, text: string): boolean => token?.is === 'mark' && token.text === text;
const isWord = (token: Token | undefined, text: string): boolean => token?.is === 'word' && token.text === text;
