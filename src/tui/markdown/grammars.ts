import { common, createLowlight } from 'lowlight';

const lowlight = createLowlight();

/**
 * Code as a tree of its words; undefined when there is no such language. This file stands behind a dynamic import: the
 * grammars are read with the first code that has a language, and each is compiled when its language is first seen.
 */
export function treeOf(code: string, language: string): ReturnType<typeof lowlight.highlight> | undefined {
  const grammar = common[language];
  if (!grammar) return undefined;
  if (!lowlight.registered(language)) lowlight.register(language, grammar);
  return lowlight.highlight(language, code);
}
