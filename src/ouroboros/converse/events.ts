import { z } from 'zod';
import type { BodyFields } from '../../kernel/events.ts';

/** What one of the project's own checks said of the work. */
export const CHAT_CHECK = z.object({
  name: z.string(),
  command: z.string(),
  ok: z.boolean(),
  /** `broken`: it held before the work; `before`: it failed then too; `not run`: nobody knows. */
  how: z.enum(['holds', 'broken', 'before', 'not run']),
  why: z.string(),
});
export type ChatCheck = Readonly<z.infer<typeof CHAT_CHECK>>;

/** Events of a conversation. Additive only; the state is a fold of them. */
export const CHAT_EVENTS = {
  /** What came of all that was said up to this message, by what was done for it. */
  'chat.assessed': z.object({
    /** How many messages there were by then, from 1. */
    message: z.number().int().positive(),
    /** Talked about, asked back, or worked on. */
    kind: z.enum(['conversation', 'clarification', 'task']),
    why: z.string(),
  }),
  /** The work on a message changed files, and the project's own checks ran in disposable copies. None: the project has none. */
  'chat.checked': z.object({
    message: z.number().int().nonnegative(),
    /** The workspace before the work, and as it was checked. */
    baseline: z.string(),
    tree: z.string(),
    checks: z.array(CHAT_CHECK),
    changed: z.array(z.string()),
  }),
  /** The assistant finds that the idea takes an interview, and has said so. */
  'chat.suggested': z.object({ idea: z.string(), why: z.string() }),
} as const;

export const CHAT_BODIES: BodyFields = {
  'chat.assessed': ['why'],
  'chat.checked': ['checks'],
  'chat.suggested': ['idea', 'why'],
};
