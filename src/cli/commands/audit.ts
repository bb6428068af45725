import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { exported } from '../audit/export.ts';
import { list } from '../audit/list.ts';
import { proof } from '../audit/proof.ts';
import { redact } from '../audit/redact.ts';
import { checkpoint, verify } from '../audit/verify.ts';
import { createIo, type Io } from '../io.ts';
import { type Args, type Command, text } from './shared.ts';

type Action = (io: Io, args: Args<Record<string, unknown>>) => Promise<number>;

const NAMES = ['list', 'verify', 'proof', 'checkpoint', 'export', 'redact'] as const;

export const audit: Command = {
  name: 'audit',
  usage: 'audit <action> [entry]',
  describe: 'Look at the log and prove it: list, verify, proof, checkpoint, export, redact',
  examples: [
    ['oxios audit verify', 'every entry, hash, tile and signature'],
    ['oxios audit checkpoint > kept.txt', 'the log as it is now, signed: keep it out of reach'],
    ['oxios audit verify --checkpoint kept.txt', 'that the log still begins as it was then'],
    ['oxios audit proof 42', 'that entry 42 is in the log'],
    ['oxios audit list --type tool.denied', 'only what was refused'],
    ['oxios audit redact --match "the secret"', 'take a text out of the log for good; every proof stays'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: NAMES, demandOption: true })
      .positional('entry', { type: 'number', describe: 'proof, redact: number of the entry' })
      .option('checkpoint', { type: 'string', describe: 'verify, proof: a checkpoint kept elsewhere', requiresArg: true })
      .option('from', { type: 'number', describe: 'proof: that the log of this many entries is the beginning of the present one', requiresArg: true })
      .option('run', { type: 'string', describe: 'list, export, redact: only this run', requiresArg: true })
      .option('type', { type: 'string', array: true, describe: 'list: only events of this type; may be repeated', requiresArg: true })
      .option('follow', { alias: 'f', type: 'boolean', describe: 'list: go on with what comes' })
      .option('match', { type: 'string', describe: 'redact: every body that holds this text', requiresArg: true })
      .option('reason', { type: 'string', describe: 'redact: why, for the log', requiresArg: true })
      .option('bodies', { type: 'boolean', describe: 'export: also what lies beside the entries, with its salt' }),
  async run(args) {
    const name = NAMES.find((one) => one === text(args.action));
    if (!name) return EXIT.usage;
    for (const flag of ['entry', ...FLAGS])
      if (args[flag] !== undefined && !TAKES[name].includes(flag))
        throw new OxiosError('USAGE', `oxios audit ${name} takes no ${flag === 'entry' ? `${String(args.entry)}` : `--${flag}`}`, {
          hint: 'see oxios audit --help',
        });
    return ACTIONS[name](createIo(args), args);
  },
};

const FLAGS = ['checkpoint', 'from', 'run', 'type', 'follow', 'bodies', 'match', 'reason'];

const TAKES: Readonly<Record<(typeof NAMES)[number], readonly string[]>> = {
  list: ['run', 'type', 'follow'],
  verify: ['checkpoint'],
  proof: ['entry', 'from', 'checkpoint'],
  checkpoint: [],
  export: ['run', 'bodies'],
  redact: ['entry', 'match', 'run', 'reason'],
};

const ACTIONS: Readonly<Record<(typeof NAMES)[number], Action>> = { list, verify, proof, checkpoint, export: exported, redact };
