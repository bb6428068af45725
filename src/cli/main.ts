import { EXIT } from '../kernel/error-codes.ts';
import { COMMANDS, nameOf } from './commands/all.ts';
import type { Args } from './commands/shared.ts';
import { report, watchOutputs } from './io.ts';
import { lastWord } from './run/last-word.ts';
import { watchSignals } from './run/signals.ts';
import { unknownCommand } from './usage.ts';
import { marked, unmarked } from './words.ts';

async function dispatch(argv: readonly string[]): Promise<number> {
  if (opensAtOnce(argv)) return shell({ _: [], $0: 'oxios', ...(argv[0] === undefined ? {} : { prompt: unmarked(argv[0]) }) });
  const word = isPrompt(argv) ? undefined : commandIn(argv);
  const called = COMMANDS.find(([usage]) => nameOf(usage) === word);
  const completing = argv.includes('--get-yargs-completions');
  // What has blanks in it is something said, and no slip of a name.
  if (word !== undefined && !called && !completing && !/\s/u.test(word))
    throw unknownCommand(
      unmarked(word),
      COMMANDS.map(([usage]) => nameOf(usage)),
    );
  const [{ default: yargs }, { commandParser, completionParser, topParser }, command] = await Promise.all([
    import('yargs'),
    import('./parser.ts'),
    called?.[2](),
  ]);
  let code: number = EXIT.ok;
  const parser = yargs([...argv]);
  if (completing) await (await completionParser(parser)).parseAsync();
  else if (command)
    await commandParser(parser, argv, command, async (args) => {
      code = await command.run(args);
    }).parseAsync();
  else
    await topParser(parser, argv, async (args) => {
      code = await top(args);
    }).parseAsync();
  return code;
}

/** `oxios -p "run the tests"` is a request, whatever words it begins with; `oxios logs 3 -p` is none. */
function isPrompt(argv: readonly string[]): boolean {
  const at = argv.findIndex((word) => word === '-p' || word === '--print');
  const command = commandIn(argv);
  return at >= 0 && !(COMMANDS.some(([usage]) => nameOf(usage) === command) && argv.indexOf(command ?? '') < at);
}

/** The first word that is neither a flag nor the value of one. */
const commandIn = (argv: readonly string[]): string | undefined => argv.find((word, at) => !word.startsWith('-') && !takesValue(argv[at - 1]));

const takesValue = (before: string | undefined): boolean =>
  before !== undefined && /^--[^=]+$/u.test(before) && !SWITCHES.has(before.replace(/^--(?:no-)?/u, ''));

/** Flags that stand alone, of those that may stand before a command. */
const SWITCHES: ReadonlySet<string> = new Set([
  ...['json', 'quiet', 'verbose', 'color', 'help', 'version', 'print', 'continue', 'trust', 'require-sandbox', 'all', 'get-yargs-completions'],
  ...['inline', 'panes', 'screen-reader', 'vim'],
]);

/** A person at a terminal who says nothing, or only what is to be done: the screen is painted before flags are known how to be read. */
const opensAtOnce = (argv: readonly string[]): boolean => isTerminal() && (argv.length === 0 || (argv.length === 1 && /^[^-].*\s/su.test(argv[0] ?? '')));

const isTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

async function top(args: Args<Record<string, unknown>>): Promise<number> {
  if (args.print === true) return (await import('./commands/prompt.ts')).prompt(args);
  if (isTerminal()) return shell(args);
  const { checkTerminal } = await import('./shell/flags.ts');
  checkTerminal(args);
  process.stdout.write(START);
  return EXIT.ok;
}

const shell = async (args: Args<Record<string, unknown>>): Promise<number> => (await import('./shell/shell.ts')).shell(args);

/** With `--json`, work that could not begin ends with a `run.result` all the same. */
function fail(error: unknown, argv: readonly string[]): number {
  const code = report(error, argv.includes('--verbose'));
  if (works(argv) && argv.includes('--json')) process.stdout.write(`${lastWord(error, code)}\n`);
  return code;
}

const works = (argv: readonly string[]): boolean =>
  (isPrompt(argv) || ['run', 'interview', 'resume'].includes(commandIn(argv) ?? '')) && !argv.includes('--dry-run');

const START = `Oxios: an operating system for AI agents, in a terminal.

  oxios                      the shell, on a terminal
  oxios demo                 see it work, without a key
  oxios -p "request"         one task, the answer on stdout
  oxios interview "idea"     be asked, and have it written as a seed
  oxios seed new             write it down yourself
  oxios run seed.yaml        work until it is proved
  oxios ps                   what runs
  oxios doctor               what this machine has
  oxios --help               everything else
`;

watchOutputs();
const argv = marked(process.argv.slice(2));
if (works(argv)) watchSignals(argv.includes('--json'));
for (const fault of ['uncaughtException', 'unhandledRejection'] as const) process.on(fault, (error: unknown) => process.exit(fail(error, argv)));
process.exitCode = await dispatch(argv).catch((error: unknown) => fail(error, argv));
