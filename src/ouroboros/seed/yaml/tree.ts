import { isAlias, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
import type { Report } from '../report.ts';
import { CORE, isMisread, ODD, type Odd, plainValue, type ScalarValue, shortTag, taggedValue } from './scalar.ts';

export type YamlValue = ScalarValue | readonly YamlValue[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

/** Where one entry of a list or mapping stands in the text. */
export interface Place {
  /** Offset of its value. */
  readonly at: number;
  /** Offset of its key; of its value in a list. */
  readonly key: number;
  /** A scalar as written, without quotes. */
  readonly source?: string;
}

/** A key that is not text, in the spelling of the reference. Its value is not in the tree. */
export interface OddKey {
  readonly name: string;
  readonly at: number;
}

export interface Tree {
  readonly root: YamlValue;
  readonly rootAt: number;
  /** The entry of a list or mapping of this tree. */
  place(owner: object, key: string | number): Place | undefined;
  oddKeys(owner: object): readonly OddKey[];
}

/** What aliases repeat counts as if it were written out: characters and nodes together. A file without aliases cannot reach it. */
const MAX_EXPANDED = 2_000_000;

/** Syntax tree to plain values, with PyYAML's rules: last key wins, `<<` merges, aliases share, anchors are unique. */
export function buildTree(root: ParsedNode | null, report: Report): Tree | undefined {
  const state: State = { report, places: new WeakMap(), anchors: new Map(), oddKeys: new WeakMap() };
  const built = root === null ? leaf(null, 0) : build(root, state);
  if (report.failed) return undefined;
  return { root: built.value, rootAt: built.at, place: (owner, key) => state.places.get(owner)?.get(key), oddKeys: (owner) => state.oddKeys.get(owner) ?? [] };
}

interface State {
  readonly report: Report;
  readonly places: WeakMap<object, Map<string | number, Place>>;
  /** `null` while the anchored node itself is being read. */
  readonly anchors: Map<string, Built | null>;
  readonly oddKeys: WeakMap<object, readonly OddKey[]>;
}

interface Built {
  readonly value: YamlValue;
  readonly at: number;
  readonly weight: number;
  readonly source?: string;
}

interface Entry {
  readonly value: YamlValue;
  readonly place: Place;
  readonly weight: number;
}

const leaf = (value: YamlValue, at: number): Built => ({ value, at, weight: 1 });

function build(node: ParsedNode, state: State): Built {
  const [at] = node.range;
  if (isAlias(node)) return followAlias(node.source, at, state);
  const { anchor } = node;
  if (anchor) openAnchor(anchor, at, state);
  const built = weighed(isScalar(node) ? buildScalar(node, state) : isSeq(node) ? buildSeq(node, state) : buildMap(node, state), state);
  if (anchor) state.anchors.set(anchor, built);
  return built;
}

function weighed(built: Built, { report }: State): Built {
  if (built.weight <= MAX_EXPANDED || report.failed) return built;
  report.add({ code: 'yaml.alias', at: built.at, message: 'aliases repeat more text than a seed may hold', hint: 'write the values out' });
  return built;
}

function openAnchor(anchor: string, at: number, { anchors, report }: State): void {
  if (anchors.has(anchor)) report.add({ code: 'yaml.alias', at, message: `the anchor &${anchor} is set twice`, hint: 'text that starts with & needs quotes' });
  anchors.set(anchor, null);
}

function followAlias(name: string, at: number, { anchors, report }: State): Built {
  const target = anchors.get(name);
  if (target) return { ...target, at };
  const message = target === null ? `*${name} stands inside its own anchor` : `no anchor &${name} stands before *${name}`;
  report.add({ code: 'yaml.alias', at, message, hint: 'text that starts with * needs quotes' });
  return leaf(null, at);
}

function buildScalar(node: Scalar.Parsed, { report }: State): Built {
  const [at] = node.range;
  const text = typeof node.value === 'string' ? node.value : node.source;
  // The tag `!` alone says nothing to PyYAML: a plain scalar under it is resolved like any other.
  const tag = node.tag === '!' ? undefined : node.tag;
  const read = tag ? taggedValue(tag, text) : node.type === 'PLAIN' ? plainValue(text) : text;
  if (!text.isWellFormed()) report.add({ code: 'file.character', at, message: 'an escape stands for half a character', hint: 'write the character itself' });
  if (!isMisread(read)) return { value: read, at, weight: text.length + 1, source: text };
  report.add({ code: read.code, at, message: read.misread, hint: `put quotes around it to keep it as text` });
  return leaf(null, at);
}

type SeqNode = Extract<ParsedNode, { items: ParsedNode[] }>;

function buildSeq(node: SeqNode, state: State): Built {
  const [at] = node.range;
  const items = node.items.map((item) => build(item, state));
  const weight = items.reduce((sum, item) => sum + item.weight, 1);
  const tag = node.tag ?? `${CORE}seq`;
  if (tag === `${CORE}omap` || tag === `${CORE}pairs`) return { value: odd('pairs'), at, weight };
  if (tag !== `${CORE}seq` && tag !== '!') refuseTag(tag, at, state);
  const value = items.map((item) => item.value);
  state.places.set(value, new Map(items.map((item, index) => [index, placeOf(item, item.at)])));
  return { value, at, weight };
}

type MapNode = Exclude<Extract<ParsedNode, { items: unknown[] }>, SeqNode>;

function buildMap(node: MapNode, state: State): Built {
  const [at] = node.range;
  const parts: MapParts = { at, own: [], merged: [], odds: [], mergedWeight: 0 };
  for (const pair of node.items) addPair(pair, parts, state);
  return finishMap(node.tag, parts, state);
}

function addPair({ key, value }: MapNode['items'][number], parts: MapParts, state: State): void {
  const keyAt = key?.range[0] ?? parts.at;
  const name = keyOf(key, state);
  const entry = value === null ? leaf(null, key?.range[1] ?? parts.at) : build(value as ParsedNode, state);
  if (typeof name === 'string') parts.own.push([name, { value: entry.value, place: placeOf(entry, keyAt), weight: entry.weight + name.length }]);
  else if (name !== MERGE) parts.odds.push({ name: name.odd, at: keyAt });
  else {
    parts.mergedWeight += entry.weight;
    for (const pair of mergedPairs(entry, state)) parts.merged.push(pair);
  }
}

interface MapParts {
  readonly at: number;
  readonly own: [string, Entry][];
  readonly merged: [string, Entry][];
  readonly odds: OddKey[];
  /** What `<<` repeats. */
  mergedWeight: number;
}

function finishMap(tag: string | undefined, parts: MapParts, state: State): Built {
  const { at, odds, mergedWeight } = parts;
  const pairs = new Map([...parts.merged, ...parts.own]);
  const weight = [...pairs.values()].reduce((sum, pair) => sum + pair.weight, 1 + mergedWeight);
  if (tag === `${CORE}set`) return { value: odd('set'), at, weight };
  if (tag !== undefined && tag !== `${CORE}map` && tag !== '!') refuseTag(tag, at, state);
  const value: Record<string, YamlValue> = Object.create(null);
  for (const [name, pair] of pairs) value[name] = pair.value;
  state.places.set(value, new Map([...pairs].map(([name, pair]) => [name, pair.place])));
  if (odds.length > 0) state.oddKeys.set(value, odds);
  return { value, at, weight };
}

const MERGE = Symbol('<<');

/** A text key, the Python spelling of another scalar key, or the merge key. A key that is none of them is reported. */
function keyOf(key: ParsedNode | null, state: State): string | { readonly odd: string } | typeof MERGE {
  if (key === null) return { odd: 'None' };
  const plain = isScalar(key) && key.type === 'PLAIN' && !key.tag ? key.source : undefined;
  if (plain === '<<') return MERGE;
  if (plain === '=') return plain;
  const { value, at, source = '' } = build(key, state);
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return { odd: typeof value === 'boolean' ? String(Number(value)) : pythonNumber(value, source) };
  if (value === null) return { odd: 'None' };
  if (!(ODD in value))
    state.report.add({ code: 'yaml.key', at, message: 'a list or mapping cannot be a key', hint: 'text that starts with { or [ needs quotes' });
  return { odd: source };
}

/** As Python prints it: a float keeps its point. */
function pythonNumber(value: number, source: string): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return source.includes('.') && Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value);
}

/** Pairs that `<<` brings in; of several mappings the first wins. */
function mergedPairs(entry: Built, state: State): [string, Entry][] {
  const sources = Array.isArray(entry.value) ? [...entry.value].reverse() : [entry.value];
  return sources.flatMap((source) => {
    if (typeof source === 'object' && source !== null && !Array.isArray(source) && !(ODD in source)) return pairsOf(source as YamlMap, entry, state);
    state.report.add({ code: 'yaml.value', at: entry.at, message: '<< merges mappings only', hint: 'name an anchored mapping: `<<: *name`' });
    return [];
  });
}

function pairsOf(source: YamlMap, entry: Built, state: State): [string, Entry][] {
  const places = state.places.get(source);
  return Object.entries(source).map(([name, value]) => [name, { value, place: places?.get(name) ?? placeOf(entry, entry.at), weight: 1 }]);
}

const odd = (kind: Odd[typeof ODD]): Odd => ({ [ODD]: kind, text: kind });

const placeOf = (built: Built, key: number): Place => ({ at: built.at, key, ...(built.source === undefined ? {} : { source: built.source }) });

function refuseTag(tag: string, at: number, { report }: State): void {
  report.add({ code: 'yaml.tag', at, message: `the tag ${shortTag(tag)} cannot stand in a seed`, hint: 'text that starts with ! needs quotes' });
}
