import type { Job } from '../job.ts';
import type { Seed } from '../seed/types.ts';
import type { State } from '../state.ts';

/** What the first generation expected to be left: evolution frees no test and no configuration from being put back. */
export const givenArtifacts = (job: Job, state: State): readonly string[] => firstSeed(job, state).acceptance_criteria.flatMap((one) => one.expected_artifacts);

/** The seed that a lineage began with, as far as it is known. */
export const firstSeed = (job: Job, state: State): Seed => state.now().generations[0]?.seed ?? job.parent ?? job.seed;
