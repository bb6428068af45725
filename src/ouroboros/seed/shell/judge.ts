import type { Word } from './lex.ts';
import { type Command, type Pipeline, parseShell, type Script, type Step } from './parse.ts';

/** What a verify command proves: `nothing` succeeds whatever was done, `masked` throws away the exit code that matters. */
export type Verdict = { readonly proves: 'something' } | { readonly proves: 'nothing' | 'masked'; readonly why: string };

/** Judges a command by what decides its exit code. Doubt speaks for the command. */
export function judgeCommand(command: string): Verdict {
  const script = parseShell(command);
  if (!succeedsAlways(script, SHELL_START)) return { proves: 'something' };
  const simple = commandsOf(script);
  if (simple.every((one) => one.is === 'simple' && (isIdle(one.words) || nameOf(one) === 'false')))
    return { proves: 'nothing', why: 'it succeeds whatever was done' };
  const matters = simple.some((one) => !isSetup(one) && !(one.is === 'simple' && isIdle(one.words)));
  return matters ? { proves: 'masked', why: maskOf(script) } : { proves: 'something' };
}

/** Programs a command starts by name, to be found on PATH; builtins and paths are left out. */
export function programsOf(command: string): readonly string[] {
  const names = commandsOf(parseShell(command)).flatMap((one) => {
    const [program] = one.is === 'simple' ? unwrapped(one.words) : [];
    return program?.literal && !program.text.includes('/') && !BUILTINS.has(program.text) ? [program.text] : [];
  });
  return [...new Set(names)];
}

interface Options {
  readonly errexit: boolean;
  readonly pipefail: boolean;
}
const SHELL_START: Options = { errexit: false, pipefail: false };

/** The last step decides, or every step once `set -e` is on; an early `exit 0` ends it. */
function succeedsAlways(script: Script, start: Options): boolean {
  let options = start;
  let sure = true;
  for (const step of script.steps) {
    const always = step.background || stepSucceeds(step, options);
    sure = options.errexit ? sure && always : always;
    if (always && endsScript(step)) return sure;
    options = optionsAfter(step, options);
  }
  return sure;
}

const stepSucceeds = ({ first, rest }: Step, options: Options): boolean =>
  rest.reduce(
    (sure, { on, pipeline }) => (on === '&&' ? sure && pipelineSucceeds(pipeline, options) : sure || pipelineSucceeds(pipeline, options)),
    pipelineSucceeds(first, options),
  );

function pipelineSucceeds({ negated, commands }: Pipeline, options: Options): boolean {
  const last = commands.at(-1);
  if (negated) return last !== undefined && nameOf(last) === 'false';
  const always = commands.map((command, at) => commandSucceeds(command, options) || (at > 0 && isFilter(command)));
  return options.pipefail ? always.every(Boolean) : always.at(-1) === true;
}

function commandSucceeds(command: Command, options: Options): boolean {
  if (command.is === 'compound') return false;
  if (command.is === 'group') return succeedsAlways(command.script, options);
  const inner = innerScript(command.words);
  return inner ? succeedsAlways(parseShell(inner.script), inner.options) : isIdle(command.words) || isSetup(command);
}

const endsScript = ({ first, rest }: Step): boolean => {
  const [command] = first.commands;
  return rest.length === 0 && first.commands.length === 1 && command !== undefined && nameOf(command) === 'exit';
};

function optionsAfter({ first, rest }: Step, options: Options): Options {
  const [command] = first.commands;
  if (rest.length > 0 || command?.is !== 'simple' || command.words[0]?.text !== 'set') return options;
  return withFlags(
    command.words.slice(1).map((word) => word.text),
    options,
  );
}

/** `-e`, `-euo pipefail`, `+e`. */
function withFlags(flags: readonly string[], { errexit, pipefail }: Options): Options {
  const turned = (flag: RegExp): boolean | undefined => {
    const found = flags.findLast((one) => flag.test(one));
    return found === undefined ? undefined : found.startsWith('-');
  };
  const named = flags.includes('pipefail') ? flags[flags.indexOf('pipefail') - 1]?.startsWith('-') : undefined;
  return { errexit: turned(/^[-+][a-z]*e/u) ?? (flags.includes('errexit') ? true : errexit), pipefail: named ?? pipefail };
}

const SHELLS = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', '/bin/sh', '/bin/bash', '/usr/bin/bash']);

/** The script of `bash -ec '...'`. */
function innerScript(words: readonly Word[]): { readonly script: string; readonly options: Options } | undefined {
  const [program, ...args] = unwrapped(words);
  if (!program || !SHELLS.has(program.text)) return undefined;
  const at = args.findIndex((word) => /^-[a-z]*c$/u.test(word.text));
  const script = args[at + 1];
  if (at < 0 || !script?.literal) return undefined;
  const flags = args.slice(0, at + 1).map((word) => word.text);
  return { script: script.text, options: withFlags(flags, SHELL_START) };
}

function commandsOf(script: Script): readonly Command[] {
  return script.steps
    .flatMap(({ first, rest }) => [first, ...rest.map((one) => one.pipeline)])
    .flatMap((pipeline) => pipeline.commands)
    .flatMap((command) => {
      if (command.is === 'group') return commandsOf(command.script);
      const inner = command.is === 'simple' ? innerScript(command.words) : undefined;
      return inner ? commandsOf(parseShell(inner.script)) : [command];
    });
}

/** Programs that run another program; the number of words of their own before it. */
const WRAPPERS: ReadonlyMap<string, number> = new Map([
  ['env', 0],
  ['command', 0],
  ['builtin', 0],
  ['exec', 0],
  ['time', 0],
  ['nohup', 0],
  ['nice', 0],
  ['sudo', 0],
  ['timeout', 1],
]);

/** Without assignments and wrappers in front. */
function unwrapped(words: readonly Word[]): readonly Word[] {
  let at = 0;
  for (let word = words[at]; word !== undefined; word = words[at]) {
    const own = WRAPPERS.get(word.text);
    if (own !== undefined) {
      at += 1;
      while (words[at]?.text.startsWith('-')) at += 1;
      at += own;
    } else if (/^\w+\+?=/u.test(word.text)) at += 1;
    else break;
  }
  return words.slice(at);
}

/** Succeed whatever was done; in `exit` and `return` only with 0 or without a number. */
const IDLE = new Set([
  'true',
  ':',
  '/bin/true',
  '/usr/bin/true',
  'echo',
  'printf',
  'sleep',
  'pwd',
  'date',
  'export',
  'set',
  'unset',
  'shopt',
  'wait',
  'clear',
  'whoami',
  'hostname',
  'uname',
]);
const FILTERS = new Set(['tail', 'head', 'tee', 'cat', 'sort', 'uniq', 'wc', 'tr', 'cut', 'sed', 'less', 'more', 'column', 'nl', 'rev', 'fold', 'ts']);
const BUILTINS = new Set([
  'true',
  'false',
  ':',
  'echo',
  'printf',
  'test',
  '[',
  '[[',
  'cd',
  'pwd',
  'exit',
  'return',
  'export',
  'set',
  'unset',
  'shopt',
  'wait',
  'source',
  '.',
  'eval',
  'read',
  'trap',
  'ulimit',
  'umask',
  'type',
  'local',
  'declare',
  'kill',
  'jobs',
  'alias',
]);

/** Prepare the ground; that they succeed is not what the command is there to show. */
const SETUP = new Set(['cd', 'pushd', 'popd', 'mkdir', 'source', '.', 'umask', 'ulimit', 'trap']);

const nameOf = (command: Command): string => (command.is === 'simple' ? (unwrapped(command.words)[0]?.text ?? '') : '');
const isFilter = (command: Command): boolean => FILTERS.has(nameOf(command));
const isSetup = (command: Command): boolean => SETUP.has(nameOf(command));

function isIdle(words: readonly Word[]): boolean {
  const [program, ...args] = unwrapped(words);
  if (!program) return true;
  if (program.text === 'exit' || program.text === 'return') return args.length === 0 || args[0]?.text === '0';
  if (program.text === 'test' || program.text === '[' || program.text === '[[')
    return isTautology(args.filter((word) => word.text !== ']' && word.text !== ']]'));
  return IDLE.has(program.text) || isIdleCode(program.text, args);
}

/** `1 = 1`, `-n x`, `x`: a test of nothing but literals. */
function isTautology(args: readonly Word[]): boolean {
  if (!args.every((word) => word.literal)) return false;
  const [a = '', b = '', c = ''] = args.map((word) => word.text);
  if (args.length === 1) return a !== '';
  if (args.length === 2) return a === '-n' ? b !== '' : a === '-z' && b === '';
  return args.length === 3 && ['=', '==', '-eq', '-ge', '-le'].includes(b) && a === c;
}

/** One-line programs that do nothing, or only print. */
const INTERPRETERS = /^(?:node|nodejs|deno|bun|python[0-9.]*|ruby|perl|php)$/u;
const IDLE_CODE =
  /^(?:[\s;]|\d+|pass|import sys|(?:process\.|sys\.)?exit\(0?\)|exit|exit 0|(?:console\.log|print|puts)\s*\(?\s*(?:"[^"]*"|'[^']*'|\d+)\s*\)?)*$/u;

function isIdleCode(program: string, args: readonly Word[]): boolean {
  if (!INTERPRETERS.test(program)) return false;
  const at = args.findIndex((word) => ['-e', '-c', '-r', '--eval', '-p', 'eval'].includes(word.text));
  const code = args[at + 1];
  return at >= 0 && code?.literal === true && IDLE_CODE.test(code.text);
}

/** What hides the exit code, judged by the last step. */
function maskOf(script: Script): string {
  const last = script.steps.at(-1);
  if (!last) return 'its exit code says nothing';
  if (last.background) return 'it ends with &, so the shell does not wait for the exit code';
  if (last.rest.at(-1)?.on === '||') return 'what follows || always succeeds';
  const pipeline = last.rest.at(-1)?.pipeline ?? last.first;
  if (pipeline.commands.length > 1) return 'the last command of the pipe succeeds by itself; start with `set -o pipefail;` or drop the pipe';
  return script.steps.length > 1 ? 'only its last step counts, and that always succeeds; join the steps with &&' : 'its exit code is thrown away';
}
