import type { Argv } from 'yargs';
import { COMMANDS } from './commands/all.ts';
import type { Command } from './commands/shared.ts';
import { talkFlags, workFlags } from './run/flags.ts';
import { lookFlags } from './shell/flags.ts';
import { emptyOrStray, usageError } from './usage.ts';
import { VERSION } from './version.ts';
import { unmarked } from './words.ts';

type Handler = (args: Parameters<Command['run']>[0]) => Promise<void>;

/** One command, as the command line calls it. */
export function commandParser(yargs: Argv, argv: readonly string[], command: Command, run: Handler): Argv {
  let inner = yargs;
  const fault = (message: string) => usageError(message, { usage: command.usage, flags: flagsOf(inner), argv });
  const parser = common(yargs, fault);
  return parser.command(
    command.usage,
    command.describe,
    (own) => {
      inner = withExamples(command.options?.(own) ?? own, command);
      return inner;
    },
    (args) => run(checked(args, { parser: inner, argv, fault })),
  );
}

/** The names of all commands for the help, and `oxios -p`. */
export function topParser(yargs: Argv, argv: readonly string[], run: Handler): Argv {
  const fault = (message: string) => usageError(message, { usage: '', flags: flagsOf(parser), argv });
  const parser = common(yargs, fault);
  for (const [usage, describe] of COMMANDS) parser.command(usage, describe);
  const begin = (args: object) => run(checked(args, { parser, argv, fault }));
  return workFlags(parser.command('$0 [prompt]', 'open the shell, or do one task (-p)', (one) => lookFlags(promptFlags(one)), begin));
}

/** Everything, with every flag: what completion looks through. It prints, and runs nothing. */
export async function completionParser(yargs: Argv): Promise<Argv> {
  const parser = common(yargs, (message) => usageError(message, { usage: '', flags: [], argv: [] }));
  for (const [usage, describe, load] of COMMANDS) {
    const command = await load();
    parser.command(usage, describe, (own) => command.options?.(own) ?? own);
  }
  return parser.completion('completion', false, (_current: string, _args: unknown, defaults: Defaults, done: (names: string[]) => void) => {
    defaults((_error, names) => done((names ?? []).filter((name) => !name.startsWith('$0'))));
  });
}

type Defaults = (take: (error: Error | null, names: string[] | undefined) => void) => void;

/** Flags of every command. */
export const commonFlags = (parser: Argv): Argv =>
  parser
    .option('json', { type: 'boolean', describe: 'machine-readable output on stdout' })
    .option('home', { type: 'string', describe: 'home folder, default $OXIOS_HOME or ~/.oxios', requiresArg: true })
    .option('quiet', { type: 'boolean', describe: 'nothing on stderr but errors' })
    .option('verbose', { type: 'boolean', describe: 'more on stderr' })
    .option('color', { type: 'boolean', describe: 'colour and a live line; --no-color for plain lines', default: true });

/** A fault that yargs throws by itself is one of usage too. */
const common = (parser: Argv, fault: (message: string) => Error): Argv =>
  commonFlags(parser)
    .scriptName('oxios')
    .usage('oxios <command> [options]\noxios -p "request"')
    .version('version', 'show the version', `oxios ${VERSION}`)
    .help()
    .alias('help', 'h')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': true, 'greedy-arrays': false, 'dot-notation': false })
    .middleware((args) => lastOfEach(args, listsOf(parser)), true)
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw fault(error?.message ?? message);
    });

const withExamples = (parser: Argv, command: Command): Argv =>
  (command.examples ?? []).reduce((one, [line, why]) => one.example(line, why), parser.usage(`oxios ${command.usage}\n\n${command.describe}`));

export const promptFlags = (parser: Argv): Argv =>
  talkFlags(
    parser
      .positional('prompt', { type: 'string', describe: 'the request' })
      .option('print', { alias: 'p', type: 'boolean', describe: 'do one task without a terminal and print the answer' })
      .option('output-schema', { type: 'string', describe: 'with -p: JSON Schema the answer has to fit; exit 1 when it does not', requiresArg: true }),
  );

interface Parsed {
  readonly parser: Argv;
  readonly argv: readonly string[];
  fault(message: string): Error;
}

/** What yargs lets pass: a flag with an empty value, and a value for one that takes none. */
function checked(args: object, { parser, argv, fault }: Parsed): Parameters<Handler>[0] {
  const wrong = emptyOrStray(argv, optionsOf(parser));
  if (wrong !== undefined) throw fault(wrong);
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, unmarked(value)])) as Parameters<Handler>[0];
}

/** The types of yargs leave `getOptions` out. */
const optionsOf = (parser: Argv) => (parser as Argv & { getOptions(): { key: object; boolean: readonly string[]; array: readonly string[] } }).getOptions();

const flagsOf = (parser: Argv): readonly string[] => Object.keys(optionsOf(parser).key);
const listsOf = (parser: Argv): readonly string[] => optionsOf(parser).array;

/** A flag given twice means what it says last, but a list takes every value. */
function lastOfEach(args: Record<string, unknown>, lists: readonly string[]): void {
  for (const [name, value] of Object.entries(args)) if (name !== '_' && Array.isArray(value) && !lists.includes(name)) args[name] = value.at(-1);
}
