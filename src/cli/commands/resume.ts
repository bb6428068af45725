import { homedir } from 'node:os';
import { parseRule } from '../../kernel/capability.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { ResumeOptions } from '../../kernel/kernel-types.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { flagLimits, limitFlags } from '../limits.ts';
import { absoluteScript, agentFlags, scriptsIn } from '../run/flags.ts';
import { runNamed } from '../run/named.ts';
import { type Args, type Command, flag, text, texts } from './shared.ts';

export const resume: Command = {
  name: 'resume',
  usage: 'resume [run]',
  describe: 'Go on with a run that was interrupted, blocked or hit a limit',
  examples: [
    ['oxios resume', 'the newest that can go on'],
    ['oxios resume r_m3x --answer "yes, both"', 'answer the question it stopped on'],
    ['oxios resume r_m3x --extend --max-turns 100', 'with a higher limit'],
  ],
  options: (yargs) =>
    agentFlags(yargs.positional('run', { type: 'string', describe: 'id of the run, or the beginning of one' }))
      .option('junit', { type: 'string', describe: 'write a JUnit report', requiresArg: true })
      .option('answer', { type: 'string', describe: 'answer to the question it stopped on', requiresArg: true })
      .option('extend', { type: 'boolean', describe: 'allow limits to be raised' }),
  async run(args) {
    const io = createIo(args);
    const { run, events } = await wanted(args);
    const options = optionsOf(args, io, run);
    const { conclude, work } = await import('../run/work.ts');
    return work({
      io,
      args,
      before: { last_seq: run.last_seq, events },
      begin: (kernel) => kernel.resume(run.run, options),
      tell(ended) {
        if (!io.json && run.kind === 'prompt' && ended.exit.how === 'done') io.out(sanitize(ended.exit.text));
        conclude(io, ended);
      },
    });
  },
};

function optionsOf(args: Args<Record<string, unknown>>, io: Io, run: RunView): ResumeOptions {
  const rules = (given: unknown) => (texts(given) ?? []).map((rule) => parseRule(rule, (path) => absoluteIn(path, run.cwd, homedir())));
  const answer = text(args.answer);
  const named = text(args.model);
  const model = named === undefined ? undefined : absoluteScript(named);
  return {
    limits: flagLimits(limitFlags(args)),
    extend: flag(args.extend),
    interactive: io.interactive,
    grants: rules(args.allow),
    denies: rules(args.deny),
    require_sandbox: flag(args.requireSandbox),
    ...(answer === undefined ? {} : { answer }),
    ...(model === undefined ? {} : { model, hidden: scriptsIn(model) }),
  };
}

/** The run, and what it did so far where that is asked for. */
async function wanted(args: Args<Record<string, unknown>>): Promise<{ run: RunView; events: readonly KernelEvent[] }> {
  const { reading } = await import('../boot.ts');
  const path = homePath(args.home);
  const store = reading(path);
  try {
    const id = text(args.run);
    const run = id === undefined ? await newest(path, store.runs()) : runNamed(store.runs(), id);
    const events: KernelEvent[] = [];
    if (text(args.record) !== undefined) for await (const event of store.read({ run: run.run })) events.push(event);
    return { run, events };
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
