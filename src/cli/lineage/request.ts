import { OxiosError } from '../../kernel/errors.ts';
import type { KernelEvent } from '../../kernel/events.ts';
import type { AbsPath } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { editedChild } from '../../ouroboros/evolve/edited.ts';
import { goingOn, progressOf } from '../../ouroboros/evolve/start.ts';
import { maxGenerations } from '../../ouroboros/job.ts';
import { toYaml } from '../../ouroboros/seed/to-yaml.ts';
import type { Lineage, LineageGeneration } from '../../ouroboros/view/lineage.ts';
import { seedGrants } from '../authority.ts';
import { type Args, text, texts } from '../commands/shared.ts';
import type { Io } from '../io.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { checkNeeded } from '../project/extras.ts';
import { settingsIn } from '../project/settings.ts';
import { absoluteScript, scriptsIn } from '../run/flags.ts';
import { wholeIn } from '../run/generations.ts';
import { recordsIn } from '../run/hidden.ts';

export interface GoingOn {
  readonly io: Pick<Io, 'interactive' | 'say'>;
  readonly args: Args<Record<string, unknown>>;
  readonly lineage: Lineage;
  /** The one that the next stems from. */
  readonly last: LineageGeneration;
  /** Of the run that the lineage was last worked on in. */
  readonly events: readonly KernelEvent[];
  /** The next seed as a person wrote it. */
  readonly edited?: string | undefined;
}

/** A run that goes on with a lineage where it stands. */
export async function requestFor({ io, args, lineage, last, events, edited }: GoingOn): Promise<RunRequest> {
  const before = requestIn(events);
  const cwd = lineage.cwd as AbsPath;
  const progress = progressOf(before.args, events);
  const evolves = goingOn(progress, last.generation, { lineage: lineage.id, run: last.run });
  const seed = progress.generations.find((one) => one.generation === last.generation)?.seed;
  const first = progress.generations[0]?.seed;
  if (!seed || !first || !('goal' in seed))
    throw new OxiosError('REDACTED', `the seed of generation ${last.generation} was redacted`, { hint: 'start a new run with oxios run' });
  const settings = await settingsIn(cwd, args, io);
  checkNeeded(cwd, first.oxios, settings.request.ignored ?? []);
  const named = text(args.model);
  const model = named === undefined ? before.model : absoluteScript(named);
  // Naming the seed consented to its own commands, and to none that came to it since.
  const granted = await seedGrants(cwd, { allow: texts(args.allow), deny: texts(args.deny) }, first, settings);
  const child = edited === undefined ? {} : { child: editedChild(edited, seed) };
  const { completed: _done, evolves: _earlier, path: _read, tiers: had = {}, ...course } = before.args as JsonObject;
  const tiers = (named === undefined ? had : {}) as Readonly<Record<string, string>>;
  return {
    kind: 'run',
    title: seed.goal.trim().split('\n')[0] ?? '',
    cwd,
    body: 'protocol',
    args: {
      ...course,
      seed: toYaml(seed),
      digest: last.digest,
      max_generations: last.generation + maxGenerations(seed, wholeIn(args.generations, '--generations')),
      evolves: { ...evolves, ...child } as unknown as JsonObject,
      tiers,
    },
    model,
    limits: limitsOf(limitFlags(args), settings.config, first.oxios),
    ...granted,
    ...settings.request,
    models: [...new Set(Object.values(tiers))],
    asks: io.interactive,
    interactive: io.interactive,
    require_sandbox: args.requireSandbox === true || before.require_sandbox,
    hidden: [...new Set([...(before.hidden ?? []), ...scriptsIn(model), ...recordsIn(args)])],
  };
}

/** As it was asked for. Throws NOT_FOUND. */
export function requestIn(events: readonly KernelEvent[]): RunRequest {
  const started = events.find((event) => event.type === 'run.started');
  if (started) return started.request as unknown as RunRequest;
  throw new OxiosError('NOT_FOUND', 'the run never began', { hint: 'see the runs with oxios ps --all' });
}
