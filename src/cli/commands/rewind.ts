import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { historyOf } from '../../kernel/undo/history.ts';
import { currentOf } from '../../ouroboros/view/lineage.ts';
import { homePath } from '../home.ts';
import { createIo } from '../io.ts';
import { eventsOf, generationIn, lastRunOf, lineageNamed, lineagesIn } from '../lineage/read.ts';
import { wholeIn } from '../run/generations.ts';
import { putBack, tell } from '../undo/put-back.ts';
import { type Command, flag, text } from './shared.ts';

export const rewind: Command = {
  name: 'rewind',
  usage: 'rewind <lineage> <generation>',
  describe: 'Put the files of an earlier generation back, so that oxios evolve goes on from there',
  examples: [
    ['oxios rewind r_m3x 1', 'as it was when its first generation was evaluated'],
    ['oxios rewind r_m3x 1 --dry-run', 'what would be put back'],
    ['oxios undo r_m3x --redo', 'take a rewind back'],
  ],
  options: (yargs) =>
    yargs
      .positional('lineage', { type: 'string', describe: 'a run of it, or the id or digest of one of its seeds', demandOption: true })
      .positional('generation', { type: 'number', describe: 'its number, as oxios lineage shows it', demandOption: true })
      .option('dry-run', { type: 'boolean', describe: 'say what would be put back, and change nothing' })
      .option('keep', { type: 'boolean', describe: 'leave files that somebody else changed since as they are' })
      .option('force', { type: 'boolean', describe: 'put everything back, whoever changed it since' }),
  async run(args) {
    const io = createIo(args);
    const options = { dry_run: flag(args.dryRun), keep: flag(args.keep), force: flag(args.force) };
    if (options.keep && options.force) throw new OxiosError('USAGE', '--keep and --force are opposites', { hint: 'say one of them' });
    const home = homePath(args.home);
    const lineage = lineageNamed(await lineagesIn(home), text(args.lineage) ?? '');
    const { generation, digest, tree } = generationIn(lineage, wholeIn(args.generation, 'a generation') ?? 0);
    if (tree === undefined)
      throw new OxiosError('NOT_FOUND', `generation ${generation} was not evaluated: there is no end of it to go back to`, {
        hint: `see the others: oxios lineage ${lineage.id}`,
      });
    const from = currentOf(lineage).at(-1)?.generation ?? generation;
    const note = { type: 'lineage.rewound', lineage: lineage.id, from, generation, digest, tree } as const;
    const { run } = lastRunOf(lineage);
    const to = { tree, action: `generation ${generation}`, note };
    // Said twice, or cut off right after it was done: then it is done.
    const isWhole = generation === from && historyOf(await eventsOf(home, run)).unfinished === undefined;
    const isThere = isWhole && (await putBack(io, home, run, { dry_run: true, to })).changed.length === 0;
    const told = { ...options, dry_run: options.dry_run || isThere };
    tell(io, await putBack(io, home, run, { ...told, to }), told);
    if (!told.dry_run) io.say(`go on from generation ${generation} with: oxios evolve ${lineage.id}`);
    return EXIT.ok;
  },
};
