import type { Report } from './report.ts';

/** What a criterion says about its own id and its dependencies, and where. */
export interface Named {
  readonly id?: unknown;
  readonly depends_on: readonly (string | number)[];
}

export interface Identified {
  readonly id: string;
  readonly depends_on: readonly string[];
}

/** Letters, digits, dot, dash and underscore: an id becomes part of file names, branch names and events. */
const USABLE = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

/**
 * Gives every criterion an id (its own where that is usable and unique, else `ac` and its number) and turns dependencies into ids.
 * `place` tells where a key of the nth criterion stands.
 */
export function identify(items: readonly Named[], place: (at: number, key: 'id' | 'depends_on') => number, report: Report): readonly Identified[] {
  const given = items.map((item, at) => givenId(item.id, () => place(at, 'id'), { at, report }));
  const ids = uniqueIds(given, (at) => place(at, 'id'), report);
  return items.map((item, at) => {
    const found = item.depends_on.map((one) => resolve(one, { at, ids, given }));
    for (const [index, one] of found.entries()) {
      if (one.ok) continue;
      const message = `depends on ${JSON.stringify(item.depends_on[index])}, ${one.why}`;
      report.add({
        code: 'criterion.dependency',
        path: `acceptance_criteria.${at}.depends_on`,
        at: place(at, 'depends_on'),
        message,
        hint: `criteria here: ${ids.join(', ')}`,
      });
    }
    return { id: ids[at] ?? `ac${at + 1}`, depends_on: [...new Set(found.flatMap((one) => (one.ok ? [one.id] : [])))] };
  });
}

function givenId(id: unknown, place: () => number, { at, report }: { at: number; report: Report }): string | undefined {
  if (id === undefined || id === null) return undefined;
  const text = typeof id === 'number' || typeof id === 'string' ? String(id).trim() : '';
  if (USABLE.test(text)) return text;
  const message = `the id is not letters, digits, '.', '_' and '-', at most 64; the criterion is called ac${at + 1}`;
  report.add({ code: 'lint.id', path: `acceptance_criteria.${at}.id`, at: place(), message });
  return undefined;
}

function uniqueIds(given: readonly (string | undefined)[], place: (at: number) => number, report: Report): readonly string[] {
  const taken = new Set(given.filter((id) => id !== undefined));
  const used = new Set<string>();
  return given.map((id, at) => {
    if (id !== undefined && !used.has(id)) {
      used.add(id);
      return id;
    }
    const own = freeId(at, taken, used);
    used.add(own);
    if (id !== undefined)
      report.add({ code: 'lint.id', path: `acceptance_criteria.${at}.id`, at: place(at), message: `the id ${id} is taken; the criterion is called ${own}` });
    return own;
  });
}

function freeId(at: number, taken: ReadonlySet<string>, used: ReadonlySet<string>): string {
  let id = `ac${at + 1}`;
  while (taken.has(id) || used.has(id)) id += 'x';
  return id;
}

type Resolved = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: string };

function resolve(one: string | number, known: { at: number; ids: readonly string[]; given: readonly (string | undefined)[] }): Resolved {
  const { at, ids, given } = known;
  const name = String(one).trim();
  if (given.filter((id) => id === name).length > 1) return { ok: false, why: 'which more than one criterion is called' };
  const index = ids.includes(name) ? ids.indexOf(name) : /^[0-9]+$/u.test(name) ? Number(name) - 1 : -1;
  const id = ids[index];
  if (id === undefined) return { ok: false, why: 'which no criterion is called' };
  return index === at ? { ok: false, why: 'which is this criterion itself' } : { ok: true, id };
}
