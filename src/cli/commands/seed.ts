import { existsSync, writeFileSync } from 'node:fs';
import { EXIT } from '../../kernel/error-codes.ts';
import { OxiosError } from '../../kernel/errors.ts';
import { sanitize } from '../../kernel/text/sanitize.ts';
import { normalized } from '../../ouroboros/seed/digest.ts';
import { formatDiagnostic } from '../../ouroboros/seed/read.ts';
import { seedTemplate } from '../../ouroboros/seed/template.ts';
import { type Seed, type SeedReading, TASK_TYPES } from '../../ouroboros/seed/types.ts';
import { type Change, diffSeeds } from '../../ouroboros/view/seed-diff.ts';
import { createIo, type Io, outputError } from '../io.ts';
import { readSeedFile } from '../named-file.ts';
import { checkWritable } from '../run/files.ts';
import { type Args, type Command, counted, flag, text, texts } from './shared.ts';

type Action = (io: Io, args: Args<Record<string, unknown>>) => number;

export const seed: Command = {
  name: 'seed',
  usage: 'seed <action> [file] [other]',
  describe: 'Check and look at seeds: lint, show, diff, digest, new',
  examples: [
    ['oxios seed lint seed.yaml', 'everything that is wrong, with line and hint'],
    ['oxios seed diff old.yaml new.yaml', 'what changed between two'],
    ['oxios seed new --goal "a tally counter"', 'a template to fill in'],
    ['oxios seed new --task-type research --criterion "every claim has a source"', 'with what is known already'],
  ],
  options: (yargs) =>
    yargs
      .positional('action', { choices: ['lint', 'show', 'diff', 'digest', 'new'] as const, demandOption: true })
      .positional('file', { type: 'string', describe: 'seed file' })
      .positional('other', { type: 'string', describe: 'second seed, for diff' })
      .option('strict', { type: 'boolean', describe: 'lint: warnings are errors' })
      .option('goal', { type: 'string', describe: 'new: what is to be built', requiresArg: true })
      .option('task-type', { choices: TASK_TYPES, describe: 'new: the kind of work; default code', requiresArg: true })
      .option('criterion', { type: 'string', array: true, describe: 'new: how anybody can tell that it is done', requiresArg: true })
      .option('constraint', { type: 'string', array: true, describe: 'new: what must stay true all the time', requiresArg: true })
      .option('brownfield', { type: 'boolean', describe: 'new: the work goes on in a project that is there' }),
  run: async (args) => (ACTIONS[text(args.action) ?? ''] as Action)(createIo(args), args),
};

const ACTIONS: Readonly<Record<string, Action>> = {
  lint(io, args) {
    const file = named(args.file);
    const reading = readSeedFile(file);
    const diagnostics = flag(args.strict) ? reading.diagnostics.map((one) => ({ ...one, severity: 'error' as const })) : reading.diagnostics;
    const ok = reading.ok && !diagnostics.some((one) => one.severity === 'error');
    if (io.json) io.out(JSON.stringify({ ok, ...(reading.ok ? { digest: reading.digest } : {}), diagnostics }));
    else {
      for (const one of diagnostics) io.out(formatDiagnostic(one, file));
      io.say(summary(file, ok, diagnostics.length));
    }
    return ok ? EXIT.ok : EXIT.seed;
  },
  show(io, args) {
    const { seed: one } = valid(named(args.file));
    if (io.json) io.out(JSON.stringify(normalized(one)));
    else io.out(pictureOf(one));
    return EXIT.ok;
  },
  digest(io, args) {
    const { digest, seed: one } = valid(named(args.file));
    io.out(io.json ? JSON.stringify({ digest, seed_id: one.metadata.seed_id }) : digest);
    return EXIT.ok;
  },
  diff(io, args) {
    const difference = diffSeeds(valid(named(args.file)).seed, valid(named(args.other)).seed);
    if (io.json) io.out(JSON.stringify(difference));
    else for (const line of differenceLines(difference)) io.out(line);
    io.say(`${counted(difference.criteria.kept, 'criterion', 'criteria')} unchanged`);
    return EXIT.ok;
  },
  new(io, args) {
    const file = text(args.file) ?? 'seed.yaml';
    if (existsSync(file)) throw new OxiosError('USAGE', `${file} exists already`, { hint: 'name another file: oxios seed new other.yaml' });
    const parts = {
      task_type: TASK_TYPES.find((one) => one === args.taskType) ?? 'code',
      criteria: texts(args.criterion) ?? [],
      constraints: texts(args.constraint) ?? [],
      brownfield: flag(args.brownfield),
    };
    writeNew(file, seedTemplate(text(args.goal) ?? 'Say in a sentence what is to be built', parts));
    io.say(`wrote ${file}; fill it in, then: oxios seed lint ${file}`);
    if (io.json) io.out(JSON.stringify({ file }));
    return EXIT.ok;
  },
};

const summary = (file: string, ok: boolean, found: number): string => {
  if (!ok) return `${file} is not a valid seed: ${found} to mend`;
  return `${file} is a valid seed${found === 0 ? '' : `: ${counted(found, 'warning', 'warnings')}`}`;
};

/** The key follows from the rest. */
const isTold = ({ field }: Change): boolean => field !== 'semantic_ac_key';

const changeLine = ({ field, from, to }: Change): string => `${field}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`;

const differenceLines = ({ fields, criteria, ontology }: ReturnType<typeof diffSeeds>): readonly string[] => [
  ...fields.map(changeLine),
  ...criteria.removed.map((one) => `- ${one}`),
  ...criteria.added.map((one) => `+ ${one}`),
  ...criteria.changed.flatMap(({ id, changes }) => changes.filter(isTold).map((one) => `~ ${id} ${changeLine(one)}`)),
  ...(criteria.reordered ? ['the criteria stand in another order'] : []),
  ...Object.entries(ontology).flatMap(([what, names]) => (names.length === 0 ? [] : [`ontology ${what}: ${names.join(', ')}`])),
];

function writeNew(file: string, content: string): void {
  checkWritable(file);
  try {
    writeFileSync(file, content, { flag: 'wx' });
  } catch (error) {
    throw outputError(file, error);
  }
}

function named(value: unknown): string {
  const file = text(value);
  if (file === undefined) throw new OxiosError('USAGE', 'a seed file is missing', { hint: 'such as: oxios seed lint seed.yaml' });
  return file;
}

function valid(file: string): Extract<SeedReading, { ok: true }> {
  const reading = readSeedFile(file);
  if (reading.ok) return reading;
  for (const one of reading.diagnostics) process.stderr.write(`${sanitize(formatDiagnostic(one, file))}\n`);
  throw new OxiosError('SEED_INVALID', `${file} is not a valid seed`, { hint: `mend what is said above, and look again: oxios seed lint ${file}` });
}

const pictureOf = (one: Seed): string =>
  [
    `goal: ${one.goal.trim()}`,
    ...one.constraints.map((constraint) => `must hold: ${constraint}`),
    ...one.acceptance_criteria.flatMap((criterion) => [
      `${criterion.id} ${criterion.description}${criterion.depends_on.length > 0 ? ` (after ${criterion.depends_on.join(', ')})` : ''}`,
      ...(criterion.verify_command === null ? [] : [`    checked by: ${criterion.verify_command}`]),
      ...(criterion.output_assertion === null ? [] : [`    must print: ${criterion.output_assertion}`]),
      ...(criterion.expected_artifacts.length === 0 ? [] : [`    leaves: ${criterion.expected_artifacts.join(', ')}`]),
    ]),
    `ontology: ${one.ontology_schema.name} (${one.ontology_schema.fields.map((field) => field.name).join(', ')})`,
    `id ${one.metadata.seed_id} · ambiguity ${one.metadata.ambiguity_score}`,
  ].join('\n');
