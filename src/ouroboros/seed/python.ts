/**
 * White space as Python's `str.isspace` has it. It differs from JavaScript's `\s`: with the separators 1C-1F and NEL (85), without the
 * byte order mark. The reference implementation is Python, and criteria are keyed by their stripped text.
 */
export const PYTHON_SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const EDGES = new RegExp(`^[${PYTHON_SPACE}]+|[${PYTHON_SPACE}]+$`, 'gu');
const ANY_SPACE = new RegExp(`[${PYTHON_SPACE}]`, 'u');
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f]/u;

export const strip = (text: string): string => text.replace(EDGES, '');
export const stripSpaces = (text: string): string => text.replace(/^ +| +$/gu, '');
export const hasSpace = (text: string): boolean => ANY_SPACE.test(text);
export const hasControl = (text: string): boolean => CONTROL.test(text);

/** The word `NONE` in any case stands for no value. */
export const isNone = (text: string): boolean => stripSpaces(text).toUpperCase() === 'NONE';

/** Length in code points, as Python counts. */
export const pythonLength = (text: string): number => {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
};
