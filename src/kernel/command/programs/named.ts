import type { Program } from './types.ts';

/** The same for many names, which stand in one text. */
export const named = (names: string, program: Program): Readonly<Record<string, Program>> =>
  Object.fromEntries(names.split(/\s+/u).map((name) => [name, program]));
