import { resolve } from 'node:path';
import { OxiosError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { RunRequest } from '../../kernel/kernel-types.ts';
import { makePlan } from '../../ouroboros/execute/plan.ts';
import { maxGenerations, planItems } from '../../ouroboros/job.ts';
import type { Seed, SeedReading } from '../../ouroboros/seed/types.ts';
import { seedGrants } from '../authority.ts';
import { type Args, flag, numeric, text, texts } from '../commands/shared.ts';
import type { Io } from '../io.ts';
import { limitFlags, limitsOf } from '../limits.ts';
import { checkNeeded } from '../project/extras.ts';
import { settingsIn } from '../project/settings.ts';
import { completedIn } from './completed.ts';
import { absoluteScript, scriptsIn } from './flags.ts';
import { generationsIn } from './generations.ts';
import { gitWith, hiddenPaths, recordsIn } from './hidden.ts';
import { checkIsolation } from './isolation.ts';
import { lasting } from './same-seed.ts';
import { tiersIn } from './tiers.ts';
import { workplace } from './workplace.ts';

export interface NamedSeed {
  readonly io: Pick<Io, 'interactive' | 'say'>;
  readonly args: Args<Record<string, unknown>>;
  /** Its file; undefined: it stands in none. */
  readonly file: string | undefined;
  readonly bytes: Uint8Array;
}

/** Work on a seed as a run. Throws where nothing could come of it. */
export async function seedRequest(
  named: NamedSeed,
  { seed, digest }: Extract<SeedReading, { ok: true }>,
): Promise<{ readonly request: RunRequest; readonly plan: ReturnType<typeof makePlan> }> {
  const { io, args, file, bytes } = named;
  const cwd = workplace(text(args.projectDir));
  const settings = await settingsIn(cwd, args, io);
  const { config } = settings;
  checkNeeded(cwd, seed.oxios, settings.request.ignored ?? []);
  checkIsolation(cwd, seed.oxios);
  const model = text(args.model) ?? seed.oxios.model ?? config.model ?? '';
  const tiers = tiersIn(text(args.model), seed, config);
  const granted = await seedGrants(cwd, { allow: texts(args.allow), deny: texts(args.deny) }, seed, settings);
  const seen = file === undefined ? undefined : { path: file, bytes };
  const path = file === undefined ? undefined : lasting(resolve(file));
  const git = seen ? gitWith(seen) : [];
  if (git.length > 0) io.say('Git keeps the seed: agents of this run do not use Git');
  const records = [...[model, ...Object.values(tiers)].flatMap(scriptsIn), ...recordsIn(args)];
  const request: RunRequest = {
    kind: 'run',
    title: seed.goal.trim().split('\n')[0] ?? '',
    cwd,
    body: 'protocol',
    args: { seed: new TextDecoder().decode(bytes), file: file ?? NO_FILE, ...(path === undefined ? {} : { path }), digest, ...courseOf(args, seed), tiers },
    model: absoluteScript(model),
    limits: limitsOf(limitFlags(args), config, seed.oxios),
    ...granted,
    ...settings.request,
    models: [...new Set(Object.values(tiers))],
    asks: io.interactive,
    interactive: io.interactive,
    require_sandbox: flag(args.requireSandbox),
    hidden: [...(seen ? hiddenPaths(cwd, seen, records) : records.filter((one) => one !== undefined)), ...git],
  };
  return { request, plan: makePlan(planItems(seed)) };
}

/** What a seed is called that an interview wrote and nobody saved. */
const NO_FILE = 'seed.yaml';

/** What the flags say of how the plan is worked off. */
function courseOf(args: Args<Record<string, unknown>>, seed: Seed): JsonObject {
  const file = text(args.skipCompleted);
  const workers = flag(args.sequential) ? 1 : numeric(args.workers);
  if (args.workers !== undefined && !(workers !== undefined && Number.isInteger(workers) && workers > 0))
    throw new OxiosError('USAGE', '--workers is a whole number from 1', { hint: 'such as: oxios run seed.yaml --workers 3' });
  const ids = planItems(seed).map((item) => item.id);
  return {
    ...(workers === undefined ? {} : { workers }),
    max_generations: maxGenerations(seed, generationsIn(args)),
    ...(flag(args.consensus) ? { consensus: true } : {}),
    ...(file === undefined ? {} : { completed: [...completedIn(file, ids)] }),
  };
}
