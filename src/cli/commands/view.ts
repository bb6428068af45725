import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { readNamed } from '../named-file.ts';
import { lookIn } from '../shell/look.ts';
import { type Command, numeric, text } from './shared.ts';

/** Where nobody says how large a screen is. */
const SIZE = { columns: 100, rows: 30 } as const;

export const view: Command = {
  name: 'view',
  usage: 'view <file>',
  describe: 'Play recorded events (--events, --json, audit list --json) as the shell would have shown them, or a recording of its frames',
  examples: [
    ['oxios view run.jsonl', 'space: play and pause; arrows: an event back and on; q: leave'],
    ['oxios view run.jsonl --at 40 > screen.txt', 'the screen after event 40, as text'],
    ['oxios view frames.cast', 'what oxios --record-frames frames.cast wrote'],
  ],
  options: (yargs) =>
    yargs
      .positional('file', { type: 'string', describe: 'events, one JSON a line, or a recording of frames', demandOption: true })
      .option('at', {
        type: 'number',
        describe: 'the event to begin with, by its seq; without a terminal the one whose screen is printed, default the last',
        requiresArg: true,
      })
      .option('columns', { type: 'number', describe: `width of the screen, default that of the terminal, else ${SIZE.columns}`, requiresArg: true })
      .option('rows', { type: 'number', describe: `height of the screen, default that of the terminal, else ${SIZE.rows}`, requiresArg: true })
      .option('theme', { type: 'string', describe: 'a theme by its name', requiresArg: true }),
  async run(args) {
    const io = createIo(args);
    const file = text(args.file) ?? '';
    const content = new TextDecoder().decode(readNamed(file, { missing: 'record one with --events FILE', folder: 'name a file in it' }));
    const { readRecording } = await import('../shell/recording.ts');
    const recording = readRecording(file, content);
    const size = {
      columns: sizeIn(args.columns, 'columns') ?? process.stdout.columns ?? SIZE.columns,
      rows: sizeIn(args.rows, 'rows') ?? process.stdout.rows ?? SIZE.rows,
    };
    const { showRecording } = await import('../shell/show-recording.ts');
    const { theme, themes } = lookIn(homePath(args.home));
    await showRecording({ io, recording, size, at: numeric(args.at), theme: text(args.theme) ?? theme, themes });
    return EXIT.ok;
  },
};

/** The largest screen there is any sense in. */
const MOST = 1000;

function sizeIn(value: unknown, name: string): number | undefined {
  const number = numeric(value);
  if (value === undefined) return undefined;
  if (number !== undefined && Number.isInteger(number) && number > 0 && number <= MOST) return number;
  throw new OxiosError('USAGE', `--${name} is a whole number from 1 to ${MOST}`, { hint: `such as --${name} 80` });
}
