import { createTwoFilesPatch } from 'diff';

/** A unified diff without the header lines that only name tools; empty when nothing changed. */
export function unified(path: string, before: string, after: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(path, path, before, after, undefined, undefined, { context: 3, timeout: 500 })?.replace(/^(?:Index: .*\n)?=+\n/u, '') ?? '';
}

/** Every line of a text with a sign before it, as a diff has them. */
export const marked = (sign: '+' | '-', text: string): string =>
  text
    .replace(/\n$/u, '')
    .split('\n')
    .map((line) => `${sign}${line}`)
    .join('\n');
