import type { SyntaxNode, Word } from 'unbash';

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

/** A glob as it is written: it can only match below its fixed beginning. Undefined for anything that is not just a glob. */
export function pattern(word: Word): string | undefined {
  const parts = word.parts ?? [];
  return parts.every((part) => part.type === 'Literal' || part.type === 'Glob' || part.type === 'SingleQuoted') ? word.text : undefined;
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
