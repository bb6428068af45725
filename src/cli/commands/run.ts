import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import { maxGenerations, WORKERS } from '../../ouroboros/job.ts';
import { formatDiagnostic } from '../../ouroboros/seed/read.ts';
import type { Seed, SeedReading } from '../../ouroboros/seed/types.ts';
import { createIo, type Io } from '../io.ts';
import { readNamedSeed, readSeedFile } from '../named-file.ts';
import { reportFlags, requestFlags, workFlags } from '../run/flags.ts';
import { generationFlags, generationsIn } from '../run/generations.ts';
import { seedRequest } from '../run/seed-request.ts';
import { assertWritable } from '../run/workplace.ts';
import { type Args, type Command, counted, flag, text } from './shared.ts';

export const run: Command = {
  name: 'run',
  usage: 'run [seed]',
  describe: 'Work on a seed, or on a request (-p), until its criteria are judged; the exit code tells CI',
  examples: [
    ['oxios run seed.yaml', 'plan, work, evaluate, and again with what was learned, up to 3 times'],
    ['oxios run seed.yaml --once', 'work and evaluate once'],
    ['oxios run seed.yaml --json --junit report.xml', 'for CI'],
    ['oxios run -p "add a --version flag"', 'have the seed written first, then work on it'],
    ['oxios run seed.yaml --dry-run', 'what would happen, without a model'],
  ],
  options: (yargs) =>
    requestFlags(generationFlags(reportFlags(workFlags(yargs.positional('seed', { type: 'string', describe: 'seed file' })))))
      .option('skip-completed', {
        type: 'string',
        describe: 'start no worker for criteria this file says are done; they are checked all the same',
        requiresArg: true,
      })
      .option('consensus', { type: 'boolean', describe: 'have three vote on every criterion that did not fail' })
      .option('workers', { type: 'number', describe: 'criteria that do not depend on each other, worked on at once; default 3', requiresArg: true })
      .option('sequential', { type: 'boolean', describe: 'work on one criterion after the other, in the folder itself', conflicts: 'workers' })
      .option('strict', { type: 'boolean', describe: 'treat lint warnings as errors' })
      .option('dry-run', { type: 'boolean', describe: 'check, plan and show the limits and grants; run nothing' }),
  async run(args) {
    const io = createIo(args);
    if (args.prompt === undefined) return onSeed(io, args, named(args));
    const written = await (await import('../interview/first.ts')).seedFirst(args, io);
    return written.ok ? onSeed(io, written.args, written.file, written.events) : written.code;
  },
};

function named(args: Args<Record<string, unknown>>): string {
  const file = text(args.seed);
  if (file === undefined)
    throw new OxiosError('USAGE', 'something is missing: oxios run <seed>', { hint: 'name a seed, or say what to do: oxios run -p "..."' });
  const alone = ['out', 'force'].find((name) => args[name] !== undefined);
  if (alone !== undefined) throw new OxiosError('USAGE', `--${alone} goes with -p`, { hint: 'leave it out: the seed is there' });
  return file;
}

/** `before`: what a recording begins with. */
async function onSeed(io: Io, args: Args<Record<string, unknown>>, file: string, before: readonly KernelEvent[] = []): Promise<number> {
  const bytes = readNamedSeed(file);
  const reading = readSeedFile(file, bytes);
  explain(io, reading, file, flag(args.strict));
  if (!reading.ok) throw new OxiosError('SEED_INVALID', `${file} is not a valid seed`, { hint: `see all of it: oxios seed lint ${file}` });
  const { request, plan } = await seedRequest({ io, args, file, bytes }, reading);
  if (flag(args.dryRun))
    return (await import('../run/dry-run.ts')).dryRun(io, {
      request,
      plan,
      digest: reading.digest,
      generations: maxGenerations(reading.seed, generationsIn(args)),
      workers: workersIn(request.args, reading.seed),
    });
  assertWritable(request.cwd);
  const { beginOnce, conclude, work } = await import('../run/work.ts');
  return work({
    io,
    args,
    begin: beginOnce(request, args.home),
    seed: { path: file, text: new TextDecoder().decode(bytes) },
    ...(before.length > 0 ? { before: { last_seq: -1, events: before } } : {}),
    tell: (ended) => conclude(io, ended),
  });
}

const workersIn = (args: Json, { oxios }: Seed): number => (oxios.isolation === 'none' ? 1 : ((args as { workers?: number }).workers ?? WORKERS));

function explain(io: Io, reading: SeedReading, file: string, strict: boolean): void {
  for (const one of reading.diagnostics) io.say(formatDiagnostic(one, file));
  if (strict && reading.ok && reading.diagnostics.length > 0)
    throw new OxiosError('SEED_INVALID', `${file} has ${counted(reading.diagnostics.length, 'warning', 'warnings')}, and --strict makes errors of them`, {
      hint: 'mend them, or leave out --strict',
    });
}
