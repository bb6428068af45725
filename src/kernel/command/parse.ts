import { forEachChild, parse, type Redirect, type SyntaxNode, type Word } from 'unbash';
import { OPAQUE, SHELLS, WRAPPERS } from './programs.ts';

/** One program call inside a script, wrappers taken off. */
export interface SimpleCommand {
  readonly program: string;
  /** Arguments; undefined where a word is only known when the script runs. */
  readonly args: readonly (string | undefined)[];
  readonly assignments: readonly string[];
}

export interface FileUse {
  readonly path: string | undefined;
  readonly right: 'read' | 'write';
}

export type ParsedCommand =
  | {
      readonly ok: true;
      readonly commands: readonly SimpleCommand[];
      readonly redirects: readonly FileUse[] /** The one literal command it is, if it is no more than that. */;
      readonly argv: readonly string[] | undefined;
    }
  | { readonly ok: false; readonly reason: string };

const MAX_BYTES = 16 * 1024;
const MAX_COMMANDS = 64;
const MAX_NESTING = 8;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control, bidi, zero-width and odd space characters are what is looked for
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]/u;

/** All programs that a bash script names. What cannot be parsed, or names a program only when it runs, is refused. */
export function parseCommand(script: string, depth = 0): ParsedCommand {
  if (Buffer.byteLength(script) > MAX_BYTES) return refuse(`the command is longer than ${MAX_BYTES} bytes`);
  if (INVISIBLE.test(script)) return refuse('the command holds control or invisible characters');
  if (depth > MAX_NESTING) return refuse('shells are nested too deeply');
  const tree = parse(script);
  const [error] = tree.errors ?? [];
  if (error) return refuse(`the command cannot be parsed: ${error.message}`);
  const found: Found = { commands: [], redirects: [], defined: new Set(), refusal: undefined, depth };
  visit(tree as SyntaxNode, found);
  if (found.refusal) return refuse(found.refusal);
  if (found.commands.length > MAX_COMMANDS) return refuse(`the command has more than ${MAX_COMMANDS} parts`);
  return {
    ok: true,
    commands: found.commands.filter((one) => !found.defined.has(one.program)),
    redirects: found.redirects,
    argv: singleArgv(tree as SyntaxNode),
  };
}

const refuse = (reason: string): ParsedCommand => ({ ok: false, reason });

interface Found {
  readonly commands: SimpleCommand[];
  readonly redirects: FileUse[];
  /** Functions the script itself defines. */
  readonly defined: Set<string>;
  refusal: string | undefined;
  readonly depth: number;
}

function visit(node: SyntaxNode, found: Found): void {
  if (node.type === 'Command') take(node, found);
  if (node.type === 'Redirect') redirect(node, found);
  if (node.type === 'Function') found.defined.add(node.name.value);
  if (node.type === 'Coproc') found.refusal ??= 'coprocesses are not run';
  forEachChild(node, (child) => visit(child, found));
}

function take(node: Extract<SyntaxNode, { type: 'Command' }>, found: Found): void {
  const assignments = node.prefix.flatMap((one) => (one.type === 'Assignment' ? [one.name] : []));
  if (!node.name) return;
  const name = literal(node.name);
  const words = [name, ...node.args.map((arg) => (arg.type === 'Word' ? (literal(arg) ?? pattern(arg)) : undefined))];
  unwrap(words, assignments, found);
}

/** Takes wrappers off until a program that does something itself is left. */
function unwrap(words: readonly (string | undefined)[], assignments: readonly string[], found: Found): void {
  const [first, ...rest] = words;
  if (first === undefined) {
    found.refusal ??= 'a program is named only when the command runs';
    return;
  }
  const program = first.replace(/^.*\//u, '');
  if (OPAQUE.has(program)) {
    found.refusal ??= `${program} runs text that cannot be judged`;
    return;
  }
  const inner = WRAPPERS[program] ? innerOf(program, rest) : undefined;
  if (inner && inner.length > 0) {
    found.commands.push({ program, args: [], assignments });
    // What xargs adds to the arguments is known only when it runs.
    unwrap(program === 'xargs' ? [...inner, undefined] : inner, [], found);
    return;
  }
  if (SHELLS.has(program) && shellScript(rest, found)) return;
  found.commands.push({ program: first.includes('/') ? first : program, args: rest, assignments });
}

/** What follows a wrapper's own options, values and assignments. */
function innerOf(program: string, args: readonly (string | undefined)[]): readonly (string | undefined)[] {
  const valued = WRAPPERS[program] ?? [];
  const isOwn = (word: string) => word.startsWith('-') || (program === 'env' && /^\w+=/u.test(word));
  let at = 0;
  for (let word = args[0]; word !== undefined && isOwn(word); word = args[at]) {
    at += valued.includes(word) ? 2 : 1;
    if (word === '--') return args.slice(at);
  }
  return program === 'timeout' ? args.slice(at + 1) : args.slice(at);
}

/** Judges the script of `sh -c`; false when the shell runs something else. */
function shellScript(args: readonly (string | undefined)[], found: Found): boolean {
  const at = args.findIndex((arg) => arg !== undefined && /^-[a-z]*c$/u.test(arg));
  if (at < 0) return false;
  const script = args[at + 1];
  const inner = script === undefined ? undefined : parseCommand(script, found.depth + 1);
  if (!inner) found.refusal ??= 'a nested shell runs text that is known only when it runs';
  else if (!inner.ok) found.refusal ??= inner.reason;
  else {
    found.commands.push(...inner.commands);
    found.redirects.push(...inner.redirects);
  }
  return true;
}

function redirect(node: Redirect, found: Found): void {
  if (node.operator === '<&' || node.operator === '>&') {
    if (node.target && /^(\d+|-)$/u.test(node.target.value)) return;
  }
  const path = node.target && literal(node.target);
  if (path === '/dev/null') return;
  found.redirects.push({ path, right: node.operator === '<' ? 'read' : 'write' });
}

/** The word as the program will get it; undefined when that depends on the moment (variables, globs, substitutions, braces). */
function literal(word: Word): string | undefined {
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
function pattern(word: Word): string | undefined {
  const parts = word.parts ?? [];
  return parts.every((part) => part.type === 'Literal' || part.type === 'Glob' || part.type === 'SingleQuoted') ? word.text : undefined;
}

/** A script that is one simple command of literal words runs without a shell. */
function singleArgv(tree: SyntaxNode): readonly string[] | undefined {
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
