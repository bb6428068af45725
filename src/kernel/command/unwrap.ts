import { WRAPPERS, type Wrapper } from './programs/wrappers.ts';

export type Words = readonly (string | undefined)[];

/** What is left when a wrapper's own options, values, operands and assignments are taken off. */
export interface Unwrapped {
  readonly wrapper: Wrapper;
  /** The program it runs, with its words; absent when it is told in a script. */
  readonly inner?: Words;
  /** Text for a shell; undefined in the list: known only when it runs. */
  readonly scripts: readonly (string | undefined)[];
  /** Its own words. */
  readonly own: readonly string[];
  /** Variables it sets. */
  readonly assignments: readonly string[];
  /** Whether the program is only asked about. */
  readonly asks: boolean;
}

/** Undefined when the words hold no program, or it is not a wrapper as it is called here. */
export function unwrapped(program: string, args: Words): Unwrapped | undefined {
  const wrapper = WRAPPERS.get(program);
  if (!wrapper) return undefined;
  const after = wrapper.after ?? [];
  if (!after.every((word, at) => args[at] === word)) return undefined;
  const words = args.slice(after.length);
  const own = ownWords(wrapper, words);
  if (own.some((word) => wrapper.never?.test(word))) return undefined;
  const assignments = own.flatMap((word) => /^(\w+)=/u.exec(word)?.[1] ?? []);
  const shared = { wrapper, own, assignments, asks: own.some((word) => wrapper.asks?.test(word)) };
  if (own.some((word) => wrapper.hides?.test(word))) return { ...shared, scripts: [undefined] };
  const told = scriptOf(wrapper, words);
  if (told) return { ...shared, scripts: told };
  const inner = words.slice(own.length + (wrapper.operands ?? 0));
  if (inner.length === 0) return undefined;
  if (wrapper.joins) return { ...shared, scripts: [joined(inner)] };
  return { ...shared, scripts: [], inner: wrapper.adds ? withMore(inner, own) : inner };
}

function scriptOf({ script }: Wrapper, words: Words): Words | undefined {
  const at = script ? words.findIndex((word) => word !== undefined && script.test(word)) : -1;
  return at < 0 ? undefined : [words[at + 1]];
}

/** `:::` begins the values that `parallel` puts in. */
function joined(inner: Words): string | undefined {
  const end = inner.findIndex((word) => word !== undefined && /^::::?\+?$/u.test(word));
  const words = end < 0 ? inner : inner.slice(0, end);
  return words.some((word) => word === undefined) ? undefined : words.join(' ');
}

/** `xargs` puts what it reads behind the words, or in place of a mark in them. */
function withMore(inner: Words, own: readonly string[]): Words {
  const at = own.findIndex((word) => /^-[iI]$|^--replace$/u.test(word));
  const glued = own.map((word) => /^(?:-[iI]|--replace=)(.+)$/u.exec(word)?.[1]).find(Boolean);
  const mark = glued ?? (at < 0 ? undefined : own[at] === '-I' ? own[at + 1] : '{}');
  return mark === undefined ? [...inner, undefined] : inner.map((word) => (word?.includes(mark) ? undefined : word));
}

/** Options, their values and assignments in front. */
function ownWords(wrapper: Wrapper, args: Words): readonly string[] {
  const valued = wrapper.valued?.split(' ') ?? [];
  const own: string[] = [];
  let valueFollows = false;
  for (const word of args) {
    if (word === undefined || !(valueFollows || word.startsWith('-') || /^\w+=/u.test(word))) break;
    own.push(word);
    if (word === '--' && !valueFollows) break;
    valueFollows = !valueFollows && valued.includes(word);
  }
  return own;
}
