import type { Job } from '../job.ts';
import type { Seed } from '../seed/types.ts';

/** Shorter strings mask too much and hide too little. */
const MIN_CONTRACT = 3;
/** The same of one line of several, and of what an encoding leaves of a string. */
const MIN_PART = 6;
/** Longer lines are hidden in pieces, characters: the pattern of one holds every way to write every character. */
const MAX_PIECE = 300;

const HIDDEN = '[contract]';

/**
 * Removes contract strings (verify commands, assertions) from text that a worker will see: as written, quoted for a shell, JSON,
 * a URL or HTML, in escapes, wrapped over lines, as a list of words, backwards, in base64 and in hexadecimal.
 */
export const createMask = (contracts: readonly (string | null)[]): Mask => maskBy(contracts, new Map());

export type Mask = (text: string) => string;

/** What hides how criteria are checked, in this generation and the one before. */
export interface Masks {
  readonly all: Mask;
  /** What a criterion asks for may have to name the output it is about; how it is checked never has to be named. */
  readonly commands: Mask;
}

/** Made once for each seed: the patterns of every way to write something are long. */
export function masksOf({ seed, parent }: Pick<Job, 'seed' | 'parent'>): Masks {
  const made = MADE.get(seed);
  if (made) return made;
  const criteria = [...seed.acceptance_criteria, ...(parent?.acceptance_criteria ?? [])];
  const known = new Map<string, readonly RegExp[]>();
  const commands = criteria.map((one) => one.verify_command);
  const masks = { commands: maskBy(commands, known), all: maskBy([...commands, ...criteria.map((one) => one.output_assertion)], known) };
  MADE.set(seed, masks);
  return masks;
}

const MADE = new WeakMap<Seed, Masks>();

function maskBy(contracts: readonly (string | null)[], known: Map<string, readonly RegExp[]>): Mask {
  const secrets = [...new Set(contracts.flatMap((one) => (one === null ? [] : piecesOf(one))))].sort((a, b) => b.length - a.length);
  const patterns = secrets.flatMap((secret) => {
    const made = known.get(secret) ?? patternsOf(secret);
    known.set(secret, made);
    return made;
  });
  return (text) => patterns.reduce((masked, pattern) => masked.replace(pattern, HIDDEN), text);
}

/** The whole where it is of one line, and each line, since they may be told in any order. */
function piecesOf(contract: string): readonly string[] {
  const whole = contract.trim();
  const lines = whole.split('\n').map((line) => line.trim());
  const least = lines.length === 1 ? MIN_CONTRACT : MIN_PART;
  return lines.filter((line) => line.length >= least).flatMap(inPieces);
}

/** Characters that no way of writing leaves out: what has fewer is hidden as it is written only, since a pattern of it would fit everywhere. */
const solid = (text: string): number => [...text].filter((char) => !SHELL.has(char) && char.trim() !== '').length;

/** All of about one length: a short rest would hide too much. */
function inPieces(line: string): readonly string[] {
  const chars = [...line];
  const size = Math.ceil(chars.length / Math.ceil(chars.length / MAX_PIECE));
  return Array.from({ length: Math.ceil(chars.length / size) }, (_, at) => chars.slice(at * size, (at + 1) * size).join(''));
}

function patternsOf(secret: string): readonly RegExp[] {
  if (solid(secret) < MIN_CONTRACT) return [new RegExp([...secret].map(literal).join(''), 'gu')];
  const bytes = new TextEncoder().encode(secret);
  const encoded = [0, 1, 2].map((pad) => base64Within(bytes, pad)).filter((one) => one.length >= MIN_PART);
  return [
    new RegExp(writtenAnyhow(secret), 'gu'),
    new RegExp([...secret].reverse().map(literal).join(BREAK), 'gu'),
    new RegExp([...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(HEX_BETWEEN), 'giu'),
    ...encoded.map((one) => new RegExp([...one].map(base64Char).join(BREAK), 'gu')),
  ];
}

/** A line may end anywhere in what is wrapped. */
const BREAK = '(?:[ \\t\\r]*\\n[ \\t]*)?';
/** What may stand between two words: white space in any form, and what lists and shells put there. */
const GAPS = '(?:20|09|0[aAdD]|2[bBcC27])';
const QUOTE = `\\\\{0,3}["']|%2[27]|\\\\u002[27]|\\\\x2[27]|\\\\0?4[27]|&(?:#0*3[49]|#[xX]0*2[27]|quot|apos);`;
const BETWEEN = `(?:[\\s+"'\`,\\\\]|%${GAPS}|\\\\u00${GAPS}|\\\\x${GAPS}|&(?:#3[249]|nbsp|quot|apos);|\\\\[nrt])+`;
const HEX_BETWEEN = '(?:[\\s:,]{0,3}(?:\\\\x|0x|%)?)?';

/** Every way to write a text that leaves its characters in their order. */
function writtenAnyhow(text: string): string {
  // Quotes at the edges of words are of what may stand between two: twice the same would take for ever to tell apart.
  const words = text
    .split(/\s+/u)
    .map((word) => word.replace(/^["'\\]+|["'\\]+$/gu, ''))
    .filter((word) => word !== '');
  const within = words.map((word) => [...word].map(charAnyhow).join(BREAK)).join(BETWEEN);
  return `${edge(/^["'\\]*/u.exec(text))}${within}${edge(/["'\\]*$/u.exec(text))}`;
}

/** The quotes that a text begins or ends with, as far as they are there: one choice for all, so that there is one way to take them. */
const edge = (quotes: RegExpExecArray | null): string => (quotes?.[0] ? `(?:${QUOTE}){0,${quotes[0].length}}` : '');

const NAMED: Readonly<Record<string, string>> = { '"': 'quot', '&': 'amp', "'": 'apos', '<': 'lt', '>': 'gt' };

/** One character as it is, behind backslashes, or as an escape. Quotes and backslashes may be gone: they belong to the shell. */
function charAnyhow(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const plain = /\w/u.test(char);
  const url = [...new TextEncoder().encode(char)].map((byte) => `%${anyCase(byte.toString(16).padStart(2, '0'))}`).join('');
  const unicode = char.split('').map((unit) => `\\\\u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`);
  const entity = `&(?:#0*${code}|#[xX]0*${anyCase(hex)}${NAMED[char] === undefined ? '' : `|${NAMED[char]}`});`;
  const low = code < 0x80 ? [`\\\\x${anyCase(hex.padStart(2, '0'))}`, `\\\\0?${code.toString(8).padStart(3, '0')}`] : [];
  const all = [`${plain ? '' : '\\\\{0,3}'}${literal(char)}`, url, unicode.join(''), entity, ...low];
  return `(?:${all.join('|')})${SHELL.has(char) ? '?' : ''}`;
}

const SHELL: ReadonlySet<string> = new Set(['"', "'", '\\']);

const literal = (char: string): string => (/[\^$\\.*+?()[\]{}|/]/u.test(char) ? `\\${char}` : char);

const anyCase = (hex: string): string => hex.replace(/[a-f]/gu, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** The characters of a base64 text that these bytes alone decide, when so many bytes of a group of three stand before them. */
function base64Within(bytes: Uint8Array, pad: number): string {
  const whole = Buffer.concat([Buffer.alloc(pad), bytes])
    .toString('base64')
    .replace(/=+$/u, '');
  return whole.slice([0, 2, 3][pad], (pad + bytes.length) % 3 === 0 ? undefined : -1);
}

const base64Char = (char: string): string => (char === '+' ? '[-+]' : char === '/' ? '[_/]' : char);
