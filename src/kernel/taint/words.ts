/**
 * One form for all spellings of a value: width, case, hidden characters, escapes of URLs and of strings, white space. What
 * stays apart are letters, digits and signs.
 */
export function plain(text: string): string {
  const wide = /[^\x20-\x7e]/u.test(text) ? text.normalize('NFKC').replace(HIDDEN, '') : text;
  const unescaped = wide.includes('\\') ? wide.replace(/\\u00([2-7][0-9a-f])/giu, fromHex).replace(/\\[nrtfv]/gu, ' ') : wide;
  const decoded = unescaped.includes('%') ? unescaped.replace(/%([2-7][0-9a-f])/giu, fromHex) : unescaped;
  return decoded.toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Runs of letters and digits of a plain text. */
export const wordsOf = (plainText: string): readonly string[] => plainText.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Zero-width, soft hyphen, bidi controls, tags, variation selectors (Unicode's DI property): nobody sees them, and a model reads past them. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}/gu;

const fromHex = (_: string, hex: string): string => String.fromCharCode(Number.parseInt(hex, 16));
