import { Composer, type CST, type ParsedNode, Parser, type YAMLError } from 'yaml';
import type { Report } from '../report.ts';
import { checkTokens, tooDeep } from './tokens.ts';

/**
 * YAML text to its syntax tree, or undefined after reporting why not. The grammar is npm yaml's; what PyYAML, the reference's reader,
 * refuses beyond it is refused too. Scalars stay text here: what they mean is decided in `scalar.ts`.
 */
export function parseSyntax(text: string, report: Report): { readonly root: ParsedNode | null } | undefined {
  if (tooDeep(text, report)) return undefined;
  const tokens: readonly CST.Token[] = [...new Parser().parse(text)];
  if (!checkTokens(text, tokens, report)) return undefined;
  const [document, ...others] = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  if (!document) return { root: null };
  for (const error of document.errors.slice(0, MAX_SYNTAX_ERRORS)) reportSyntax(text, error, report);
  const [other] = others;
  if (other) {
    const at = text.indexOf('---', Math.max(0, document.range[1]));
    report.add({
      code: 'yaml.documents',
      at: at < 0 ? document.range[1] : at,
      message: 'a second YAML document starts here',
      hint: 'one seed a file: remove the line `---`',
    });
  }
  return report.failed ? undefined : { root: document.contents };
}

/** The parser repeats itself after the first few. */
const MAX_SYNTAX_ERRORS = 8;

const OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  resolveKnownTags: false,
  merge: false,
  uniqueKeys: false,
  // Off: a comment may follow a quote or bracket without a space, as PyYAML has it.
  strict: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

function reportSyntax(text: string, error: YAMLError, report: Report): void {
  const [at] = error.pos;
  report.add({ code: 'yaml.syntax', at, message: error.message, hint: syntaxHint(text, at) });
}

/** What most likely stands behind a syntax error, judged by the line it is on. */
function syntaxHint(text: string, at: number): string {
  const start = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(start, end < 0 ? undefined : end);
  const value = /^\s*(?:- +)*(?:[\w.-]+: +)?(.*)$/u.exec(line)?.[1] ?? '';
  return LINE_HINTS.find(([slip]) => slip.test(value))?.[1] ?? 'look for a quote or bracket that is left open, and for lines that start in another column';
}

const LINE_HINTS: readonly (readonly [RegExp, string])[] = [
  [/^[*&]/u, 'text that starts with * or & needs quotes'],
  [/^[@`%]/u, 'text that starts with @, ` or % needs quotes'],
  [/^\[[ xX]?\]/u, 'text that starts with a check box needs quotes'],
  [/^\{\{/u, 'text that starts with {{ needs quotes'],
  [/^["'].*["']\s*[^\s#]/u, 'quote the whole text, not only its first words'],
  [/: .*: /u, 'text that holds ": " needs quotes'],
  [/: /u, 'text that holds ": " needs quotes; and keys of one mapping start in the same column'],
];
