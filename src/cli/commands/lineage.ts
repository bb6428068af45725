import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { normalized } from '../../ouroboros/seed/digest.ts';
import { toYaml } from '../../ouroboros/seed/to-yaml.ts';
import type { Lineage } from '../../ouroboros/view/lineage.ts';
import { homePath } from '../home.ts';
import { createIo, type Io } from '../io.ts';
import { generationIn, lineageNamed, lineagesIn } from '../lineage/read.ts';
import { rowOf, treeOf } from '../lineage/tree.ts';
import { wholeIn } from '../run/generations.ts';
import { type Command, text } from './shared.ts';

export const lineage: Command = {
  name: 'lineage',
  usage: 'lineage [name]',
  describe: 'Show how specifications evolved: their generations, what came of each, and why it went on',
  examples: [
    ['oxios lineage', 'all of them'],
    ['oxios lineage r_m3x', 'the one this run worked on'],
    ['oxios lineage r_m3x --seed 2 > seed2.yaml', 'the seed of its second generation'],
  ],
  options: (yargs) =>
    yargs
      .positional('name', { type: 'string', describe: 'a run, or the id or digest of a seed; the beginning is enough' })
      .option('seed', { type: 'number', describe: 'print the seed of this generation', requiresArg: true }),
  async run(args) {
    const io = createIo(args);
    const wanted = wholeIn(args.seed, '--seed');
    const name = text(args.name);
    const all = await lineagesIn(homePath(args.home));
    if (wanted !== undefined && name === undefined)
      throw new OxiosError('USAGE', '--seed needs the lineage it is of', { hint: 'such as: oxios lineage r_m3x --seed 2' });
    const shown = name === undefined ? all : [lineageNamed(all, name)];
    const [first] = shown;
    if (wanted !== undefined && first) printSeed(io, first, wanted);
    else print(io, shown);
    return EXIT.ok;
  },
};

function print(io: Io, shown: readonly Lineage[]): void {
  if (io.json) for (const one of shown) for (const generation of one.generations) io.out(JSON.stringify(rowOf(one, generation)));
  else if (shown.length === 0) io.say('no specification was worked on here yet; try: oxios run seed.yaml, or oxios demo');
  else io.out(shown.map(treeOf).join('\n\n'));
}

function printSeed(io: Io, lineage: Lineage, number: number): void {
  const { seed } = generationIn(lineage, number);
  if (!seed) throw new OxiosError('REDACTED', `the seed of generation ${number} was redacted`, { hint: `see the others: oxios lineage ${lineage.id}` });
  io.out(io.json ? JSON.stringify(normalized(seed)) : toYaml(seed).trimEnd());
}
