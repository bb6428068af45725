import { Lexer, type Token } from 'marked';

/** What a block of Markdown is made of; undefined where no person wrote it, and it is shown as it is. */
export function tokensOf(raw: string): readonly Token[] | undefined {
  if (raw.length > MOST_UNITS || TOO_DEEP.test(raw)) return undefined;
  const lexer = new Lexer({ gfm: true });
  const inlineTokens = lexer.inlineTokens.bind(lexer);
  let depth = 0;
  lexer.inlineTokens = (text, tokens = []) => {
    if (depth >= MOST_NESTED || (depth === 0 && hasMany(text))) return [...tokens, { type: 'text', raw: text, text, escaped: false }];
    depth++;
    const found = inlineTokens(text, tokens);
    depth--;
    return found;
  };
  return lexer.lex(raw);
}

/** Longer blocks take too long to lay out while they stream in. */
const MOST_UNITS = 40_000;

/** Containers in containers: the lexer calls itself for each. */
const TOO_DEEP = /^(?: {0,3}(?:>|[-+*] |\d{1,9}[.)] ) ?){16}/mu;

/** The same of emphasis and links. */
const MOST_NESTED = 16;

/** Marks of emphasis in one paragraph: each may be looked for in all that follows. */
const MOST_MARKS = 600;
const hasMany = (text: string): boolean => (text.match(/[*_~]+/gu)?.length ?? 0) > MOST_MARKS;
