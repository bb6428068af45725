import { z } from 'zod';
import type { BodyFields } from '../../kernel/events.ts';

const observation = z.object({ at: z.string(), text: z.string() });
const part = z.enum(['goal', 'constraints', 'criteria', 'context']);

/** A question as it was put: it proposes answers, and names the one that is recommended. */
export const QUESTION = z.object({
  /** From 1, through all rounds. */
  n: z.number().int().positive(),
  /** A short name, for files of answers. */
  id: z.string(),
  text: z.string(),
  /** What hangs on it. */
  why: z.string(),
  about: part,
  options: z.array(z.string()),
  /** Of `options`, from 0. */
  recommended: z.number().int().nonnegative(),
});
export type Question = Readonly<z.infer<typeof QUESTION>>;

/** How clear each part is, with what that is taken from. */
const clarity = z.object({ goal: z.number().nullable(), constraints: z.number().nullable(), criteria: z.number().nullable(), context: z.number().nullable() });

/** Events of an interview. Additive only; the state is a fold of them. */
export const INTERVIEW_EVENTS = {
  /** The user's request, word for word, and what is in the working directory. */
  'interview.begun': z.object({
    request: z.string(),
    brownfield: z.boolean(),
    observations: z.array(observation),
    dependencies: z.array(z.string()),
    patterns: z.array(z.string()),
    /** Rounds that may be asked; 0: a request that is not clear is refused. */
    max_rounds: z.number(),
    /** Nobody looks at the specification before it is written: it takes two qualifying scores in a row. */
    unattended: z.boolean(),
    /** Asked for by flag: a specification is made of whatever is known. */
    forced: z.boolean(),
  }),
  'interview.asked': z.object({
    round: z.number(),
    perspectives: z.array(z.string()),
    questions: z.array(QUESTION),
    /** Places that an interviewer looked at; each is there. */
    observations: z.array(observation),
  }),
  /** Durable before any model is asked again. `deferred`: to be decided later. */
  'interview.answered': z.object({ question: z.number(), answer: z.string(), provenance: z.enum(['user', 'auto', 'deferred']) }),
  /** A reply that was no answer: the question, or the one before it, is put again. */
  'interview.turned': z.object({ question: z.number(), to: z.enum(['back', 'quit', 'force', 'unclear']) }),
  'interview.scored': z.object({
    round: z.number(),
    /** As the scorer said, and as it counts: what cites nothing that was said is capped. */
    said: clarity,
    clarity,
    uncited: z.array(part),
    /** The score before this one, to be compared; null: there was none. */
    before: z.object({ score: z.number(), clarity }).nullable(),
    because: z.record(z.string(), z.string()),
    missing: z.array(z.string()),
    score: z.number(),
    ready: z.boolean(),
    milestone: z.enum(['initial', 'progress', 'refined', 'ready']),
    floor_failures: z.array(z.string()),
    qualifies: z.boolean(),
  }),
  'interview.ready': z.object({ round: z.number(), score: z.number(), forced: z.boolean() }),
  /** A contract on the untouched workspace. `flaw`: why it is none that could be used. */
  'interview.preflighted': z.object({
    revision: z.number(),
    criterion: z.string(),
    exit_code: z.number().nullable(),
    flaw: z.string().optional(),
    note: z.string().optional(),
  }),
  /** A draft of the specification and what is wrong with it; without flaws, or as the last one, it is the one. */
  'interview.specified': z.object({ revision: z.number(), draft: z.json(), flaws: z.array(z.string()) }),
  'interview.restated': z.object({ text: z.string() }),
  /** The user looked at it and said something else. */
  'interview.corrected': z.object({ text: z.string() }),
  /** The seed, as it stands in the file. */
  'interview.seeded': z.object({ digest: z.string(), yaml: z.string(), degraded: z.boolean() }),
  /** Somebody gave no answer that could be used; asked again when the interview goes on. */
  'interview.stalled': z.object({ who: z.string(), why: z.string() }),
  'interview.blocked': z.object({ round: z.number(), reason: z.string() }),
  'interview.aborted': z.object({ reason: z.string() }),
} as const;

export const INTERVIEW_BODIES: BodyFields = {
  'interview.begun': ['request', 'observations', 'patterns'],
  'interview.asked': ['questions', 'observations'],
  'interview.answered': ['answer'],
  'interview.scored': ['because', 'missing'],
  'interview.preflighted': ['flaw', 'note'],
  'interview.specified': ['draft', 'flaws'],
  'interview.restated': ['text'],
  'interview.corrected': ['text'],
  'interview.seeded': ['yaml'],
  'interview.stalled': ['why'],
};
