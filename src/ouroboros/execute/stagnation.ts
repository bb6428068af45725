import { createHash } from 'node:crypto';

export type Pattern = 'spinning' | 'oscillation' | 'no_drift' | 'diminishing_returns';

/** What happened so far, the latest last. */
export interface History {
  readonly outputs: readonly string[];
  readonly errors: readonly string[];
  /** Distance from the goal, 0 (there) to 1. */
  readonly drift: readonly number[];
}

/** So many equal ones in a row are spinning; scores that move no more than this have not moved. */
const EQUAL = 3;
const MOVED = 0.01;
/** A, B, A, B. */
const SWINGS = 4;
/** Unmet criteria that stay the same for so many generations. */
const UNCHANGED = 3;

/** Patterns of work that does not get on, each with how sure that is, 0 to 1. Rules and figures: ouroboros.md, section 3. */
export function stagnation({ outputs, errors, drift }: History): Readonly<Partial<Record<Pattern, number>>> {
  const found: Partial<Record<Pattern, number>> = {};
  if (isSpinning(outputs) || isSpinning(errors)) found.spinning = 1;
  if (isSwinging(outputs)) found.oscillation = 0.9;
  const still = stillness(drift);
  if (still !== undefined) found.no_drift = still;
  const fading = fadingOf(drift);
  if (fading !== undefined) found.diminishing_returns = fading;
  return found;
}

/** The first of the patterns that is there, in the order they are told of. */
export const patternIn = (history: History): Pattern | undefined => {
  const found = stagnation(history);
  return PATTERNS.find((one) => found[one] !== undefined);
};

const PATTERNS: readonly Pattern[] = ['spinning', 'oscillation', 'no_drift', 'diminishing_returns'];

/** The same criteria were unmet in the last generations: nothing that was done there helped. */
export function noProgress(unmet: readonly (readonly string[])[]): boolean {
  const last = unmet.slice(-UNCHANGED).map((ids) => JSON.stringify([...new Set(ids)].sort()));
  return last.length === UNCHANGED && unmet.at(-1)?.length !== 0 && new Set(last).size === 1;
}

/** Ways out of each pattern; after these, and where there is no pattern, the next that was not tried. */
const WAYS_OUT: Readonly<Record<Pattern, string>> = {
  spinning: 'hacker',
  oscillation: 'simplifier',
  no_drift: 'researcher',
  diminishing_returns: 'researcher',
};
const OTHERWISE = ['architect', 'contrarian'] as const;
const WITHOUT_PATTERN = ['hacker', 'researcher', 'simplifier', ...OTHERWISE] as const;

/** Changes of approach that one criterion is worth; what does not get on then is stagnated. */
export const MAX_LATERAL = 2;

/** Who tries next, the first that was not asked yet; undefined: all that may be were. */
export function lateralFor(pattern: Pattern | undefined, used: readonly string[]): string | undefined {
  if (used.length >= MAX_LATERAL) return undefined;
  const ways = pattern === undefined ? WITHOUT_PATTERN : [WAYS_OUT[pattern], ...OTHERWISE];
  return ways.find((one) => !used.includes(one));
}

/** The same output or error, told twice: colours, times, addresses, temporary places and white space do not count. */
export const normalized = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with one
    .replace(/\u001b\[[0-9;]*[A-Za-z]/gu, '')
    .replace(/\b\d+(?:\.\d+)?\s?(?:ms|µs|s|sec|seconds|minutes?)\b/gu, '<time>')
    .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?\b/gu, '<time>')
    .replace(/0x[0-9a-f]{4,}/giu, '<address>')
    .replace(/(?:\/[\w.@+-]+)*\/(?:tmp|scratch)\/[\w.@+/-]*/gu, '<place>')
    .replace(/\s+/gu, ' ')
    .trim();

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function isSpinning(texts: readonly string[]): boolean {
  const last = texts.slice(-EQUAL).map(digest);
  return last.length === EQUAL && new Set(last).size === 1;
}

function isSwinging(texts: readonly string[]): boolean {
  const [a, b, c, d] = texts.slice(-SWINGS).map(digest);
  return d !== undefined && a === c && b === d && a !== b;
}

/** How sure it is that the last scores do not move. */
function stillness(scores: readonly number[]): number | undefined {
  const last = scores.slice(-EQUAL);
  if (last.length < EQUAL) return undefined;
  const steps = last.slice(1).map((score, at) => Math.abs(score - (last[at] ?? 0)));
  if (!steps.every((step) => step < MOVED)) return undefined;
  return exact(1 - steps.reduce((sum, step) => sum + step, 0) / steps.length / MOVED);
}

/** Each score is better than the one before by less than what counts as movement; surer still where it is less each time. */
function fadingOf(scores: readonly number[]): number | undefined {
  const last = scores.slice(-(EQUAL + 1));
  if (last.length < EQUAL + 1) return undefined;
  const gains = last.slice(1).map((score, at) => (last[at] ?? 0) - score);
  if (!gains.every((gain) => gain < MOVED)) return undefined;
  return gains.every((gain, at) => at === 0 || (gains[at - 1] ?? 0) >= gain) ? 0.8 : 0.6;
}

/** Without the noise of binary fractions. */
const exact = (value: number): number => Number(value.toFixed(10));
