import { z } from 'zod';
import type { BodyFields } from '../../kernel/events.ts';

const criterion = z.string();
const paths = z.array(z.string());

/** Criteria that are worked on side by side. */
export const BESIDE_EVENTS = {
  /** It is worked on in a copy of its own. Trees: of the workspace, and of the copy as it was made. */
  'ac.isolated': z.object({ criterion, round: z.number(), name: z.string(), base: z.string(), copied: z.string(), root: z.string(), through: paths }),
  /** What was done in its copy is about to be brought into the workspace; both as they are. `yields`: generated files that the copy may replace. */
  'ac.merging': z.object({ criterion, round: z.number(), ours: z.string(), theirs: z.string(), yields: paths }),
  /** It is in the workspace; or nothing of it is, and it is worked on `again`. */
  'ac.merged': z.object({
    criterion,
    round: z.number(),
    changed: paths,
    /** What the copy and the workspace both changed. */
    conflicts: paths,
    again: z.boolean(),
    /** Why, where there is no conflict. */
    why: z.string().optional(),
    tree: z.string(),
  }),
  /** So many are worked on at once from here on. */
  'plan.paced': z.object({ workers: z.number(), why: z.string() }),
} as const;

export const BESIDE_BODIES: BodyFields = { 'ac.merging': ['yields'], 'ac.merged': ['changed', 'conflicts', 'why'] };
