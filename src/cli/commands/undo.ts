import { realpathSync } from 'node:fs';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { UndoOptions } from '../../kernel/kernel-types.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { putBack, tell } from '../undo/put-back.ts';
import { runToUndo, stepsOf, stepsTable } from '../undo/steps.ts';
import { type Args, type Command, flag, numeric, text } from './shared.ts';

export const undo: Command = {
  name: 'undo',
  usage: 'undo [run] [step]',
  describe: 'Put the files of a run back as they were before it, or before one of its steps',
  examples: [
    ['oxios undo', 'the newest run that changed something in this folder'],
    ['oxios undo r_m3x --list', 'its steps, and what each of them changed'],
    ['oxios undo r_m3x 3', 'back to before step 3'],
    ['oxios undo r_m3x --dry-run', 'what would be put back'],
    ['oxios undo r_m3x --redo', 'take the last undo back'],
  ],
  options: (yargs) =>
    yargs
      .positional('run', { type: 'string', describe: 'id of the run, or the beginning of one' })
      .positional('step', { type: 'number', describe: 'number of the step, as --list shows it' })
      .option('list', { type: 'boolean', describe: 'show the steps that may have changed files' })
      .option('dry-run', { type: 'boolean', describe: 'say what would be put back, and change nothing' })
      .option('redo', { type: 'boolean', describe: 'take the last undo back' })
      .option('keep', { type: 'boolean', describe: 'leave files that somebody else changed since as they are' })
      .option('force', { type: 'boolean', describe: 'put everything back, whoever changed it since' }),
  async run(args) {
    const io = createIo(args);
    const options = optionsIn(args);
    const home = homePath(args.home);
    const { run } = await runToUndo(home, text(args.run), realpathSync('.'));
    if (flag(args.list)) await list(io, home, run);
    else tell(io, await putBack(io, home, run, options), options);
    return EXIT.ok;
  },
};

function optionsIn(args: Args<Record<string, unknown>>): UndoOptions {
  const step = numeric(args.step);
  const [redo, keep, force] = [flag(args.redo), flag(args.keep), flag(args.force)];
  if (step !== undefined && !(Number.isInteger(step) && step > 0)) throw usage('a step is named by its number', 'see them with --list');
  if (redo && step !== undefined) throw usage('--redo takes the whole of the last undo back', 'leave out the step');
  if (keep && force) throw usage('--keep and --force are opposites', 'say one of them');
  return { ...(step === undefined ? {} : { step }), redo, keep, force, dry_run: flag(args.dryRun) };
}

const usage = (what: string, hint: string): OxiosError => new OxiosError('USAGE', what, { hint });

async function list(io: Io, home: AbsPath, run: RunId): Promise<void> {
  const rows = await stepsOf(home, run);
  if (io.json) for (const { step, files } of rows) io.out(JSON.stringify({ ...step, files }));
  else if (rows.length === 0) io.say(`run ${run} changed nothing`);
  else io.out(stepsTable(rows));
}
