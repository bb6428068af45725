import { realpathSync } from 'node:fs';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { AbsPath, RunId } from '../../kernel/ids.ts';
import type { Kernel, Undone, UndoOptions } from '../../kernel/kernel-types.ts';
import { boot } from '../boot.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { fit, oneLine } from '../render/fit.ts';
import { runToUndo, SIGNS, stepsOf, stepsTable } from '../undo/steps.ts';
import { type Args, type Command, counted, flag, numeric, text } from './shared.ts';

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

/** In the kernel that owns the home. Ctrl-C stops it between two files; done again, it goes on there. */
async function putBack(io: Io, home: AbsPath, run: RunId, options: UndoOptions): Promise<Undone> {
  const booted = await boot(home);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const leave = io.live ? showProgress(booted.kernel, run) : () => undefined;
  try {
    return await booted.kernel.undo(run, options, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw new OxiosError('INTERRUPTED', 'not everything was put back', { hint: 'do it again to finish it', cause: error });
    throw error;
  } finally {
    leave();
    process.off('SIGINT', interrupt);
    await booted.close();
  }
}

function showProgress(kernel: Kernel, run: RunId): () => void {
  const leave = kernel.subscribe((event) => {
    if (event.run === run && event.type === 'progress') process.stderr.write(`\r\u001b[K${fit(oneLine(event.text), (process.stderr.columns ?? 80) - 1)}`);
  });
  return () => {
    leave();
    process.stderr.write('\r\u001b[K');
  };
}

/** Files that are named one by one. */
const MAX_SHOWN = 40;

function tell(io: Io, done: Undone, { dry_run, force, keep }: UndoOptions): void {
  if (io.json) {
    io.out(JSON.stringify(done));
    return;
  }
  const { run, changed, redo, conflicts } = done;
  for (const { path, change, unkept } of changed.slice(0, MAX_SHOWN)) io.out(`${SIGNS[change]} ${oneLine(path)}${unkept ? ' (content not kept)' : ''}`);
  if (changed.length > MAX_SHOWN) io.out(`and ${changed.length - MAX_SHOWN} more`);
  io.out(headline(done, dry_run === true));
  for (const line of remarks(done)) io.say(line);
  if (conflicts.length > 0 && keep) io.say(`left as somebody else made them: ${named(conflicts)}`);
  if (conflicts.length > 0 && dry_run && !keep && !force) io.say(`changed since by somebody else, so that --keep or --force is needed: ${named(conflicts)}`);
  if (!dry_run && changed.length > 0 && !redo) io.say(`take it back with: oxios undo ${run} --redo`);
}

function headline({ cwd, step, action, redo, changed }: Undone, dry_run: boolean): string {
  const where = redo ? 'as before the undo' : step === null ? 'as before the run' : `as before step ${step}: ${oneLine(action)}`;
  if (changed.length === 0) return `nothing to put back, ${cwd} is ${where}`;
  return `${counted(changed.length, 'file', 'files')} of ${cwd} ${dry_run ? 'would be' : 'put back'} ${where}`;
}

const remarks = ({ aside, left_out, outside }: Undone): readonly string[] => [
  ...(aside.length > 0 ? [`stood in the way, and has another name now: ${named(aside)}`] : []),
  ...(left_out.length > 0 ? [`no part of snapshots, left as it is: ${named(left_out)}`] : []),
  ...(outside.length > 0 ? [`outside of the workspace, left as it is: ${named(outside)}`] : []),
];

const named = (paths: readonly string[]): string =>
  `${paths.slice(0, MAX_NAMED).map(oneLine).join(', ')}${paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : ''}`;

const MAX_NAMED = 10;
