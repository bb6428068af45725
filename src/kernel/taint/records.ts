import { isObject, type Json, type JsonObject } from '../json.ts';
import { classOf, isIdKey, singular, wordsIn } from './names.ts';
import { plain, wordsOf } from './words.ts';

/**
 * Numbers of records that the user speaks of. Who asks to move "the dentist" names the record of that title, and its number
 * is the tool's own: no text within the record can choose it. Given as `numberAs` has it, one for each word the tool calls its
 * records by. `isNamed`: whether the user's words hold these, side by side.
 */
export function numbersNamed(tool: string, result: string, isNamed: (words: readonly string[]) => boolean): readonly string[] {
  const parsed = parsedJson(result);
  if (parsed === undefined) return [];
  const nouns = [...new Set(wordsIn(tool).map(singular))];
  return recordsIn(parsed).flatMap((record) =>
    titlesOf(record).some(isNamed) ? numbersOf(record).flatMap((id) => nouns.map((noun) => numberAs(noun, id))) : [],
  );
}

/** No word of any language: it is found only by whoever looks for the number of an event. */
export const numberAs = (noun: string, id: string): string => `${noun}number${id}`;

/** Larger results are lists to choose from, and cost more to read than they tell, characters. */
const MAX_RESULT = 1_000_000;

function parsedJson(text: string): Json | undefined {
  if (text.length > MAX_RESULT || !/^\s*[[{]/u.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Words, not data.
    return undefined;
  }
}

function recordsIn(value: Json): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const open: Json[] = [value];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (Array.isArray(one)) open.push(...one);
    else if (isObject(one)) {
      found.push(one);
      open.push(...Object.values(one).filter((inner) => typeof inner === 'object' && inner !== null));
    }
  }
  return found;
}

/** What a record is called: short, and not what is said in it. A file is called by its name without what follows the dot. */
function titlesOf(record: JsonObject): readonly (readonly string[])[] {
  return Object.entries(record).flatMap(([key, value]) => {
    if (typeof value !== 'string' || value.length > MAX_TITLE || !isTitle(key)) return [];
    const whole = plain(value);
    return [whole, whole.replace(/\.[a-z0-9]{1,5}$/u, '')].map(wordsOf).filter((words) => words.join('').length >= MIN_TITLE);
  });
}

const MAX_TITLE = 120;
const MIN_TITLE = 4;

const isTitle = (key: string): boolean => TITLES.has(wordsIn(key).at(-1) ?? '') && classOf(key) !== 'party';
const TITLES = new Set(['title', 'name', 'filename', 'subject', 'label', 'path', 'slug']);

const numbersOf = (record: JsonObject): readonly string[] =>
  Object.entries(record).flatMap(([key, value]) => (isIdKey(key) && (typeof value === 'string' || typeof value === 'number') ? [plain(String(value))] : []));
