import type { Json } from '../../kernel/json.ts';
import type { BodyContext } from '../../kernel/kernel-types.ts';
import { contractOf, type Job } from '../job.ts';
import { persona } from '../personas/personas.ts';
import { workerTask } from '../prompts.ts';
import type { Part, Try } from '../view/course.ts';
import { factsTold } from './facts.ts';
import { masksOf } from './mask.ts';

export type Item = Job['criteria'] extends ReadonlyMap<string, infer T> ? T : never;

/** What a worker is for: a whole criterion, or one of the parts it was split into. */
export interface Assignment {
  readonly part: Part;
  /** Parts that others do; none: it does the whole. */
  readonly others: readonly Part[];
  /** What the try before came to; undefined for the first. */
  readonly before: Try | undefined;
  readonly persona: string | undefined;
  /** Why it is worked on anew, besides. */
  readonly note: string | undefined;
}

/** What the worker's process is started with. No byte of it holds a contract, in no encoding. */
export function workerArgs(job: Job, item: Item, assignment: Assignment): Json {
  const { part, persona: name } = assignment;
  const labels = { role: 'worker', criterion: item.id, ...(part.id === item.id ? {} : { part: part.id }) };
  return { task: taskOf(job, item, assignment), labels, ...(name === undefined ? {} : { system: persona(name).system }) };
}

export function taskOf(job: Job, item: Item, { part, others, before, note }: Assignment): string {
  const { seed } = job;
  const { all, commands } = masksOf(job);
  const brownfield = seed.brownfield_context;
  const whole = part.id === item.id;
  const siblings = [...job.criteria.values()].filter((one) => one.id !== item.id);
  return workerTask({
    goal: commands(seed.goal),
    constraints: seed.constraints.map(all),
    criterion: { id: part.id, description: commands(part.description), artifacts: part.artifacts },
    ...(whole ? {} : { whole: commands(item.description) }),
    siblings: [...others, ...siblings].map((one) => ({ id: one.id, description: commands(one.description) })),
    findings: before ? [] : (job.findings.get(item.id) ?? []).map(all),
    tried: [...triedBefore(job, item, before), ...(note === undefined ? [] : [all(note)])],
    context: [
      ...brownfield.context_references.map((one) => `${one.path} (${one.role}) ${one.summary}`),
      ...brownfield.existing_patterns,
      ...brownfield.existing_dependencies,
    ].map(all),
  });
}

/** What the verifier found, in words that give no contract away. */
function triedBefore(job: Job, item: Item, before: Try | undefined): readonly string[] {
  if (!before) return [];
  const { all } = masksOf(job);
  const { worked, end, attempt } = before;
  const ended =
    worked && worked.how !== 'done'
      ? [`the agent before you came to no end of its own: ${all(`${worked.code ?? worked.how}: ${worked.claim}`.slice(0, MAX_REASON))}`]
      : [];
  const facts = end?.facts ? factsTold(contractOf(item.criterion), end.facts, all) : [];
  return [`${attempt === 1 ? 'one try' : `${attempt} tries`} did not do; what was made so far is still there`, ...ended, ...facts];
}

/** Of the reason why a worker failed, characters. */
const MAX_REASON = 500;

/** The model of a tier, unless one was named for all. */
export function modelFor(ctx: BodyContext, job: Job, tier: keyof Job['tiers']): string {
  const wanted = job.tiers[tier];
  return wanted !== undefined && ctx.models.includes(wanted) ? wanted : ctx.model;
}
