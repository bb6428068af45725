import type { Decision, Origins } from '../events.ts';
import type { Destination } from './destination.ts';
import type { TextId } from './index.ts';
import type { Ledger } from './ledger.ts';
import { numberAs } from './records.ts';
import type { IsWhole } from './texts.ts';
import { plain, wordsOf } from './words.ts';

type Origin = Origins[number];

/** Rules of the user: what they name by itself, the user named. */
export type Named = (destination: Destination) => boolean;

/** The destinations that stem from text nobody answers for. Pure; some ten microseconds, however much was read. */
export const originsOf = (ledger: Ledger, destinations: readonly Destination[], named: Named): Origins =>
  destinations.flatMap((one) => (named(one) ? [] : (originOf(ledger, one) ?? [])));

/** One level up: what was allowed is asked, what was asked is denied, and so is what would be asked where nobody can be. */
export function raised(decision: Decision, origins: Origins, asks: boolean): Decision {
  const [first] = origins;
  if (!first || decision.verdict === 'deny') return decision;
  const more = origins.length > 1 ? `, and ${origins.length - 1} more` : '';
  const how = first.found ? 'comes from' : 'is named neither by the user nor by a trusted source, after reading';
  return {
    verdict: decision.verdict === 'allow' && asks ? 'ask' : 'deny',
    rule: RULE,
    reason: `${first.argument} ${JSON.stringify(short(first.value))} ${how} ${first.from[0] ?? 'untrusted text'}${more}`,
  };
}

const RULE = 'tainted argument';

/** Of a value, characters. */
const MAX_VALUE = 80;
/** Whom it reaches; what is said to them may be a secret. */
const short = (text: string): string => {
  const named = text.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]).+$/isu, '$1...');
  return named.length > MAX_VALUE ? `${named.slice(0, MAX_VALUE)}...` : named;
};

function originOf(ledger: Ledger, destination: Destination): Origin | undefined {
  const form = formOf(destination);
  if (form.words.length === 0 || isNamed(ledger, destination, form)) return undefined;
  const { argument, value, kind } = destination;
  const id = kind === 'path' ? pathSource(ledger, form) : kind === 'command' ? commandSource(ledger, form) : sourceOf(ledger, form.words);
  if (id !== undefined) return { argument, value, from: said(ledger, id), found: true };
  // An address can be spelled in a thousand ways: who has read what nobody answers for may use only those that were named.
  const sources = kind === 'address' || (kind === 'identity' && !destination.isNew) ? ledger.sources() : [];
  return sources.length > 0 ? { argument, value, from: [...sources], found: false } : undefined;
}

interface Form {
  readonly plain: string;
  readonly words: readonly string[];
  /** Of an address with a scheme or a port: whom it reaches, and what is asked of it. */
  readonly host?: string;
  readonly port?: string;
  readonly rest?: string;
}

function formOf({ kind, value }: Destination): Form {
  const whole = plain(value).replace(/^['"]|['"]$/gu, '');
  const url = kind === 'address' ? URL_FORM.exec(whole) : null;
  const [, scheme, host, port, rest = ''] = url ?? [];
  if (host === undefined || (scheme === undefined && !host.includes('.') && port === undefined)) return { plain: whole, words: wordsOf(whole) };
  const bare = host.replace(/^www\./u, '');
  return { plain: whole.replace(/\/$/u, ''), words: wordsOf(bare), host: bare, ...(port ? { port } : {}), rest };
}

/** Mail addresses are not of this form: the part before the @ is a name of somebody. */
const URL_FORM = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/@\s]*@(?=[^@]*:\/\/))?([\p{L}\p{N}._-]+|\[[0-9a-f:.]+\])(?::(\d+))?([/?#].*)?$/u;

/** Whether the user, the seed or a trusted source named it. */
function isNamed(ledger: Ledger, { kind, of = [] }: Destination, form: Form): boolean {
  const naming: Naming = (value, isWhole) => ledger.texts.naming(value, isWhole, ledger.place);
  if (kind === 'address') return naming(form.plain, standsAlone) || isHostNamed(ledger, naming, form);
  if (kind === 'identity' && of.some((noun) => naming(numberAs(noun, form.plain), isWord))) return true;
  if (kind === 'identity' && /^\d{1,4}$/u.test(form.plain)) return naming(form.plain, isNumberOf(of));
  return naming(form.plain, isWord) || (kind !== 'path' && ledger.texts.holding(form.words, 'trusted', ledger.place) !== undefined);
}

type Naming = (value: string, isWhole: IsWhole) => boolean;

/** Of a host that was named, nobody else's text chooses the page. */
function isHostNamed(ledger: Ledger, naming: Naming, { plain: whole, host, port, rest = '' }: Form): boolean {
  if (host === undefined) return false;
  const isNamedHost = naming(port ? `${host}:${port}` : host, isHost) || naming(host, isHostOfAnyPort);
  return isNamedHost && (rest === '' || rest === '/' || sourceOf(ledger, wordsOf(whole)) === undefined);
}

const standsAlone: IsWhole = (before, after) => !/[\p{L}\p{N}_.+@-]$/u.test(before) && !/^(?:[\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/u.test(after);
const isHost: IsWhole = (before, after) => standsAlone(before.replace(/www\.$/u, ''), after);
const isHostOfAnyPort: IsWhole = (before, after) => isHost(before, after) && !/^:\d/u.test(after);
const isWord: IsWhole = (before, after) => !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after);

/** A short number is everywhere, in dates and times: it counts where it stands as the number of something. */
function isNumberOf(nouns: readonly string[]): IsWhole {
  const told = new RegExp(`(?:#|\\b(?:${[...nouns, 'id', 'no', 'nr', 'number'].join('|')})[\\s:.=]*)['"]?$`, 'u');
  return (before, after) => isWord(before, after) && !/^[.:/-]\d/u.test(after) && told.test(before);
}

const sourceOf = (ledger: Ledger, words: readonly string[]): TextId | undefined => ledger.texts.holding(words, 'untrusted', ledger.place);

/** A file outside by its whole path, or by the name it has there. */
function pathSource(ledger: Ledger, { plain: path, words }: Form): TextId | undefined {
  return sourceOf(ledger, words) ?? sourceOf(ledger, wordsOf(path.slice(path.lastIndexOf('/') + 1)));
}

/** Words of a command that tell nothing of who chose them. */
const EVERYDAY = new Set(
  'npm npx pnpm yarn node python python3 pip go cargo make git run test tests install add build start dev lint check ci fix init status diff log show help version list ls'.split(
    ' ',
  ),
);

/** Whoever asks for a package by its name asks for the command that installs it. What a folder's own files say to run is theirs to say: to run programs in a folder is to run what is in it. */
function commandSource(ledger: Ledger, { words }: Form): TextId | undefined {
  const telling = words.filter((word) => !EVERYDAY.has(word));
  const isSaid = (word: string): boolean => ledger.texts.holding([word], 'trusted', ledger.place) !== undefined;
  if (words.length < MIN_COMMAND_WORDS || telling.every(isSaid)) return undefined;
  return ledger.texts.holding(words, 'untrusted', (id) => (ledger.texts.of(id).isFolder ? undefined : ledger.place(id)));
}

const MIN_COMMAND_WORDS = 3;

function said(ledger: Ledger, id: TextId): string[] {
  const { sources, by } = ledger.texts.of(id);
  return by === undefined ? [...sources] : sources.map((source) => `${source}, by way of ${by}`);
}
