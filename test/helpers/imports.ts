/** One import or re-export of a module. */
export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
  /** `export * from` or `export {...} from`. */
  readonly reexport: 'all' | 'some' | undefined;
  readonly dynamic: boolean;
}

/** Imports of a TypeScript source, found without a compiler: comments and strings that only look like imports are passed over. */
export function importsOf(source: string): readonly Import[] {
  const code = withoutComments(source);
  const found: Import[] = [];
  for (const match of code.matchAll(/^\s*(import|export)\s+(type\s+)?([^'"`;]*?\bfrom\s+)?(['"])([^'"\n]+)\4/gmu)) {
    const [, word, type, clause = '', , from = ''] = match;
    if (word === 'export' && clause === '') continue;
    found.push({
      from,
      typeOnly: type !== undefined,
      reexport: word === 'export' ? (clause.trimStart().startsWith('*') ? 'all' : 'some') : undefined,
      dynamic: false,
    });
  }
  for (const match of code.matchAll(/\bimport\(\s*(['"])([^'"\n]+)\1\s*\)/gu))
    found.push({ from: match[2] ?? '', typeOnly: false, reexport: undefined, dynamic: true });
  return found;
}

/** Lines that hold code. */
export const codeLines = (source: string): number =>
  withoutComments(source)
    .split('\n')
    .filter((line) => line.trim() !== '').length;

/** Takes comments away and leaves strings, templates and line breaks as they are. */
export function withoutComments(source: string): string {
  const token =
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*(?=[\s.,;)\]])/gu;
  return source.replace(token, (text) => (text.startsWith('/*') || text.startsWith('//') ? text.replace(/[^\n]/gu, '') : text));
}
