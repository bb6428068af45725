import { nearest } from '../../kernel/text/nearest.ts';
import type { Key } from './event.ts';
import { keyName, spelledKey } from './key-name.ts';
import { type Binding, KEYS, type Where } from './keys.ts';

/** All keys as they are: the table, and what a user's file makes of it. */
export interface Keymap {
  readonly bindings: readonly Binding[];
  /** Those that the file names; they go before the table's, wherever these are. */
  readonly own: ReadonlySet<Binding>;
}

export const DEFAULT_KEYMAP: Keymap = { bindings: KEYS, own: new Set() };

/** What a key does in the first of these places that has it. */
export function bindingFor(keymap: Keymap, where: readonly Where[], key: Key | string): Binding | undefined {
  const name = typeof key === 'string' ? key : keyName(key);
  const found = where.flatMap((place) => keymap.bindings.filter((one) => one.where === place && one.keys.includes(name)));
  return found.find((one) => keymap.own.has(one)) ?? found[0];
}

/**
 * What `keys.json` says: `{"palette": ["ctrl-p"], "agents.kill": []}`. An action is named alone, for every place that has
 * it, or with its place. `wrong` tells what does not fit, a sentence each; that alone is left as the table has it.
 */
export function keymapOf(value: unknown): { readonly keymap: Keymap; readonly wrong: readonly string[] } {
  if (value === undefined) return { keymap: DEFAULT_KEYMAP, wrong: [] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { keymap: DEFAULT_KEYMAP, wrong: [`it holds no object: ${FORM}`] };
  // A place's own action is said more exactly than one for all places, whatever the order.
  const entries = Object.entries(value).sort(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')));
  const wrong: string[] = [];
  let keymap = DEFAULT_KEYMAP;
  for (const [action, keys] of entries) {
    const next = withAction(keymap, action, keys);
    if (typeof next === 'string') wrong.push(next);
    else keymap = next;
  }
  const twice = usedTwice(keymap.bindings);
  return twice.length === 0 ? { keymap, wrong } : { keymap: DEFAULT_KEYMAP, wrong: [...wrong, ...twice] };
}

const FORM = 'write {"ACTION": ["KEY", ...]}, such as {"palette": ["ctrl-p", "f1"]}';

/** The keymap with an action's keys, or what is wrong with them. */
function withAction(keymap: Keymap, action: string, keys: unknown): Keymap | string {
  const isMeant = (one: Binding): boolean => one.action === action || nameOf(one) === action;
  if (!KEYS.some(isMeant)) return `there is no action ${action}${meant(action)}`;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) return `${action} needs a list of keys: ${FORM}`;
  const names = keys.map((key) => ({ key, name: spelledKey(key) }));
  const unknown = names.find(({ name }) => name === undefined);
  if (unknown) return `${action}: there is no key ${unknown.key}; keys are such as ctrl-x, alt-enter, shift-tab, f5, pageup, space, ?`;
  const own = new Set([...keymap.own].filter((one) => !isMeant(one)));
  const bindings = keymap.bindings.map((one) => {
    if (!isMeant(one)) return one;
    const changed: Binding = { ...one, keys: names.flatMap(({ name }) => name ?? []) };
    own.add(changed);
    return changed;
  });
  return { bindings, own };
}

function meant(action: string): string {
  const known = [...new Set(KEYS.flatMap((one) => [one.action, nameOf(one)]))];
  const close = nearest(action, known);
  return close === undefined ? '; help in the shell (?) tells what there is' : `; did you mean ${close}?`;
}

/** A key that would do two things in one place. With one of these nothing of the file can hold: which was meant is not known. */
function usedTwice(bindings: readonly Binding[]): readonly string[] {
  const used = new Map<string, Binding>();
  const wrong: string[] = [];
  for (const binding of bindings) {
    for (const key of binding.keys) {
      const place = `${binding.where} ${key}`;
      const other = used.get(place);
      if (other && other !== binding)
        wrong.push(`${key} is used twice, by ${nameOf(other)} and by ${nameOf(binding)}: give one of them another key, or none: []`);
      used.set(place, binding);
    }
  }
  return wrong;
}

const nameOf = (binding: Binding): string => `${binding.where}.${binding.action}`;
