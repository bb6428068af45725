import { type CST, Lexer } from 'yaml';
import type { Report } from '../report.ts';

/** Deeper nesting is an attack or a mistake; every known seed stays below 10. */
export const MAX_DEPTH = 64;

/** Finds runaway nesting on the token stream, before anything recursive sees it. */
export function tooDeep(text: string, report: Report): boolean {
  const line = COMPACT_NESTING.exec(text);
  const at = line ? line.index : flowDepthBreach(text);
  if (at === undefined) return false;
  report.add({ code: 'yaml.depth', at, message: `nested more than ${MAX_DEPTH} levels deep` });
  return true;
}

/** What the reference's reader refuses and the parser would let pass. False when something was reported. */
export function checkTokens(text: string, tokens: readonly CST.Token[], report: Report): boolean {
  const open: { token: unknown; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  while (open.length > 0) {
    const { token, depth } = open.pop() ?? { token: undefined, depth: 0 };
    if (depth > MAX_DEPTH * LEVELS_A_NODE) {
      report.add({ code: 'yaml.depth', at: offsetOf(token), message: `nested more than ${MAX_DEPTH} levels deep` });
      return false;
    }
    checkToken(token, report);
    for (const inner of innerOf(token)) open.push({ token: inner, depth: depth + 1 });
  }
  checkSeparators(text, report);
  return !report.failed;
}

/** A collection and the item in it are two steps of the walk. */
const LEVELS_A_NODE = 2;

/** `- - - - -`: one level for two characters. */
const COMPACT_NESTING = new RegExp(`^[ ]*(?:[-?][ ]+){${MAX_DEPTH},}`, 'mu');

function flowDepthBreach(text: string): number | undefined {
  if (!text.includes('[') && !text.includes('{')) return undefined;
  let depth = 0;
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === '[' || lexeme === '{') depth += 1;
    if (lexeme === ']' || lexeme === '}') depth -= 1;
    if (depth > MAX_DEPTH) return at;
    if (!MARKS.has(lexeme)) at += lexeme.length;
  }
  return undefined;
}

/** Lexemes of the lexer that stand for no text: document, flow end and scalar marks. */
const MARKS: ReadonlySet<string> = new Set(['\x02', '\x18', '\x1f']);

const INNER = ['start', 'key', 'sep', 'value', 'end', 'props', 'items'] as const;

function* innerOf(token: unknown): Generator<unknown> {
  if (!isRecord(token)) return;
  for (const name of INNER) {
    const inner = token[name];
    if (Array.isArray(inner)) yield* inner;
    else if (isRecord(inner)) yield inner;
  }
}

/** Tabs are white space inside quotes, block text and comments only. */
const TABLESS: ReadonlySet<unknown> = new Set(['space', 'newline', 'scalar', 'block-scalar-header']);

function checkToken(token: unknown, report: Report): void {
  if (!isRecord(token) || typeof token.source !== 'string' || !TABLESS.has(token.type)) return;
  const tab = token.source.indexOf('\t');
  if (tab < 0) return;
  const at = offsetOf(token) + tab;
  report.add({ code: 'yaml.tab', at, message: 'a tab stands here', hint: 'YAML wants spaces: replace the tab, or put the text in quotes' });
}

/** NEL, LS and PS end a line for PyYAML; outside quotes that breaks the text in ways nobody sees. */
function checkSeparators(text: string, report: Report): void {
  const at = text.search(/[\x85\u2028\u2029]/u);
  if (at < 0) return;
  const name = (text.charCodeAt(at) || 0).toString(16).toUpperCase().padStart(4, '0');
  report.add({ code: 'file.character', at, message: `the invisible line break U+${name} stands here`, hint: 'delete it or use an ordinary line break' });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const offsetOf = (token: unknown): number => (isRecord(token) && typeof token.offset === 'number' ? token.offset : 0);
