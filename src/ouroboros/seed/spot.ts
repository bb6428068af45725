import { isMapping } from './lax.ts';
import { SECOND_NAMES } from './schema.ts';
import type { Place, Tree } from './yaml/tree.ts';

export type Path = readonly (string | number)[];

/** What stands at a path of the file as written. */
export interface Spot {
  readonly path: Path;
  /** Offset of the value; of the nearest mapping or list around it when it is missing. */
  readonly at: number;
  /** Undefined when nothing stands there. */
  readonly value: unknown;
  readonly source: string | undefined;
  /** The list or mapping it stands in. */
  readonly owner: unknown;
}

/** Follows a path of the normalized seed into the file: second names of keys count, a text may stand for a whole entry. */
export function spotAt(tree: Tree, path: Path): Spot {
  let spot: Spot = { path: [], at: tree.rootAt, value: tree.root, source: undefined, owner: undefined };
  for (const step of path) spot = stepInto(tree, spot, step);
  return spot;
}

function stepInto(tree: Tree, { path, at, value: owner }: Spot, step: string | number): Spot {
  const name = nameIn(owner, step);
  const place: Place | undefined = typeof owner === 'object' && owner !== null ? tree.place(owner, name) : undefined;
  const value = Array.isArray(owner) && typeof name === 'number' ? owner[name] : isMapping(owner) ? owner[name] : undefined;
  return { path: [...path, name], at: place?.at ?? at, value, source: place?.source, owner };
}

function nameIn(owner: unknown, step: string | number): string | number {
  const second = SECOND_NAMES[step];
  return second !== undefined && isMapping(owner) && !(step in owner) && second in owner ? second : step;
}
