import type { Json, JsonObject } from '../../kernel/json.ts';
import { readConductor } from './conductor.ts';
import { isMapping, shown } from './lax.ts';
import type { Report } from './report.ts';
import { SEED_KEYS } from './schema.ts';
import { isOdd } from './yaml/scalar.ts';
import type { Tree } from './yaml/tree.ts';

/** Unknown top-level keys: kept whole, when JSON can carry them. What it cannot carry is reported on the seed itself, as the reference does. */
export function readExtra(tree: Tree, report: Report): JsonObject {
  if (!isMapping(tree.root)) return {};
  const { root } = tree;
  for (const { name, at } of tree.oddKeys(root))
    report.add({ code: 'seed.type', path: name, at, message: `the key ${name} is not text`, hint: `put it in quotes: '${name}':` });
  const kept: [string, Json][] = [];
  for (const [key, value] of Object.entries(root)) {
    if (SEED_KEYS.includes(key) && key !== 'oxios') continue;
    checkCarried({ tree, report }, key, { value, owner: root, key });
    const json = key === 'conductor_directive' ? conductor(tree, root, report) : value;
    if (key !== 'oxios') kept.push([key, json as Json]);
  }
  return Object.fromEntries(kept);
}

interface Spot {
  readonly value: unknown;
  readonly owner: object;
  readonly key: string | number;
}

interface Deps {
  readonly tree: Tree;
  readonly report: Report;
}

function checkCarried(deps: Deps, name: string, { value, owner, key }: Spot): void {
  if (Array.isArray(value)) for (const [place, one] of value.entries()) checkCarried(deps, `${name}.${place}`, { value: one, owner: value, key: place });
  else if (isMapping(value)) checkMapping(deps, name, value);
  else checkScalar(deps, name, { value, owner, key });
}

function checkMapping(deps: Deps, name: string, value: Readonly<Record<string, unknown>>): void {
  for (const { name: odd, at } of deps.tree.oddKeys(value))
    deps.report.add({ code: 'seed.extra', at, message: `${name} has the key ${odd}, which is not text`, hint: `put it in quotes: '${odd}':` });
  for (const [inner, one] of Object.entries(value)) checkCarried(deps, `${name}.${inner}`, { value: one, owner: value, key: inner });
}

function checkScalar({ tree, report }: Deps, name: string, { value, owner, key }: Spot): void {
  const { at, source } = tree.place(owner, key) ?? { at: tree.rootAt };
  const hint = source === undefined ? 'put it in quotes' : `put it in quotes: '${source}'`;
  if (isOdd(value)) report.add({ code: 'seed.extra', at, message: `${name} holds ${shown(value)}, which JSON cannot carry`, hint });
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return;
  if (!Number.isFinite(value)) report.add({ code: 'seed.extra', at, message: `${name} is not a finite number`, hint });
  else if (Number.isInteger(value)) {
    const message = `${name} is a whole number above 2^53 and is kept as ${value}`;
    report.add({ code: 'lint.number', path: name, at, message, hint: `${hint} to keep every digit` });
  }
}

function conductor(tree: Tree, root: Readonly<Record<string, unknown>>, report: Report): Json {
  const result = readConductor(root.conductor_directive);
  if (result.ok) return result.value;
  const at = tree.place(root, 'conductor_directive')?.at ?? tree.rootAt;
  report.add({
    code: 'seed.extra',
    at,
    message: `conductor_directive: ${result.message}`,
    hint: "it is a note of the reference's conductor; remove the key if you do not use that",
  });
  return null;
}
