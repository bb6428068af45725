import type { KernelEvent } from '../../kernel/events.ts';
import type { Json } from '../../kernel/json.ts';
import { type Evolves, PROTOCOL_ARGS } from '../job.ts';
import { contractKey, type GenerationRecord } from '../view/generations.ts';
import { type CriterionProgress, foldProgress, NO_PROGRESS, type Progress } from '../view/progress.ts';

/** How far a run was: its own events on top of what it was started with. */
export function progressOf(args: Json, events: readonly KernelEvent[]): Progress {
  return events.reduce(foldProgress, progressBefore(args));
}

/** What a run knows before its first event: the generations of the lineage that it goes on with. */
export function progressBefore(args: Json): Progress {
  const { evolves } = PROTOCOL_ARGS.parse(args);
  const last = evolves?.generations.at(-1) as GenerationRecord | undefined;
  if (!evolves || !last) return NO_PROGRESS;
  const facts = new Map(evolves.facts.map((one) => [one.contract, one.facts]));
  const verdicts = new Map(last.judged?.results.map((one) => [one.criterion, one]));
  const criteria = last.seed.acceptance_criteria.map((one): [string, CriterionProgress] => {
    const [baseline, found] = [facts.get(contractKey(one)), verdicts.get(one.id)];
    const verdict = found && ({ status: found.status, evidence: found.evidence ?? [] } as NonNullable<CriterionProgress['verdict']>);
    return [one.id, { ...(baseline ? { baseline } : {}), ...(verdict ? { verdict } : {}) }];
  });
  return {
    ...NO_PROGRESS,
    generations: evolves.generations as unknown as readonly GenerationRecord[],
    baseline: evolves.baseline,
    criteria: new Map(criteria),
  };
}

/** What a run is started with that goes on from this generation of another one. */
export function goingOn(progress: Progress, generation: number, from: { readonly lineage: string; readonly run: string }): Evolves {
  const generations = progress.generations.filter((one) => one.generation <= generation);
  const known = progress.generations.at(-1)?.seed.acceptance_criteria ?? [];
  const facts = known.flatMap((one) => {
    const baseline = progress.criteria.get(one.id)?.baseline;
    return baseline ? [{ contract: contractKey(one), facts: baseline }] : [];
  });
  return {
    ...from,
    generations: generations as unknown as Evolves['generations'],
    facts,
    ...(progress.baseline === undefined ? {} : { baseline: progress.baseline }),
  };
}
