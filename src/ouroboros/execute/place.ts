import type { BodyContext, ForkRequest } from '../../kernel/kernel-types.ts';
import type { Job } from '../job.ts';

/** Where the workers of one criterion work: in the workspace itself, or each criterion in a copy that its workers see in the workspace's place. */
export interface Place {
  /** Handed to each process that is forked for the criterion; absent: in the workspace itself. */
  readonly mount?: NonNullable<ForkRequest['mount']>;
  /** From 1; one more each time the criterion is worked on anew, because what it left could not be merged. */
  readonly round: number;
  /** What a worker has to know of why it is worked on anew. */
  readonly note?: string;
  /** What the workers left so far, as a snapshot. */
  tree(): Promise<string>;
}

/** The workspace itself. */
export function inPlace(ctx: BodyContext, job: Job, id: string, round = 1): Place {
  let looks = 0;
  return { round, tree: () => ctx.snapshot(`look ${++looks} at ${id} (${keyOf(job, round)})`) };
}

/** Tells generations and rounds of work on one criterion apart. */
export const keyOf = ({ generation }: Job, round: number): string => (round === 1 ? `g${generation}` : `g${generation}.r${round}`);
