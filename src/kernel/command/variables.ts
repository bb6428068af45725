import { forEachChild, type SyntaxNode } from 'unbash';
import { SETTERS } from './programs/builtins.ts';
import { literal, type Variables } from './words.ts';

/** Undefined: something else than a plain text is put into it somewhere. */
type Values = Map<string, Set<string> | undefined>;

/** What a whole script puts into its variables, wherever it does so. */
export function variablesOf(tree: SyntaxNode): Variables {
  const state: State = { values: new Map(), closed: true };
  collect(tree, state);
  return (name) => {
    const known = state.closed ? state.values.get(name) : undefined;
    return known && [...known];
  };
}

/** Builtins that run text: it may set anything. */
const RUNS_TEXT = new Set(['eval', 'source', '.', 'trap']);

interface State {
  readonly values: Values;
  /** Nothing happens in it that could set what it does not name. */
  closed: boolean;
}

function collect(node: SyntaxNode, state: State): void {
  const { values } = state;
  if (node.type === 'Assignment') set(values, node.name, node.append || node.index || node.value.type !== 'Word' ? undefined : literal(node.value));
  else if (node.type === 'For') turns(node, values);
  else if (node.type === 'Select') set(values, node.name.value, undefined);
  else if (node.type === 'ArithmeticWord') set(values, node.value, undefined);
  else if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default') set(values, node.parameter, undefined);
  else if (node.type === 'Command') called(node, state);
  forEachChild(node, (child) => collect(child, state));
}

function turns(node: Extract<SyntaxNode, { type: 'For' }>, values: Values): void {
  if (!node.wordlist) set(values, node.name.value, undefined);
  else for (const word of node.wordlist) set(values, node.name.value, literal(word) ?? globOf(word.parts ?? [], word.text));
}

function called(node: Extract<SyntaxNode, { type: 'Command' }>, state: State): void {
  builtin(node, state);
  // What stands before a command does not hold for its own words.
  for (const one of node.prefix) if (one.type === 'Assignment' && node.name) set(state.values, one.name, undefined);
}

/** A glob without any other expansion. */
const globOf = (parts: readonly { readonly type: string }[], text: string): string | undefined =>
  parts.every((part) => part.type === 'Literal' || part.type === 'Glob') && !text.includes('\\') ? text : undefined;

function builtin(node: Extract<SyntaxNode, { type: 'Command' }>, state: State): void {
  const words = [...(node.name ? [literal(node.name)] : []), ...node.args.map((arg) => (arg.type === 'Word' ? literal(arg) : `${arg.name}=`))];
  if (RUNS_TEXT.has(words[0] ?? '')) state.closed = false;
  const at = words.findIndex((word) => word !== undefined && (SETTERS.has(word) || word === 'printf' || word === 'let'));
  if (at < 0) return;
  // Behind another word, and where one name stands for another, it is not followed.
  if (at > 0 || words.some((word) => word === undefined || /^-[a-zA-Z]*n/u.test(word))) state.closed = false;
  for (const word of words.slice(1)) if (!word?.endsWith('=')) set(state.values, word?.replace(/[+[=].*$/su, '') ?? '', undefined);
}

function set(values: Values, name: string, value: string | undefined): void {
  if (value === undefined) values.set(name, undefined);
  else if (!values.has(name)) values.set(name, new Set([value]));
  else values.get(name)?.add(value);
}
