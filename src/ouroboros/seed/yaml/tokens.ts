import { type CST, Lexer } from 'yaml';
import type { Report } from '../report.ts';

/** Deeper nesting is an attack or a mistake; every known seed stays below 10. */
const MAX_DEPTH = 64;
const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep`;
const FLATTEN = 'no seed needs that: write it flat, or put text that looks like brackets and dashes in quotes';

/** Finds runaway nesting on the token stream, before anything recursive sees it. */
export function tooDeep(text: string, report: Report): boolean {
  const line = COMPACT_NESTING.exec(text);
  const at = line ? line.index : flowDepthBreach(text);
  if (at === undefined) return false;
  report.add({ code: 'yaml.depth', at, message: TOO_DEEP, hint: FLATTEN });
  return true;
}

/** What the reference's reader refuses and the parser would let pass. False when something was reported. */
export function checkTokens(text: string, tokens: readonly CST.Token[], report: Report): boolean {
  const open: Visit[] = tokens.map((token) => ({ token, depth: 0, flow: false }));
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { token, depth } = visit;
    if (depth > MAX_DEPTH * LEVELS_A_NODE) {
      report.add({ code: 'yaml.depth', at: offsetOf(token), message: TOO_DEEP, hint: FLATTEN });
      return false;
    }
    checkTab(token, report);
    checkAnchor(token, report);
    const flow = visit.flow || (isRecord(token) && token.type === 'flow-collection');
    if (flow) checkFlowText(token, report);
    checkKey(text, token, report);
    for (const inner of innerOf(token)) open.push({ token: inner, depth: depth + 1, flow });
  }
  checkSeparators(text, report);
  return !report.failed;
}

interface Visit {
  readonly token: unknown;
  readonly depth: number;
  /** Inside [ ] or { }. */
  readonly flow: boolean;
}

/** A collection and the item in it are two steps of the walk. */
const LEVELS_A_NODE = 2;

/** `- - - - -`: one level for two characters. */
const COMPACT_NESTING = new RegExp(`^[ ]*(?:[-?][ ]+){${MAX_DEPTH},}`, 'mu');

function flowDepthBreach(text: string): number | undefined {
  if (!/[[{]/u.test(text)) return undefined;
  let depth = 0;
  let at = 0;
  for (const lexeme of new Lexer().lex(text)) {
    depth += DEPTH_STEP[lexeme] ?? 0;
    if (depth > MAX_DEPTH) return at;
    at += MARKS.has(lexeme) ? 0 : lexeme.length;
  }
  return undefined;
}

const DEPTH_STEP: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

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

function checkTab(token: unknown, report: Report): void {
  if (!isRecord(token) || typeof token.source !== 'string' || !TABLESS.has(token.type)) return;
  const tab = token.source.indexOf('\t');
  if (tab < 0) return;
  const at = offsetOf(token) + tab;
  report.add({ code: 'yaml.tab', at, message: 'a tab stands here', hint: 'YAML wants spaces: replace the tab, or put the text in quotes' });
}

/** Names of anchors are letters, digits, `-` and `_`. */
function checkAnchor(token: unknown, report: Report): void {
  if (!isRecord(token) || (token.type !== 'anchor' && token.type !== 'alias') || typeof token.source !== 'string') return;
  if (/^[&*][\w-]+$/u.test(token.source)) return;
  const [sign] = token.source;
  report.add({ code: 'yaml.alias', at: offsetOf(token), message: `${token.source} is no name`, hint: `text that starts with ${sign} needs quotes` });
}

/** Inside brackets `?` ends a plain text and `:` cannot start one. */
function checkFlowText(token: unknown, report: Report): void {
  if (!isRecord(token) || token.type !== 'scalar' || typeof token.source !== 'string') return;
  const mark = token.source.startsWith(':') ? 0 : token.source.indexOf('?');
  if (mark < 0) return;
  const message = `the sign ${token.source[mark]} cannot stand here in plain text inside [ ] or { }`;
  report.add({ code: 'yaml.syntax', at: offsetOf(token) + mark, message, hint: 'put the text in quotes' });
}

/** A colon needs a key before it, on its own line. */
function checkKey(text: string, item: unknown, report: Report): void {
  if (!isRecord(item) || item.explicitKey === true || !Array.isArray(item.sep)) return;
  const colon: unknown = item.sep.find((one: unknown) => isRecord(one) && one.type === 'map-value-ind');
  if (colon === undefined) return;
  const named = Array.isArray(item.start) && item.start.some((one: unknown) => isRecord(one) && (one.type === 'anchor' || one.type === 'tag'));
  if (!isRecord(item.key)) {
    if (!named)
      report.add({ code: 'yaml.syntax', at: offsetOf(colon), message: 'a colon without a key before it', hint: 'text that starts with : needs quotes' });
  } else if (text.slice(offsetOf(item.key), offsetOf(colon)).includes('\n'))
    report.add({
      code: 'yaml.syntax',
      at: offsetOf(item.key),
      message: 'a key and its colon stand on one line',
      hint: 'text that goes over several lines needs | or > after its key, or quotes',
    });
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
