import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { type BegunSeed, begunSeed } from '../run/begun-seed.ts';
import { isFolder } from '../run/files.ts';
import { goOnFlags, reportFlags } from '../run/flags.ts';
import { goingOn } from '../run/going-on.ts';
import { runNamed } from '../run/named.ts';
import { assertSameSeed } from '../run/same-seed.ts';
import { assertWritable } from '../run/workplace.ts';
import { type Args, type Command, text } from './shared.ts';

export const resume: Command = {
  name: 'resume',
  usage: 'resume [run]',
  describe: 'Go on with a run that was interrupted, blocked or hit a limit',
  examples: [
    ['oxios resume', 'the newest that can go on'],
    ['oxios resume r_m3x --answer "yes, both"', 'answer the question it stopped on'],
    ['oxios resume r_m3x --extend --max-turns 100', 'with a higher limit'],
    ['oxios resume r_m3x --model openai/gpt-5', 'with another model'],
  ],
  options: (yargs) =>
    reportFlags(goOnFlags(yargs.positional('run', { type: 'string', describe: 'id of the run, or the beginning of one' })))
      .option('answer', { type: 'string', describe: 'answer to the question it stopped on', requiresArg: true })
      .option('extend', { type: 'boolean', describe: 'allow limits to be raised' }),
  async run(args) {
    const io = createIo(args);
    const { run, seed, events } = await wanted(args);
    if (run.kind === 'interview') return (await import('./interview.ts')).interview.run({ ...args, resume: run.run });
    if (!seed && (args.junit !== undefined || args.sarif !== undefined))
      throw new OxiosError('USAGE', `${run.run} was begun with -p: it has no criteria to report on`, { hint: 'leave out --junit and --sarif' });
    if (seed) assertSameSeed(seed.read);
    if (!isFolder(run.cwd)) throw new OxiosError('FILE_MISSING', `the folder ${run.cwd} the run works in is gone`, { hint: 'put it back where it was' });
    if (seed) assertWritable(run.cwd);
    const options = await goingOn(args, run, io.interactive);
    const { conclude, work } = await import('../run/work.ts');
    return work({
      io,
      args,
      ...(seed ? { seed } : {}),
      before: { last_seq: run.last_seq, events },
      begin: (kernel) => kernel.resume(run.run, options),
      tell(ended) {
        if (!io.json && run.kind === 'prompt' && ended.exit.how === 'done') io.out(sanitize(ended.exit.text));
        conclude(io, ended);
      },
    });
  },
};

interface Wanted {
  readonly run: RunView;
  /** The seed it works on, as it was when the run began. */
  readonly seed: BegunSeed | undefined;
  /** What it did so far, where that is asked for. */
  readonly events: readonly KernelEvent[];
}

async function wanted(args: Args<Record<string, unknown>>): Promise<Wanted> {
  const { reading } = await import('../boot.ts');
  const path = homePath(args.home);
  const store = reading(path);
  try {
    const id = text(args.run);
    const run = id === undefined ? await newest(path, store.runs()) : runNamed(store.runs(), id);
    const events: KernelEvent[] = [];
    const isRecorded = text(args.record) !== undefined;
    for await (const event of store.read({ run: run.run, ...(isRecorded ? {} : { types: ['run.started'] }) })) events.push(event);
    const started = events.find((event) => event.type === 'run.started');
    return { run, seed: started?.kind === 'run' ? begunSeed(started.request) : undefined, events: isRecorded ? events : [] };
  } finally {
    store.close();
  }
}

/** The newest run that can go on and that no kernel works on. */
async function newest(home: AbsPath, runs: readonly RunView[]): Promise<RunView> {
  const { ifRunning } = await import('../boot.ts');
  const kernel = await ifRunning(home);
  const living = new Set((await kernel?.ps())?.filter((proc) => proc.state.is !== 'exited').map((proc) => proc.run));
  kernel?.close();
  const found = runs.findLast((one) => one.resumable && !living.has(one.run));
  if (found) return found;
  throw new OxiosError('NOT_FOUND', 'there is no run that can go on', { hint: 'see the runs with oxios ps --all' });
}
