import type { Theme } from './theme.ts';

/**
 * Colours are the terminal's own 16 where they do, so that a theme fits the palette a person chose and costs few
 * bytes. `dim` text and `comment` are bright black, which every palette keeps readable. No tone says by colour alone
 * what a sign or a word does not say too.
 */
const DARK: Theme['styles'] = {
  dim: { fg: 8 },
  strong: { bold: true },
  good: { fg: 2 },
  bad: { fg: 9 },
  warn: { fg: 3 },
  accent: { fg: 6 },
  user: { fg: 12, bold: true },
  title: { bold: true },
  border: { fg: 8 },
  focus: { fg: 14, bold: true },
  select: { inverse: true },
  heading: { fg: 14, bold: true },
  emphasis: { italic: true },
  code: { fg: 11 },
  link: { fg: 12, underline: true },
  quote: { fg: 7, italic: true },
  rule: { fg: 8 },
  struck: { fg: 8, strike: true },
  added: { fg: 2 },
  removed: { fg: 1 },
  'added-word': { fg: 2, inverse: true },
  'removed-word': { fg: 1, inverse: true },
  hunk: { fg: 6 },
  keyword: { fg: 5 },
  string: { fg: 2 },
  number: { fg: 3 },
  comment: { fg: 8 },
  function: { fg: 12 },
  type: { fg: 6 },
  variable: { fg: 14 },
};

/** Bright colours are hard to read on white. */
const LIGHT: Theme['styles'] = {
  ...DARK,
  bad: { fg: 1 },
  warn: { fg: 3, bold: true },
  accent: { fg: 4 },
  user: { fg: 4, bold: true },
  focus: { fg: 4, bold: true },
  heading: { fg: 4, bold: true },
  code: { fg: 5 },
  link: { fg: 4, underline: true },
  quote: { fg: 8, italic: true },
  number: { fg: 1 },
  function: { fg: 4 },
  variable: { fg: 6 },
};

/** No colour at all: weight, slant and inversion. */
const PLAIN: Theme['styles'] = {
  strong: { bold: true },
  bad: { bold: true },
  warn: { bold: true },
  user: { bold: true },
  title: { bold: true },
  focus: { bold: true, underline: true },
  select: { inverse: true },
  heading: { bold: true },
  emphasis: { italic: true },
  code: { bold: true },
  link: { underline: true },
  quote: { italic: true },
  struck: { strike: true },
  dim: { dim: true },
  comment: { dim: true },
  added: { bold: true },
  'added-word': { bold: true, inverse: true },
  'removed-word': { inverse: true },
  keyword: { bold: true },
};

/** The themes that come with Oxios. */
export const THEMES: Readonly<Record<'dark' | 'light' | 'plain', Theme>> = {
  dark: { name: 'dark', styles: DARK },
  light: { name: 'light', styles: LIGHT },
  plain: { name: 'plain', styles: PLAIN },
};
