import type { Argv } from 'yargs';
import { EXIT } from '../kernel/error-codes.ts';
import { OxiosError } from '../kernel/errors.ts';
import type { Command } from './commands/shared.ts';
import { report, silenceBrokenPipes } from './io.ts';
import { workFlags } from './run/flags.ts';
import { VERSION } from './version.ts';

/** Every command, loaded when it is called. The descriptions stand here so that the help loads none of them. */
const COMMANDS: readonly (readonly [usage: string, describe: string, load: () => Promise<Command>])[] = [
  ['run <seed>', 'work on a seed until its criteria are judged; the exit code tells CI', async () => (await import('./commands/run.ts')).run],
  ['resume [run]', 'go on with a run that was interrupted, blocked or hit a limit', async () => (await import('./commands/resume.ts')).resume],
  ['replay <run>', 'run a recorded run again from its log, without a model', async () => (await import('./commands/replay.ts')).replay],
  ['seed <action> [file] [other]', 'check and look at seeds: lint, show, diff, digest, new', async () => (await import('./commands/seed.ts')).seed],
  ['ps', 'show the process table', async () => (await import('./commands/ps.ts')).ps],
  ['top', 'watch the process table', async () => (await import('./commands/ps.ts')).top],
  ['logs <pid>', 'show what a process said and did', async () => (await import('./commands/logs.ts')).logs],
  ['kill <pid>', 'send a signal to a process: TERM, KILL, STOP, CONT', async () => (await import('./commands/process.ts')).kill],
  ['wait <pid>', 'wait until a process has ended', async () => (await import('./commands/process.ts')).wait],
  ['send <pid> <text>', 'say something to an agent at work', async () => (await import('./commands/process.ts')).send],
  ['nice <pid> <value>', 'set how much a process gives way to others', async () => (await import('./commands/process.ts')).nice],
  ['cost [run]', 'show what runs used: tokens, dollars, turns, tool calls', async () => (await import('./commands/cost.ts')).cost],
  ['audit <action> [entry]', 'look at the log and prove it: list, verify, proof, checkpoint, export', async () => (await import('./commands/audit.ts')).audit],
  ['config <action> [key] [value]', 'read and write the configuration: get, set, list', async () => (await import('./commands/config.ts')).config],
  ['models <action>', 'list the models that are known', async () => (await import('./commands/models.ts')).models],
  ['doctor', 'look at what Oxios needs on this machine', async () => (await import('./commands/doctor.ts')).doctor],
  ['demo', 'run a small seed with a scripted model: no key, no network', async () => (await import('./commands/demo.ts')).demo],
];

async function main(argv: readonly string[]): Promise<number> {
  const verbose = argv.includes('--verbose');
  try {
    return await dispatch(argv);
  } catch (error) {
    return report(error, verbose);
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const called = COMMANDS.find(([usage]) => usage.split(' ')[0] === argv.find((word) => !word.startsWith('-')));
  const command = called && !isPrompt(argv) ? await called[2]() : undefined;
  const { default: yargs } = await import('yargs');
  let code: number = EXIT.ok;
  const parser = common(yargs([...argv]));
  if (command) {
    parser.command(
      command.usage,
      command.describe,
      (inner) => withExamples(command.options?.(inner) ?? inner, command),
      async (args) => {
        code = await command.run(args as never);
      },
    );
  } else {
    for (const [usage, describe] of COMMANDS) parser.command(usage, describe);
    workFlags(
      parser.command(
        '$0 [prompt]',
        'do one task (-p), or show where to begin',
        (inner) => promptFlags(inner),
        async (args) => {
          code = await top(args as never);
        },
      ),
    );
  }
  await parser.parseAsync();
  return code;
}

/** `oxios -p "run the tests"` is a request, whatever words it begins with. */
const isPrompt = (argv: readonly string[]): boolean => argv.some((word) => word === '-p' || word === '--print' || word.startsWith('--print='));

const common = (parser: Argv): Argv =>
  parser
    .scriptName('oxios')
    .usage('oxios <command> [options]\noxios -p "request"')
    .version('version', 'show the version', `oxios ${VERSION}`)
    .help()
    .alias('help', 'h')
    .option('json', { type: 'boolean', describe: 'machine-readable output on stdout' })
    .option('home', { type: 'string', describe: 'home folder, default $OXIOS_HOME or ~/.oxios', requiresArg: true })
    .option('quiet', { type: 'boolean', describe: 'nothing on stderr but errors' })
    .option('verbose', { type: 'boolean', describe: 'more on stderr' })
    .option('color', { type: 'boolean', describe: 'colour and a live line; --no-color for plain lines', default: true })
    .completion('completion', 'print a completion script for bash or zsh')
    .recommendCommands()
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': false, 'greedy-arrays': false })
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((message, error) => {
      if (error) throw error;
      throw new OxiosError('USAGE', message.replace(/\s*\n\s*/gu, '; '), { hint: 'see oxios --help' });
    });

const withExamples = (parser: Argv, command: Command): Argv =>
  (command.examples ?? []).reduce((one, [line, why]) => one.example(line, why), parser.usage(`oxios ${command.usage}\n\n${command.describe}`));

const promptFlags = (parser: Argv): Argv =>
  parser
    .positional('prompt', { type: 'string', describe: 'the request' })
    .option('print', { alias: 'p', type: 'boolean', describe: 'do one task without a terminal and print the answer' })
    .option('continue', { type: 'boolean', describe: 'go on with the last conversation of this folder' })
    .option('session', { type: 'string', describe: 'go on with this conversation', requiresArg: true });

async function top(args: Parameters<Command['run']>[0]): Promise<number> {
  if (args.print === true) return (await import('./commands/prompt.ts')).prompt(args);
  const word = String(args.prompt ?? '');
  if (word !== '')
    throw new OxiosError('USAGE', `there is no command ${word}${near(word)}`, { hint: 'see oxios --help; a request is made with oxios -p "..."' });
  process.stdout.write(START);
  return EXIT.ok;
}

function near(word: string): string {
  const names = [...COMMANDS.map(([usage]) => usage.split(' ')[0] ?? ''), 'completion'];
  const best = names.map((name) => ({ name, far: distance(name, word) })).sort((a, b) => a.far - b.far)[0];
  return best && best.far <= 2 ? `; did you mean ${best.name}?` : '';
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

const START = `Oxios: an operating system for AI agents, in a terminal.

  oxios demo                 see it work, without a key
  oxios -p "request"         one task, the answer on stdout
  oxios seed new             write down what is to be built
  oxios run seed.yaml        work until it is proved
  oxios ps                   what runs
  oxios doctor               what this machine has
  oxios --help               everything else
`;

silenceBrokenPipes();
process.exitCode = await main(process.argv.slice(2));
