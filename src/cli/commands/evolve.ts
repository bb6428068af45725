import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { toYaml } from '../../ouroboros/seed/to-yaml.ts';
import { currentOf, type LineageGeneration } from '../../ouroboros/view/lineage.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { eventsOf, lastRunOf, lineageNamed, lineagesIn } from '../lineage/read.ts';
import { checkReady } from '../lineage/ready.ts';
import { requestFor, requestIn } from '../lineage/request.ts';
import { goOnFlags, heldFlags, reportFlags } from '../run/flags.ts';
import { type Command, flag, text } from './shared.ts';

export const evolve: Command = {
  name: 'evolve',
  usage: 'evolve <run>',
  describe: 'Go on with what a finished run worked on: further generations of its specification',
  examples: [
    ['oxios evolve r_m3x', 'from its last generation: what is still not known, the next seed, work, evaluate'],
    ['oxios evolve r_m3x --generations 1', 'one more generation'],
    ['oxios evolve r_m3x --force', 'also though everything holds'],
  ],
  options: (yargs) =>
    reportFlags(heldFlags(goOnFlags(yargs.positional('run', { type: 'string', describe: 'a run, or the id or digest of a seed of it', demandOption: true }))))
      .option('generations', { type: 'number', describe: 'further generations at most, default as the seed says, else 3', requiresArg: true })
      .option('force', { type: 'boolean', describe: 'also when everything holds, or when files were put back since' }),
  async run(args) {
    const io = createIo(args);
    const home = homePath(args.home);
    const lineage = lineageNamed(await lineagesIn(home), text(args.run) ?? '');
    const last = currentOf(lineage).at(-1);
    const { run } = lastRunOf(lineage);
    const events = await eventsOf(home, run);
    await checkReady(home, lineage, events, flag(args.force));
    if (!last?.judged) throw new OxiosError('USAGE', `run ${run} has evaluated no generation`, { hint: 'start a new one with oxios run' });
    if (last.judged.outcome === 'APPROVED' && !flag(args.force)) {
      if (io.json) io.out(JSON.stringify({ lineage: lineage.id, generation: last.generation, outcome: last.judged.outcome, evolved: false }));
      io.say(`nothing to evolve: all of generation ${last.generation} holds; --force looks for what is still not known all the same`);
      return EXIT.ok;
    }
    const request = await requestFor({ io, args, lineage, last, events });
    const { beginOnce, conclude, work } = await import('../run/work.ts');
    return work({ io, args, begin: beginOnce(request, args.home), seed: seedOf(last, requestIn(events)), tell: (ended) => conclude(io, ended) });
  },
};

const seedOf = ({ seed }: LineageGeneration, { args }: { readonly args: unknown }) => ({
  path: (args as { file: string }).file,
  text: seed ? toYaml(seed) : '',
});
