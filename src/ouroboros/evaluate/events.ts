import { z } from 'zod';

/** Whose opinion a vote is independent of: another model gave it. */
const independent = z.object({ of_worker: z.boolean(), of_ballots: z.boolean() });

/** One vote of a consensus, and why there is none where there is none. */
export const BALLOT = z.object({
  criterion: z.string(),
  /** 1 to 3. */
  ballot: z.number(),
  judge: z.number(),
  model: z.string(),
  persona: z.string(),
  vote: z.enum(['approve', 'reject']).nullable(),
  independent,
  /** Places it points to that exist. */
  evidence: z.array(z.string()),
  reasons: z.string(),
  why_not: z.string().optional(),
});
export type Ballot = Readonly<z.infer<typeof BALLOT>>;

/** Events of judging beyond one opinion. Additive only. */
export const CONSENSUS_EVENTS = {
  /** This run evaluates what another one did, against the workspace that one began with. */
  'evaluation.requested': z.object({ of: z.string(), baseline: z.string() }),
  /** One opinion does not do: three are asked, for these reasons. */
  'evaluation.convened': z.object({ criterion: z.string(), triggers: z.array(z.string()) }),
  'evaluation.balloted': BALLOT,
} as const;

export const CONSENSUS_BODIES = { 'evaluation.balloted': ['evidence', 'reasons', 'why_not'] } as const;
