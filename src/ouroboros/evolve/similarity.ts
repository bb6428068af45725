import type { OntologyField } from '../seed/types.ts';

type Field = Pick<OntologyField, 'name' | 'type' | 'description'>;

export interface OntologyChange {
  /** 0 (nothing in common) to 1 (the same). */
  readonly similarity: number;
  /** Names of fields, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly modified: readonly string[];
}

/** Weights of a field that is in both, has the same type, and has the same description too. Source: ouroboros.md, section 5. */
const NAME = 0.5;
const TYPE = 0.3;
const EXACT = 0.2;

/** What separates two ontologies. Of several fields of one name the last one counts; two without fields are the same. */
export function compareOntologies(before: readonly Field[], after: readonly Field[]): OntologyChange {
  const [old, now] = [byName(before), byName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort(byCodePoint);
  const common = names.flatMap((name) => {
    const [a, b] = [old.get(name), now.get(name)];
    return a && b ? [{ name, type: a.type === b.type, exact: a.type === b.type && a.description === b.description }] : [];
  });
  const share = (count: number): number => count / names.length;
  const typed = common.filter((one) => one.type).length;
  const exact = common.filter((one) => one.exact).length;
  return {
    similarity: names.length === 0 ? 1 : NAME * share(common.length) + TYPE * share(typed) + EXACT * share(exact),
    added: names.filter((name) => !old.has(name)),
    removed: names.filter((name) => !now.has(name)),
    modified: common.filter((one) => !one.exact).map((one) => one.name),
  };
}

const byName = (fields: readonly Field[]): ReadonlyMap<string, Field> => new Map(fields.map((one) => [one.name, one]));

/** As Python sorts text: UTF-16 units would put what is above the basic plane before its end. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (const [at, char] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    if (char !== other) return (char.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
  }
  return left.length - right.length;
}
