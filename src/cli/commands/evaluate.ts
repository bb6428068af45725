import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { amended } from '../../kernel/resume.ts';
import { historyOf } from '../../kernel/undo/history.ts';
import { type Again, evaluating } from '../../ouroboros/evaluate/again.ts';
import { rulesSaid } from '../authority.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { eventsOf } from '../lineage/read.ts';
import { isGoing } from '../lineage/ready.ts';
import { requestIn } from '../lineage/request.ts';
import { settingsIn } from '../project/settings.ts';
import { isFolder } from '../run/files.ts';
import { absoluteScript, goOnFlags, reportFlags, scriptsIn } from '../run/flags.ts';
import { recordsIn } from '../run/hidden.ts';
import { runNamed } from '../run/named.ts';
import { type Args, type Command, flag, text, texts } from './shared.ts';

type Given = Args<Record<string, unknown>>;

export const evaluate: Command = {
  name: 'evaluate',
  usage: 'evaluate <run>',
  describe: 'Judge again what a run left, as the workspace is now: against its newest seed and the workspace it began with. Nobody works',
  examples: [
    ['oxios evaluate r_m3x', 'after you have changed something yourself'],
    ['oxios evaluate r_m3x --consensus', 'with three who vote on every criterion'],
    ['oxios evaluate r_m3x --json --junit report.xml', 'for CI'],
  ],
  options: (yargs) =>
    reportFlags(goOnFlags(yargs.positional('run', { type: 'string', describe: 'id of the run, or the beginning of one', demandOption: true }))).option(
      'consensus',
      { type: 'boolean', describe: 'have three vote on every criterion that did not fail' },
    ),
  async run(args) {
    const io = createIo(args);
    const home = homePath(args.home);
    const { run, before, events } = await wanted(home, text(args.run) ?? '');
    const again = evaluating(run, before.args, events);
    const request = await requestFor(io, args, before, again);
    const { beginOnce, conclude, work } = await import('../run/work.ts');
    // Nobody worked in an evaluation: what comes next is about the run it evaluates.
    const worked = (before.args as { evaluates?: { run: string } }).evaluates?.run ?? run;
    const seed = { path: (before.args as { file: string }).file, text: again.args.seed };
    return work({ io, args, begin: beginOnce(request, args.home), seed, tell: (ended) => conclude(io, ended, worked) });
  },
};

interface Wanted {
  readonly run: string;
  /** As it was asked for, and as its resumptions have changed that. */
  readonly before: RunRequest;
  readonly events: readonly KernelEvent[];
}

/** A run that nobody works on, whose workspace is there. Throws NOT_FOUND, USAGE, FILE_MISSING, REDACTED. */
async function wanted(home: AbsPath, name: string): Promise<Wanted> {
  const { reading } = await import('../boot.ts');
  const store = reading(home);
  const { run, kind, cwd } = (() => {
    try {
      return runNamed(store.runs(), name);
    } finally {
      store.close();
    }
  })();
  const usage = (what: string, hint: string): OxiosError => new OxiosError('USAGE', what, { hint });
  if (kind !== 'run') throw usage(`${run} was begun with -p: it has no criteria to be judged by`, 'work on a seed with oxios run');
  if (await isGoing(home, run)) throw usage(`run ${run} is still going`, 'watch it with oxios ps, and evaluate it when it has ended');
  if (!isFolder(cwd)) throw new OxiosError('FILE_MISSING', `the folder ${cwd} it works in is gone`, { hint: 'put it back where it was' });
  const events = await eventsOf(home, run);
  if (events.some((event) => event.type === 'run.started' && event.redacted))
    throw new OxiosError('REDACTED', `what ${run} was asked was redacted`, { hint: 'start a new run with oxios run' });
  if (historyOf(events).unfinished) throw usage(`files of run ${run} are put back only in part`, 'finish it: say the same undo or rewind again');
  const resumptions = events.flatMap((event) => (event.type === 'run.resumed' ? [event.request] : []));
  return { run, before: resumptions.reduce((request, options) => amended(request, options as never), requestIn(events)), events };
}

/** A run of its own, with what the other one was granted; what was granted for a time is over. */
async function requestFor(io: Io, args: Given, before: RunRequest, { seed, args: again }: Again): Promise<RunRequest> {
  const { run: _other, timed: _over, policy_was: _was, ...held } = before;
  const { config, request: settings } = await settingsIn(before.cwd, args, io);
  const said = rulesSaid(before.cwd, { allow: texts(args.allow), deny: texts(args.deny) });
  const named = text(args.model);
  const model = named === undefined ? before.model : absoluteScript(named);
  const { file } = before.args as { readonly file: string };
  return {
    ...held,
    ...settings,
    trusted: before.trusted === true || settings.trusted === true,
    title: seed.goal.trim().split('\n')[0] ?? '',
    args: { file, ...again, max_generations: 1, ...(flag(args.consensus) ? { consensus: true } : {}) } as never,
    model,
    limits: limitsOf(limitFlags(args), config, seed.oxios),
    grants: [...before.grants, ...said.grants],
    denies: [...before.denies, ...said.denies],
    ...(said.timed ? { timed: said.timed } : {}),
    asks: io.interactive,
    interactive: io.interactive,
    require_sandbox: before.require_sandbox || flag(args.requireSandbox),
    hidden: [...new Set([...(before.hidden ?? []), ...scriptsIn(model), ...recordsIn(args)])],
  };
}
