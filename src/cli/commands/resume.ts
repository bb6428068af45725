import { homedir } from 'node:os';
import { parseRule } from '../../kernel/capability.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { flagLimits, limitFlags } from '../limits.ts';
import { workFlags } from '../run/flags.ts';
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
    workFlags(yargs.positional('run', { type: 'string', describe: 'id of the run' }))
      .option('junit', { type: 'string', describe: 'write a JUnit report', requiresArg: true })
      .option('answer', { type: 'string', describe: 'answer to the question it stopped on', requiresArg: true })
      .option('extend', { type: 'boolean', describe: 'allow limits to be raised' }),
  async run(args) {
    const io = createIo(args);
    const run = await wanted(args);
    const grants = (texts(args.allow) ?? []).map((rule) => parseRule(rule, (path) => absoluteIn(path, run.cwd, homedir())));
    const answer = text(args.answer);
    const options = {
      limits: flagLimits(limitFlags(args)),
      extend: flag(args.extend),
      interactive: io.interactive,
      grants,
      ...(answer === undefined ? {} : { answer }),
    };
    const { conclude, work } = await import('../run/work.ts');
    return work({
      io,
      args,
      begin: (kernel) => kernel.resume(run.run, options),
      tell(ended) {
        if (!io.json && run.kind === 'prompt' && ended.exit.how === 'done') io.out(sanitize(ended.exit.text));
        conclude(io, ended);
      },
    });
  },
};

async function wanted(args: Args<Record<string, unknown>>): Promise<RunView> {
  const { reading } = await import('../boot.ts');
  const store = reading(homePath(args.home));
  const runs = store.runs();
  store.close();
  const id = text(args.run);
  const found = id === undefined ? runs.findLast((one) => one.resumable) : (runs.find((one) => one.run === (id as RunId)) ?? onlyMatch(runs, id));
  if (found) return found;
  throw new OxiosError('NOT_FOUND', id === undefined ? 'there is no run that can go on' : `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
}

/** A beginning of the id is enough when it fits one run. */
export function onlyMatch(runs: readonly RunView[], start: string): RunView | undefined {
  const found = runs.filter((one) => one.run.startsWith(start));
  return found.length === 1 ? found[0] : undefined;
}
