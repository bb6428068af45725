import { nestedIn } from './nested.ts';
import { EVALUATORS, OPAQUE, OTHER_SHELLS, SETTERS, SHELLS } from './programs/builtins.ts';
import { kindOf } from './programs.ts';
import { type Found, fromPlace, type SimpleCommand } from './simple.ts';
import { unwrapped, type Words } from './unwrap.ts';

/** A call as it stands in the script, or inside another. */
export interface CallSite {
  readonly words: Words;
  readonly assignments: readonly string[];
  /** The text on its input, where the script gives it one; null where that is known only when it runs. */
  readonly input?: string | null | undefined;
  readonly within?: string | undefined;
}

/** Puts a call into the list, with all it runs in turn: wrappers taken off, other shells looked into. */
export function take(site: CallSite, found: Found): void {
  const [first, ...rest] = site.words;
  const program = first?.replace(SYSTEM_FOLDER, '');
  if (program === undefined || OPAQUE.has(program)) {
    found.refusal ??= program === undefined ? 'a program is named only when the command runs' : `${program} changes what commands mean`;
    return;
  }
  const call: Call = { ...site, program, rest };
  if (LOOKS_INTO[program]?.(call, found) || wrapped(call, found) || (SHELLS.has(program) && shell(call, found))) return;
  run(call, found);
}

interface Call extends CallSite {
  readonly program: string;
  readonly rest: Words;
}

/** Another folder may hold anything under the name of a program. */
const SYSTEM_FOLDER = /^\/(?:usr\/)?(?:local\/)?s?bin\//u;

/** Builtins that run a text, or a file, in the shell itself. */
const LOOKS_INTO: Readonly<Record<string, (call: Call, found: Found) => boolean>> = Object.assign(Object.create(null), {
  eval(call: Call, found: Found) {
    const known = call.rest.every((word) => word !== undefined);
    text(known ? call.rest.join(' ') : undefined, call, found);
    found.places = undefined;
    return true;
  },
  trap(call: Call, found: Found) {
    const [action] = call.rest;
    if (action !== '-' && action !== '' && action !== '-p' && action !== '-l') text(action, call, found);
    else push(found, { program: ':', args: [], assignments: [] });
    return true;
  },
  source: sourced,
  '.': sourced,
});

/** As a shell that is given the file, but that it may also go elsewhere and set anything. */
function sourced(call: Call, found: Found): boolean {
  const [file] = call.rest;
  if (file === undefined || STDIN.test(file)) found.refusal ??= `${call.program} runs text that is known only when it runs`;
  push(found, { program: 'bash', args: call.rest, assignments: call.assignments });
  found.places = undefined;
  return true;
}

const STDIN = /^(?:\/dev\/stdin|\/dev\/fd\/\d+|\/proc\/self\/fd\/\d+|-)$/u;

/** The text of a shell, as a script of its own. */
function text(script: string | undefined, call: Call, found: Found): void {
  const inner = script === undefined ? undefined : found.nested(script);
  if (!inner) found.refusal ??= 'a nested shell runs text that is known only when it runs';
  else if (!inner.ok) found.refusal ??= inner.reason;
  else {
    for (const one of inner.commands) push(found, { ...one, at: fromHere(found, one.at), ...within(call) });
    for (const use of inner.redirects) found.redirects.push({ ...use, at: fromHere(found, use.at) });
    found.assignments.push(...call.assignments, ...inner.assignments);
  }
}

/** A shell inside begins where the one around it stands. */
const fromHere = ({ places }: Found, at: readonly string[] | undefined): readonly string[] | undefined =>
  at && places?.flatMap((place) => at.map((way) => fromPlace(place, way)));

function push(found: Found, one: SimpleCommand): void {
  const { fed, filled, places } = found;
  const flow = { ...(one.fed || fed.length === 0 ? {} : { fed }), ...(filled ? { filled: true as const } : {}) };
  found.commands.push({ ...('at' in one ? one : { ...one, at: places }), ...flow });
}

function wrapped(call: Call, found: Found): boolean {
  const { program, rest } = call;
  const off = unwrapped(program, rest);
  if (!off) return false;
  const { wrapper, own, inner, scripts } = off;
  const assignments = [...call.assignments, ...off.assignments];
  const after = wrapper.after ?? [];
  push(found, { program, args: wrapper.harmless ? [] : [...after, ...own], assignments, ...(wrapper.harmless ? { wraps: true } : {}), ...within(call) });
  if (program === 'xargs') argumentFile(own, found);
  if (off.asks) return true;
  const covered = { ...call, assignments: [], within: wrapper.covers ? [program, ...after].join(':') : call.within };
  if (inner) take({ ...covered, words: inner }, found);
  for (const script of scripts) text(script, covered, found);
  return true;
}

const within = (call: Call) => (call.within === undefined ? {} : { within: call.within });

function argumentFile(own: readonly string[], found: Found): void {
  own.forEach((word, at) => {
    const path = /^(?:-a|--arg-file)$/u.test(word) ? own[at + 1] : /^(?:-a|--arg-file=)(.+)$/u.exec(word)?.[1];
    if (path !== undefined) found.redirects.push({ path, right: 'read', at: found.places });
  });
}

/** Judges the script of `sh -c`, or the one on its input; false when the shell runs something else, or more than that. */
function shell(call: Call, found: Found): boolean {
  const { rest: args } = call;
  const at = args.findIndex((arg) => arg !== undefined && /^-[a-zA-Z]*c[a-zA-Z]*$/u.test(arg));
  const isPlain = (at < 0 ? args : args.slice(0, at + 1)).every((arg) => arg !== undefined && SHELL_FLAG.test(arg));
  if (at < 0 && (call.input === undefined || !isPlain)) return false;
  if (OTHER_SHELLS.has(call.program) || !isPlain) push(found, { program: call.program, args: ['-c', undefined], assignments: [], ...within(call) });
  // Options may also stand behind `-c`.
  const script = args.slice(at + 1).find((arg) => arg === undefined || !/^[-+]/u.test(arg));
  text(at < 0 ? (call.input ?? undefined) : script, call, found);
  return true;
}

const SHELL_FLAG = /^(?:-[euxnvflisc]+|[-+]o|pipefail|errexit|nounset|noglob|-|--norc|--noprofile|--posix|--login|\/dev\/stdin)$/u;

/** A program that does something itself, and what it does to the shell or runs besides. */
function run(call: Call, found: Found): void {
  const { program, rest: args, assignments } = call;
  push(found, { program, args, assignments: [...assignments, ...setBy(program, args)], ...within(call) });
  if (EVALUATORS.get(program)?.test(args.map((arg) => arg ?? '[').join(' '))) evaluates(found);
  const { calls, scripts } = nestedIn(kindOf(program), args);
  const inner = { assignments: [], within: call.within };
  for (const words of calls) take({ ...inner, words }, found);
  for (const script of scripts) text(script, { ...inner, program, words: [], rest: [] }, found);
}

/** Needs the right to run bash itself, as for any script that cannot be seen through. */
export const evaluates = (found: Found): void => push(found, { program: 'bash', args: [undefined], assignments: [] });

/** Variables that a builtin sets, by its words; a word known only later may name any of them. */
const setBy = (program: string, args: Words): readonly string[] =>
  SETTERS.has(program) ? args.map((arg) => (arg === undefined ? 'PATH' : arg.replace(/[+[=].*$/su, ''))) : [];
