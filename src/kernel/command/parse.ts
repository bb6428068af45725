import { forEachChild, parse, type Redirect, type SyntaxNode, type Word } from 'unbash';
import { type Found, fromPlace, type ParsedCommand, type SimpleCommand } from './simple.ts';
import { evaluates, take } from './take.ts';
import { variablesOf } from './variables.ts';
import { literal, singleArgv, spellings, type Variables } from './words.ts';

const MAX_BYTES = 16 * 1024;
const MAX_COMMANDS = 64;
const MAX_NESTING = 8;
/** For one script, ms that this thread computes, so that a busy machine takes nothing of it; the sizes above keep it far below. */
const MAX_MS = 50;
/** Folders a shell may stand in; with more it may stand anywhere. */
const MAX_PLACES = 8;
/** Control, bidi, zero-width and tag characters, and every space that is none of ours. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;

/** All programs that a bash script names. What cannot be parsed, or names a program only when it runs, is refused. */
export function parseCommand(script: string, now = computed): ParsedCommand {
  if (last?.script === script) return last.parsed;
  // The first try may be the one that code is compiled in.
  const parsed = inTime(script, now) ?? inTime(script, now) ?? refuse(`the command takes longer than ${MAX_MS} ms to understand`);
  last = { script, parsed };
  return parsed;
}

/** Milliseconds that this thread has computed. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** On its way through the gate a call is asked about several times in a row. */
let last: { readonly script: string; readonly parsed: ParsedCommand } | undefined;

function inTime(script: string, now: () => number): ParsedCommand | undefined {
  const began = now();
  const parsed = look(script, 0);
  return now() - began > MAX_MS ? undefined : parsed;
}

function look(script: string, depth: number): ParsedCommand {
  if (Buffer.byteLength(script) > MAX_BYTES) return refuse(`the command is longer than ${MAX_BYTES} bytes`);
  if (INVISIBLE.test(script)) return refuse('the command holds control or invisible characters');
  if (depth > MAX_NESTING) return refuse('shells are nested too deeply');
  const tree = parse(script);
  const [error] = tree.errors ?? [];
  if (error) return refuse(`the command cannot be parsed: ${error.message}`);
  const state = begin(tree as SyntaxNode, depth);
  for (const statement of tree.commands) {
    visit(statement, state);
    // Only here it is certain that the function stands when what follows runs.
    const { command } = statement;
    if (command.type === 'Function' && !statement.background) state.defined.set(command.name.value, { node: command, places: state.found.places });
  }
  return result(state, singleArgv(tree as SyntaxNode));
}

function result({ found, wanders }: State, argv: readonly string[] | undefined): ParsedCommand {
  if (found.refusal) return refuse(found.refusal);
  if (found.commands.length > MAX_COMMANDS) return refuse(`the command has more than ${MAX_COMMANDS} parts`);
  const { commands, redirects, assignments } = found;
  const lost = <T extends object>(all: readonly T[]): readonly T[] => (wanders ? all.map((one) => ({ ...one, at: undefined })) : all);
  return { ok: true, commands: lost(commands), redirects: lost(redirects), assignments, argv };
}

const refuse = (reason: string): ParsedCommand => ({ ok: false, reason });

interface State {
  readonly found: Found;
  readonly variables: Variables;
  /** Functions that stand by now: to call one runs nothing that was not seen. */
  readonly defined: Map<string, { readonly node: SyntaxNode; readonly places: readonly string[] | undefined }>;
  /** Functions whose bodies are being looked at. */
  readonly inside: string[];
  /** A loop changes the folder with each turn. */
  wanders: boolean;
}

function begin(tree: SyntaxNode, depth: number): State {
  const found: Found = {
    commands: [],
    redirects: [],
    assignments: [],
    refusal: undefined,
    places: ['.'],
    fed: [],
    filled: false,
    nested: (script) => look(script, depth + 1),
  };
  return { found, variables: variablesOf(tree), defined: new Map(), inside: [], wanders: false };
}

const children = (node: SyntaxNode, state: State): void => forEachChild(node, (child) => visit(child, state));

function visit(node: SyntaxNode, state: State): void {
  if (state.found.refusal || state.found.commands.length > MAX_COMMANDS) return;
  const way = WAYS[node.type] as ((node: SyntaxNode, state: State) => void) | undefined;
  if (way) way(node, state);
  else {
    note(node, state);
    children(node, state);
  }
}

type Way<K extends SyntaxNode['type']> = (node: Extract<SyntaxNode, { type: K }>, state: State) => void;

/** Where the shell goes, and what flows where. */
const WAYS: { readonly [K in SyntaxNode['type']]?: Way<K> } = {
  Function(node, state) {
    state.inside.push(node.name.value);
    aside(state, () => children(node, state));
    state.inside.pop();
  },
  Statement(node, state) {
    if (node.background) aside(state, () => children(node, state));
    else either(state, () => children(node, state));
  },
  AndOr(node, state) {
    const { found } = state;
    const seen: (readonly string[] | undefined)[] = [found.places];
    node.commands.forEach((command, at) => {
      const before = found.places;
      if (at > 0 && node.operators[at - 1] === '||') found.places = union(...seen);
      visit(command, state);
      seen.push(before, found.places);
    });
  },
  Pipeline(node, state) {
    const { found } = state;
    const [from, fed] = [found.commands.length, found.fed];
    for (const command of node.commands) {
      aside(state, () => visit(command, state));
      found.fed = [...fed, ...found.commands.slice(from)];
    }
    found.fed = fed;
  },
  Subshell: (node, state) => aside(state, () => children(node, state)),
  CommandExpansion: (node, state) => substitution(state, () => children(node, state), false),
  ProcessSubstitution: (node, state) => substitution(state, () => children(node, state), node.operator === '>'),
  For(node, state) {
    state.found.assignments.push(node.name.value);
    loop(node, state);
  },
  Select(node, state) {
    state.found.assignments.push(node.name.value);
    loop(node, state);
  },
  While: loop,
  ArithmeticFor: loop,
  Coproc(_, state) {
    state.found.refusal ??= 'coprocesses are not run';
  },
  Command: command,
};

/** Another shell, or another turn: where it goes does not matter to what follows. */
function aside(state: State, work: () => void): void {
  const { places } = state.found;
  work();
  state.found.places = places;
}

/** What may fail, and leave the shell where it was. */
function either(state: State, work: () => void): void {
  const { places } = state.found;
  work();
  state.found.places = union(places, state.found.places);
}

function union(...all: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  if (all.some((one) => one === undefined)) return undefined;
  const places = [...new Set(all.flatMap((one) => one ?? []))];
  return places.length > MAX_PLACES ? undefined : places;
}

function loop(node: SyntaxNode, state: State): void {
  const before = state.found.places;
  children(node, state);
  if (state.found.places?.join('\n') !== before?.join('\n')) state.wanders = true;
}

/** A shell of its own, with an input of its own. */
function substitution(state: State, work: () => void, filled: boolean): void {
  const { found } = state;
  const before = { fed: found.fed, filled: found.filled };
  Object.assign(found, { fed: [], filled });
  aside(state, work);
  Object.assign(found, before);
}

function command(node: Extract<SyntaxNode, { type: 'Command' }>, state: State): void {
  const { found } = state;
  const from = found.commands.length;
  const words = wordsOf(node, state);
  if (node.name) called(node, words, state);
  const to = found.commands.length;
  const going = found.places;
  children(node, state);
  found.places = going;
  const holds = found.commands.slice(to);
  const more = { ...(holds.length > 0 ? { holds } : {}), ...(opens(node, state) ? { opens: true as const } : {}) };
  for (let at = from; at < to; at++) found.commands[at] = { ...(found.commands[at] as SimpleCommand), ...more };
  const [program, target] = words;
  if (program === 'cd' || program === 'pushd' || program === 'popd') found.places = gone(found.places, program === 'cd' ? words.slice(1) : [undefined]);
  else if (target !== undefined && /^(?:command|builtin)$/u.test(program ?? '') && /^(?:cd|pushd|popd)$/u.test(target)) found.places = undefined;
}

/** A pattern at the front of a word may become anything that lies in the folder. */
const opens = (node: Extract<SyntaxNode, { type: 'Command' }>, { variables }: State): boolean =>
  node.args.some((arg) => {
    const first = arg.type === 'Word' ? arg.parts?.[0] : undefined;
    if (first?.type === 'Glob' || first?.type === 'ExtendedGlob') return true;
    return arg.type === 'Word' && /^"?\$/u.test(arg.text) && (spellings(arg, variables) ?? []).some((text) => /^[*?[]/u.test(text));
  });

const wordsOf = (node: Extract<SyntaxNode, { type: 'Command' }>, { variables }: State): readonly (string | undefined)[] => [
  ...(node.name ? [literal(node.name)] : []),
  ...node.args.flatMap((arg): readonly (string | undefined)[] => (arg.type === 'Word' ? (spellings(arg, variables) ?? [undefined]) : [`${arg.name}=`])),
];

function called(node: Extract<SyntaxNode, { type: 'Command' }>, words: readonly (string | undefined)[], state: State): void {
  const { found, defined, inside } = state;
  const [name] = words;
  const stands = name === undefined ? undefined : defined.get(name);
  if (name !== undefined && inside.includes(name)) found.refusal ??= `${name} calls itself`;
  else if (!stands) {
    const assignments = node.prefix.flatMap((one) => (one.type === 'Assignment' && !isHarmless(one) ? [one.name] : []));
    const { filled } = found;
    found.filled ||= node.redirects.some(
      (one) => one.type === 'Redirect' && one.operator === '<' && one.target?.parts?.some((part) => part.type === 'ProcessSubstitution'),
    );
    take({ words, assignments, input: inputOf(node) }, found);
    found.filled = filled;
  } else if (stands.places?.join('\n') !== found.places?.join('\n')) visit(stands.node, state);
  if (name === 'unset') defined.clear();
}

/** What a here-document or here-string puts on the input; null where only the moment knows. */
function inputOf(node: Extract<SyntaxNode, { type: 'Command' }>): string | null | undefined {
  const here = node.redirects.findLast((one) => one.type !== 'Redirect' || one.operator.startsWith('<'));
  if (!here || here.type === 'Redirect') return undefined;
  if (here.type === 'HereString') return (here.target && literal(here.target)) ?? null;
  return here.delimiter?.quoted || !here.body.parts || here.body.parts.every((part) => part.type === 'Literal') ? here.body.text : null;
}

/** Where `cd` leads from each of the places. */
function gone(places: readonly string[] | undefined, args: readonly (string | undefined)[]): readonly string[] | undefined {
  const rest = args.filter((arg) => arg === undefined || !/^-[LPe@]+$|^--$/u.test(arg));
  const [target = rest.length === 0 ? '~' : undefined] = rest;
  if (target === undefined || target === '-' || target === '' || rest.length > 1 || /[*?[]/u.test(target)) return undefined;
  return places?.map((place) => fromPlace(place, target));
}

/** Pagers and editors that are none: scripts switch them off so. */
const isHarmless = ({ name, value }: Extract<SyntaxNode, { type: 'Assignment' }>): boolean =>
  value.type === 'Word' && /^(?:(?:GIT_)?PAGER=(?:cat)?|(?:GIT_)?EDITOR=(?:true|:))$/u.test(`${name}=${literal(value) ?? '?'}`);

function note(node: SyntaxNode, { found, variables }: State): void {
  if (node.type === 'Redirect') redirect(node, found, variables);
  else if (node.type === 'Assignment') found.assignments.push(...(isHarmless(node) ? [] : [node.name]));
  else if (node.type === 'ParameterExpansion') expansion(node, found);
  else evaluation(node, found);
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

function redirect(node: Redirect, found: Found, variables: Variables): void {
  const known = node.target && spellings(node.target, variables);
  const path = known?.length === 1 && !/[*?[]/u.test(known[0] ?? '*') ? known[0] : undefined;
  if (/^[<>]&$/u.test(node.operator) && path !== undefined && /^(?:\d+-?|-)$/u.test(path)) return;
  if (path !== undefined && /^\/dev\/(?:null|stdin|stdout|stderr)$/u.test(path)) return;
  if (path !== undefined && /^\/dev\/(?:tcp|udp)\//u.test(path)) found.refusal ??= `${path} speaks to the network`;
  found.redirects.push({ path, right: node.operator === '<' ? 'read' : 'write', at: found.places });
}
