import { sanitize } from '../../kernel/text/sanitize.ts';
import type { Editor } from './editor.ts';

/** A paste of more is shown as one marker. */
const MOST_LINES = 10;
const MOST_CHARACTERS = 1_000;
/** A text sent before is shown whole up to here. */
const MOST_RECALLED = 20_000;

/**
 * A marker is one noncharacter of Unicode, which no text may hold: 32 of them, so many pastes one text can have. What
 * comes after them is put in whole.
 */
const FIRST = 0xfdd0;
const MARKERS = 32;
const MARKER = /[\ufdd0-\ufdef]/u;
const NONCHARACTERS = /[\ufdd0-\ufdef\ufffe\uffff]/gu;

/** The text as it is sent, with what was pasted. */
export const textOf = (editor: Pick<Editor, 'text' | 'pastes'>): string => expanded(editor.text, editor.pastes);

export const expanded = (text: string, pastes: readonly string[]): string =>
  pastes.length === 0 ? text : text.replace(/[\ufdd0-\ufdef]/gu, (char) => pastes[char.charCodeAt(0) - FIRST] ?? '');

/** What a character with a marker in it is shown as; undefined when there is none in it. */
export function labelOf(char: string, pastes: readonly string[]): string | undefined {
  const marker = MARKER.exec(char)?.[0];
  if (marker === undefined) return undefined;
  const index = marker.charCodeAt(0) - FIRST;
  const text = pastes[index] ?? '';
  const lines = linesOf(text);
  return char.replace(
    marker,
    `[paste #${index + 1}, ${lines > 1 ? `${lines.toLocaleString('en-US')} lines` : `${text.length.toLocaleString('en-US')} characters`}]`,
  );
}

/** A line end at the end begins no other line. */
const linesOf = (text: string): number => text.replace(/\n$/u, '').split('\n').length;

/**
 * Text as the prompt may hold it: no control character but newline and tab, no escape sequence, nothing hidden.
 * `before` is what stands before it: a joiner alone has a meaning only there.
 */
export function cleanInput(text: string, before: string): string {
  const plain = text.replace(/\r\n?/gu, '\n').replace(NONCHARACTERS, '\ufffd');
  const joined = sanitize(before + plain);
  return joined.startsWith(before) ? joined.slice(before.length) : sanitize(plain);
}

export interface Pasted {
  /** What is put into the text: itself, or a marker. */
  readonly text: string;
  readonly pastes: readonly string[];
}

/** Clean text from a paste. */
export function pasted(text: string, pastes: readonly string[]): Pasted {
  const isLarge = text.length > MOST_CHARACTERS || linesOf(text) > MOST_LINES;
  return isLarge ? marked(text, pastes) : { text, pastes };
}

/** Clean text that was sent before or comes from an editor. */
export const recalledText = (text: string, pastes: readonly string[]): Pasted => (text.length > MOST_RECALLED ? marked(text, pastes) : { text, pastes });

function marked(text: string, pastes: readonly string[]): Pasted {
  const known = pastes.indexOf(text);
  if (known >= 0) return { text: String.fromCharCode(FIRST + known), pastes };
  return pastes.length < MARKERS ? { text: String.fromCharCode(FIRST + pastes.length), pastes: [...pastes, text] } : { text, pastes };
}
