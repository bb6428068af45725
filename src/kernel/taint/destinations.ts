import { type Capability, isUnder } from '../capability.ts';
import type { AbsPath } from '../ids.ts';
import { isObject, type Json } from '../json.ts';
import type { Effect } from '../tool.ts';
import type { Destination } from './destination.ts';
import { classOf, isIdKey, isNewName, looksLikeAddress, nounsOf, partsOf } from './names.ts';

/** What is known of a call before it runs. */
export interface Acting {
  /** The tool's name. */
  readonly tool: string;
  readonly needs: readonly Capability[];
  readonly cwd: AbsPath;
  readonly effect: Effect;
  readonly input: Json;
  /** What the tool itself says; where it says nothing, and is none of Oxios' own, its arguments go by their names. */
  readonly declared?: readonly Destination[] | undefined;
}

export function destinationsOf({ tool, needs, cwd, effect, input, declared }: Acting): readonly Destination[] {
  const needed = needs.flatMap((need) => neededBy(need, cwd));
  const isForeign = needs.some((need) => need.on === 'mcp' || need.on === 'program');
  return unique([...needed, ...(declared ?? (isForeign ? namedIn(tool, input, effect) : []))]);
}

function neededBy(need: Capability, cwd: AbsPath): readonly Destination[] {
  if (need.on === 'net') return [{ kind: 'address', value: need.host, argument: 'host' }];
  if (need.on === 'fs' && need.right === 'write' && !isUnder(need.under, cwd)) return [{ kind: 'path', value: need.under, argument: 'path' }];
  return [];
}

/** Arguments of a tool nobody declared: by name, and addresses by their look. One that only reads can still call somewhere. */
export const namedIn = (tool: string, input: Json, effect: Effect): readonly Destination[] =>
  leavesOf(input, '', 0).flatMap(([key, value]) =>
    typeof value === 'string' || (typeof value === 'number' && isIdKey(key)) ? destinationsIn(tool, String(value), key, effect) : [],
  );

/** Of arguments within arguments. */
const MAX_DEPTH = 6;

/** What is in a list goes by the name of the list. */
function leavesOf(value: Json, key: string, depth: number): readonly (readonly [key: string, value: Json])[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, key, depth));
  if (!isObject(value)) return [[key, value]];
  return depth < MAX_DEPTH ? Object.entries(value).flatMap(([inner, one]) => leavesOf(one ?? null, inner, depth + 1)) : [];
}

function destinationsIn(tool: string, value: string, argument: string, effect: Effect): readonly Destination[] {
  const name = classOf(argument);
  if (name === 'content' || value.trim() === '') return [];
  // What only reads reaches the host it names, and nobody else.
  if (effect === 'read') return name === 'host' || /^\s*(?:[a-z][a-z0-9+.-]*:\/\/|www\.)/iu.test(value) ? [{ kind: 'address', value, argument }] : [];
  if (name === 'host' || name === 'party' || looksLikeAddress(value)) return partsOf(value).map((part) => ({ kind: 'address', value: part, argument }));
  if (name === 'place') return [];
  return [{ kind: name, value, argument, of: nounsOf(argument, tool), ...(name === 'identity' && isNewName(tool, argument) ? { isNew: true } : {}) }];
}

function unique(all: readonly Destination[]): readonly Destination[] {
  const seen = new Set<string>();
  return all.filter(({ kind, value }) => !seen.has(`${kind} ${value}`) && seen.add(`${kind} ${value}`));
}
