import { common, createLowlight } from 'lowlight';

/** Behind a dynamic import: the grammars are read with the first code that has a language. */
export const lowlight = createLowlight();

/** A grammar is compiled when its language is first seen. */
export function register(language: string): boolean {
  const grammar = common[language];
  if (!grammar) return false;
  if (!lowlight.registered(language)) lowlight.register(language, grammar);
  return true;
}
