import { z } from 'zod';
import { OxiosError } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import type { Contract } from './evaluate/check.ts';
import { CHECK_FACTS } from './events.ts';
import type { PlanItem } from './execute/plan.ts';
import { TIERS, type Tier } from './execute/router.ts';
import { assertUntouched } from './seed/digest.ts';
import { readSeed } from './seed/read.ts';
import type { Criterion, Seed } from './seed/types.ts';
import type { Progress } from './view/progress.ts';

/** The generations of another run that one goes on with. */
const EVOLVES = z.object({
  /** The run that began the lineage, and the one it goes on from. */
  lineage: z.string(),
  run: z.string(),
  /** As they were folded, `GenerationRecord`. */
  generations: z.array(z.json()).min(1),
  /** The workspace before the first generation, and what was found of it by contract. */
  baseline: z.string().optional(),
  facts: z.array(z.object({ contract: z.string(), facts: CHECK_FACTS })),
  /** The next seed as a person wrote it, the whole text: nobody wonders what it could be. */
  child: z.object({ seed: z.string(), digest: z.string() }).optional(),
});
export type Evolves = z.infer<typeof EVOLVES>;

/** What another run left, to be evaluated without any work. */
const EVALUATES = z.object({
  run: z.string(),
  /** The workspace before that run, and what was found of it. */
  baseline: z.string(),
  facts: z.array(z.object({ criterion: z.string(), facts: CHECK_FACTS })),
  /** How it was worked on: by which models, and with which other approach at last. */
  work: z.array(z.object({ criterion: z.string(), models: z.array(z.string()), persona: z.string().optional() })),
  /** The seed that the one in question was evolved from. */
  parent: z.json().optional(),
});
export type Evaluates = Readonly<z.infer<typeof EVALUATES>>;

/** What a run's root process is started with. */
export const PROTOCOL_ARGS = z.object({
  /** The seed as it was read, the whole text. */
  seed: z.string(),
  file: z.string(),
  /** Where it was read, absolute: it is looked at again before the run goes on. Omitted where it cannot be. */
  path: z.string().optional(),
  digest: z.string(),
  /** Criteria of one level that are worked on at once, at most. */
  workers: z.number().int().positive().optional(),
  /** Criteria that need no worker. They are evaluated like all others. */
  completed: z.array(z.string()).optional(),
  /** Generations at most; omitted: as the seed says, or 3. */
  max_generations: z.number().int().positive().optional(),
  /** Three are asked about every criterion. */
  consensus: z.boolean().optional(),
  evolves: EVOLVES.optional(),
  evaluates: EVALUATES.optional(),
  /** Models by how capable they are; omitted: the model of the run. */
  tiers: z.partialRecord(z.enum(TIERS), z.string()).optional(),
});

/** Of a run that nothing else is said for. */
const MAX_GENERATIONS = 3;

/** Generations at most: as asked for, else as the seed says. */
export const maxGenerations = (seed: Seed, asked: number | undefined): number => asked ?? seed.oxios.max_generations ?? MAX_GENERATIONS;

/** The seed of one generation, ready to be worked on. */
export interface Job {
  /** From 1. */
  readonly generation: number;
  readonly seed: Seed;
  readonly digest: string;
  readonly file: string;
  /** Criteria that are worked on at once, at most. */
  readonly workers: number;
  /** Where those that are worked on at once are worked on. */
  readonly isolation: NonNullable<Seed['oxios']['isolation']>;
  readonly completed: ReadonlySet<string>;
  /** Generations of the run at most. */
  readonly max_generations: number;
  /** The run that began the lineage; absent: this one. */
  readonly lineage?: string;
  /** The generation that the run begins with, as a person wrote it. */
  readonly edited?: NonNullable<Evolves['child']>;
  /** The seed of the generation before. */
  readonly parent?: Seed;
  /** What the generation before was found to lack, by criterion: told to whoever works on it again. */
  readonly findings: ReadonlyMap<string, readonly string[]>;
  /** Nobody works: what another run left is judged. */
  readonly evaluates?: Evaluates;
  /** Three are asked about every criterion, as the user wants it. */
  readonly consensus: boolean;
  readonly criteria: ReadonlyMap<string, PlanItem & { readonly criterion: Criterion }>;
  /** Models of workers; where there is none, the model of the run. */
  readonly tiers: Readonly<Partial<Record<Tier, string>>>;
}

/** The first generation, as the run was started. Throws SEED_INVALID, SEED_TAMPERED. */
export function openJob(args: Json): Job {
  const { seed: text, file, digest, workers, completed, max_generations, evolves, evaluates, consensus = false, tiers } = PROTOCOL_ARGS.parse(args);
  const reading = readSeed(new TextEncoder().encode(text), file);
  if (!reading.ok) throw new OxiosError('SEED_INVALID', `${file} is not a valid seed`, { hint: `see what is wrong: oxios seed lint ${file}` });
  const { seed } = reading;
  assertUntouched(seed, digest);
  return {
    generation: 1,
    seed,
    digest,
    file,
    workers: workers ?? WORKERS,
    isolation: seed.oxios.isolation ?? 'auto',
    completed: new Set(completed),
    consensus,
    max_generations: maxGenerations(seed, max_generations),
    findings: new Map(),
    ...(evolves ? { lineage: evolves.lineage } : {}),
    ...(evolves?.child ? { edited: evolves.child } : {}),
    ...(evaluates ? { evaluates } : {}),
    ...(evaluates?.parent === undefined ? {} : { parent: evaluates.parent as unknown as Seed }),
    criteria: criteriaOf(seed),
    tiers: tiers ?? {},
  };
}

/**
 * The generation under way. What holds is not worked on again; it is evaluated like all others. Throws SEED_TAMPERED.
 */
export function jobOf(first: Job, { generations }: Pick<Progress, 'generations'>): Job {
  const now = generations.at(-1);
  const before = generations.at(-2);
  if (!now) return first;
  const { seed, digest, generation } = now;
  assertUntouched(seed, digest);
  if (!before) return first;
  const results = before.judged?.results ?? [];
  const passed = new Set(results.filter((one) => one.status === 'PASS').map((one) => one.key));
  const findings = results.flatMap(({ criterion, status, evidence = [] }): [string, readonly string[]][] =>
    status === 'PASS' ? [] : [[criterion, evidence.filter((one) => !one.ok).map((one) => one.text)]],
  );
  return {
    ...first,
    generation,
    seed,
    digest,
    parent: before.seed,
    completed: new Set(seed.acceptance_criteria.filter((one) => passed.has(one.semantic_ac_key)).map((one) => one.id)),
    findings: new Map(findings),
    criteria: criteriaOf(seed),
  };
}

/** Without another word; ouroboros.md section 3. */
export const WORKERS = 3;

/** By id, in the order of the seed. */
export const criteriaOf = (seed: Seed): Job['criteria'] =>
  new Map(planItems(seed).map((item, at) => [item.id, { ...item, criterion: seed.acceptance_criteria[at] as Criterion }]));

/** Criteria as the plan sees them: their own id, or `ac1`, `ac2`, ... by place. */
export const planItems = (seed: Seed): readonly PlanItem[] =>
  seed.acceptance_criteria.map((one) => ({
    id: one.id,
    description: one.description,
    depends_on: one.depends_on,
    expected_artifacts: one.expected_artifacts,
  }));

/** Q00's limit for one check, milliseconds. */
const CHECK_TIMEOUT_MS = 600_000;

export const contractOf = (criterion: Criterion): Contract => ({
  command: criterion.verify_command,
  assertion: criterion.output_assertion,
  artifacts: criterion.expected_artifacts,
  timeout_ms: criterion.timeout_s === undefined ? CHECK_TIMEOUT_MS : criterion.timeout_s * 1000,
});

/** What a snapshot is for, in words that no other generation has: a replay finds it by them. */
export const within = ({ generation }: Pick<Job, 'generation'>, what: string): string => (generation === 1 ? what : `${what} of generation ${generation}`);
