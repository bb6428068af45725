import type { KernelEvent } from '../../kernel/events.ts';
import { isObject, type Json } from '../../kernel/json.ts';
import { reveal, sanitize } from '../../kernel/text/sanitize.ts';

/**
 * What comes into the state passes here once: no string of it has a control character but newline and tab afterwards.
 * What a person is asked to approve loses nothing: whatever could mislead is shown as a sign.
 */
export const cleanEvent = (event: KernelEvent): KernelEvent => cleaned(event, event.type.startsWith('approval.') ? reveal : sanitize);

/** The same of a value that is no event. */
export const cleanValue = <T>(value: T, clean: (text: string) => string = sanitize): T => cleaned(value, clean);

/** The beginning of a text, between whole characters, and how many are missing. It holds nothing of the rest in memory. */
export function cutText(text: string, most: number): { readonly text: string; readonly cut: number } {
  if (text.length <= most) return { text, cut: 0 };
  const end = isHigh(text.charCodeAt(most - 1)) ? most - 1 : most;
  return { text: ownText(text.slice(0, end)), cut: text.length - end };
}

/** The end of a text, between whole characters. */
export function lastOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const from = text.length - most;
  return text.slice(isHigh(text.charCodeAt(from - 1)) ? from + 1 : from);
}

/** An entry as the audit window keeps it: long texts, lists and pictures are only in the log. */
export const slimEvent = (event: KernelEvent): KernelEvent => slimmed(event, 0) as KernelEvent;

/** Values in values beyond this are not looked at: no tool and no provider nests as deep. */
const MAX_DEPTH = 32;
const DEEPER = '…';

function cleaned<T>(value: T, clean: (text: string) => string, depth = 0): T {
  if (typeof value === 'string') return clean(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return DEEPER as T;
  return (Array.isArray(value) ? cleanedList(value, clean, depth) : cleanedObject(value, clean, depth)) as T;
}

function cleanedList(list: readonly unknown[], clean: (text: string) => string, depth: number): readonly unknown[] {
  const next = list.map((one) => cleaned(one, clean, depth + 1));
  return next.every((one, at) => one === list[at]) ? list : next;
}

/** The object itself where nothing had to be cleaned, which is nearly always. */
function cleanedObject(object: object, clean: (text: string) => string, depth: number): object {
  let isSame = true;
  const next: [string, unknown][] = [];
  for (const [key, value] of Object.entries(object)) {
    const name = clean(key);
    const content = cleaned(value, clean, depth + 1);
    isSame &&= name === key && content === value;
    next.push([name, content]);
  }
  return isSame ? object : Object.fromEntries(next);
}

/** Characters of one text, entries of one list, and depth that an entry of the audit window has. */
const SLIM_TEXT = 1000;
const SLIM_LIST = 40;
const SLIM_DEPTH = 6;

function slimmed(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return slimText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > SLIM_DEPTH) return DEEPER;
  if (Array.isArray(value)) return value.slice(0, SLIM_LIST).map((one) => slimmed(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'images' && key !== 'base64')
      .slice(0, SLIM_LIST)
      .map(([key, one]) => [key, slimmed(one, depth + 1)]),
  );
}

function slimText(text: string): string {
  const { text: kept, cut } = cutText(text, SLIM_TEXT);
  return cut === 0 ? text : `${kept}… (${cut} more)`;
}

/** A copy: a part of a string would keep all of it alive. */
const ownText = (text: string): string => Buffer.from(text).toString();

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** A text of a value that comes from outside. */
export const textIn = (value: Json | undefined, key: string): string | undefined => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};
