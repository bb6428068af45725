import { isObject, type Json } from '../json.ts';
import type { Ledger } from './ledger.ts';
import { numbersNamed } from './records.ts';
import type { Text } from './texts.ts';
import { plain } from './words.ts';

/** A tool's result becomes a text its process has read. Of records that the user speaks of, the numbers are the tool's word. */
export function takeIn(ledger: Ledger, { tool, input, nth, isForeign }: Made, text: Text): void {
  const isTrusted = text.integrity !== 'untrusted';
  ledger.add(isTrusted && ledger.sources().length > 0 ? { ...text, text: withoutEcho(text.text, input) } : text, nth);
  if (isTrusted || !isForeign) return;
  const isNamed = (words: readonly string[]): boolean =>
    ledger.texts.holding(words, 'trusted', (id) => (OWN_WORDS.has(ledger.texts.of(id).integrity) ? ledger.place(id) : undefined)) !== undefined;
  const numbers = numbersNamed(tool, text.text, isNamed);
  if (numbers.length > 0) ledger.add({ integrity: 'tool', sources: text.sources, text: numbers.join('\n') }, nth);
}

/** The call that gave it. */
export interface Made {
  readonly tool: string;
  /** Which call of its process it is. */
  readonly nth: number;
  readonly input: Json;
  /** A server's or a program's: it answers with records of its own, not with pages of anybody. */
  readonly isForeign?: boolean;
}

/** Whoever is asked for something says it back ("there is no such name"): that answers for nothing. */
const withoutEcho = (text: string, input: Json): string => leavesOf(input).reduce((left, leaf) => left.replaceAll(leaf, ' '), plain(text));

function leavesOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [plain(value)].filter((leaf) => leaf.length >= MIN_ECHO);
  return Array.isArray(value) || isObject(value) ? Object.values(value).flatMap((one) => leavesOf(one ?? null)) : [];
}

/** Shorter ones are parts of many words, characters. */
const MIN_ECHO = 3;

const OWN_WORDS: ReadonlySet<string> = new Set(['user', 'seed']);
