import { z } from 'zod';
import type { BodyFields } from '../../kernel/events.ts';

const generation = z.number().int().positive();

/** What happens between and to generations. Additive only. */
export const LINEAGE_EVENTS = {
  /** A generation begins: its seed, and the one it stems from; none for the first. */
  'lineage.advanced': z.object({
    generation,
    digest: z.string(),
    seed: z.json(),
    parent_seed_id: z.string().nullable(),
    parent_digest: z.string().nullable(),
  }),
  /** A generation was worked on and evaluated, and what follows from that. */
  'lineage.judged': z.object({
    generation,
    outcome: z.string(),
    /** Share of criteria that passed; null without criteria. */
    score: z.number().nullable(),
    /** Of its ontology to the one before; 0 where that was not looked at. */
    similarity: z.number(),
    /** `stands`: the verdict is the last word, whatever the stop rules say. */
    decision: z.enum(['converged', 'exhausted', 'stagnated', 'continue', 'stands']),
    reason: z.string(),
    /** By `semantic_ac_key`, which names the same promise in every generation. */
    results: z.array(z.object({ criterion: z.string(), key: z.string(), status: z.string() })),
    /** Criteria that fail and passed in an earlier generation. */
    regressed: z.array(z.string()).optional(),
  }),
  /** What is still not known before this generation; `why_not`: nobody could say. */
  'lineage.wondered': z.object({ generation, questions: z.array(z.string()), why_not: z.string().optional() }),
  /** What is to become of each criterion and of the ontology in this generation. */
  'lineage.reflected': z.object({ generation, reflection: z.json().nullable(), why_not: z.string().optional() }),
  /** Changes that need consensus and the user's word, and whether they had both. */
  'lineage.proposed': z.object({
    generation,
    changes: z.array(z.object({ what: z.string(), criterion: z.string().optional(), from: z.json(), to: z.json() })),
    approvals: z.number().int(),
    /** Ballots that could be counted. */
    valid: z.number().int(),
    /** What the user said; null: nobody was asked. */
    answer: z.string().nullable(),
    applied: z.boolean(),
  }),
  /** The files of an earlier generation were put back: evolution goes on from there. */
  'lineage.rewound': z.object({ lineage: z.string(), from: generation, generation, digest: z.string(), tree: z.string() }),
} as const;

export const LINEAGE_BODIES: BodyFields = {
  'lineage.advanced': ['seed'],
  'lineage.wondered': ['questions', 'why_not'],
  'lineage.reflected': ['reflection', 'why_not'],
  'lineage.proposed': ['changes', 'answer'],
};
