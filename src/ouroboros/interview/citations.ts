import { decided, type Interview } from '../view/interview.ts';
import { PARTS, type Part, UNCITED } from './ambiguity.ts';

/** A claim's footing: words that were said, and by whom: `request`, or the question they answer, such as `q2`. */
export interface Quote {
  readonly from: string;
  readonly text: string;
}

export type Sources = ReadonlyMap<string, string>;

/** What the user said: the request, the answers that are decisions, the corrections. What was seen in the project is none of it. */
export const sourcesOf = (state: Interview): Sources =>
  new Map([
    ['request', state.request],
    ...decided(state).map(({ question, answer }) => [`q${question.n}`, answer.text] as const),
    ...state.corrections.map((text, at) => [`c${at + 1}`, text] as const),
  ]);

/** A shorter quote stands in any text by chance, unless it is all that was said; characters. */
const MIN_QUOTE = 8;

/** Whether the words stand there. Case, spaces and quotation marks around them do not matter. */
export function occurs({ from, text }: Quote, sources: Sources): boolean {
  const source = plain(sources.get(from.trim().toLowerCase()) ?? '');
  const quote = plain(text);
  return quote !== '' && source.includes(quote) && (quote.length >= MIN_QUOTE || quote === source);
}

/** Parts that claim to be clearer than anybody's word is worth, and cite nothing that was said. */
export const uncitedIn = (
  said: Readonly<Record<Part, { readonly score: number; readonly quotes: readonly Quote[] } | undefined>>,
  sources: Sources,
): readonly Part[] =>
  PARTS.filter((part) => {
    const one = said[part];
    return one !== undefined && one.score > UNCITED && !one.quotes.some((quote) => occurs(quote, sources));
  });

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^["'“”„‘’«»`]+|["'“”„‘’«»`]+$/gu, '')
    .trim();
