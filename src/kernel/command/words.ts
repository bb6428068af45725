import type { SyntaxNode, Word, WordPart } from 'unbash';

/** The word as the program will get it; undefined when that depends on the moment (variables, globs, substitutions, braces). */
export function literal(word: Word): string | undefined {
  const parts = word.parts ?? [];
  const fixed = parts.every(
    (part) =>
      part.type === 'Literal' ||
      part.type === 'SingleQuoted' ||
      part.type === 'AnsiCQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every((one) => one.type === 'Literal')),
  );
  if (!fixed) return undefined;
  return parts.length === 0 && word.text.startsWith('~') ? word.text : word.value;
}

/** What the script itself says a variable may hold; undefined where it cannot be told. */
export type Variables = (name: string) => readonly string[] | undefined;

/** How a program sees `<(…)`. */
export const PIPE = '/dev/fd/63';

/** More spellings of one word than this are not followed. */
const MOST_SPELLINGS = 32;

/**
 * All words that a word may become: braces unfolded, variables put in, a glob as it is written, the home as `~`, the
 * working directory as `.`. Undefined when it depends on what only the moment knows.
 */
export function spellings(word: Word, variables: Variables): readonly string[] | undefined {
  const parts = word.parts ?? [];
  if (parts.length === 0) return [word.value];
  if (parts.length === 1) return ofPart(parts[0] as WordPart, variables);
  let all: readonly string[] = [''];
  for (const part of parts) {
    // A variable that is not set leaves nothing, so that what follows it begins the path.
    const next = isVariable(part) && !wholeName(part) ? withNothing(ofPart(part, variables)) : ofPart(part, variables);
    if (!next || all.length * next.length > MOST_SPELLINGS) return undefined;
    all = all.flatMap((before) => next.map((after) => before + after));
  }
  return all;
}

function ofPart(part: WordPart, variables: Variables): readonly string[] | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [part.value];
    case 'Glob':
      return [part.text];
    case 'ProcessSubstitution':
      return [PIPE];
    case 'CommandExpansion':
      return outputOf(part);
    case 'ExtendedGlob':
      return ['*'];
    case 'BraceExpansion':
      return unfolded(part.text);
    case 'DoubleQuoted': {
      const only = part.parts.length === 1 ? part.parts[0] : undefined;
      return only && isVariable(only) ? ofPart(only, variables) : spellings({ ...part, type: 'Word', value: '' }, variables);
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const name = plainName(part);
      const known = name === undefined ? undefined : (PLACES[name] ?? variables(name));
      return known?.every((value) => !/\s/u.test(value)) ? known : undefined;
    }
    default:
      return undefined;
  }
}

const isVariable = (part: WordPart): boolean => part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion';

/** `$x` and `${x}`, but nothing that works on the value; the home and the working directory are always set. */
const plainName = (part: WordPart): string | undefined =>
  /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\}|\{(HOME|PWD):?[-?][^}]*\})$/u.exec(part.text)?.slice(1).find(Boolean);

/** Commands whose output is a name without a dash in front: a commit, a branch, a time. */
const NAMES =
  /^(?:git (?:rev-parse (?:--short |--abbrev-ref |--verify )*[\w@~^/]+|branch --show-current|symbolic-ref --short HEAD|describe(?: --tags| --always| --abbrev=\d+)*|merge-base [\w/]+ [\w/]+)|date(?: -u)?(?: \+%[\w%:-]*)?|nproc|whoami|uname -[a-z])$/u;

/** What a substitution leaves in the word, where that is known well enough. */
function outputOf(part: Extract<WordPart, { type: 'CommandExpansion' }>): readonly string[] | undefined {
  const text = part.text.replace(/^(?:\$\(|`)\s*|\s*(?:\)|`)$/gu, '');
  if (text === 'pwd') return ['.'];
  return NAMES.test(text) ? ['HEAD'] : undefined;
}

const wholeName = (part: WordPart): boolean => PLACES[plainName(part) ?? ''] !== undefined;
const withNothing = (known: readonly string[] | undefined) => known && [...known, ''];

/** Nobody may set these two: what they hold is known. */
const PLACES: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), { HOME: ['~'], PWD: ['.'] });

/** `{a,b}`, one level deep; anything more is known only to bash. */
function unfolded(text: string): readonly string[] | undefined {
  const inner = /^\{([^{}$`"'\\]*,[^{}$`"'\\]*)\}$/u.exec(text)?.[1];
  return inner === undefined ? undefined : inner.split(',');
}

/** A script that is one simple command of literal words runs without a shell. */
export function singleArgv(tree: SyntaxNode): readonly string[] | undefined {
  if (tree.type !== 'Script' || tree.commands.length !== 1) return undefined;
  const [statement] = tree.commands;
  if (statement?.type !== 'Statement' || statement.background) return undefined;
  const node = statement.command;
  if (node.type !== 'Command' || !node.name || node.prefix.length > 0 || node.redirects.length > 0) return undefined;
  const words = [node.name, ...node.args.flatMap((arg) => (arg.type === 'Word' ? [arg] : []))].map(literal);
  if (words.length !== node.args.length + 1 || words.some((word) => word === undefined || word.startsWith('~'))) return undefined;
  const argv = words as readonly string[];
  return BUILTINS.has(argv[0] ?? '') ? undefined : argv;
}

/** The words as a shell would have to be given them. */
export const quoted = (argv: readonly string[]): string =>
  argv.map((word) => (/^[\w./:=@%+-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

/** Names that mean the shell's own command, or that only a shell knows. */
const BUILTINS = new Set([
  'cd',
  'exit',
  'export',
  'set',
  'unset',
  'read',
  'type',
  'command',
  'exec',
  'builtin',
  'ulimit',
  'umask',
  'wait',
  'jobs',
  'local',
  'declare',
  'return',
  'shift',
  ':',
  'let',
  'pushd',
  'popd',
  'time',
]);
