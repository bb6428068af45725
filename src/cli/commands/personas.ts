import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { workspace } from '../authority.ts';
import { createIo, type Io } from '../io.ts';
import { type Listed, onlyLooks, unknownPersona } from '../personas.ts';
import { settingsIn } from '../project/settings.ts';
import { type Column, table } from '../render/table.ts';
import { type Command, text } from './shared.ts';

const COLUMNS: readonly Column[] = [
  { head: 'NAME', whole: true },
  { head: 'FOR', whole: true, spare: 2 },
  { head: 'SUMMARY', least: 24 },
  { head: 'SOURCE', whole: true, spare: 1 },
];

export const personas: Command = {
  name: 'personas',
  usage: 'personas [name]',
  describe: 'Show the ways an agent can go about its work, or what one of them is told',
  examples: [
    ['oxios personas', 'all there are'],
    ['oxios personas review', 'what it is told, and its tools'],
    ['oxios -p "look at the last commit" --persona review', 'work with it'],
    ['oxios config set personas.poet.system "Answer in verse."', 'one of your own'],
    ['oxios config set persona dev', 'when --persona does not say'],
  ],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'one of them' })
      .option('project-dir', { type: 'string', describe: 'the folder whose own count too, once it is trusted; default here', requiresArg: true })
      .option('trust', { type: 'boolean', describe: 'as if the folder were trusted' }),
  async run(args) {
    const io = createIo(args);
    const all = (await settingsIn(workspace(text(args.projectDir)), args, io)).personas;
    const name = text(args.name);
    if (name === undefined) list(io, all);
    else io.out(io.json ? JSON.stringify(named(name, all)) : told(named(name, all)));
    return EXIT.ok;
  },
};

function named(name: string, all: readonly Listed[]): Listed {
  const found = all.find((one) => one.name === name);
  if (found) return found;
  throw new OxiosError('NOT_FOUND', unknownPersona(name, all), { hint: 'see them with oxios personas' });
}

function list(io: Io, all: readonly Listed[]): void {
  if (io.json) for (const { system: _, ...one } of all) io.out(JSON.stringify(one));
  else
    io.out(
      table(
        COLUMNS,
        all.map((one) => [one.name, one.for.join(', '), one.summary, one.source]),
        process.stdout.columns,
      ),
    );
}

function told(one: Listed): string {
  const facts = [`for ${one.for.join(', ')}`, one.source, ...(one.model === undefined ? [] : [`model ${one.model}`])];
  const tools = one.tools === undefined ? [] : [`tools ${one.tools.join(', ')}${onlyLooks(one) ? ' (nothing that writes)' : ''}`];
  return [`${one.name}: ${one.summary}`, facts.join(' · '), ...tools, '', one.system].join('\n');
}
