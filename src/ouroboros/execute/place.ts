import type { BodyContext } from '../../kernel/kernel-types.ts';
import type { Mount } from '../../kernel/mount.ts';
import type { Job } from '../job.ts';

/** Where the workers of one criterion work: in the workspace itself, or each criterion in a copy that its workers see in the workspace's place. */
export interface Place {
  /** Handed to each process that is forked for the criterion; absent: in the workspace itself. */
  readonly mount?: Mount;
  /** From 1; one more each time the criterion is worked on anew, because what it left could not be merged. */
  readonly round: number;
  /** What a worker has to know of why it is worked on anew. */
  readonly note?: string;
  /** What the workers left so far, as a snapshot. */
  tree(): Promise<string>;
}

/** The workspace itself. */
export function inPlace(ctx: BodyContext, job: Job, id: string, { round, again }: { readonly round: number; readonly again?: string | undefined }): Place {
  let looks = 0;
  const note = again && `This was worked on before, beside others. What was done then is not in the files (${again}): do it on the files as they are now.`;
  return { round, ...(note ? { note } : {}), tree: () => ctx.snapshot(`look ${++looks} at ${id} (${keyOf(job, round)})`) };
}

/** A copy that is seen in the place of the workspace. */
export function inCopy(ctx: BodyContext, job: Job, id: string, { root, through }: Mount): Place {
  let looks = 0;
  return { round: 1, mount: { root, through }, tree: () => ctx.snapshot(`look ${++looks} at ${id} (${keyOf(job, 1)})`, root) };
}

/** Tells generations and rounds of work on one criterion apart. */
export const keyOf = ({ generation }: Pick<Job, 'generation'>, round: number): string => (round === 1 ? `g${generation}` : `g${generation}.r${round}`);
