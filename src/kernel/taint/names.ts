/**
 * What an argument of a foreign tool is by its name. Everything is taken for the name of somebody or something, unless it
 * is known to be what is said, when, how much or in which manner.
 */
export type NameClass = 'host' | 'party' | 'identity' | 'content' | 'place' | 'command';

/** `recipientEmail`, `recipient_email` and `recipient-email` end in the same word, and the last word says what it is. */
export function classOf(key: string): NameClass {
  const last = wordsIn(key).at(-1) ?? '';
  if (HOST.has(last)) return 'host';
  if (PARTY.has(last)) return 'party';
  if (COMMAND.has(last)) return 'command';
  if (CONTENT.has(last)) return 'content';
  return PLACE.has(last) ? 'place' : 'identity';
}

/** A number under such a name is no quantity. */
export const isIdKey = (key: string): boolean => ID.has(wordsIn(key).at(-1) ?? '');

/** What a number under this name is the number of; where the name does not say it, the tool's does. */
export function nounsOf(key: string, tool: string): readonly string[] {
  const own = wordsIn(key).filter((word) => !ID.has(word));
  return (own.length > 0 ? own : wordsIn(tool)).map(singular);
}

/** `create_file(filename)`: a name that is only now given to something. */
export const isNewName = (tool: string, key: string): boolean => wordsIn(tool).some((word) => MAKES.has(word)) && GIVEN.has(wordsIn(key).at(-1) ?? '');

export const singular = (word: string): string => (/[^s]s$/u.test(word) ? word.slice(0, -1) : word);

/** Whole values only: a text that has an address in it is a text. */
export const looksLikeAddress = (value: string): boolean =>
  /^\s*(?:[a-z][a-z0-9+.-]*:\/\/\S+|www\.\S+|mailto:\S+|[^\s<>]*<?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,}[A-Z0-9 ]*|\+?\d[\d -]{7,}\d)\s*$/iu.test(
    value,
  ) && !/^\s*\d{4}-\d{2}-\d{2}/u.test(value);

/** Several addresses in one text, with or without the names of their owners. */
export function partsOf(value: string): readonly string[] {
  const parts = value
    .split(/[,;\n]/u)
    .map((part) => /<([^<>]+)>\s*$/u.exec(part)?.[1] ?? part.replace(/^\s*mailto:/iu, ''))
    .map((part) => part.trim())
    .filter(Boolean);
  return parts.every((part) => looksLikeAddress(part)) ? parts : [value.trim()].filter(Boolean);
}

export const wordsIn = (key: string): readonly string[] =>
  key
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter(Boolean);

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const HOST = set('url urls uri href link links host hosts hostname domain site website server endpoint webhook callback redirect origin proxy registry remote');
const PARTY = set(
  'to cc bcc recipient recipients email emails mail mails mailto participant participants attendee attendees invitee invitees guest guests beneficiary payee ' +
    'iban bic swift account phone telephone mobile',
);
const MAKES = set('create make new add write save');
const GIVEN = set('name filename file path folder directory branch tag label slug');
const COMMAND = set('command commands cmd script shell');
const PLACE = set('location place venue room');
const ID = set('id ids uid uuid guid ref reference number no nr key account iban phone');
const CONTENT = set(
  // What is said.
  'body text content contents message messages msg subject title headline description desc comment comments note notes summary caption html markdown prompt reason ' +
    'query q search term terms keyword keywords pattern filter data payload code sql language lang locale format ' +
    // When.
    'date time datetime day days month months year years week hour hours minute minutes start end begin duration deadline timezone tz due until since before after at ' +
    // How much.
    'amount price cost total sum count limit offset page pages size length max min quantity rating score width height percent ' +
    // In which manner.
    'permission permissions role mode status state type kind priority color colour visibility order sort recurring enabled flag level currency unit units method',
);
