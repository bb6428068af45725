import { forEachChild, parse, type Redirect, type SyntaxNode, type Word } from 'unbash';
import { EVALUATORS, OPAQUE, SETTERS, SHELLS } from './programs.ts';
import { literal, pattern, singleArgv } from './words.ts';
import { unwrapped, WRAPPERS } from './wrappers.ts';

/** One program call inside a script, wrappers taken off. */
export interface SimpleCommand {
  readonly program: string;
  /** Arguments; undefined where a word is only known when the script runs. A glob stands as it is written. */
  readonly args: readonly (string | undefined)[];
  /** Variables that are set for it, or by it. */
  readonly assignments: readonly string[];
  /** It only runs the program that follows it in the list. */
  readonly wraps?: true;
}

export interface FileUse {
  readonly path: string | undefined;
  readonly right: 'read' | 'write';
}

export type ParsedCommand =
  | {
      readonly ok: true;
      readonly commands: readonly SimpleCommand[];
      readonly redirects: readonly FileUse[];
      /** Variables that the script sets for itself. */
      readonly assignments: readonly string[];
      /** The one literal command it is, if it is no more than that. */
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
  const found: Found = { commands: [], redirects: [], assignments: [], defined: new Set(), inside: [], refusal: undefined, depth };
  for (const statement of tree.commands) {
    visit(statement, found);
    // Only here it is certain that the function stands when what follows runs.
    if (statement.command.type === 'Function' && !statement.background) found.defined.add(statement.command.name.value);
  }
  if (found.refusal) return refuse(found.refusal);
  if (found.commands.length > MAX_COMMANDS) return refuse(`the command has more than ${MAX_COMMANDS} parts`);
  const { commands, redirects, assignments } = found;
  return { ok: true, commands, redirects, assignments, argv: singleArgv(tree as SyntaxNode) };
}

const refuse = (reason: string): ParsedCommand => ({ ok: false, reason });

interface Found {
  readonly commands: SimpleCommand[];
  readonly redirects: FileUse[];
  readonly assignments: string[];
  /** Functions that stand by now: to call one runs nothing that was not seen. */
  readonly defined: Set<string>;
  /** Functions whose bodies are being looked at. */
  readonly inside: string[];
  refusal: string | undefined;
  readonly depth: number;
}

type Words = readonly (string | undefined)[];

function visit(node: SyntaxNode, found: Found): void {
  if (node.type === 'Function') {
    found.inside.push(node.name.value);
    forEachChild(node, (child) => visit(child, found));
    found.inside.pop();
    return;
  }
  look(node, found);
  forEachChild(node, (child) => visit(child, found));
}

function look(node: SyntaxNode, found: Found): void {
  switch (node.type) {
    case 'Command':
      take(node, found);
      return;
    case 'Redirect':
      redirect(node, found);
      return;
    case 'Assignment':
    case 'For':
    case 'Select':
      found.assignments.push(typeof node.name === 'string' ? node.name : node.name.value);
      return;
    case 'Coproc':
      found.refusal ??= 'coprocesses are not run';
      return;
    case 'ParameterExpansion':
      expansion(node, found);
      return;
    default:
      evaluation(node, found);
  }
}

/** `${x=y}` sets a variable, `${x@P}` runs what it holds, `${x[i]}` and `${x:i}` reckon with it. */
function expansion(node: Extract<SyntaxNode, { type: 'ParameterExpansion' }>, found: Found): void {
  const { operation, index, parameter } = node;
  if (operation?.type === 'Transform') found.refusal ??= 'an expansion with @ may run what a variable holds';
  if (operation?.type === 'Default' && operation.operator.endsWith('=')) found.assignments.push(parameter);
  if (operation?.type === 'Slice' && [operation.offset, operation.length].some((word) => word && !isNumber(word))) evaluates(found);
  if (index && !isNumber(index) && !/^[@*]$/u.test(index.text)) evaluates(found);
}

/** Reckoning runs what stands in the variables it names: a subscript there may hold a command. */
function evaluation(node: SyntaxNode, found: Found): void {
  if (node.type === 'ArithmeticCommandExpansion') evaluates(found);
  if (node.type === 'ArithmeticWord' && !/^(?:0[xX][\da-fA-F]+|\d+(?:#\w+)?)$/u.test(node.value)) evaluates(found);
  if (node.type === 'TestBinary' && /^-(?:eq|ne|lt|le|gt|ge)$/u.test(node.operator) && !(isNumber(node.left) && isNumber(node.right))) evaluates(found);
  if (node.type === 'TestUnary' && /^-[vR]$/u.test(node.operator)) evaluates(found);
}

const isNumber = (word: Word): boolean => /^-?\d+$/u.test(literal(word) ?? '');

/** Needs the right to run bash itself, as for any script that cannot be seen through. */
const evaluates = (found: Found): void => void found.commands.push({ program: 'bash', args: [undefined], assignments: [] });

function take(node: Extract<SyntaxNode, { type: 'Command' }>, found: Found): void {
  if (!node.name) return;
  const assignments = node.prefix.flatMap((one) => (one.type === 'Assignment' ? [one.name] : []));
  const words: Words = [literal(node.name), ...node.args.map((arg) => (arg.type === 'Word' ? (literal(arg) ?? pattern(arg)) : `${arg.name}=`))];
  const [name] = words;
  if (name !== undefined && found.inside.includes(name)) found.refusal ??= `${name} calls itself`;
  else if (name === undefined || !found.defined.has(name)) unwrap(words, assignments, found);
}

/** Takes wrappers off until a program that does something itself is left. */
function unwrap(words: Words, assignments: readonly string[], found: Found): void {
  const [first, ...rest] = words;
  const program = first?.replace(SYSTEM_FOLDER, '');
  if (program === undefined || OPAQUE.has(program)) {
    found.refusal ??= program === undefined ? 'a program is named only when the command runs' : `${program} runs text that cannot be judged`;
    return;
  }
  const wrapper = WRAPPERS.get(program);
  const inner = wrapper && unwrapped(wrapper, rest);
  if (!inner) {
    if (!SHELLS.has(program) || !shellScript(rest, assignments, found)) run({ program, args: rest, assignments }, found);
    return;
  }
  found.commands.push({ program, args: [], assignments: [...assignments, ...inner.assignments], ...(wrapper.harmless ? { wraps: true } : {}) });
  if (!inner.asks) unwrap(inner.inner, [], found);
}

/** A program that does something itself, and what it does to the shell or runs besides. */
function run(one: SimpleCommand, found: Found): void {
  const { program, args, assignments } = one;
  found.commands.push({ program, args, assignments: [...assignments, ...setBy(program, args)] });
  if (program === 'unset') found.defined.clear();
  if (EVALUATORS.get(program)?.test(args.map((arg) => arg ?? '[').join(' '))) evaluates(found);
  if (program === 'find') for (const words of runByFind(args)) unwrap(words, [], found);
}

/** Another folder may hold anything under the name of a program. */
const SYSTEM_FOLDER = /^\/(?:usr\/)?(?:local\/)?s?bin\//u;

/** Variables that a builtin sets, by its words; a word known only later may name any of them. */
const setBy = (program: string, args: Words): readonly string[] =>
  SETTERS.has(program) ? args.map((arg) => (arg === undefined ? 'PATH' : arg.replace(/[+[=].*$/su, ''))) : [];

function runByFind(args: Words): readonly Words[] {
  return args.flatMap((arg, at) => {
    if (arg === undefined || !/^-(?:exec|execdir|ok|okdir)$/u.test(arg)) return [];
    const rest = args.slice(at + 1);
    const end = rest.findIndex((word) => word === ';' || word === '+');
    return [rest.slice(0, end < 0 ? undefined : end).map((word) => (word?.includes('{}') ? undefined : word))];
  });
}

/** Judges the script of `sh -c`; false when the shell runs something else, or more than that. */
function shellScript(args: Words, assignments: readonly string[], found: Found): boolean {
  const at = args.findIndex((arg) => arg !== undefined && /^-[euxnvfl]*c$/u.test(arg));
  if (at < 0 || !args.slice(0, at).every((arg) => arg !== undefined && /^(?:-[euxnvfl]+|[-+]o|pipefail|errexit|nounset|noglob)$/u.test(arg))) return false;
  const script = args[at + 1];
  const inner = script === undefined ? undefined : parseCommand(script, found.depth + 1);
  if (!inner) found.refusal ??= 'a nested shell runs text that is known only when it runs';
  else if (!inner.ok) found.refusal ??= inner.reason;
  else {
    found.commands.push(...inner.commands);
    found.redirects.push(...inner.redirects);
    found.assignments.push(...assignments, ...inner.assignments);
  }
  return true;
}

function redirect(node: Redirect, found: Found): void {
  const path = node.target && literal(node.target);
  if (/^[<>]&$/u.test(node.operator) && path !== undefined && /^(?:\d+-?|-)$/u.test(path)) return;
  if (path !== undefined && /^\/dev\/(?:null|stdin|stdout|stderr)$/u.test(path)) return;
  found.redirects.push({ path, right: node.operator === '<' ? 'read' : 'write' });
}
