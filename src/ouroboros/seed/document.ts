import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type Scalar } from 'yaml';
import { floatOf, intOf, type Plain, resolvePlain, timestampOf } from './scalars.ts';

/** A parsed document: plain values, and where each of them stands. */
export interface SeedDocument {
  readonly value: Value;
  /** Line and column, from 1, of the value at a dotted path, or of the nearest one around it. */
  place(path: string): { readonly line: number; readonly col: number };
  /** Keys of a mapping that are not text. */
  oddKeys(map: object): readonly { readonly key: string; readonly path: string }[];
}

export type Value = Plain | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

export interface YamlFault {
  readonly message: string;
  readonly line: number;
  readonly col: number;
  readonly hint?: string;
}

export const MAX_BYTES = 1_000_000;
const MAX_DEPTH = 64;
/** Values after all aliases are followed; a bomb has more. */
const MAX_VALUES = 100_000;

/** One YAML document as PyYAML's safe loader reads it; the first fault otherwise. */
export function readDocument(bytes: Uint8Array): SeedDocument | YamlFault {
  const decoded = decode(bytes);
  if (typeof decoded !== 'string') return decoded;
  const lines = new LineCounter();
  const document = parseDocument(decoded, { schema: 'failsafe', version: '1.1', uniqueKeys: false, lineCounter: lines, merge: false });
  const at = (offset: number) => lines.linePos(offset);
  const [error] = document.errors;
  if (error) return { message: firstLine(error.message), ...at(error.pos[0]), ...hintFor(error.code, decoded, error.pos[0]) };
  const build: Build = { places: new Map(), odd: new WeakMap(), anchors: new Map(), values: 0, at };
  try {
    const value = document.contents ? readNode(build, document.contents as Node, '', 0) : null;
    return {
      value,
      place: (path) => at(nearest(build.places, path)),
      oddKeys: (map) => build.odd.get(map) ?? [],
    };
  } catch (fault) {
    if (isFault(fault)) return fault;
    throw fault;
  }
}

export const isYamlFault = (read: SeedDocument | YamlFault): read is YamlFault => 'message' in read;

interface Build {
  readonly places: Map<string, number>;
  readonly odd: WeakMap<object, { key: string; path: string }[]>;
  readonly anchors: Map<string, { value: Value; values: number }>;
  values: number;
  at(offset: number): { line: number; col: number };
}

function decode(bytes: Uint8Array): string | YamlFault {
  const top = { line: 1, col: 1 };
  if (bytes.length > MAX_BYTES)
    return {
      message: `the file has ${bytes.length} bytes, more than ${MAX_BYTES}`,
      ...top,
      hint: 'a seed is a short specification: keep data in files of the workspace',
    };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { message: 'the file is not UTF-8 text', ...top, hint: 'save it as UTF-8' };
  }
  const odd = NOT_PRINTABLE.exec(text);
  if (!odd) return text;
  const before = text.slice(0, odd.index).split('\n');
  return {
    message: `the character U+${odd[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')} may not stand in YAML`,
    line: before.length,
    col: (before.at(-1)?.length ?? 0) + 1,
    hint: 'remove it',
  };
}

/** What YAML 1.1 does not count as printable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const NOT_PRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/u;

function readNode(build: Build, node: Node, path: string, depth: number): Value {
  if (node.range) build.places.set(path, node.range[0]);
  if (depth > MAX_DEPTH) throw fault(build, node, `the document is nested deeper than ${MAX_DEPTH} levels`);
  count(build, node, 1);
  if (isAlias(node)) return aliasOf(build, node);
  const before = build.values;
  const value = contentOf(build, node, path, depth);
  const anchor = (node as { anchor?: string }).anchor;
  if (anchor) build.anchors.set(anchor, { value, values: build.values - before + 1 });
  return value;
}

function contentOf(build: Build, node: Node, path: string, depth: number): Value {
  if (isMap(node)) return mapOf(build, node.items as Pair<Node, Node | null>[], path, depth, node);
  return isSeq(node) ? seqOf(build, node.items as Node[], path, depth, node) : scalarOf(build, node as Scalar);
}

function aliasOf(build: Build, node: Node & { source: string }): Value {
  const target = build.anchors.get(node.source);
  if (!target) throw fault(build, node, `the alias *${node.source} stands for nothing`);
  count(build, node, target.values);
  return target.value;
}

function count(build: Build, node: Node, more: number): void {
  build.values += more;
  if (build.values > MAX_VALUES) throw fault(build, node, 'the aliases of the document multiply beyond all measure', 'write the values out');
}

function seqOf(build: Build, items: readonly Node[], path: string, depth: number, node: Node): Value {
  checkTag(build, node, 'tag:yaml.org,2002:seq');
  return items.map((item, at) => readNode(build, item, join(path, String(at)), depth + 1));
}

function mapOf(build: Build, items: readonly Pair<Node, Node | null>[], path: string, depth: number, node: Node): Value {
  checkTag(build, node, 'tag:yaml.org,2002:map');
  const map: Record<string, Value> = Object.create(null) as Record<string, Value>;
  const merged: Record<string, Value> = Object.create(null) as Record<string, Value>;
  const odd: { key: string; path: string }[] = [];
  for (const { key, value } of items) {
    const name = keyOf(build, key, node);
    const inner = join(path, name.text);
    const content: Value = value ? readNode(build, value, inner, depth + 1) : null;
    if (key?.range && !build.places.has(inner)) build.places.set(inner, key.range[0]);
    if (name.merge) mergeInto(build, merged, content, key);
    else map[name.text] = content;
    if (!name.isText) odd.push({ key: name.text, path: inner });
  }
  const whole = Object.assign(Object.create(null) as Record<string, Value>, merged, map);
  if (odd.length > 0) build.odd.set(whole, odd);
  return whole;
}

function keyOf(build: Build, key: Node | null, map: Node): { text: string; isText: boolean; merge: boolean } {
  if (!key) return { text: 'null', isText: false, merge: false };
  if (isAlias(key)) return { text: String(aliasOf(build, key as never)), isText: true, merge: false };
  if (!isScalar(key)) throw fault(build, key ?? map, 'a key may not be a list or a mapping');
  if (key.type === 'PLAIN' && key.source === '<<') return { text: '<<', isText: true, merge: true };
  const value = scalarOf(build, key);
  return { text: typeof value === 'string' ? value : String(key.source), isText: typeof value === 'string', merge: false };
}

/** Keys of the mapping itself win over merged ones, earlier merged ones over later. */
function mergeInto(build: Build, merged: Record<string, Value>, content: Value, key: Node): void {
  for (const one of Array.isArray(content) ? (content as readonly Value[]) : [content]) {
    if (!isValueMap(one)) throw fault(build, key, 'only a mapping can be merged with <<');
    for (const [name, value] of Object.entries(one)) if (!(name in merged)) merged[name] = value;
  }
}

export const isValueMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === null;

const CORE = 'tag:yaml.org,2002:';

function scalarOf(build: Build, node: Scalar): Plain {
  const text = String(node.source ?? node.value ?? '');
  const tag = node.tag;
  if (!tag || tag === '!' || tag === `${CORE}str`) return tag || node.type !== 'PLAIN' ? String(node.value ?? '') : plain(build, node, text);
  const typed = TYPED[tag.replace(CORE, '')]?.(text);
  if (typed === undefined) throw fault(build, node, `the tag ${tag} is not known here`, 'write the value without a tag');
  return typed;
}

function plain(build: Build, node: Scalar, text: string): Plain {
  // A plain scalar over several lines is folded by the parser.
  const value = resolvePlain(text.includes('\n') ? String(node.value) : text);
  if (value === undefined) throw fault(build, node, `${text} looks like a date or a value and is none`, 'put it in quotes');
  return value;
}

const TYPED: Readonly<Record<string, (text: string) => Plain | undefined>> = {
  int: (text) => (Number.isNaN(intOf(text)) ? undefined : intOf(text)),
  float: (text) => (Number.isNaN(floatOf(text)) && !/nan/iu.test(text) ? undefined : floatOf(text)),
  bool: (text) => (/^(yes|true|on)$/iu.test(text) ? true : /^(no|false|off)$/iu.test(text) ? false : undefined),
  null: () => null,
  timestamp: timestampOf,
};

function checkTag(build: Build, node: Node, expected: string): void {
  const tag = (node as { tag?: string }).tag;
  if (tag && tag !== expected && tag !== '!') throw fault(build, node, `the tag ${tag} is not known here`, 'write the value without a tag');
}

class Fault extends Error implements YamlFault {
  readonly line: number;
  readonly col: number;
  readonly hint?: string;
  constructor(message: string, place: { line: number; col: number }, hint?: string) {
    super(message);
    this.line = place.line;
    this.col = place.col;
    if (hint !== undefined) this.hint = hint;
  }
}

const fault = (build: Build, node: Node, message: string, hint?: string): Fault => new Fault(message, build.at(node.range?.[0] ?? 0), hint);
const isFault = (error: unknown): error is Fault => error instanceof Fault;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

function nearest(places: ReadonlyMap<string, number>, path: string): number {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
    const found = places.get(at);
    if (found !== undefined) return found;
  }
  return places.get('') ?? 0;
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/u, '');

function hintFor(code: string, text: string, offset: number): { hint?: string } {
  if (code === 'MULTIPLE_DOCS') return { hint: 'a seed is one document: remove the line with --- in the middle' };
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, (text.indexOf('\n', offset) + text.length + 1) % (text.length + 1));
  if (code === 'TAB_AS_INDENT' || /^\s*\t/u.test(line)) return { hint: 'indent with spaces: tabs may not be used' };
  if (/:\s.*:\s/u.test(line)) return { hint: 'put text that holds ": " in quotes' };
  return {};
}
