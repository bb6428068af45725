import { homedir } from 'node:os';
import { parseRule } from '../../kernel/capability.ts';
import { OxiosError } from '../../kernel/errors.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { ResumeOptions, RunRequest } from '../../kernel/kernel-types.ts';
import { absoluteIn } from '../../kernel/paths.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import type { RunView } from '../../kernel/view/runs.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { flagLimits, limitFlags } from '../limits.ts';
import { absoluteScript, goOnFlags, reportFlags } from '../run/flags.ts';
import { recordsIn } from '../run/hidden.ts';
import type { SeedFile } from '../run/sarif.ts';
import { type Args, type Command, flag, text, texts } from './shared.ts';

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
    reportFlags(goOnFlags(yargs.positional('run', { type: 'string', describe: 'id of the run' })))
      .option('answer', { type: 'string', describe: 'answer to the question it stopped on', requiresArg: true })
      .option('extend', { type: 'boolean', describe: 'allow limits to be raised' }),
  async run(args) {
    const io = createIo(args);
    const { run, seed } = await wanted(args);
    if (!seed && (args.junit !== undefined || args.sarif !== undefined))
      throw new OxiosError('USAGE', `${run.run} was begun with -p: it has no criteria to report on`, { hint: 'leave out --junit and --sarif' });
    const options = changes(args, run, io.interactive);
    const { conclude, work } = await import('../run/work.ts');
    return work({
      io,
      args,
      ...(seed ? { seed } : {}),
      begin: (kernel) => kernel.resume(run.run, options),
      tell(ended) {
        if (!io.json && run.kind === 'prompt' && ended.exit.how === 'done') io.out(sanitize(ended.exit.text));
        conclude(io, ended);
      },
    });
  },
};

/** What the flags change of the run. */
function changes(args: Args<Record<string, unknown>>, run: RunView, interactive: boolean): ResumeOptions {
  const rules = (flag: unknown) => (texts(flag) ?? []).map((rule) => parseRule(rule, (path) => absoluteIn(path, run.cwd, homedir())));
  const answer = text(args.answer);
  const model = text(args.model);
  return {
    limits: flagLimits(limitFlags(args)),
    extend: flag(args.extend),
    interactive,
    grants: rules(args.allow),
    denies: rules(args.deny),
    require_sandbox: flag(args.requireSandbox),
    hidden: recordsIn(args),
    ...(model === undefined ? {} : { model: absoluteScript(model) }),
    ...(answer === undefined ? {} : { answer }),
  };
}

interface Wanted {
  readonly run: RunView;
  /** The seed it works on, as it was when the run began. */
  readonly seed: SeedFile | undefined;
}

async function wanted(args: Args<Record<string, unknown>>): Promise<Wanted> {
  const { reading } = await import('../boot.ts');
  const store = reading(homePath(args.home));
  try {
    const run = chosen(store.runs(), text(args.run));
    for await (const event of store.read({ run: run.run, types: ['run.started'] })) {
      if (event.type === 'run.started' && event.kind === 'run') return { run, seed: seedIn(event.request) };
    }
    return { run, seed: undefined };
  } finally {
    store.close();
  }
}

const seedIn = (request: Json): SeedFile => {
  const { seed, file } = (request as unknown as RunRequest).args as { seed: string; file: string };
  return { path: file, text: seed };
};

function chosen(runs: readonly RunView[], id: string | undefined): RunView {
  const found = id === undefined ? runs.findLast((one) => one.resumable) : (runs.find((one) => one.run === (id as RunId)) ?? onlyMatch(runs, id));
  if (found) return found;
  throw new OxiosError('NOT_FOUND', id === undefined ? 'there is no run that can go on' : `no run ${id}`, { hint: 'see the runs with oxios ps --all' });
}

/** A beginning of the id is enough when it fits one run. */
export function onlyMatch(runs: readonly RunView[], start: string): RunView | undefined {
  const found = runs.filter((one) => one.run.startsWith(start));
  return found.length === 1 ? found[0] : undefined;
}
