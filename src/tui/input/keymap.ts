import { OxiosError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/text/nearest.ts';
import type { Key } from './event.ts';
import { keyName, spelledKey } from './key-name.ts';
import { type Binding, KEYS, type Where } from './keys.ts';

/** All keys as they are: the table, and what a user's file makes of it. */
export interface Keymap {
  readonly bindings: readonly Binding[];
  /** Keys that the file names; they go before the table's, wherever these are. */
  readonly own: ReadonlySet<Binding>;
}

export const DEFAULT_KEYMAP: Keymap = { bindings: KEYS, own: new Set() };

/** What a key does in the first of these places that has it. */
export function bindingFor(keymap: Keymap, where: readonly Where[], key: Key | string): Binding | undefined {
  const name = typeof key === 'string' ? key : keyName(key);
  const found = where.flatMap((place) => keymap.bindings.filter((one) => one.where === place && one.keys.includes(name)));
  return found.find((one) => keymap.own.has(one)) ?? found[0];
}

/** The keys of some places in the order of the table, without those that were taken away. */
export const keysOf = (keymap: Keymap, where: readonly Where[]): readonly Binding[] =>
  where.flatMap((place) => keymap.bindings.filter((one) => one.where === place && one.keys.length > 0));

/**
 * A key map file: `{"palette": ["ctrl-p"], "agents.kill": []}`. An action is named alone, for every place that has it,
 * or with its place. Throws CONFIG_INVALID with the first thing that is wrong; `path` says in which file.
 */
export function parseKeymap(text: string, path: string): Keymap {
  const wrong = (detail: string, hint: string): OxiosError => new OxiosError('CONFIG_INVALID', `${path}: ${detail}`, { hint });
  const replaced = new Map<Binding, Binding>();
  // A place's own action is said more exactly than one for all places, whatever the order.
  const entries = Object.entries(objectOf(text, wrong)).sort(([a], [b]) => Number(a.includes('.')) - Number(b.includes('.')));
  for (const [action, keys] of entries) {
    const bindings = KEYS.filter((one) => one.action === action || `${one.where}.${one.action}` === action);
    if (bindings.length === 0) throw wrong(`there is no action ${action}${meant(action)}`, 'oxios --help and ? in the shell name all of them');
    for (const binding of bindings) replaced.set(binding, { ...binding, keys: namesOf(action, keys, wrong) });
  }
  const bindings = KEYS.map((one) => replaced.get(one) ?? one);
  const twice = usedTwice(bindings);
  if (twice) throw wrong(twice, 'give one of them another key, or none: []');
  return { bindings, own: new Set(replaced.values()) };
}

type Wrong = (detail: string, hint: string) => OxiosError;

const FORM = 'write {"ACTION": ["KEY", ...]}, such as {"palette": ["ctrl-p", "f1"]}';

function objectOf(text: string, wrong: Wrong): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    throw wrong(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`, FORM);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('it holds no object', FORM);
  return value as Readonly<Record<string, unknown>>;
}

function namesOf(action: string, keys: unknown, wrong: Wrong): readonly string[] {
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) throw wrong(`${action} needs a list of keys`, FORM);
  return keys.map((key) => {
    const name = spelledKey(key);
    if (name === undefined) throw wrong(`${action}: there is no key ${key}`, 'keys are such as ctrl-x, alt-enter, shift-tab, f5, pageup, space, ?');
    return name;
  });
}

function meant(action: string): string {
  const known = [...new Set(KEYS.flatMap((one) => [one.action, `${one.where}.${one.action}`]))];
  const close = nearest(action, known);
  return close === undefined ? '' : `; did you mean ${close}?`;
}

function usedTwice(bindings: readonly Binding[]): string | undefined {
  const used = new Map<string, Binding>();
  for (const binding of bindings) {
    for (const key of binding.keys) {
      const other = used.get(`${binding.where} ${key}`);
      if (other && other !== binding) return `${key} is used twice: by ${nameOf(other)} and by ${nameOf(binding)}`;
      used.set(`${binding.where} ${key}`, binding);
    }
  }
  return undefined;
}

const nameOf = (binding: Binding): string => `${binding.where}.${binding.action}`;
