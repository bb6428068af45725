import { createIndex, type Index, type TextId } from './index.ts';
import { plain, wordsOf } from './words.ts';

/** Who answers for a text. Of `untrusted` text nobody does. */
export type Integrity = 'user' | 'seed' | 'program' | 'tool' | 'untrusted';

/** Who answers for a text, and where it came from. */
export interface Label {
  readonly integrity: Integrity;
  /** For people: `fetch http://host/page (c3.0)`. */
  readonly sources: readonly string[];
  /** How it came from there to the process, where that was not at once: `read notes.md (c3.4)`. */
  readonly by?: string;
  /** A file of the folder the run works in, which was not named trusted: its programs may be run, its addresses are not the user's. */
  readonly isFolder?: boolean;
}

export interface Text extends Label {
  readonly text: string;
}

/** Whether a value stands there by itself, by what is around it. */
export type IsWhole = (before: string, after: string) => boolean;

/** Where a text stands among those that are asked about; undefined for one that is not. */
export type Place = (id: TextId) => number | undefined;

/** All texts of one run, each once, found by the words in them. */
export interface Texts {
  add(text: Text): TextId;
  of(id: TextId): Label;
  /** The text that holds the words side by side, whatever signs are between them; the one of the highest place, which undefined excludes. */
  holding(words: readonly string[], trust: 'trusted' | 'untrusted', place: Place): TextId | undefined;
  /** Whether a text that somebody answers for holds the value, sign by sign. */
  naming(value: string, isWhole: IsWhole, place: Place): boolean;
}

/** Kept of the untrusted texts of a run, characters; of older ones beyond it the words alone are known. */
const MAX_KEPT = 16_000_000;

export function createTexts(): Texts {
  const known: Known[] = [];
  const trusted = createIndex();
  const untrusted = createIndex();
  const words = (one: Known | undefined): string | undefined => one?.words;
  let kept = 0;
  let oldest = 0;
  const forgetOldest = (): void => {
    for (; kept > MAX_KEPT && oldest < known.length; oldest++) {
      const one = known[oldest];
      if (one?.integrity !== 'untrusted') continue;
      kept -= one.words?.length ?? 0;
      one.words = undefined;
    }
  };
  const indexOf = (trust: 'trusted' | 'untrusted'): Index => (trust === 'trusted' ? trusted : untrusted);
  return {
    add({ text, ...label }) {
      const id = known.length;
      const whole = plain(text);
      const spaced = ` ${wordsOf(whole).join(' ')} `;
      const trust = label.integrity === 'untrusted' ? 'untrusted' : 'trusted';
      // What is trusted is looked at sign by sign.
      known.push({ ...label, words: spaced, ...(trust === 'trusted' ? { whole } : {}) });
      indexOf(trust).add(id, spaced);
      kept += trust === 'untrusted' ? spaced.length : 0;
      forgetOldest();
      return id;
    },
    of: (id) => known[id] ?? NOWHERE,
    holding(wanted, trust, place) {
      const needle = ` ${wanted.join(' ')} `;
      const candidates = indexOf(trust)
        .places(wanted)
        .flatMap((id) => {
          const at = place(id);
          return at === undefined ? [] : [{ id, at }];
        })
        .sort((one, other) => other.at - one.at);
      return candidates.find(({ id }) => words(known[id])?.includes(needle) ?? true)?.id;
    },
    naming: (value, isWhole, place) =>
      trusted.places(wordsOf(value)).some((id) => place(id) !== undefined && holdsWhole(known[id]?.whole ?? '', value, isWhole)),
  };
}

interface Known extends Label {
  words: string | undefined;
  readonly whole?: string;
}

const NOWHERE: Label = { integrity: 'untrusted', sources: ['text that is not kept'] };

function holdsWhole(text: string, value: string, isWhole: IsWhole): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const end = at + value.length;
    if (isWhole(text.slice(Math.max(0, at - AROUND), at), text.slice(end, end + AROUND))) return true;
  }
  return false;
}

/** Characters before and after a value that are looked at. */
const AROUND = 24;
