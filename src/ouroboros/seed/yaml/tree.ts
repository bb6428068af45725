import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar } from 'yaml';
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

export interface OddKey {
  readonly owner: YamlMap;
  readonly name: string;
  readonly at: number;
}

export interface Tree {
  readonly root: YamlValue;
  readonly rootAt: number;
  /** The entry of a list or mapping of this tree. */
  place(owner: object, key: string | number): Place | undefined;
  /** Keys that are not text; their values are not in the tree. */
  readonly oddKeys: readonly OddKey[];
}

/** What aliases repeat counts as if it were written out: characters and nodes together. A file without aliases cannot reach it. */
export const MAX_EXPANDED = 2_000_000;

/** Syntax tree to plain values, with PyYAML's rules: last key wins, `<<` merges, aliases share, anchors are unique. */
export function buildTree(root: ParsedNode | null, report: Report): Tree | undefined {
  const state: State = { report, places: new WeakMap(), anchors: new Map(), oddKeys: [] };
  const built = root === null ? leaf(null, 0) : build(root, state);
  if (report.failed) return undefined;
  return { root: built.value, rootAt: built.at, place: (owner, key) => state.places.get(owner)?.get(key), oddKeys: state.oddKeys };
}

interface State {
  readonly report: Report;
  readonly places: WeakMap<object, Map<string | number, Place>>;
  /** `null` while the anchored node itself is being read. */
  readonly anchors: Map<string, Built | null>;
  readonly oddKeys: OddKey[];
}

interface Built {
  readonly value: YamlValue;
  readonly at: number;
  readonly weight: number;
  readonly source?: string;
}

type Pairs = ReadonlyMap<string, { readonly value: YamlValue; readonly place: Place; readonly weight: number }>;

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
  const read = node.tag ? taggedValue(node.tag, text) : node.type === 'PLAIN' ? plainValue(text) : text;
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
  const own: [string, { value: YamlValue; place: Place; weight: number }][] = [];
  const merged: [string, { value: YamlValue; place: Place; weight: number }][] = [];
  const odds: { name: string; at: number }[] = [];
  let mergedWeight = 0;
  for (const { key, value } of node.items) {
    const isMerge = isScalar(key) && key.type === 'PLAIN' && !key.tag && key.source === '<<';
    const name = isMerge ? undefined : keyOf(key, state);
    const entry = value === null ? leaf(null, key?.range[1] ?? at) : build(value as ParsedNode, state);
    if (isMerge) {
      mergedWeight += entry.weight;
      merged.push(...mergedPairs(entry, state));
    } else if (typeof name === 'string') own.push([name, { value: entry.value, place: placeOf(entry, key?.range[0] ?? at), weight: entry.weight + name.length }]);
    else if (name) odds.push({ name: name.odd, at: key?.range[0] ?? at });
  }
  return finishMap(node.tag, { at, pairs: new Map([...merged, ...own]), odds, mergedWeight }, state);
}

function finishMap(tag: string | undefined, parts: { at: number; pairs: Pairs; odds: readonly { name: string; at: number }[] }, state: State): Built {
  const { at, pairs, odds } = parts;
  const weight = [...pairs.values()].reduce((sum, pair) => sum + pair.weight, 1);
  if (tag === `${CORE}set`) return { value: odd('set'), at, weight };
  if (tag !== undefined && tag !== `${CORE}map` && tag !== '!') refuseTag(tag, at, state);
  const value: Record<string, YamlValue> = Object.create(null);
  for (const [name, pair] of pairs) value[name] = pair.value;
  state.places.set(value, new Map([...pairs].map(([name, pair]) => [name, pair.place])));
  state.oddKeys.push(...odds.map((one) => ({ ...one, owner: value })));
  return { value, at, weight };
}

/** A text key, the Python spelling of another scalar key, or undefined after reporting that it is none. */
function keyOf(key: ParsedNode | null, state: State): string | { readonly odd: string } | undefined {
  if (key === null) return { odd: 'None' };
  if (isScalar(key) && key.type === 'PLAIN' && !key.tag && key.source === '=') return '=';
  const { value, at, source = '' } = build(key, state);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return { odd: value ? '1' : '0' };
  if (value === null) return { odd: 'None' };
  if (typeof value === 'number') return { odd: String(value) };
  if (typeof value === 'object' && ODD in value) return { odd: source };
  state.report.add({ code: 'yaml.key', at, message: 'a list or mapping cannot be a key', hint: 'text that starts with { or [ needs quotes' });
  return undefined;
}

/** Pairs that `<<` brings in; of several mappings the first wins. */
function mergedPairs(entry: Built, state: State): [string, { value: YamlValue; place: Place; weight: number }][] {
  const sources = Array.isArray(entry.value) ? [...entry.value].reverse() : [entry.value];
  return sources.flatMap((source) => {
    if (typeof source === 'object' && source !== null && !Array.isArray(source) && !(ODD in source)) return pairsOf(source as YamlMap, entry, state);
    state.report.add({ code: 'yaml.value', at: entry.at, message: '<< merges mappings only', hint: 'name an anchored mapping: `<<: *name`' });
    return [];
  });
}

function pairsOf(source: YamlMap, entry: Built, state: State): [string, { value: YamlValue; place: Place; weight: number }][] {
  const places = state.places.get(source);
  return Object.entries(source).map(([name, value]) => [name, { value, place: places?.get(name) ?? placeOf(entry, entry.at), weight: 1 }]);
}

const odd = (kind: Odd[typeof ODD]): Odd => ({ [ODD]: kind, text: kind });

const placeOf = (built: Built, key: number): Place => ({ at: built.at, key, ...(built.source === undefined ? {} : { source: built.source }) });

function refuseTag(tag: string, at: number, { report }: State): void {
  report.add({ code: 'yaml.tag', at, message: `the tag ${shortTag(tag)} cannot stand in a seed`, hint: 'text that starts with ! needs quotes' });
}
