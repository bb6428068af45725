/** Numbers of texts. */
export type TextId = number;

/** Which texts hold which words, and which words next to which. */
export interface Index {
  /** `words`: with single spaces between them. */
  add(id: TextId, words: string): void;
  /** Texts that may hold all of the words side by side, the oldest first; the words may still be apart in them. */
  places(words: readonly string[]): readonly TextId[];
}

/** Words and pairs that are told apart; what comes later shares places with others, and more texts are looked at in vain. */
const MAX_KEYS = 1_000_000;
const SHARED_MASK = 0xf_ffff;
/** What is in more texts than this is known by the first and the last of them. */
const MAX_PLACES = 64;

export function createIndex(): Index {
  const places = new Map<number, Places>();
  const shared = new Map<number, Places>();
  const put = (key: number, id: TextId): void => {
    const before = places.get(key);
    if (before === undefined && places.size >= MAX_KEYS) {
      const slot = key & SHARED_MASK;
      const one = shared.get(slot);
      const more = grown(one, id);
      if (more !== one) shared.set(slot, more);
      return;
    }
    const after = grown(before, id);
    if (after !== before) places.set(key, after);
  };
  const of = (key: number): Places | undefined => places.get(key) ?? shared.get(key & SHARED_MASK);
  return {
    add: (id, words) => eachKey(words, (key) => put(key, id)),
    places(words) {
      const keys: number[] = [];
      eachKey(words.join(' '), (key, isPair) => {
        if (isPair || words.length === 1) keys.push(key);
      });
      const found = keys.map(of);
      if (found.length === 0 || found.includes(undefined)) return [];
      const lists = found.flatMap((one) => (one === undefined ? [] : [one]));
      // A list that is cut does not tell of a text that it does not have it.
      const telling = lists.filter((one) => typeof one === 'number' || !one.isCut);
      const [first, ...others] = (telling.length > 0 ? telling : lists.slice(0, 1)).map((one) => (typeof one === 'number' ? [one] : one.ids));
      return first ? others.reduce((left, ids) => left.filter((id) => ids.includes(id)), first) : [];
    },
  };
}

/** One text, or several: most words are in one only. */
type Places = TextId | { readonly ids: TextId[]; isCut: boolean };

function grown(before: Places | undefined, id: TextId): Places {
  if (before === undefined || before === id) return id;
  if (typeof before === 'number') return { ids: [before, id], isCut: false };
  const { ids } = before;
  if (ids.at(-1) === id) return before;
  if (ids.length >= MAX_PLACES) {
    ids.splice(MAX_PLACES / 2, 1);
    before.isCut = true;
  }
  ids.push(id);
  return before;
}

const SPACE = 32;
/** FNV-1a, 32 bits. */
const [BASIS, PRIME] = [0x811c9dc5 | 0, 0x01000193];

/** A key of each word, and one of each pair of neighbours. Two may share one, so that a hit is looked at again. */
function eachKey(words: string, take: (key: number, isPair: boolean) => void): void {
  let word = BASIS;
  let last = 0;
  for (let at = 0; at <= words.length; at++) {
    const code = at < words.length ? words.charCodeAt(at) : SPACE;
    if (code !== SPACE) {
      word = Math.imul(word ^ code, PRIME);
      continue;
    }
    if (word === BASIS) continue;
    take(word, false);
    if (last !== 0) take(Math.imul(last ^ (word >>> 7), PRIME) ^ word, true);
    last = word;
    word = BASIS;
  }
}
