import yargs, { type Argv } from 'yargs';
import { COMMANDS } from '../src/cli/commands/all.ts';
import type { Command } from '../src/cli/commands/shared.ts';
import { commonFlags, promptFlags } from '../src/cli/parser.ts';
import { workFlags } from '../src/cli/run/flags.ts';
import { lookFlags } from '../src/cli/shell/flags.ts';

/** What yargs was told, which its types leave out. */
interface Options {
  readonly key: Readonly<Record<string, unknown>>;
  readonly alias: Readonly<Record<string, readonly string[]>>;
  readonly choices: Readonly<Record<string, readonly string[]>>;
  readonly default: Readonly<Record<string, unknown>>;
  readonly boolean: readonly string[];
  readonly number: readonly string[];
  readonly array: readonly string[];
}

type Inner = Argv & { getOptions(): Options; getInternalMethods(): { getUsageInstance(): { getDescriptions(): Readonly<Record<string, string>> } } };

/** `docs/commands.md`: every command with every flag, from the definitions the program parses its command line with. */
export async function commandsPage(generated: string): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(([, , load]) => load()));
  return `# Commands

${generated}

Source: \`src/cli/commands\`. \`oxios COMMAND --help\` says the same. Exit codes and errors are in [errors.md](errors.md), what \`--json\` prints
in [json.md](json.md), the configuration in [configuration.md](configuration.md).

## Of every command

${rows((one) => commonFlags(one), '').join('\n')}
| \`--version\` | show the version |
| \`-h\`, \`--help\` | show the help of the command |

## oxios [PROMPT]

Open the shell on this folder, on a terminal; with words of its own it begins with them. What it takes beside the flags below is in the
next section: all but \`--output-schema\`, \`--events\`, \`--record\` and \`--fail-on\`.

${rows((one) => lookFlags(one), '').join('\n')}

## oxios -p "request"

Do one task without a specification; the answer is on stdout. What is piped in becomes part of the request.

${rows((one) => workFlags(promptFlags(one)), '[prompt]').join('\n')}

${commands.map(section).join('\n')}`
    .trimEnd()
    .concat('\n');
}

function section(command: Command): string {
  const flags = rows((one) => command.options?.(one) ?? one, command.usage);
  const examples = (command.examples ?? []).map(([line, why]) => `${line}${why === '' ? '' : `  # ${why}`}`);
  const parts = [
    `## oxios ${command.usage}`,
    `${command.describe}.`,
    ...(flags.length > HEAD ? [flags.join('\n')] : []),
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

const HEAD = 2;

/** One row a positional and a flag. */
function rows(define: (one: Argv) => Argv, usage: string): readonly string[] {
  const parser = define(yargs([]).help(false).version(false)) as Inner;
  const options = parser.getOptions();
  const texts = parser.getInternalMethods().getUsageInstance().getDescriptions();
  const aliases = new Set(Object.values(options.alias).flat());
  const names = Object.keys(options.key).filter((name) => !aliases.has(name));
  const isPositional = (name: string): boolean => usage.includes(`<${name}>`) || usage.includes(`[${name}]`);
  return [
    '| | |',
    '|---|---|',
    ...names.map((name) => `| ${isPositional(name) ? `\`${name}\`` : flagText(name, options)} | ${textOf(texts[name] ?? '', name, options)} |`),
  ];
}

function flagText(name: string, { alias, boolean, number }: Options): string {
  const value = boolean.includes(name) ? '' : number.includes(name) ? ' N' : ` ${PLACES[name] ?? 'TEXT'}`;
  return [...(alias[name] ?? []).map((short) => `\`-${short}\``), `\`--${name}${value}\``].join(', ');
}

/** What stands in the place of a value. */
const PLACES: Readonly<Record<string, string>> = {
  home: 'FOLDER',
  'project-dir': 'FOLDER',
  events: 'FILE',
  'record-frames': 'FILE',
  record: 'FILE',
  junit: 'FILE',
  sarif: 'FILE',
  'skip-completed': 'FILE',
  'output-schema': 'FILE',
  checkpoint: 'FILE',
  image: 'FILE',
  model: 'MODEL',
  'max-wall': 'TIME',
  allow: 'RULE',
  deny: 'RULE',
  'fail-on': 'WHAT',
  signal: 'NAME',
  session: 'RUN',
  run: 'RUN',
  type: 'TYPE',
  thinking: 'HOW',
};

function textOf(said: string, name: string, { choices, default: defaults, array }: Options): string {
  const text = said.replace(/^__yargsString__:/u, '').replaceAll('|', '\\|');
  const more = [
    ...(choices[name] ? [choices[name].map((one) => `\`${one}\``).join(', ')] : []),
    ...(defaults[name] === undefined || defaults[name] === true ? [] : [`default \`${String(defaults[name])}\``]),
    ...(array.includes(name) ? ['may be given more than once'] : []),
  ];
  return [text, ...more].filter(Boolean).join('; ');
}
