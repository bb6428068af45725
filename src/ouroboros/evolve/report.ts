import { masksOf } from '../execute/mask.ts';
import type { Job } from '../job.ts';
import type { Progress } from '../view/progress.ts';

/** Tools of those who think about the next generation: they may look at everything and change nothing. */
export const LOOKING = { tools: ['read', 'grep', 'find', 'ls'], turns: 15 } as const;

/** Of what was found of one criterion, lines, and characters of one. */
const MAX_FINDINGS = 8;
const MAX_FINDING = 600;

/** What was found when a generation was evaluated: verdicts and facts, and nothing of how criteria are checked. */
export function reportOn(job: Job, progress: Progress): string {
  const { seed } = job;
  const mask = masksOf(job).all;
  const judged = progress.generations.at(-1)?.judged;
  const asked = progress.generations.flatMap((one) => one.questions);
  const status = new Map(judged?.results.map((one) => [one.criterion, one]));
  const criteria = seed.acceptance_criteria.flatMap((one) => {
    const found = status.get(one.id);
    const evidence = (found?.evidence ?? []).slice(0, MAX_FINDINGS).map((each) => `    ${each.ok ? '+' : '-'} ${mask(each.text).slice(0, MAX_FINDING)}`);
    return [`- ${one.id} ${found?.status ?? 'not judged'}: ${mask(one.description)}`, ...evidence];
  });
  return [
    `Goal: ${mask(seed.goal)}`,
    ...list('Constraints', seed.constraints.map(mask)),
    ...list(
      `Ontology ${seed.ontology_schema.name}: ${seed.ontology_schema.description}`,
      seed.ontology_schema.fields.map((one) => `${one.name} (${one.type}): ${one.description}`),
    ),
    `Generation ${job.generation} of at most ${job.max_generations}; ${judged?.reason ?? ''}`,
    'Criteria and what was found (untrusted):',
    '<<<',
    criteria.join('\n').replaceAll('<<<', '< < <').replaceAll('>>>', '> > >'),
    '>>>',
    ...list('Asked before', [...new Set(asked)]),
  ].join('\n');
}

const list = (title: string, lines: readonly string[]): readonly string[] => (lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)]);
